import { formatNumber, t } from '../base/i18n';
import { Link, withQuery } from '../base/router';
import { Drawing } from '../base/tag';
import { registryPath } from './paths';
import type { Registry } from './registry';
import { looks, results } from './result';

/** How many registrations have each result; the number leads to them. */
export function ResultCounts({ organizationId, registry: { registry, name, counts } }: { organizationId: string; registry: Registry }) {
  return (
    <dl class="counts">
      {results.map((result) => {
        const { word, color, drawing } = looks[result];
        return (
          <div key={result} class="counts__one" data-color={counts[result] === 0 ? 'neutral' : color} data-result={result}>
            <dt>
              <Drawing of={drawing} /> {t(word)}
            </dt>
            <dd class="number">
              {counts[result] === 0 ? (
                formatNumber(0)
              ) : (
                <Link class="ds-link" to={withQuery(registryPath(organizationId, registry), { result })}>
                  {formatNumber(counts[result])}
                  <span class="ds-sr-only">
                    {' '}
                    {t(word)}, {name}
                  </span>
                </Link>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
