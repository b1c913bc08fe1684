import { formatDate, formatNumber, t } from '../base/i18n';
import { NightTable } from './NightTable';
import { daysBetween } from './period';
import { type Night, openIn, type Registry } from './registry';

const height = 76;
const top = 16;
const ground = height - 18;
// As many days as the portal keeps nights; fewer than two weeks would make walls of bars.
const most = 30;
const fewest = 14;
// One open registration is not to look like a hundred.
const leastScale = 5;

/** How many registrations were open on each of the last nights: a picture of what the table beneath it says. */
export function Trend({ registry: { name, nights } }: { registry: Registry }) {
  const last = nights.at(-1)?.night;
  if (last === undefined || nights.length < 2) {
    return null;
  }
  const drawn = nights.filter(({ night }) => daysBetween(night, last) < most);
  const days = Math.max(fewest, daysBetween(drawn[0].night, last) + 1);
  const open = drawn.map((night) => openIn(night) ?? 0);
  const highest = Math.max(...open);
  const scale = Math.max(highest, leastScale);
  const width = 100 / days;
  // Places are given in percent: the picture is as wide as there is room, its words stay as large as the others.
  const at = (night: string) => 100 - (daysBetween(night, last) + 1) * width;
  const percent = (value: number) => `${value.toFixed(2)}%`;
  const label = t('nippin.trendLabel', {
    from: formatDate(drawn[0].night),
    until: formatDate(last),
    first: open[0],
    last: open[open.length - 1],
    most: highest,
  });

  return (
    <figure class="trend">
      <figcaption class="subtle">
        {t('nippin.trend')}
        {drawn.some((night) => openIn(night) === null) && ` · ${t('nippin.trendFailed')}`}
      </figcaption>
      <svg class="trend__picture" width="100%" height={height} role="img" aria-label={label}>
        <line class="trend__ground" x1="0" x2="100%" y1={ground} y2={ground} />
        {drawn.map((night) => (
          <Bar key={night.night} night={night} x={at(night.night)} width={width} scale={scale} />
        ))}
        {highest > 0 && (
          <text
            class="trend__word"
            x={percent(middle(at(drawn[open.indexOf(highest)].night), width))}
            y={ground - barHeight(highest, scale) - 4}
            text-anchor="middle"
          >
            {formatNumber(highest)}
          </text>
        )}
        <text class="trend__word" x="0" y={height - 3}>
          {shortDate(dayBefore(last, days - 1))}
        </text>
        <text class="trend__word" x="100%" y={height - 3} text-anchor="end">
          {shortDate(last)}
        </text>
      </svg>
      <NightTable name={name} nights={nights} />
    </figure>
  );
}

const barHeight = (open: number, scale: number) => ((ground - top) * open) / scale;

// A number above a bar at the edge turns inwards by keeping off it.
const middle = (x: number, width: number) => Math.min(96, Math.max(4, x + width / 2));

/** A bar; nothing open is a line on the ground, a night that failed a cross: what was not asked for stays empty. */
function Bar({ night, x, width, scale }: { night: Night; x: number; width: number; scale: number }) {
  const open = openIn(night);
  const left = `${(x + width * 0.15).toFixed(2)}%`;
  const wide = `${(width * 0.7).toFixed(2)}%`;
  if (open === null) {
    return (
      <text class="trend__failed" x={`${(x + width / 2).toFixed(2)}%`} y={ground - 3} text-anchor="middle">
        ×
      </text>
    );
  }
  return open === 0 ? (
    <rect class="trend__none" x={left} width={wide} y={ground - 3} height="3" />
  ) : (
    <rect class="trend__bar" x={left} width={wide} y={ground - barHeight(open, scale)} height={barHeight(open, scale)} />
  );
}

const shortDate = (night: string) => formatDate(night).slice(0, 5);

const dayBefore = (night: string, days: number) => new Date(Date.parse(night) - days * 24 * 3600 * 1000).toISOString().slice(0, 10);
