import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from './api';
import { t } from './i18n';
import { Loading, ProblemNotice } from './load';

/**
 * A page that is fetched when somebody first goes there. `quiet`: only a part of one, which is shown once it is there, and missed by nobody.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, how: { quiet?: boolean } = {}): ComponentType<P> {
  let found: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [failed, setFailed] = useState(false);
    const [, draw] = useState(false);
    useEffect(() => {
      if (found === undefined) {
        load().then(
          (page) => {
            found = page;
            draw(true);
          },
          () => setFailed(true),
        );
      }
    }, []);
    const Found = found;
    if (how.quiet && Found === undefined) {
      return null;
    }
    if (failed) {
      // The portal may have been renewed since this page was opened: its files then bear other names.
      return <ProblemNotice problem={new Problem(0, 'unreachable', t('problem.unreachable'))} again={() => location.reload()} />;
    }
    return Found === undefined ? <Loading /> : <Found {...props} />;
  };
}
