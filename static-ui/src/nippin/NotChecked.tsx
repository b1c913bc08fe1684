import { t } from '../i18n';

/** Before the first night: what will be here, and how to have it sooner. */
export function NotChecked() {
  return (
    <div class="ds-card empty stack">
      <h2 class="ds-heading" data-size="xs">
        {t('nippin.notCheckedTitle')}
      </h2>
      <p>{t('nippin.notCheckedText')}</p>
      <p>{t('nippin.notCheckedNow')}</p>
    </div>
  );
}
