import { plural } from '../base/i18n';
import { drawings, type Look, Tag } from '../base/tag';
import type { Registry } from './registry';

const looks: Record<'queued' | 'running' | 'failed' | 'open' | 'inOrder', Look> = {
  queued: { word: 'nippin.queued', color: 'neutral', drawing: drawings.clock },
  running: { word: 'nippin.running', color: 'info', drawing: drawings.turning },
  failed: { word: 'nippin.failed', color: 'danger', drawing: drawings.warning },
  open: { word: 'nippin.attentionTitle', color: 'warning', drawing: drawings.warning },
  inOrder: { word: 'nippin.allValid', color: 'success', drawing: drawings.tick },
};

/** How a registry stands, in a word: its newest check as long as that is not over or has failed, else its registrations. */
export function StateTag({ registry: { state, open, night } }: { registry: Registry }) {
  if (state === 'queued' || state === 'running' || state === 'failed') {
    return <Tag look={looks[state]} />;
  }
  if (night === null) {
    return null;
  }
  return open > 0 ? (
    <Tag look={looks.open}>{plural(open, { one: 'nippin.open_one', other: 'nippin.open_other' })}</Tag>
  ) : (
    <Tag look={looks.inOrder} />
  );
}
