import { useRef } from 'preact/hooks';
import { CopyButton } from '../base/copy';
import { formatTime, plural, t } from '../base/i18n';
import { Notice } from '../base/notice';
import { Link } from '../base/router';
import type { Organization } from '../session/membership';
import { membersOf } from './member';
import { csvLine, downloadText, type Import, type ImportRow } from './memberCsv';

interface ImportResultProps {
  result: Import;
  organization: Organization;
  onAgain: () => void;
}

/** The temporary passwords of the new people are here once, and gone with the page. */
export function ImportResult({ result, organization, onAgain }: ImportResultProps) {
  const fresh = result.rows.filter((row) => row.temporaryPassword !== null);
  const done = result.rows.filter(({ outcome }) => outcome === 'add' || outcome === 'change').length;
  return (
    <div class="stack">
      <Notice>
        <p>{plural(done, { one: 'import.done_one', other: 'import.done_other' })}</p>
      </Notice>
      {fresh.length > 0 && <Passwords rows={fresh} until={result.temporaryUntil} />}
      <p class="actions">
        <Link class="ds-button" to={membersOf(organization.id)}>
          {t('members.toList')}
        </Link>
        <button type="button" class="ds-button" data-variant="secondary" onClick={onAgain}>
          {t('import.again')}
        </button>
      </p>
    </div>
  );
}

function Passwords({ rows, until }: { rows: ImportRow[]; until: string | null }) {
  const list = useRef<HTMLPreElement>(null);
  const lines = rows.map(({ email, temporaryPassword }) => `${email}\t${temporaryPassword}`).join('\n');
  const file = () =>
    downloadText(
      'temporary-passwords.csv',
      csvLine(['email', 'temporary_password']) + rows.map(({ email, temporaryPassword }) => csvLine([email, temporaryPassword!])).join(''),
    );
  return (
    <section class="ds-card stack" aria-labelledby="passwords-title">
      <h3 class="ds-heading" data-size="xs" id="passwords-title">
        {t('import.passwords')}
      </h3>
      <p>
        {t('issued.onceMany')} {until && t('issued.untilMany', { time: formatTime(until) })}
      </p>
      <pre class="secrets" tabIndex={0} aria-labelledby="passwords-title" ref={list} data-testid="temporary-passwords">
        {lines}
      </pre>
      <div class="actions">
        <CopyButton shown={list} label={t('import.copy')} />
        <button type="button" class="ds-button" data-size="sm" data-variant="secondary" onClick={file}>
          {t('import.download')}
        </button>
      </div>
      <p>{t('issued.tellMany')}</p>
    </section>
  );
}
