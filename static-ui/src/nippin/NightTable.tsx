import { Day } from '../base/facts';
import { formatNumber, t } from '../base/i18n';
import { type Night, openIn } from './registry';
import { looks, results } from './result';

/** What the picture of the last nights shows, in numbers, the newest night first. */
export function NightTable({ name, nights }: { name: string; nights: Night[] }) {
  return (
    <details class="ds-details fingerprint">
      <summary>
        {t('nippin.nights')} <span class="ds-sr-only">{name}</span>
      </summary>
      <div class="nights" tabIndex={0} role="group" aria-label={t('nippin.nightsOf', { name })}>
        <table class="ds-table" data-border data-size="sm">
          <caption class="ds-sr-only">{t('nippin.nightsOf', { name })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('nippin.night')}</th>
              {results.map((result) => (
                <th scope="col" key={result}>
                  {t(looks[result].word)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...nights].reverse().map((night) => (
              <tr key={night.night}>
                <th scope="row" class="number">
                  <Day iso={night.night} />
                </th>
                {openIn(night) === null ? (
                  <td colSpan={results.length}>{t('nippin.failed')}</td>
                ) : (
                  results.map((result) => (
                    <td key={result} class="number">
                      {formatNumber(night[result])}
                    </td>
                  ))
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
