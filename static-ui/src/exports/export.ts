import { fileAddress, get, type List, post, remove } from '../api';
import type { Key } from '../i18n';

export interface Collection {
  name: string;
  label: string;
  versions: string[];
  registrations: number;
}

export interface Registry {
  project: string;
  name: string;
  collections: Collection[];
}

export type Profile = 'hd4dp' | 'excel' | 'rfc4180';
export type State = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** What is asked for: one version of one data collection, in one format. */
export interface Request {
  project: string;
  collection: string;
  version: string;
  profile: Profile;
}

export interface Export extends Request {
  id: string;
  kind: 'csv' | 'nippin';
  state: State;
  requestedBy: string;
  requestedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  rows: number | null;
  bytes: number | null;
  sha256: string | null;
  fileName: string | null;
  error: string | null;
  expiresAt: string | null;
  progress: number | null;
}

export const isActive = ({ state }: Export) => state === 'queued' || state === 'running';

export const profileNames: Record<Profile, Key> = {
  hd4dp: 'csv.profileHd4dp',
  excel: 'csv.profileExcel',
  rfc4180: 'csv.profileRfc4180',
};

const of = (organizationId: string) => `/organizations/${encodeURIComponent(organizationId)}`;
const one = (organizationId: string, id: string) => `${of(organizationId)}/exports/${encodeURIComponent(id)}`;

export const loadRegistries = async (organizationId: string) =>
  (await get<{ items: Registry[] }>(`${of(organizationId)}/registries`)).items;

export const requestExport = async (organizationId: string, { project, collection, version, profile }: Request) =>
  (await post<{ export: Export }>(`${of(organizationId)}/exports`, { kind: 'csv', project, collection, version, profile })).export;

export async function loadExports(organizationId: string, cursor: string | null): Promise<List<Export>> {
  const query = new URLSearchParams({ limit: '50' });
  if (cursor !== null) {
    query.set('cursor', cursor);
  }
  const list = await get<List<Export>>(`${of(organizationId)}/exports?${query}`);
  return { ...list, items: list.items.filter(({ kind }) => kind === 'csv') };
}

export const removeExport = (organizationId: string, id: string) => remove(one(organizationId, id));

export const downloadAddress = (organizationId: string, id: string) => fileAddress(`${one(organizationId, id)}/file`);
