import { t } from '../base/i18n';
import { usePortal } from '../base/portal';
import { ServiceDesk } from '../base/serviceDesk';

/** Where the text of a ticket goes; without an address, people know their own way to healthdata.be. */
export function ForServiceDesk() {
  const serviceDesk = usePortal()?.serviceDesk;
  return serviceDesk ? (
    <p class="subtle break">
      {t('nippin.ticketTo')} <ServiceDesk address={serviceDesk} />
    </p>
  ) : null;
}
