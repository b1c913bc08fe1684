import { t } from '../base/i18n';
import { Link } from '../base/router';
import { CheckState } from './CheckState';
import { registryPath } from './paths';
import { isUnderWay, type Registry } from './registry';
import { StateTag } from './StateTag';

/** The registries without registrations, in short. */
export function RegistryRows({ organizationId, registries }: { organizationId: string; registries: Registry[] }) {
  return (
    <ul class="rows" role="list" data-testid="empty-registries">
      {registries.map((registry) => (
        <li key={registry.registry} class="rows__row" data-registry={registry.registry} data-state={registry.state}>
          <div class="rows__name">
            <Link class="ds-link rows__link" to={registryPath(organizationId, registry.registry)}>
              {registry.name}
            </Link>
          </div>
          {isUnderWay(registry) ? (
            <div class="rows__state">
              <StateTag registry={registry} />
              <CheckState registry={registry} />
            </div>
          ) : (
            <span class="subtle">{registry.night === null ? t('nippin.neverChecked') : t('nippin.noRegistrations')}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
