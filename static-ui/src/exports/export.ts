import { fileAddress, get, type List, post, remove } from '../base/api';
import type { Key } from '../base/i18n';
import { withQuery } from '../base/router';

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

/** How a CSV file is written, in the order in which the form offers it. */
export const profiles = [
  { value: 'hd4dp', name: 'csv.profileHd4dp', hint: 'csv.profileHd4dpHint' },
  { value: 'excel', name: 'csv.profileExcel', hint: 'csv.profileExcelHint' },
  { value: 'rfc4180', name: 'csv.profileRfc4180', hint: 'csv.profileRfc4180Hint' },
] as const satisfies readonly { value: string; name: Key; hint: Key }[];

export type Profile = (typeof profiles)[number]['value'];
export type State = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export type Kind = Request['kind'];

/** The registrations of one version of one data collection. */
export interface CsvRequest {
  kind: 'csv';
  project: string;
  collection: string;
  version: string;
  profile: Profile;
}

/** What has become of the registrations of one registry at the insurers, by the day of the implant. */
export interface NippinRequest {
  kind: 'nippin';
  registry: string;
  start: string;
  end: string;
  profile: Profile;
}

export type Request = CsvRequest | NippinRequest;

export type Export = Job & (CsvRequest | (NippinRequest & { name: string | null }));

interface Job {
  id: string;
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
  /** What is missing in the finished file. */
  warnings: string[];
  expiresAt: string | null;
  progress: number | null;
}

export const isActive = ({ state }: Export) => state === 'queued' || state === 'running';

/** What people call the format of an export: a report in HD4DP's format is laid out as its own nightly report. */
export const profileName = (kind: Kind, profile: Profile): Key =>
  kind === 'nippin' && profile === 'hd4dp' ? 'nippin.profileReport' : profiles.find(({ value }) => value === profile)!.name;

const of = (organizationId: string) => `/organizations/${encodeURIComponent(organizationId)}`;
const one = (organizationId: string, id: string) => `${of(organizationId)}/exports/${encodeURIComponent(id)}`;

export const loadRegistries = async (organizationId: string) =>
  (await get<{ items: Registry[] }>(`${of(organizationId)}/registries`)).items;

export const requestExport = async (organizationId: string, request: Request) =>
  (await post<{ export: Export }>(`${of(organizationId)}/exports`, asked(request))).export;

/** What an export was asked with, whatever else is known of it. */
function asked(request: Request): Request {
  if (request.kind === 'csv') {
    const { kind, project, collection, version, profile } = request;
    return { kind, project, collection, version, profile };
  }
  const { kind, registry, start, end, profile } = request;
  return { kind, registry, start, end, profile };
}

export const loadExports = (organizationId: string, kind: Kind, cursor: string | null) =>
  get<List<Export>>(withQuery(`${of(organizationId)}/exports`, { kind, limit: '50', cursor: cursor ?? '' }));

export const removeExport = (organizationId: string, id: string) => remove(one(organizationId, id));

export const downloadAddress = (organizationId: string, id: string) => fileAddress(`${one(organizationId, id)}/file`);
