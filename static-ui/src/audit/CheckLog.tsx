import { useState } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { get } from '../base/api';
import { formatTime, plural, t } from '../base/i18n';
import { useStillHere } from '../base/load';
import { Notice } from '../base/notice';
import { type AuditEvent, eventInWords } from './event';

interface Verified {
  intact: boolean;
  events: number;
  head: string | null;
  firstBreak: { chain: string; number: number; kind: string; sentence: string } | null;
  unfinished: (Pick<AuditEvent, 'chain' | 'number' | 'at' | 'actor' | 'action' | 'object'>)[];
}

/** Works through the log from its beginning: was anything edited, taken out, moved or cut off? */
export function CheckLog({ address }: { address: string }) {
  const { act, refused } = useAct();
  const stillHere = useStillHere();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<{ result: Verified; turn: number }>();

  const check = () =>
    act(async () => {
      setBusy(true);
      try {
        const result = await get<Verified>(address);
        if (stillHere()) {
          setFound((before) => ({ result, turn: (before?.turn ?? 0) + 1 }));
        }
      } finally {
        setBusy(false);
      }
    });

  return (
    <div class="stack">
      <button type="button" class="ds-button" data-variant="secondary" aria-busy={busy} onClick={check}>
        {t('check.button')}
      </button>
      <Refused problem={refused} />
      {found && <Outcome key={found.turn} result={found.result} />}
    </div>
  );
}

function Outcome({ result }: { result: Verified }) {
  const { intact, firstBreak, unfinished } = result;
  return (
    <Notice color={intact && unfinished.length === 0 ? 'success' : 'warning'}>
      <div class="stack" data-testid="check">
        <p>
          <strong>{intact ? t('check.intactTitle') : t('check.brokenTitle')}</strong>
        </p>
        <p>
          {intact ? plural(result.events, { one: 'check.intact_one', other: 'check.intact_other' }) : t('check.broken')}
        </p>
        {firstBreak && (
          <p>
            {firstBreak.sentence} <span class="subtle break">{t('check.at', { chain: firstBreak.chain, number: firstBreak.number })}</span>
          </p>
        )}
        {unfinished.length > 0 && (
          <>
            <p>{plural(unfinished.length, { one: 'check.unfinished_one', other: 'check.unfinished_other' })}</p>
            <ul class="ds-list">
              {unfinished.map((event) => (
                <li key={`${event.chain} ${event.number}`} class="break">
                  {formatTime(event.at)} · {eventInWords(event)}
                </li>
              ))}
            </ul>
          </>
        )}
        {result.head && (
          <p class="subtle">
            {t('check.head')} <code class="break">{result.head}</code>
          </p>
        )}
      </div>
    </Notice>
  );
}
