import type { Role } from '../session/membership';

/** What a file would do, row by row, or has done. */
export interface Import {
  rows: ImportRow[];
  faults: number;
  applied: boolean;
  temporaryUntil: string | null;
}

export interface ImportRow {
  line: number;
  email: string;
  roles: Role[];
  outcome: 'add' | 'change' | 'unchanged' | 'error';
  known: boolean;
  errors: string[];
  temporaryPassword: string | null;
}

export const sample = [
  'email;roles',
  'an.peeters@hospital.example;csv_upload_manager',
  'luc.dubois@hospital.example;certificate_editor|nippin_manager',
  'ine.claes@hospital.example;',
  '',
].join('\r\n');

/** A file made here and given to the person; it never leaves the browser in any other way. */
export function downloadText(name: string, text: string) {
  // A byte order mark: spreadsheets take the text for UTF-8 by it.
  const address = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe before it, as in the files that the portal makes (FormulaText), which takes it off again
 * when the list comes back. Blanks of any width, signs without any and wide forms count as a spreadsheet counts them.
 */
const notFormula = (text: string) =>
  /^'*[\p{Zs}\p{Cf}]*[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;

/** One line of such a file. */
export const csvLine = (values: string[]) =>
  values
    .map(notFormula)
    .map((value) => (/[";\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(';') + '\r\n';
