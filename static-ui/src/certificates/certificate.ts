import { fileAddress, get, type List, post, upload } from '../base/api';

/** A check takes less than a second: whoever has just uploaded a file is not to wait for the page. */
export const askOften = 700;

export type Status = 'waiting' | 'checking' | 'refused' | 'failed' | 'active' | 'unpublished' | 'expired';
export type Severity = 'refuse' | 'warn' | 'info';

export interface LogLine {
  at: string;
  status: Status;
  code: string | null;
  severity: Severity | null;
  message: string;
}

export interface Identity {
  type: string;
  id: string;
  name: string;
}

export interface Delivery {
  state: 'off' | 'waiting' | 'delivered' | 'failed';
  at: string | null;
  fileName: string | null;
  message: string | null;
}

/** What stands in one of the certificates of a file. */
export interface Contents {
  subject: string;
  issuer: string;
  serialNumber: string;
  sha256: string;
  notBefore: string;
  notAfter: string;
  keyAlgorithm: string;
  keySize: number | null;
  keyCurve: string | null;
  signatureAlgorithm: string;
  usages: string[];
  isAuthority: boolean;
  alias: string | null;
}

export interface Details {
  authentication: Contents | null;
  encryption: Contents | null;
  chain: Contents[];
  otherKeys: number;
}

export interface Finding {
  code: string;
  severity: Severity;
  message: string;
  /** A command that mends it. */
  fix: string | null;
}

/** One P12 file that was uploaded, and what has become of it. */
export interface Certificate {
  id: string;
  fileName: string;
  status: Status;
  isActive: boolean;
  isOver: boolean;
  uploadedBy: string;
  uploadedAt: string;
  checkedAt: string | null;
  latest: LogLine;
  identity: Identity | null;
  notBefore: string | null;
  notAfter: string | null;
  daysLeft: number | null;
  renewal: 'not_yet' | 'open' | 'over' | null;
  renewalFrom: string | null;
  /** How many days are left at most, in steps; 0 when it has expired, null while there is nothing to say. */
  notice: number | null;
  sha256: string | null;
  canActivate: boolean;
  canCheck: boolean;
  delivery: Delivery;
  details: Details | null;
  findings: Finding[] | null;
}

/** What the overview says of one organisation. */
export interface Overview {
  organization: { id: string; title: string; nihdi: string };
  active: Certificate | null;
  /** Where none is active: the newest that was, and whose time is over. */
  expired: Certificate | null;
  latest: Certificate | null;
  daysLeft: number | null;
}

const of = (organizationId: string) => `/organizations/${encodeURIComponent(organizationId)}/certificates`;
const one = (organizationId: string, id: string) => `${of(organizationId)}/${encodeURIComponent(id)}`;

/** Where a page stands. */
export const historyPath = (organizationId: string) => `/organizations/${organizationId}/certificates`;
export const addPath = (organizationId: string) => `${historyPath(organizationId)}/add`;
export const logPath = (organizationId: string, id: string) => `${historyPath(organizationId)}/${id}`;

/** All of them: what ends first is to stand first. */
export async function loadOverview(): Promise<Overview[]> {
  const items: Overview[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = new URLSearchParams({ limit: '100', ...(cursor === '' ? {} : { cursor }) });
    const list: List<Overview> = await get<List<Overview>>(`/certificates?${query}`);
    items.push(...list.items);
    cursor = list.nextCursor;
  }
  return items;
}

/** The certificate an organisation goes by: the active one, or the one that was active last and has expired. */
export const inUse = ({ active, expired }: Pick<Overview, 'active' | 'expired'>) => active ?? expired;

export function loadCertificates(organizationId: string, cursor: string | null): Promise<List<Certificate>> {
  const query = new URLSearchParams({ limit: '50' });
  if (cursor !== null) {
    query.set('cursor', cursor);
  }
  return get<List<Certificate>>(`${of(organizationId)}?${query}`);
}

/** The log is asked for after the certificate, so that it tells at least as much. */
export async function loadWithLog(organizationId: string, id: string): Promise<{ certificate: Certificate; log: LogLine[] }> {
  const certificate = await get<Certificate>(one(organizationId, id));
  const log = await get<List<LogLine>>(`${one(organizationId, id)}/log`);
  return { certificate, log: log.items };
}

export async function addCertificate(organizationId: string, fileName: string, file: Blob, password: string): Promise<Certificate> {
  const form = new FormData();
  form.append('file', file, fileName);
  form.append('password', password);
  return (await upload<{ certificate: Certificate }>(of(organizationId), form)).certificate;
}

export const checkAgain = (organizationId: string, id: string) => post<unknown>(`${one(organizationId, id)}/check`, {});

export const activate = (organizationId: string, id: string, reason: string) =>
  post<unknown>(`${one(organizationId, id)}/activate`, { reason });

export const publicAddress = (
  organizationId: string,
  id: string,
  certificate: 'authentication' | 'encryption',
  format: 'pem' | 'der' | 'chain',
) => fileAddress(`${one(organizationId, id)}/public?${new URLSearchParams({ certificate, format })}`);

export const calendarAddress = (organizationId: string, id: string) => fileAddress(`${one(organizationId, id)}/calendar`);
