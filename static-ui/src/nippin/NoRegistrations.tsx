import type { ComponentChildren } from 'preact';
import { t } from '../base/i18n';

/** Everything was checked, and there was nothing. */
export function NoRegistrations({ children }: { children?: ComponentChildren }) {
  return (
    <div class="ds-card empty stack" data-testid="no-registrations">
      <h2 class="ds-heading" data-size="xs">
        {t('nippin.noRegistrationsTitle')}
      </h2>
      <p>{t('nippin.noRegistrationsText')}</p>
      {children}
    </div>
  );
}
