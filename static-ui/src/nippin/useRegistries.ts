import { announce } from '../base/announcer';
import { language, plural, t } from '../base/i18n';
import { useWatch } from '../base/watch';
import { askOften, isUnderWay, loadRegistries, type Registry, run } from './registry';

/** The reimbursed registries of an organisation as they are now, and a way to have them checked. */
export function useRegistries(organizationId: string) {
  const watch = useWatch(() => loadRegistries(organizationId), [organizationId, language()], (items) => items.some(isUnderWay), askOften, announceOver);

  const check = async (registry?: string) => {
    const now = await run(organizationId, registry);
    watch.keep(() => now);
    announce(t('nippin.checkBegun'));
  };

  return { items: watch.value, problem: watch.problem, reload: watch.reload, check };
}

function announceOver(before: Registry[], now: Registry[]) {
  const underWay = new Set(before.filter(isUnderWay).map(({ registry }) => registry));
  const over = now.filter((one) => underWay.has(one.registry) && !isUnderWay(one));
  if (over.length > 0) {
    announce(over.length > 2 ? announcementOfMany(over) : over.map(announcementOf).join(' '));
  }
}

function announcementOf({ name, state, open, problem }: Registry): string {
  if (state === 'failed') {
    return t('nippin.announceFailed', { name, problem: problem ?? '' }).trim();
  }
  return open === 0
    ? t('nippin.announceAllValid', { name })
    : plural(open, { one: 'nippin.announceOpen_one', other: 'nippin.announceOpen_other' }, { name });
}

/** Whoever has asked for all of them is not to hear a sentence about each. */
function announcementOfMany(over: Registry[]): string {
  const failed = over.filter(({ state }) => state === 'failed').length;
  const sentence = plural(over.length, { one: 'nippin.announceMany_one', other: 'nippin.announceMany_other' });
  return failed === 0 ? sentence : `${sentence} ${plural(failed, { one: 'nippin.checksFailed_one', other: 'nippin.checksFailed_other' })}`;
}
