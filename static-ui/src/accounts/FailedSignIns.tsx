import { get } from '../base/api';
import { Time } from '../base/facts';
import { language, t } from '../base/i18n';
import { Loading, ProblemNotice, useLoad } from '../base/load';

interface OwnAccount {
  lastSignIn: string | null;
  failedSignIns: { at: string; address: string | null }[];
}

/** So that somebody notices when another tries the own address. */
export function FailedSignIns() {
  const account = useLoad(() => get<OwnAccount>('/account'), [language()]);
  return (
    <section class="stack" aria-labelledby="failed-title">
      <h2 class="ds-heading" data-size="sm" id="failed-title">
        {t('failed.title')}
      </h2>
      {account.problem ? (
        <ProblemNotice problem={account.problem} again={account.again} />
      ) : !account.value ? (
        <Loading />
      ) : account.value.failedSignIns.length === 0 ? (
        <p class="subtle">{t('failed.none')}</p>
      ) : (
        <>
          <p class="subtle">{t('failed.lead')}</p>
          <ul class="rows" role="list">
            {account.value.failedSignIns.map(({ at, address }, place) => (
              <li key={place} class="rows__row number">
                <Time iso={at} />
                <span class="subtle">{address ?? t('sessions.noAddress')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
