import type { ComponentChildren } from 'preact';
import { Fact, Time } from '../base/facts';
import { formatBytes, formatNumber, plural, t } from '../base/i18n';
import { drawings, type Look, Tag } from '../base/tag';
import { Warnings } from '../base/warnings';
import { downloadAddress, type Export, isActive, profileName, type State } from './export';
import { Fingerprint } from './Fingerprint';

const states: Record<State, Look> = {
  queued: { word: 'export.queued', color: 'neutral', drawing: drawings.clock },
  running: { word: 'export.running', color: 'info', drawing: drawings.turning },
  succeeded: { word: 'export.succeeded', color: 'success', drawing: drawings.tick },
  failed: { word: 'export.failed', color: 'danger', drawing: drawings.warning },
  cancelled: { word: 'export.cancelled', color: 'neutral', drawing: drawings.cross },
};

interface ExportCardProps {
  organizationId: string;
  item: Export;
  title: string;
  onRunAgain: () => void;
  onCancel: () => void;
  onDelete: () => void;
}

export function ExportCard({ organizationId, item, title, onRunAgain, onCancel, onDelete }: ExportCardProps) {
  const heading = `export-${item.id}`;
  return (
    <article class="ds-card export" aria-labelledby={heading} data-testid="export" data-state={item.state}>
      <div class="export__head">
        <div>
          <h3 class="ds-heading" data-size="2xs" id={heading}>
            {title}
          </h3>
          <p class="subtle">{t(profileName(item.kind, item.profile))}</p>
        </div>
        <Tag look={states[item.state]} />
      </div>

      {item.state === 'running' && <Progress item={item} title={title} />}
      {/* Why it is tried again. */}
      {isActive(item) && item.error && <p class="subtle">{item.error}</p>}
      {item.state === 'failed' && <p class="ds-validation-message">{item.error ?? t('export.failedUnknown')}</p>}
      <Warnings sentences={item.warnings} />

      <dl class="facts facts--row">
        <Fact name={t('export.requested')}>
          <Time iso={item.requestedAt} />
          <span class="subtle break">{item.requestedBy}</span>
        </Fact>
        {item.state === 'succeeded' && item.rows !== null && <Fact name={t('export.rows')}>{formatNumber(item.rows)}</Fact>}
        {item.state === 'succeeded' && item.bytes !== null && <Fact name={t('export.size')}>{formatBytes(item.bytes)}</Fact>}
        {item.state === 'succeeded' && item.expiresAt !== null && (
          <Fact name={t('export.expires')}>
            <Time iso={item.expiresAt} />
          </Fact>
        )}
      </dl>
      <div class="actions">
        {item.state === 'succeeded' && (
          <a class="ds-button" data-size="sm" href={downloadAddress(organizationId, item.id)} download={item.fileName ?? ''}>
            {t('export.download')} <span class="ds-sr-only">{title}</span>
          </a>
        )}
        {isActive(item) ? (
          <Action title={title} onClick={onCancel}>
            {t('export.cancel')}
          </Action>
        ) : (
          <>
            <Action title={title} onClick={onRunAgain}>
              {t('export.runAgain')}
            </Action>
            <Action title={title} danger onClick={onDelete}>
              {t('export.delete')}
            </Action>
          </>
        )}
      </div>

      {item.state === 'succeeded' && item.sha256 && <Fingerprint item={item} sha256={item.sha256} />}
    </article>
  );
}

function Action({
  title,
  danger,
  onClick,
  children,
}: {
  title: string;
  danger?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="ds-button"
      data-size="sm"
      data-variant={danger ? 'tertiary' : 'secondary'}
      data-color={danger ? 'danger' : undefined}
      onClick={onClick}
    >
      {children} <span class="ds-sr-only">{title}</span>
    </button>
  );
}

function Progress({ item, title }: { item: Export; title: string }) {
  return (
    <div class="progress">
      <progress aria-label={t('export.progress', { title })} max={100} value={item.progress ?? undefined} />
      <p class="subtle">
        {item.progress !== null && <span class="number">{t('export.percent', { percent: Math.floor(item.progress) })} · </span>}
        {plural(item.rows ?? 0, { one: 'export.rowsSoFar_one', other: 'export.rowsSoFar_other' })}
      </p>
    </div>
  );
}
