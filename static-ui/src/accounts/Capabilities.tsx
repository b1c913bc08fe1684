import { formatList, t } from '../base/i18n';
import type { PersonMembership } from './account';
import { tasks, kindNames, type Reason, reasonsFor } from './capability';

// A User Manager of a hundred organisations would otherwise read a hundred names.
const namedReasons = 6;

/** What somebody can do, each with the reason: worked out from the portal's own table of permissions. */
export function Capabilities({ isUserManager, memberships }: { isUserManager: boolean; memberships: PersonMembership[] }) {
  const groups = tasks
    .map(({ group, tasks }) => ({
      group,
      can: tasks.map(({ task, call }) => ({ task, reasons: reasonsFor(call, isUserManager, memberships) })).filter(({ reasons }) => reasons.length > 0),
    }))
    .filter(({ can }) => can.length > 0);

  return (
    <div class="capabilities">
      {groups.map(({ group, can }) => (
        <section key={group} class="ds-card" aria-labelledby={group}>
          <h3 class="ds-heading" data-size="2xs" id={group}>
            {t(group)}
          </h3>
          <ul class="plain" role="list">
            {can.map(({ task, reasons }) => (
              <li key={task}>
                {t(task)}
                <span class="subtle cell-note">{t('can.because', { reasons: inWords(reasons) })}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function inWords(reasons: Reason[]): string {
  const words = reasons.slice(0, namedReasons).map(({ kind, organization }) => {
    const name = t(kindNames[kind]);
    return organization === undefined ? name : t('can.of', { role: name, organization });
  });
  return formatList(reasons.length > namedReasons ? [...words, t('can.more', { number: reasons.length - namedReasons })] : words);
}
