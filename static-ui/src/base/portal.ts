import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { get } from './api';

/** What anyone may know about this installation. */
export interface Portal {
  serviceDesk: string | null;
  passwordMinLength: number;
  passwordMaxLength: number;
}

export const loadPortal = () => get<Portal>('/portal');

export const PortalContext = createContext<Portal | null>(null);

export function usePortal(): Portal | null {
  return useContext(PortalContext);
}
