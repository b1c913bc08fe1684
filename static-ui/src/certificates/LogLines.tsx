import { Time } from '../base/facts';
import { t } from '../base/i18n';
import { Loading } from '../base/load';
import type { LogLine } from './certificate';
import { severities } from './Findings';
import { states } from './state';

/** All that was said of an upload, oldest first. */
export function LogLines({ lines, underWay }: { lines: LogLine[]; underWay: boolean }) {
  return (
    <section class="stack" aria-labelledby="log-title">
      <h3 class="ds-heading" data-size="xs" id="log-title">
        {t('certificate.log')}
      </h3>
      {lines.length > 0 && (
        <ol class="rows log" role="list" data-testid="log">
          {lines.map(({ at, status, severity, code, message }, index) => (
            <li key={index} class="rows__row log__line">
              <span class="number subtle">
                <Time iso={at} />
              </span>
              <span class="subtle">{code !== null && severity !== null ? t(severities[severity].word) : t(states[status].word)}</span>
              <span class="log__message">
                {message} {code !== null && <span class="subtle">({code})</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
      {underWay && <Loading sentence={t('certificate.follows')} />}
    </section>
  );
}
