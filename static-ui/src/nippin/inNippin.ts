import type { Membership } from '../session/membership';
import type { Session } from '../session/session';
import type { useRegistries } from './useRegistries';

/** What each page of the room is given. */
export interface InNippin {
  session: Session;
  organization: Membership;
  registries: ReturnType<typeof useRegistries>;
  /** Stands before the title in the window's tab. */
  news: string | undefined;
  trail: { to: string; name: string }[];
}
