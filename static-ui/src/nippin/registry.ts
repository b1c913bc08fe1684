import { get, post } from '../base/api';
import { type Counts, openOf, totalOf } from './result';

/** How often the portal is asked while a check is under way; one takes seconds, and somebody may wait for it. */
export const askOften = 2_000;

export type State = 'none' | 'queued' | 'running' | 'succeeded' | 'failed';

/** What one night left of a registry. One that failed and left no file has counts of nothing. */
export interface Night extends Counts {
  night: string;
  state: 'succeeded' | 'failed';
}

/** A reimbursed registry, and what the newest good night says of its registrations. */
export interface Registry {
  registry: string;
  project: string;
  name: string;
  /** Of the newest check, whose figures come only once it has succeeded. */
  state: State;
  progress: number | null;
  problem: string | null;
  night: string | null;
  lastNight: string | null;
  counts: Counts;
  newestRegistration: string | null;
  seconds: number | null;
  /** Messages that name another hospital's number; they are left out. */
  foreign: number;
  /** What is missing in the newest good file. */
  warnings: string[];
  open: number;
  solved: number | null;
  broken: number | null;
  nights: Night[];
}

export const isUnderWay = ({ state }: Registry) => state === 'queued' || state === 'running';

/** What somebody has to look at: registrations that are open, or a check that did not come to its end. */
export const needsAttention = ({ open, state }: Registry) => open > 0 || state === 'failed';

export const hasRegistrations = ({ counts }: Registry) => totalOf(counts) > 0;

/** A night's registrations that did not reach the insurers; null for a night that left no file. */
export const openIn = (night: Night): number | null => (night.state === 'failed' && totalOf(night) === 0 ? null : openOf(night));

/** The night a registry is compared with. */
export function nightBefore({ night, nights }: Registry): string | null {
  return nights.filter((one) => one.state === 'succeeded' && night !== null && one.night < night).at(-1)?.night ?? null;
}

const apiOf = (organizationId: string) => `/organizations/${encodeURIComponent(organizationId)}/nippin`;

export const recordsApi = (organizationId: string, registry: string) => `${apiOf(organizationId)}/registries/${encodeURIComponent(registry)}/records`;

export const changesApi = (organizationId: string) => `${apiOf(organizationId)}/changes`;

export const loadRegistries = async (organizationId: string) => (await get<{ items: Registry[] }>(`${apiOf(organizationId)}/registries`)).items;

/** Checks one registry now, or all of them. */
export const run = async (organizationId: string, registry?: string) =>
  (await post<{ items: Registry[] }>(`${apiOf(organizationId)}/run`, registry === undefined ? {} : { registry })).items;
