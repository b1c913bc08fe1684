import type { Key } from '../base/i18n';

export type Role = 'dp_manager' | 'certificate_editor' | 'csv_upload_manager' | 'nippin_manager';

export const roles: Role[] = ['dp_manager', 'certificate_editor', 'csv_upload_manager', 'nippin_manager'];

/** An organisation someone belongs to, with what he or she does there. */
export interface Membership {
  id: string;
  title: string;
  nihdi: string;
  roles: Role[];
}

export interface Organization {
  id: string;
  title: string;
  nihdi: string;
  etag: string;
}

export const roleNames: Record<Role, Key> = {
  dp_manager: 'role.dpManager',
  certificate_editor: 'role.certificateEditor',
  csv_upload_manager: 'role.csvUploadManager',
  nippin_manager: 'role.nippinManager',
};
