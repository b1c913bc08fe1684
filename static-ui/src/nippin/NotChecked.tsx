import { t } from '../base/i18n';

/** Before the first night: what will be here, and how to have it sooner. */
export function NotChecked({ underWay }: { underWay: boolean }) {
  return (
    <div class="ds-card empty stack" data-testid="not-checked">
      <h2 class="ds-heading" data-size="xs">
        {underWay ? t('nippin.firstCheckTitle') : t('nippin.notCheckedTitle')}
      </h2>
      <p>{t('nippin.notCheckedText')}</p>
      <p>{underWay ? t('nippin.firstCheckText') : t('nippin.notCheckedNow')}</p>
    </div>
  );
}
