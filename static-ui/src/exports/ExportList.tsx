import { useRef, useState } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { announce } from '../base/announcer';
import { ConfirmDialog } from '../base/confirm';
import { t } from '../base/i18n';
import { Loading, ProblemNotice } from '../base/load';
import { type Export, type Registry, removeExport, requestExport } from './export';
import { ExportCard } from './ExportCard';
import { titleOf } from './title';
import type { useExports } from './useExports';

interface ExportListProps {
  organizationId: string;
  /** What the catalogue calls them; exports of NIPPIN results bear their own name. */
  registries?: Registry[];
  exports: ReturnType<typeof useExports>;
  /** What is said while there is none. */
  none: string;
}

export function ExportList({ organizationId, registries = [], exports, none }: ExportListProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [asked, setAsked] = useState<Export>();
  const { act, refused } = useAct();

  const runAgain = (item: Export) =>
    act(async () => {
      exports.add(await requestExport(organizationId, item));
      announce(t('csv.requested'));
      heading.current?.focus();
    });

  const cancel = (item: Export) =>
    act(async () => {
      await removeExport(organizationId, item.id);
      announce(t('export.announceCancelled', { title: titleOf(item, registries) }));
      await exports.reload();
      heading.current?.focus({ preventScroll: true });
    });

  const removeAsked = () =>
    act(async () => {
      const item = asked!;
      setAsked(undefined);
      await removeExport(organizationId, item.id);
      exports.drop(item.id);
      announce(t('export.announceDeleted', { title: titleOf(item, registries) }));
      heading.current?.focus();
    });

  return (
    <section class="stack" aria-labelledby="exports-title">
      <h2 class="ds-heading" data-size="sm" id="exports-title" tabIndex={-1} ref={heading}>
        {t('export.listTitle')}
      </h2>
      <Refused problem={refused} />
      {exports.problem && exports.items && (
        <div class="ds-alert" data-color="warning" role="status">
          <p>{t('export.notUpToDate', { reason: exports.problem.sentence })}</p>
        </div>
      )}
      {!exports.items ? (
        exports.problem ? (
          <ProblemNotice problem={exports.problem} again={exports.reload} />
        ) : (
          <Loading />
        )
      ) : exports.items.length === 0 ? (
        <div class="ds-card empty stack">
          <h3 class="ds-heading" data-size="xs">
            {t('export.noneTitle')}
          </h3>
          <p>{none}</p>
        </div>
      ) : (
        <ul class="exports" role="list">
          {exports.items.map((item) => (
            <li key={item.id}>
              <ExportCard
                organizationId={organizationId}
                item={item}
                title={titleOf(item, registries)}
                onRunAgain={() => runAgain(item)}
                onCancel={() => cancel(item)}
                onDelete={() => setAsked(item)}
              />
            </li>
          ))}
        </ul>
      )}
      {exports.hasMore && (
        <button type="button" class="ds-button" data-variant="secondary" onClick={() => act(exports.more)}>
          {t('list.more')}
        </button>
      )}
      {asked && (
        <ConfirmDialog
          title={t('export.deleteTitle')}
          confirm={t('export.deleteConfirm')}
          keep={t('export.deleteKeep')}
          danger
          onConfirm={removeAsked}
          onKeep={() => setAsked(undefined)}
        >
          <p>{t('export.deleteText', { title: titleOf(asked, registries) })}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
