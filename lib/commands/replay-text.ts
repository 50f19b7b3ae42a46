/** How `replay` shows what changes, and what it cannot say. */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { type AccessMap, describePlace } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import type { ChangedCalls } from '../audit-log/changed-calls.ts';
import type { UnknownReason } from '../audit-log/reevaluate.ts';
import type { Replay } from '../audit-log/replay-calls.ts';
import { explainDecision } from '../verdicts/explanation.ts';
import { minuteOf } from './log-input/log-notes.ts';
import { whoCalled } from './log-input/who-called.ts';
import { escapeControls, firstOf, formatCount, type Io, paint, pluralize } from './shell/io.ts';

const SHOWN = 40;

export function replayLines(
  replay: Replay,
  map: AccessMap,
  io: Pick<Io, 'color'>,
): readonly string[] {
  const { changed, newlyAllowed, newlyRefused, calls } = replay;
  const head = `${pluralize(calls, 'call')} against ${map.source} (${map.version})`;
  const verdict =
    changed.length === 0
      ? 'no recorded call changes'
      : `${formatCount(newlyAllowed)} let in that were refused, ${formatCount(newlyRefused)} refused that were let in`;
  const section = (
    to: 'allow' | 'deny',
    title: string,
    style: 'yellow' | 'red',
  ): readonly string[] => {
    const rows = changed.filter((one) => one.to === to);
    if (rows.length === 0) return [];
    const rest = rows.length - SHOWN;
    return [
      '',
      `${paint(io, style, title)}:`,
      ...rows.slice(0, SHOWN).flatMap((one) => changeLines(one, map)),
      ...(rest > 0 ? [`  and ${rest} more kinds (--json has all)`] : []),
    ];
  };
  return [
    `${head}: ${paint(io, 'bold', verdict)}`,
    ...section('deny', 'would be refused', 'red'),
    ...section('allow', 'would be let in', 'yellow'),
    ...caveatLines(replay),
  ];
}

function changeLines(change: ChangedCalls, map: AccessMap): readonly string[] {
  const { route, was, becomes, calls, first, last } = change;
  const places = placesOf(change, map);
  return [
    `  ${escapeControls(route)}  ${pluralize(calls, 'call')}, ${whoCalled(change)}`,
    `    ${was} -> ${becomes}, ${minuteOf(first)} to ${minuteOf(last)}`,
    ...places.map((place) => `    by ${place}`),
  ];
}

/** The rules of the map that decide so, where the rules do. */
function placesOf(
  { route, groups, scopes, machine, kind, to }: ChangedCalls,
  map: AccessMap,
): readonly string[] {
  if (kind === undefined || (kind === 'machine' && machine === undefined)) return [];
  const question = {
    route,
    groups,
    scopes: scopes ?? [],
    ...(machine === undefined ? {} : { machine }),
  };
  const { decision, rules } = explainDecision(
    { model: parseModel(map.model), rules: map.rules },
    question,
  );
  return decision.effect === to
    ? [...new Set(rules.map(({ place }) => describePlace(place)))].slice(0, 3)
    : [];
}

const WHY_UNKNOWN: { readonly [why in UnknownReason]: string } = {
  hashed: 'of machines whose client id is hashed in the records',
  scopes: 'whose scopes are not recorded, and the map asks for them',
  block: 'of an okta block that the map does not have',
  groups: 'whose groups are not recorded',
  prior: 'of routes in shadow mode, where the prior authorizer of the attached API decides',
  path: 'whose path, which is not recorded, may mean another route in the map',
};

/** What the records cannot tell, one line each. */
const linesWhere = (holds: boolean, line: () => string): readonly string[] =>
  holds ? [line()] : [];

const callsText = (count: number): string => pluralize(Math.round(count), 'call');

function caveats(replay: Replay): readonly string[] {
  const { unknown, staying, withUnmappedGroups, groupsNotSeen } = replay;
  const { quotasReplayed, quotaWindowsCut, formerlyPublic } = replay;
  const unknowns = (Object.keys(WHY_UNKNOWN) as UnknownReason[]).filter((why) => unknown[why] > 0);
  return [
    ...unknowns.map((why) => `cannot be evaluated: ${callsText(unknown[why])} ${WHY_UNKNOWN[why]}`),
    ...linesWhere(
      staying > 0,
      () => `${callsText(staying)} refused for the token, the path or the keys stay refused`,
    ),
    ...linesWhere(
      withUnmappedGroups > 0 && groupsNotSeen.length > 0,
      () =>
        `${callsText(withUnmappedGroups)} came with further groups, which records count and do not name; ` +
        `whether ${firstOf(groupsNotSeen.map(code), 5)} would have let them in or refused them is not known`,
    ),
    ...linesWhere(
      !quotasReplayed,
      () =>
        'allowed calls are sampled, so quotas are not replayed: quota refusals stay as recorded',
    ),
    ...linesWhere(
      quotaWindowsCut > 0,
      () =>
        `${callsText(quotaWindowsCut)} refused by a quota whose window began before the records stay refused`,
    ),
    ...linesWhere(
      formerlyPublic > 0,
      () =>
        `${callsText(formerlyPublic)} of routes that were public needed no token; the map asks for one`,
    ),
  ];
}

const caveatLines = (replay: Replay): readonly string[] => {
  const lines = caveats(replay);
  return lines.length === 0 ? [] : ['', ...lines];
};

export function replayJson(replay: Replay, map: AccessMap) {
  const { changed, newlyAllowed, newlyRefused, ...counts } = replay;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    map: { source: map.source, version: map.version },
    ...counts,
    opened: newlyAllowed,
    closed: newlyRefused,
    changed: changed.map((one) => ({
      ...one,
      first: iso(one.first),
      last: iso(one.last),
      rules: placesOf(one, map),
    })),
    reservations: caveats(replay),
  };
}
