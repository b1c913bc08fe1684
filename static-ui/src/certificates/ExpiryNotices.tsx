import { language, t } from '../base/i18n';
import { useLoad } from '../base/load';
import { Link } from '../base/router';
import { historyPath, inUse, loadOverview } from './certificate';
import { noticeInWords } from './state';

/** On the home page: whose certificate must be renewed. A portal that cannot say so just now says nothing. */
export function ExpiryNotices() {
  const overview = useLoad(loadOverview, [language()]);
  const urgent = (overview.value ?? [])
    .flatMap(({ organization, ...item }) => {
      const certificate = inUse(item);
      return certificate !== null && certificate.notice !== null ? [{ organization, certificate }] : [];
    })
    .sort((a, b) => (a.certificate.daysLeft ?? 0) - (b.certificate.daysLeft ?? 0));
  if (urgent.length === 0) {
    return null;
  }
  return (
    <section
      class="ds-alert"
      data-color={urgent.some(({ certificate }) => certificate.renewal === 'over') ? 'danger' : 'warning'}
      aria-labelledby="expiry-title"
      data-testid="expiry-notices"
    >
      <h2 class="ds-heading" data-size="2xs" id="expiry-title">
        {t('overview.expiryTitle')}
      </h2>
      <ul class="plain" role="list">
        {urgent.map(({ organization, certificate }) => (
          <li key={organization.id}>
            {noticeInWords(certificate, organization.title)}{' '}
            <Link class="ds-link" to={historyPath(organization.id)}>
              {t('overview.expiryLink')} <span class="ds-sr-only">{organization.title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
