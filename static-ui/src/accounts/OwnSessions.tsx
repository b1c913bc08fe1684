import { useRef, useState } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { announce } from '../base/announcer';
import { get, type List, remove } from '../base/api';
import { ConfirmDialog } from '../base/confirm';
import { Fact, Time } from '../base/facts';
import { language, t } from '../base/i18n';
import { Loading, ProblemNotice, useLoad, useStillHere } from '../base/load';

interface OwnSession {
  id: string;
  device: string;
  address: string | null;
  begunAt: string;
  lastSeen: string;
  isCurrent: boolean;
}

/** Where one is signed in. */
export function OwnSessions() {
  const sessions = useLoad(() => get<List<OwnSession>>('/account/sessions'), [language()]);
  const [asked, ask] = useState<OwnSession | 'others'>();
  const { act, refused } = useAct();
  const stillHere = useStillHere();
  const heading = useRef<HTMLHeadingElement>(null);

  const end = () =>
    act(async () => {
      const which = asked!;
      ask(undefined);
      await remove(which === 'others' ? '/account/sessions' : `/account/sessions/${which.id}`);
      if (stillHere()) {
        announce(which === 'others' ? t('sessions.endedOthers') : t('sessions.ended'));
        await sessions.again();
        heading.current?.focus();
      }
    });

  const items = sessions.value?.items;
  return (
    <section class="stack" aria-labelledby="sessions-title">
      <h2 class="ds-heading" data-size="sm" id="sessions-title" tabIndex={-1} ref={heading}>
        {t('sessions.title')}
      </h2>
      <Refused problem={refused} />
      {sessions.problem ? (
        <ProblemNotice problem={sessions.problem} again={sessions.again} />
      ) : !items ? (
        <Loading />
      ) : (
        <ul class="rows" role="list" data-testid="sessions">
          {items.map((session) => (
            <li key={session.id} class="rows__row">
              <div class="rows__name">
                <strong>{session.device}</strong>
                {session.isCurrent && (
                  <span class="ds-tag" data-color="success">
                    {t('sessions.current')}
                  </span>
                )}
              </div>
              <dl class="facts facts--row">
                <Fact name={t('sessions.address')}>{session.address ?? t('sessions.noAddress')}</Fact>
                <Fact name={t('sessions.begun')}>
                  <Time iso={session.begunAt} />
                </Fact>
                <Fact name={t('sessions.seen')}>
                  <Time iso={session.lastSeen} />
                </Fact>
              </dl>
              {!session.isCurrent && (
                <button type="button" class="ds-button" data-size="sm" data-variant="secondary" onClick={() => ask(session)}>
                  {t('sessions.end')} <span class="ds-sr-only">{session.device}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {items && items.some(({ isCurrent }) => !isCurrent) && (
        <button type="button" class="ds-button" data-variant="secondary" onClick={() => ask('others')}>
          {t('sessions.endOthers')}
        </button>
      )}
      {asked && (
        <ConfirmDialog
          title={asked === 'others' ? t('sessions.endOthersTitle') : t('sessions.endTitle', { device: asked.device })}
          confirm={asked === 'others' ? t('sessions.endOthers') : t('sessions.end')}
          keep={t('form.cancel')}
          danger
          onConfirm={end}
          onKeep={() => ask(undefined)}
        >
          <p>{t('sessions.endText')}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
