/** How `promote` shows what enforcing would refuse, and what would allow it. */
import { editAsYaml } from '../../access-map/edits.ts';
import type { AccessMap } from '../../access-map/index.ts';
import type { RefusedCalls, ShadowSummary } from '../../audit-log/refused-calls.ts';
import { minuteOf } from '../log-input/log-notes.ts';
import { whoCalled } from '../log-input/who-called.ts';
import { escapeControls, firstOf, formatCount, type Io, paint, pluralize } from '../shell/io.ts';
import type { AllowedCell, Proposal, Proposals, QuotaProposal } from './proposals.ts';

const SHOWN = 40;
const SHOWN_ROUTES = 8;

export function promoteLines(
  shadowSummary: ShadowSummary,
  proposals: Proposals,
  map: AccessMap,
  io: Pick<Io, 'color'>,
): readonly string[] {
  const { calls, settled, rows } = shadowSummary;
  const rest = rows.length - SHOWN;
  return [
    `${pluralize(calls, 'call')} in shadow mode by ${map.source} (${map.version}): ${verdict(shadowSummary, io)}`,
    ...(settled > 0
      ? [
          `${pluralize(settled, 'call')} that the recorded map would have refused, the map as it is allows`,
        ]
      : []),
    ...(rows.length === 0
      ? []
      : [
          '',
          `${paint(io, 'bold', 'would be refused')}:`,
          ...rows.slice(0, SHOWN).flatMap((row) => rowLines(row, shadowSummary)),
        ]),
    ...(rest > 0 ? [`  and ${rest} more kinds (--json has all)`] : []),
    ...changeLines(proposals, io),
    ...quotaLines(proposals.quotas, io),
    ...adviceLines(proposals, io),
  ];
}

function verdict({ calls, refused }: ShadowSummary, io: Pick<Io, 'color'>): string {
  if (refused === 0) return paint(io, 'green', 'enforcing would refuse none');
  const share = (refused / calls) * 100;
  const percent = share.toFixed(share < 1 ? 2 : 1);
  return paint(io, 'red', `enforcing would refuse ${formatCount(refused)} (${percent} %)`);
}

function rowLines(row: RefusedCalls, { routes }: ShadowSummary): readonly string[] {
  const { route, code, reason, calls, first, last } = row;
  const all = routes.find((one) => one.route === route)?.calls ?? calls;
  return [
    `  ${escapeControls(route)}  ${formatCount(calls)} of ${pluralize(all, 'call')}, ${whoCalled(row)}`,
    `    ${code} ${reason}, ${minuteOf(first)} to ${minuteOf(last)}`,
  ];
}

function changeLines({ changes, allows }: Proposals, io: Pick<Io, 'color'>): readonly string[] {
  if (changes.length === 0) return [];
  return [
    '',
    `${paint(io, 'bold', 'the smallest changes that would allow it')}:`,
    ...changes.flatMap((change) => proposalLines(change)),
    ...(changes.length > 1 ? [`  together they allow ${pluralize(allows.length, 'cell')}`] : []),
  ];
}

function proposalLines({ route, calls, edits, at, allows, gaining }: Proposal): readonly string[] {
  const denies = edits.some(({ path }) => path.at(-1) === 'deny');
  // A cell is about one group, while a deny also counts for callers who have another group beside
  // it.
  const also = denies ? '; callers who have several groups gain the route' : '';
  return [
    `  ${escapeControls(route)}: ${pluralize(calls, 'call')}, at ${at}`,
    ...edits.flatMap((edit) => editAsYaml(edit).map((line) => `      ${line}`)),
    `    allows ${allowedText(allows)}${also}${gaining > 0 ? `; ${pluralize(gaining, 'caller')} of the audit trail would get it` : ''}`,
    ...(denies ? ['    a deny is written on purpose: ask who wrote it first'] : []),
  ];
}

function allowedText(allows: readonly AllowedCell[]): string {
  if (allows.length === 0) return 'no cell of a single group';
  const cells = new Set(allows.map(({ subject, route }) => `${subject}, ${route}`));
  return `${pluralize(allows.length, 'cell')}: ${firstOf([...cells], 4, '; ')}`;
}

function quotaLines(quotas: readonly QuotaProposal[], io: Pick<Io, 'color'>): readonly string[] {
  if (quotas.length === 0) return [];
  return [
    '',
    `${paint(io, 'bold', 'limits that would have been enough')}:`,
    ...quotas.flatMap(({ quota, per, limit, needed, payer, windowStart, at, edits }) => [
      `  ${quota} per ${per}: ${formatCount(needed)} instead of ${formatCount(limit)}, for ${escapeControls(payer)} at ${minuteOf(windowStart)}, at ${at}`,
      ...edits.flatMap((edit) => editAsYaml(edit).map((line) => `      ${line}`)),
    ]),
  ];
}

/** One entry for each advice, with the routes that it is for. */
function adviceLines({ advice }: Proposals, io: Pick<Io, 'color'>): readonly string[] {
  if (advice.length === 0) return [];
  const grouped = new Map<
    string,
    { readonly code: string; readonly says: string; calls: number; readonly routes: Set<string> }
  >();
  for (const { code, says, calls, route } of advice) {
    const one = grouped.get(`${code} ${says}`) ?? {
      code,
      says,
      calls: 0,
      routes: new Set<string>(),
    };
    one.calls += calls;
    one.routes.add(route);
    grouped.set(`${code} ${says}`, one);
  }
  const lines = [...grouped.values()].flatMap(({ code, says, calls, routes }) => {
    const shown = [...routes].slice(0, SHOWN_ROUTES).map(escapeControls).join(', ');
    return [
      `  ${code}  ${pluralize(calls, 'call')}: ${says}`,
      `    ${shown}${routes.size > SHOWN_ROUTES ? `, and ${routes.size - SHOWN_ROUTES} more` : ''}`,
    ];
  });
  return ['', `${paint(io, 'bold', 'no change of the map is proposed for')}:`, ...lines];
}

export function promoteJson(shadowSummary: ShadowSummary, proposals: Proposals, map: AccessMap) {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const { calls, refused, settled, rows, routes } = shadowSummary;
  return {
    map: { source: map.source, version: map.version },
    calls,
    refused,
    settled,
    routes,
    rows: rows.map((row) => ({ ...row, first: iso(row.first), last: iso(row.last) })),
    changes: proposals.changes.map(({ allows, ...change }) => ({
      ...change,
      opens: allows,
      yaml: change.edits.flatMap(editAsYaml).join('\n'),
    })),
    opens: proposals.allows,
    quotas: proposals.quotas.map(({ windowStart, ...quota }) => ({
      ...quota,
      windowStart: iso(windowStart),
    })),
    advice: proposals.advice,
  };
}
