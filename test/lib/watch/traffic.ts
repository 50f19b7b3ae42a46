/**
 * Synthetic traffic: an ordinary half day of one API, with decisions made by the real rules, and
 * the metrics and log lines that belong to it.
 */

import { namedMetrics, recordMetrics } from '../../../lambda/adapters/record-metrics.ts';
import { createRecorder } from '../../../lambda/adapters/recorder.ts';
import type { RefusalCode } from '../../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { decide } from '../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import { REFUSALS } from '../../support/wire/refusals.ts';
import type { Line } from './alarm-evaluator.ts';
import { embeddedValues, metricKey, type Value } from './embedded-metrics.ts';
import { type Random, random } from './random.ts';
import { ROUTES, shopModel } from './shop.ts';

export const MINUTE = 60_000;
export const START = Date.parse('2026-11-22T00:00:00Z');
export const END = START + 12 * 60 * MINUTE;
/** Anomalies are planted from here on. */
export const PLANT = START + 6 * 60 * MINUTE;

export interface Traffic {
  readonly records: readonly DecisionRecord[];
  readonly values: readonly Value[];
  /** Lines of the authorizer's log that are no records. */
  readonly lines: readonly Line[];
}

export const merged = (...parts: readonly Partial<Traffic>[]): Traffic => ({
  records: joined(parts.map(({ records = [] }) => records)),
  values: joined(parts.map(({ values = [] }) => values)),
  lines: joined(parts.map(({ lines = [] }) => lines)),
});

/** Of a day's length: at once, which `flatMap` is not. */
function joined<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const none: readonly Item[] = [];
  return none.concat(...lists);
}

export interface Person {
  readonly id: string;
  readonly groups: readonly string[];
}

const model = shopModel();

const recordOf = (
  at: number,
  rest: Partial<DecisionRecord> & Pick<DecisionRecord, 'effect' | 'reason'>,
): DecisionRecord => ({
  record: 'decision',
  v: 1,
  time: new Date(at).toISOString(),
  apiId: 'a1b2c3d4e5',
  stage: '$default',
  mode: 'enforce',
  mapVersion: model.version,
  durationMs: 2,
  weight: 1,
  ...rest,
});

/** The record of one call, by the rules of the map. */
export function call(at: number, { id, groups }: Person, route: string): DecisionRecord {
  const entitlements = entitlementsOf(model, {
    kind: 'user',
    uid: id,
    cid: '0oa1web',
    groups,
    scopes: [],
  });
  const { effect, reason, ...decision } = decide(model, entitlements, route);
  const code = 'code' in decision ? { code: decision.code as RefusalCode } : {};
  return recordOf(at, {
    effect,
    reason,
    ...code,
    route,
    principal: { kind: 'user', id, cid: '0oa1web' },
    groups,
  });
}

/**
 * The record of a call that was refused before anybody knew who calls, or after the rules had
 * allowed it.
 */
export const refusal = (
  at: number,
  code: RefusalCode,
  route: string,
  id?: string,
): DecisionRecord =>
  recordOf(at, {
    effect: 'deny',
    code,
    reason: REFUSALS[code].reasons[0],
    route,
    ...(id !== undefined && { principal: { kind: 'user', id } }),
  });

/**
 * The lines that an authorizer of this name writes for the records: floods of bad tokens counted,
 * metrics in them.
 */
function written(records: readonly DecisionRecord[], authorizer: string): readonly object[] {
  const lines: object[] = [];
  let now = START;
  const tasks: (() => void)[] = [];
  const recorder = createRecorder({
    allows: 1,
    clock: { now: () => now },
    schedule: (_, task) => void tasks.push(task),
    metricsOf: recordMetrics(authorizer, namedMetrics(model)),
    write: (line) => void lines.push(JSON.parse(line)),
  });
  for (const record of [...records].sort((a, b) => (a.time < b.time ? -1 : 1))) {
    now = Date.parse(record.time);
    recorder.record(record);
  }
  for (const task of tasks) task();
  return lines;
}

/**
 * What CloudWatch reads off those lines, and Lambda counts of its own: a 401 is thrown, and so an
 * error to Lambda.
 */
export function valuesOf(records: readonly DecisionRecord[], authorizer: string): readonly Value[] {
  const lambda = (name: string) => metricKey('AWS/Lambda', name, { FunctionName: authorizer });
  const counted = records.flatMap(({ time, code, weight, durationMs }) => {
    const at = Date.parse(time);
    const thrown = code !== undefined && REFUSALS[code].status !== 403;
    return [
      { at, metric: lambda('Duration'), value: durationMs + 3 },
      ...(thrown ? [{ at, metric: lambda('Errors'), value: weight }] : []),
    ];
  });
  return [...written(records, authorizer).flatMap(embeddedValues), ...counted];
}

/** One value every `everyMs` from `from` on, for `forMs`. */
export const series = (
  metric: string,
  value: number,
  from: number,
  forMs: number,
  everyMs = MINUTE,
): readonly Value[] =>
  Array.from({ length: Math.ceil(forMs / everyMs) }, (_, n) => ({
    at: from + n * everyMs,
    metric,
    value,
  }));

export const evenly = <Item>(
  count: number,
  from: number,
  forMs: number,
  make: (at: number, n: number) => Item,
): readonly Item[] =>
  Array.from({ length: count }, (_, n) => make(from + Math.floor((n * forMs) / count), n));

/** How many people have which groups. */
const STAFF: readonly (readonly [number, readonly string[]])[] = [
  [30, ['readers']],
  [15, ['clerks']],
  [5, ['readers', 'clerks']],
  [5, ['admins']],
  [5, ['partners']],
];

const people = (): readonly Person[] =>
  STAFF.flatMap(([count, groups]) => Array.from({ length: count }, () => groups)).map(
    (groups, n) => ({ id: `00u${String(n).padStart(3, '0')}`, groups }),
  );

/** More calls at noon than at night. */
const perMinute = (at: number): number =>
  12 + Math.round(18 * Math.sin((Math.PI * (at - START)) / (END - START)));

const allowed = new Map<string, readonly string[]>();
function allowedTo(person: Person): readonly string[] {
  const known =
    allowed.get(person.groups.join()) ??
    ROUTES.filter((route) => call(START, person, route).effect === 'allow');
  allowed.set(person.groups.join(), known);
  return known;
}

/** One call in fifty is one that a group does not allow: an old bookmark, a button too many. */
const habit = (dice: Random, person: Person): string =>
  dice.pick(dice.below(50) === 0 ? ROUTES : allowedTo(person));

/**
 * An ordinary half day: people who keep to their rights, some expired tokens, a stranger's scanner
 * at a low rate, keys fetched in time.
 */
export function ordinaryDay(seed: number, authorizer: string): Traffic {
  const dice = random(seed);
  const everybody = people();
  const records: DecisionRecord[] = [];
  for (let minute = START; minute < END; minute += MINUTE) {
    for (let n = perMinute(minute); n > 0; n--) {
      const person = dice.pick(everybody);
      records.push(call(minute + dice.below(MINUTE), person, habit(dice, person)));
    }
    for (let n = dice.below(8); n > 0; n--) {
      const code = dice.pick([
        'NO_TOKEN',
        'TOKEN_EXPIRED',
        'TOKEN_EXPIRED',
        'TOKEN_SIGNATURE',
      ] as const);
      records.push(refusal(minute + dice.below(MINUTE), code, dice.pick(ROUTES)));
    }
  }
  const own = (name: string, dimensions = {}) =>
    metricKey('OktaGroupAuthorizer', name, { FunctionName: authorizer, ...dimensions });
  const day = END - START;
  const values = [
    ...valuesOf(records, authorizer),
    ...series(own('KeyAgeSeconds'), 290, START, day, 5 * MINUTE),
    ...evenly(144, START, day, (at, n) => ({
      at,
      metric: own('QuotaUsedPercent', { Quota: 'partner' }),
      value: 20 + n / 10,
    })),
    // One lost packet in a while.
    { at: START + 90 * MINUTE, metric: own('QuotaStoreFailures'), value: 1 },
    { at: START + 400 * MINUTE, metric: own('KeyCopyFailures'), value: 1 },
    ...series(
      metricKey('OktaGroupAuthorizer', 'UnprotectedRoutes', { Api: 'a1b2c3d4e5' }),
      0,
      START,
      day,
      15 * MINUTE,
    ),
  ];
  // What Lambda and the runtime write of a thrown 401, and of an ordinary end.
  const lines = records.flatMap(({ time, code }) => {
    const at = Date.parse(time);
    const end = {
      at,
      text: 'REPORT RequestId: 8f507cfc Duration: 4.11 ms Billed Duration: 5 ms Memory Size: 512 MB Max Memory Used: 91 MB',
    };
    if (code === undefined || REFUSALS[code].status !== 401) return [end];
    const text =
      '2026-11-22T00:00:00.000Z 8f507cfc ERROR Invoke Error {"errorType":"Error","errorMessage":"Unauthorized","stack":["Error: Unauthorized"]}';
    return [{ at, text }, end];
  });
  return { records, values, lines };
}
