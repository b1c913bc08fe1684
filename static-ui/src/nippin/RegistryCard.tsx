import { Fact, Time } from '../base/facts';
import { t } from '../base/i18n';
import { Link } from '../base/router';
import { changesInWords } from './changes';
import { CheckState } from './CheckState';
import { registryPath } from './paths';
import { hasRegistrations, type Registry } from './registry';
import { ResultCounts } from './ResultCounts';
import { StateTag } from './StateTag';
import { Trend } from './Trend';

/** One registry, and what its last nights say. */
export function RegistryCard({ organizationId, registry }: { organizationId: string; registry: Registry }) {
  const { registry: code, name, state, lastNight, solved, broken } = registry;
  const changes = changesInWords(solved, broken);
  const heading = `registry-${code.replace(/\W/g, '-')}`;
  return (
    <article class="ds-card registry" aria-labelledby={heading} data-testid="registry" data-registry={code} data-state={state}>
      <div class="registry__head">
        <div>
          <h3 class="ds-heading" data-size="2xs" id={heading}>
            <Link class="ds-link" to={registryPath(organizationId, code)}>
              {name}
            </Link>
          </h3>
          <p class="subtle break">{code}</p>
        </div>
        <StateTag registry={registry} />
      </div>
      <CheckState registry={registry} />
      {hasRegistrations(registry) && (
        <div class="registry__figures">
          <div class="stack">
            <ResultCounts organizationId={organizationId} registry={registry} />
            {changes && <p>{changes}</p>}
            {lastNight && (
              <dl class="facts facts--inline number">
                <Fact name={t('nippin.lastNight')}>
                  <Time iso={lastNight} />
                </Fact>
              </dl>
            )}
          </div>
          <Trend registry={registry} />
        </div>
      )}
    </article>
  );
}
