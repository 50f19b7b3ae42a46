/**
 * Charts as SVG text: stacked bars over time, and a small line of bars for a table. No script;
 * colours come from the page's style.
 */
import { type Series, STEP_MS, type TimeStep } from '../../audit-log/series.ts';
import { escapeHtml } from '../shell/escape-html.ts';
import { formatCount } from '../shell/io.ts';

const WIDTH = 960;
const HEIGHT = 250;
const LEFT = 56;
const BOTTOM = 26;
const TOP = 12;
const RIGHT = 10;
const INNER = { width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM } as const;

export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly step: TimeStep;
  readonly starts: readonly number[];
  /** From the bottom of a bar to its top; `tone` names a class of the page's style. */
  readonly layers: readonly (Series & { readonly tone: string })[];
}

/**
 * One bar a step; its parts are the layers. The text alternative states the sums and the highest
 * bar.
 */
export function stackedBars(chart: Chart): string {
  const { id, title, starts, layers } = chart;
  const sums = starts.map((_, at) =>
    layers.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0),
  );
  const ticks = niceTicks(Math.max(...sums, 1));
  const top = ticks.at(-1) ?? 1;
  const y = (value: number): number => round(TOP + INNER.height * (1 - value / top));
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-says">`,
    `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-says">${escapeHtml(textAlternative(chart, sums))}</desc>`,
    ...ticks.map((tick) => gridLine(y(tick), tick)),
    ...starts.map((start, at) => bar(chart, start, at, y)),
    ...timeLabels(chart),
    '</svg>',
  ].join('');
}

const gridLine = (y: number, tick: number): string =>
  `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
  `<text class="axis" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${formatCount(tick)}</text>`;

function bar(
  { starts, layers, step }: Chart,
  start: number,
  at: number,
  y: (value: number) => number,
): string {
  const slot = INNER.width / starts.length;
  const width = round(Math.max(0.5, Math.min(slot * 0.82, 48)));
  const x = round(LEFT + slot * at + (slot - width) / 2);
  let below = 0;
  const parts = layers.map(({ counts, tone }) => {
    const count = counts[at] ?? 0;
    const [bottom, top] = [y(below), y(below + count)];
    below += count;
    return count === 0
      ? ''
      : `<rect class="${tone}" x="${x}" y="${top}" width="${width}" height="${round(bottom - top)}"/>`;
  });
  if (below === 0) return '';
  const says = layers
    .filter(({ counts }) => (counts[at] ?? 0) > 0)
    .map(({ name, counts }) => `${name}: ${formatCount(counts[at] ?? 0)}`);
  return `<g><title>${escapeHtml(`${timeOf(start, step)}: ${says.join(', ')}`)}</title>${parts.join('')}</g>`;
}

function timeLabels({ starts, step }: Chart): readonly string[] {
  const every = Math.max(1, Math.ceil(starts.length / 8));
  const slot = INNER.width / starts.length;
  return starts.flatMap((start, at) =>
    at % every === 0
      ? [
          `<text class="axis" x="${round(LEFT + slot * (at + 0.5))}" y="${HEIGHT - 6}" text-anchor="middle">${shortTime(start, step)}</text>`,
        ]
      : [],
  );
}

function textAlternative({ layers, starts, step }: Chart, sums: readonly number[]): string {
  const most = Math.max(...sums, 0);
  const when = starts[sums.indexOf(most)];
  const totals = layers.map(({ name, total }) => `${name} ${formatCount(total)}`).join(', ');
  return `Bars by ${step}. In all: ${totals}.${when === undefined ? '' : ` Most in one ${step}: ${formatCount(most)}, at ${timeOf(when, step)}.`}`;
}

/** Bars without axes for a row of a table; the numbers are beside it. */
export function sparkBars(counts: readonly number[], tone: string): string {
  const most = Math.max(...counts, 1);
  const slot = 160 / Math.max(1, counts.length);
  const bars = counts.map((count, at) => {
    const height = count === 0 ? 0 : Math.max(1.5, (count / most) * 24);
    const width = Math.min(slot * 0.85, 12);
    return count === 0
      ? ''
      : `<rect x="${round(at * slot + (slot - width) / 2)}" y="${round(25 - height)}" width="${round(width)}" height="${round(height)}"/>`;
  });
  return `<svg class="spark ${tone}" viewBox="0 0 160 26" aria-hidden="true" focusable="false"><line class="grid" x1="0" x2="160" y1="25.5" y2="25.5"/>${bars.join('')}</svg>`;
}

/**
 * From 0 to the first round number that is not below `most`, in three to six steps of 1, 2 or 5
 * times a power of ten.
 */
function niceTicks(most: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(most / 4 || 1));
  const step = Math.max(
    1,
    ([1, 2, 5, 10].find((factor) => factor * power * 5 >= most) ?? 10) * power,
  );
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => Math.round(at * step));
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** `2026-11-22 10:15`, or the day alone. */
export function timeOf(start: number, step: TimeStep): string {
  const text = new Date(start).toISOString();
  return STEP_MS[step] >= STEP_MS.day
    ? text.slice(0, 10)
    : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

function shortTime(start: number, step: TimeStep): string {
  const text = timeOf(start, step).slice(5);
  return step === 'minute' ? text.slice(6) : text;
}
