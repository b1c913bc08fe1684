import { formatDate, t } from '../base/i18n';
import type { Certificate } from './certificate';

const day = 24 * 3600 * 1000;
const rowHeight = 46;
const barHeight = 16;
const axisHeight = 26;
const top = 26;
// More bars than these are a wall, not a picture; the table has them all.
const most = 10;

type Bar = Certificate & { notBefore: string; notAfter: string };

// What was refused has never been valid here.
const isDrawn = (certificate: Certificate): certificate is Bar =>
  certificate.notBefore !== null && certificate.notAfter !== null && (certificate.isActive || !['refused', 'failed'].includes(certificate.status));

/** When each version is valid: a picture of what the table beneath it says. */
export function Timeline({ certificates }: { certificates: Certificate[] }) {
  const bars = certificates.filter(isDrawn).slice(0, most);
  if (bars.length === 0) {
    return null;
  }
  const now = Date.now();
  const moments = bars.flatMap(({ notBefore, notAfter }) => [Date.parse(notBefore), Date.parse(notAfter)]);
  const margin = 20 * day;
  const start = Math.min(now, ...moments) - margin;
  const end = Math.max(now, ...moments) + margin;
  // Places are given in percent: the picture is as wide as there is room, its words stay as large as the others.
  const at = (moment: number) => ((moment - start) / (end - start)) * 100;
  const percent = (value: number) => `${value.toFixed(2)}%`;
  const height = top + bars.length * rowHeight + axisHeight;
  const today = at(now);

  return (
    <figure class="timeline">
      <figcaption class="timeline__legend">
        <Swatch kind="active" name={t('certificate.active')} />
        <Swatch kind="other" name={t('timeline.other')} />
        <Swatch kind="renewal" name={t('timeline.renewal')} />
      </figcaption>
      <svg class="timeline__picture" width="100%" height={height} role="img" aria-label={t('timeline.label')}>
        <defs>
          <pattern id="renewal" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="timeline__stripe" width="3" height="6" />
          </pattern>
        </defs>
        {years(start, end).map(({ year, moment, named }) => (
          <g key={year}>
            <line class="timeline__year" x1={percent(at(moment))} x2={percent(at(moment))} y1={top} y2={height - axisHeight} />
            {named && (
              <text class="timeline__word" x={percent(at(moment))} y={height - 8} text-anchor={anchor(at(moment))}>
                {year}
              </text>
            )}
          </g>
        ))}
        {bars.map((bar, index) => {
          const y = top + index * rowHeight;
          const from = at(Date.parse(bar.notBefore));
          const until = at(Date.parse(bar.notAfter));
          const renewal = bar.renewalFrom === null ? until : Math.max(from, at(Date.parse(bar.renewalFrom)));
          const look = bar.isActive ? 'timeline__bar timeline__bar--active' : 'timeline__bar';
          return (
            <g key={bar.id}>
              <rect class={look} x={percent(from)} y={y + 20} width={percent(Math.max(until - from, 0.3))} height={barHeight} rx="3" />
              {until > renewal && (
                <rect fill="url(#renewal)" x={percent(renewal)} y={y + 20} width={percent(until - renewal)} height={barHeight} rx="3" />
              )}
            </g>
          );
        })}
        <line class="timeline__today" x1={percent(today)} x2={percent(today)} y1={top - 6} y2={height - axisHeight} />
        <text class="timeline__word timeline__word--today" x={percent(today)} y="14" text-anchor={anchor(today)}>
          {t('timeline.today', { date: formatDate(new Date(now).toISOString()) })}
        </text>
        {bars.map(({ id, notBefore, notAfter, isActive }, index) => (
          <text
            key={id}
            class={isActive ? 'timeline__word timeline__word--active' : 'timeline__word'}
            x="0"
            y={top + index * rowHeight + 14}
          >
            {t('timeline.bar', { from: formatDate(notBefore), until: formatDate(notAfter) })}
            {isActive && ` · ${t('certificate.active')}`}
          </text>
        ))}
      </svg>
    </figure>
  );
}

// At the edges words turn inwards.
const anchor = (place: number) => (place < 12 ? 'start' : place > 88 ? 'end' : 'middle');

function years(start: number, end: number) {
  const first = new Date(start).getUTCFullYear() + 1;
  const count = new Date(end).getUTCFullYear() - first + 1;
  const step = Math.ceil(count / 6);
  return Array.from({ length: count }, (_, index) => ({ year: first + index, moment: Date.UTC(first + index, 0, 1), named: index % step === 0 }));
}

function Swatch({ kind, name }: { kind: 'active' | 'other' | 'renewal'; name: string }) {
  return (
    <span class="timeline__swatch">
      <svg width="28" height="14" aria-hidden="true">
        <rect class={kind === 'active' ? 'timeline__bar timeline__bar--active' : 'timeline__bar'} x="1" y="1" width="26" height="12" rx="3" />
        {kind === 'renewal' && <rect fill="url(#renewal)" x="1" y="1" width="26" height="12" rx="3" />}
      </svg>
      {name}
    </span>
  );
}
