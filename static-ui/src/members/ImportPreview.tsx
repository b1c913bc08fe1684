import { formatNumber, type Key, plural, t } from '../base/i18n';
import { CellLabel } from '../base/listing';
import { Notice } from '../base/notice';
import { RoleTags } from '../session/RoleTags';
import type { Import, ImportRow } from './memberCsv';

const outcomes: Record<ImportRow['outcome'], { word: Key; color: string }> = {
  add: { word: 'import.add', color: 'success' },
  change: { word: 'import.change', color: 'info' },
  unchanged: { word: 'import.unchanged', color: 'neutral' },
  error: { word: 'import.error', color: 'danger' },
};

export function ImportPreview({ preview }: { preview: Import }) {
  const { rows, faults } = preview;
  return (
    <section class="stack" aria-labelledby="preview-title">
      <Notice color={faults > 0 ? 'warning' : 'info'}>
        <h3 class="ds-heading" data-size="2xs" id="preview-title">
          {t('import.preview')}
        </h3>
        <p>{faults > 0 ? plural(faults, { one: 'import.faults_one', other: 'import.faults_other' }) : t('import.noFaults')}</p>
      </Notice>
      <table class="ds-table listing" data-border>
        <caption class="ds-sr-only">{t('import.preview')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('import.line')}</th>
            <th scope="col">{t('members.email')}</th>
            <th scope="col">{t('members.roles')}</th>
            <th scope="col">{t('import.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td class="number">
                <CellLabel>{t('import.line')}</CellLabel>
                {formatNumber(row.line)}
              </td>
              <th scope="row" class="break">
                {row.email}
              </th>
              <td>
                {row.roles.length > 0 ? (
                  <RoleTags roles={row.roles} label={t('members.rolesOf', { email: row.email })} />
                ) : (
                  <span class="subtle">{t('members.noRole')}</span>
                )}
              </td>
              <td>
                <span class="ds-tag" data-color={outcomes[row.outcome]?.color ?? 'neutral'}>
                  {outcomes[row.outcome] ? t(outcomes[row.outcome].word) : row.outcome}
                </span>
                {row.outcome === 'add' && <span class="subtle cell-note">{row.known ? t('import.known') : t('import.new')}</span>}
                {row.errors.map((sentence) => (
                  <p class="ds-validation-message" key={sentence}>
                    {sentence}
                  </p>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
