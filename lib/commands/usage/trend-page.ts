/**
 * The trend as one HTML file: plots with their numbers beside them; no network, no script, light
 * and dark.
 */

import type { Trend } from '../../audit-log/quota-trend.ts';
import type { Series } from '../../audit-log/series.ts';
import { escapeHtml } from '../shell/escape-html.ts';
import { formatCount } from '../shell/io.ts';
import { sparkBars, stackedBars, timeOf } from './svg.ts';

/** What is above the plots. */
export interface TrendHead {
  readonly name: string;
  /** Instants as text. */
  readonly from: string;
  readonly to: string;
  readonly notes: readonly string[];
}

const SHOWN_CODES = 5;
const TONES: { readonly [outcome: string]: string } = {
  allowed: 'good',
  'would be refused': 'warn',
  refused: 'bad',
};

export function trendPage(trend: Trend, head: TrendHead, top: number): string {
  return PAGE.replace('__TITLE__', () => escapeHtml(`Calls of ${head.name}`))
    .replace('__NOTES__', () => notesOf(head))
    .replace('__HEAD__', () => headOf(trend, head))
    .replace('__BODY__', () => sectionsOf(trend, top).join('\n'));
}

function headOf(
  { outcomes, callers, routes, groups }: Trend,
  { name, from, to }: TrendHead,
): string {
  const total = (wanted: string): number => outcomes.find((one) => one.name === wanted)?.total ?? 0;
  const calls = outcomes.reduce((sum, one) => sum + one.total, 0);
  const share = (count: number): string => (calls === 0 ? '0' : ((count / calls) * 100).toFixed(1));
  const counts = (name: string): string =>
    `${formatCount(total(name))} <small>${share(total(name))}&nbsp;%</small>`;
  const facts: readonly (readonly [string, string])[] = [
    ['decisions', formatCount(calls)],
    ['refused', counts('refused')],
    ...(total('would be refused') > 0
      ? [['would be refused', counts('would be refused')] as const]
      : []),
    ['callers', formatCount(callers)],
    ['routes', formatCount(routes.length)],
    ['groups', formatCount(groups.length)],
  ];
  const cards = facts
    .map(([label, value]) => `<div><dt>${label}</dt><dd>${value}</dd></div>`)
    .join('');
  return `<h1>Calls of ${escapeHtml(name)}</h1><p class="span">${escapeHtml(from)} to ${escapeHtml(to)} UTC</p><dl class="facts">${cards}</dl>`;
}

const notesOf = ({ notes }: TrendHead): string =>
  notes.length === 0
    ? ''
    : `<ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`;

function sectionsOf(trend: Trend, top: number): readonly string[] {
  const { outcomes, codes, routes, groups, statuses, routesFrom } = trend;
  const layers = outcomes.map((one) => ({ ...one, tone: TONES[one.name] ?? 'other' }));
  const named = codes.slice(0, SHOWN_CODES).map((one, at) => ({ ...one, tone: `code${at}` }));
  const others = codes.slice(SHOWN_CODES);
  const rest = others.length === 0 ? [] : [{ ...sumOf(others, 'others'), tone: 'other' }];
  return [
    layers.length === 0 ? '' : figure(trend, 'outcomes', 'Decisions over time', layers),
    codes.length === 0 ? '' : figure(trend, 'codes', 'Refusals by code', [...named, ...rest]),
    tableOf({ title: 'Routes', says: `calls, from the ${routesFrom}`, tone: 'good' }, routes, top),
    tableOf(
      {
        title: 'Groups',
        says: 'a call of a user in several groups counts for each of them',
        tone: 'good',
      },
      groups,
      top,
    ),
    tableOf(
      { title: 'Codes', says: 'why calls are refused, or would be', tone: 'bad' },
      codes,
      top,
    ),
    tableOf(
      { title: 'Answers', says: 'status classes of the access log', tone: 'neutral' },
      statuses,
      top,
    ),
    limitTable(trend, top),
  ].filter((section) => section !== '');
}

function sumOf(series: readonly Series[], name: string): Series {
  const counts = (series[0]?.counts ?? []).map((_, at) =>
    series.reduce((sum, one) => sum + (one.counts[at] ?? 0), 0),
  );
  return { name, total: series.reduce((sum, one) => sum + one.total, 0), counts };
}

type Layers = Parameters<typeof stackedBars>[0]['layers'];

function figure({ step, starts }: Trend, id: string, title: string, layers: Layers): string {
  const legend = layers.map(
    ({ name, tone, total }) =>
      `<li><span class="key ${tone}"></span>${escapeHtml(name)} <b>${formatCount(total)}</b></li>`,
  );
  return (
    `<section><h2>${title}</h2><ul class="legend">${legend.join('')}</ul>` +
    `<div class="plot" tabindex="0" role="group" aria-label="${title}, plot">${stackedBars({ id, title: `${title}, by ${step}`, step, starts, layers })}</div>` +
    `${numbers(title, { step, starts }, layers)}</section>`
  );
}

/**
 * The same numbers as a table, for those who do not see the plot. Steps without calls are left out.
 */
function numbers(
  title: string,
  { step, starts }: Pick<Trend, 'step' | 'starts'>,
  layers: Layers,
): string {
  const head = layers
    .map(({ name }) => `<th scope="col" class="number">${escapeHtml(name)}</th>`)
    .join('');
  const rows = starts.flatMap((start, at) =>
    layers.some(({ counts }) => (counts[at] ?? 0) > 0)
      ? [
          `<tr><th scope="row">${timeOf(start, step)}</th>${layers.map(({ counts }) => `<td class="number">${formatCount(counts[at] ?? 0)}</td>`).join('')}</tr>`,
        ]
      : [],
  );
  return (
    `<details><summary>The numbers of the plot</summary><div class="scroll" tabindex="0" role="group" aria-label="${title}, numbers">` +
    `<table><thead><tr><th scope="col">${step}</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`
  );
}

interface Caption {
  readonly title: string;
  readonly says: string;
  /** CSS class of the bars. */
  readonly tone: string;
}

function tableOf({ title, says, tone }: Caption, series: readonly Series[], top: number): string {
  if (series.length === 0) return '';
  const most = Math.max(...series.map(({ total }) => total), 1);
  const rows = series
    .slice(0, top)
    .map(
      ({ name, total, counts }) =>
        `<tr><th scope="row">${escapeHtml(name)}</th><td class="bar"><span class="${tone}" style="width:${((total / most) * 100).toFixed(1)}%"></span></td>` +
        `<td class="number">${formatCount(total)}</td><td class="trend">${sparkBars(counts, tone)}</td></tr>`,
    );
  const rest = series.length - top;
  return (
    `<section><h2>${title}</h2><p class="says">${says}</p><div class="scroll" tabindex="0" role="group" aria-label="${title}">` +
    '<table class="bars"><thead><tr><th scope="col">name</th><th scope="col">share of the largest</th><th scope="col" class="number">calls</th><th scope="col">over time</th></tr></thead>' +
    `<tbody>${rows.join('')}</tbody></table></div>${rest > 0 ? `<p class="says">and ${formatCount(rest)} more</p>` : ''}</section>`
  );
}

function limitTable({ atLimit }: Trend, top: number): string {
  if (atLimit.length === 0) return '';
  const rows = atLimit
    .slice(0, top)
    .map(
      ({ quota, by, payer, exceeded, atLimit: last }) =>
        `<tr><th scope="row">${escapeHtml(quota)}</th><td>${by} ${escapeHtml(payer)}</td><td class="number">${formatCount(Math.round(exceeded))}</td><td class="number">${formatCount(Math.round(last))}</td></tr>`,
    );
  const rest = atLimit.length - top;
  return (
    '<section><h2>Quotas at their limit</h2><p class="says">calls over the limit, and calls that took its last unit</p>' +
    '<div class="scroll" tabindex="0" role="group" aria-label="Quotas at their limit"><table><thead><tr><th scope="col">quota</th><th scope="col">payer</th>' +
    `<th scope="col" class="number">over</th><th scope="col" class="number">last unit</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>` +
    `${rest > 0 ? `<p class="says">and ${formatCount(rest)} more</p>` : ''}</section>`
  );
}

const STYLE = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --line: #dfe4ea; --ink: #1c2733; --soft: #556270; --good: #2c8a57; --warn: #b87a00; --bad: #c23b30;
  --neutral: #4a72b8; --c0: #c23b30; --c1: #4a72b8; --c2: #b87a00; --c3: #7b58a8; --c4: #1f8a8a; --other: #7d8894; }
@media (prefers-color-scheme: dark) { :root { --page: #12161b; --card: #1a2027; --line: #333d48; --ink: #e6ebf0; --soft: #a3b0bd; --good: #4fb87f; --warn: #e0a63a; --bad: #ef7a6f;
  --neutral: #7fa5e8; --c0: #ef7a6f; --c1: #7fa5e8; --c2: #e0a63a; --c3: #b596e0; --c4: #4cc2c2; --other: #93a0ad; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 48px; display: grid; gap: 18px; grid-template-columns: minmax(0, 1fr); }
h1 { font-size: 24px; line-height: 1.2; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 17px; margin: 0 0 4px; }
.span, .says { color: var(--soft); margin: 2px 0 10px; font-size: 13.5px; }
section, .facts div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
section { padding: 16px 18px; min-width: 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 10px; margin: 6px 0 0; }
.facts div { padding: 10px 14px; } dt { color: var(--soft); font-size: 13px; } dd { margin: 0; font-size: 19px; font-weight: 600; } dd small { font-size: 13px; font-weight: 400; color: var(--soft); white-space: nowrap; }
.notes { margin: 0; padding: 12px 18px 12px 34px; border: 1px solid var(--warn); border-radius: 10px; background: var(--card); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 4px 0 8px; padding: 0; font-size: 13.5px; }
.key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.plot, .scroll { overflow-x: auto; } .plot svg { display: block; width: 100%; min-width: 620px; height: auto; }
.plot:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--neutral); outline-offset: 2px; }
.grid { stroke: var(--line); stroke-width: 1; } .axis { fill: var(--soft); font-size: 12px; }
.good { fill: var(--good); } .warn { fill: var(--warn); } .bad { fill: var(--bad); } .neutral { fill: var(--neutral); } .other { fill: var(--other); }
.code0 { fill: var(--c0); } .code1 { fill: var(--c1); } .code2 { fill: var(--c2); } .code3 { fill: var(--c3); } .code4 { fill: var(--c4); }
span.good { background: var(--good); } span.warn { background: var(--warn); } span.bad { background: var(--bad); } span.neutral { background: var(--neutral); } span.other { background: var(--other); }
span.code0 { background: var(--c0); } span.code1 { background: var(--c1); } span.code2 { background: var(--c2); } span.code3 { background: var(--c3); } span.code4 { background: var(--c4); }
table { border-collapse: collapse; width: 100%; font-size: 14px; } th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
thead th { color: var(--soft); font-weight: 500; font-size: 13px; white-space: nowrap; } tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 150px; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td.bar { width: 32%; min-width: 90px; }
td.bar span { display: block; height: 10px; border-radius: 5px; min-width: 3px; } td.trend { width: 180px; padding-right: 0; padding-left: 14px; } .spark { display: block; width: 160px; height: 26px; }
details { margin-top: 8px; font-size: 14px; } summary { cursor: pointer; color: var(--soft); } details .scroll { max-height: 340px; overflow: auto; margin-top: 6px; }
@media (max-width: 620px) { .bars td.bar, .bars th:nth-child(2) { display: none; } .bars tbody th { min-width: 0; } td.trend { width: 96px; } .spark { width: 96px; } section { padding: 14px 12px; } }`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>__TITLE__</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>__HEAD__</header>
__NOTES__
__BODY__
</main>
</body>
</html>
`;
