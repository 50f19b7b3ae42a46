/**
 * Which calls enforcement would refuse: the records of shadow mode, decided again by the current
 * map.
 */
import type { RefusalCode } from '../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { AuditLogItem } from './audit-log-line.ts';
import { type CallerCounter, type Callers, callerCounter } from './callers.ts';
import { type PeakUsage, peakUsage } from './peak-usage.ts';
import { reevaluate } from './reevaluate.ts';

/** Calls that would be refused for the same reason, of callers with the same groups. */
export interface RefusedCalls extends Callers {
  readonly route: string;
  readonly code: RefusalCode;
  readonly reason: string;
  readonly kind: 'user' | 'machine' | undefined;
  /** The okta block of the token, where the map has several. */
  readonly block: string | undefined;
  readonly groups: readonly string[];
  /** Client id of a machine that is not hashed. */
  readonly machine: string | undefined;
  readonly unmappedGroups: boolean;
}

export interface ShadowRoute {
  readonly route: string;
  readonly calls: number;
  readonly refused: number;
}

export interface ShadowSummary {
  /** Calls in shadow mode. */
  readonly calls: number;
  readonly refused: number;
  /** Refused when recorded, allowed by the current map. */
  readonly settled: number;
  readonly rows: readonly RefusedCalls[];
  readonly routes: readonly ShadowRoute[];
  readonly peaks: readonly PeakUsage[];
  /** How many callers were seen with a group, and how many of these were refused on a route. */
  readonly seenWith: (group: string) => number;
  readonly refusedWith: (route: string, group: string) => number;
}

export interface RefusalCounter {
  add(item: AuditLogItem): void;
  result(): ShadowSummary;
}

/** Items must come in the order of time, for the quotas. */
export function refusalCounter(model: AccessModel): RefusalCounter {
  const rows = refusedRows();
  const routes = routeSums();
  const callers = callersByGroup();
  const usage = peakUsage(model);
  const sums = { calls: 0, refused: 0, settled: 0 };

  const add = (record: DecisionRecord, at: number): void => {
    const { weight } = record;
    sums.calls += weight;
    routes.add(record, 'calls');
    callers.add(record, at);
    const outcome = outcomeNow(model, record, at, usage);
    if (outcome === 'passes') {
      if (record.code !== undefined) sums.settled += weight;
      return;
    }
    // Shadow mode refused it too (for example without a valid token): enforcement changes nothing.
    if (record.effect === 'deny') return;
    sums.refused += weight;
    routes.add(record, 'refused');
    rows.add(record, at, outcome);
    callers.addRefused(record, at);
  };

  return {
    add(item) {
      if (item.kind === 'decision' && item.record.mode === 'shadow') add(item.record, item.at);
    },
    result: () =>
      withoutSettledQuotas({
        calls: Math.round(sums.calls),
        refused: Math.round(sums.refused),
        settled: Math.round(sums.settled),
        rows: rows.counted(),
        routes: routes.counted(),
        peaks: usage.counted(),
        seenWith: callers.seenWith,
        refusedWith: callers.refusedWith,
      }),
  };
}

const routeOf = ({ route = '(no route)' }: DecisionRecord): string => route;

/** The refused calls, most calls first. */
function refusedRows() {
  type Sample = Omit<RefusedCalls, keyof Callers>;
  const rows = new Map<string, { readonly sample: Sample; readonly count: CallerCounter }>();
  return {
    add(record: DecisionRecord, at: number, outcome: Exclude<Outcome, 'passes'>): void {
      const sample = { ...sampleOf(record), ...outcome };
      const key = JSON.stringify(sample);
      const entry = rows.get(key) ?? { sample, count: callerCounter() };
      entry.count.add(record, at);
      rows.set(key, entry);
    },
    counted: (): readonly RefusedCalls[] =>
      [...rows.values()]
        .map(({ sample, count }) => ({ ...sample, ...count.counted() }))
        .toSorted((a, b) => b.calls - a.calls),
  };
}

/** Calls by route, in the order in which the routes were first called. */
function routeSums() {
  const sums = new Map<string, { calls: number; refused: number }>();
  return {
    add(record: DecisionRecord, to: 'calls' | 'refused'): void {
      const sum = sums.get(routeOf(record)) ?? { calls: 0, refused: 0 };
      sums.set(routeOf(record), sum);
      sum[to] += record.weight;
    },
    counted: (): readonly ShadowRoute[] =>
      [...sums].map(([route, { calls, refused }]) => ({
        route,
        calls: Math.round(calls),
        refused: Math.round(refused),
      })),
  };
}

/** The callers of each group, and those of them that a route refused. */
function callersByGroup() {
  const counters = new Map<string, CallerCounter>();
  const count = (key: string, record: DecisionRecord, at: number): void => {
    const counter = counters.get(key) ?? callerCounter();
    counter.add(record, at);
    counters.set(key, counter);
  };
  const callers = (key: string): number => counters.get(key)?.counted().callers ?? 0;
  return {
    add(record: DecisionRecord, at: number): void {
      for (const group of record.groups ?? []) count(group, record, at);
    },
    addRefused(record: DecisionRecord, at: number): void {
      for (const group of record.groups ?? []) count(`${routeOf(record)} ${group}`, record, at);
    },
    seenWith: callers,
    refusedWith: (route: string, group: string): number => callers(`${route} ${group}`),
  };
}

/** If peak usage is within the current limits, the recorded quota refusals no longer happen. */
function withoutSettledQuotas(shadowSummary: ShadowSummary): ShadowSummary {
  const past =
    shadowSummary.peaks.length > 0
      ? []
      : shadowSummary.rows.filter(({ code }) => code === 'QUOTA_EXCEEDED');
  const callsOf = (rows: readonly RefusedCalls[]): number =>
    rows.reduce((sum, { calls }) => sum + calls, 0);
  return {
    ...shadowSummary,
    refused: shadowSummary.refused - callsOf(past),
    settled: shadowSummary.settled + callsOf(past),
    rows: shadowSummary.rows.filter((row) => !past.includes(row)),
    routes: shadowSummary.routes.map((one) => ({
      ...one,
      refused: one.refused - callsOf(past.filter(({ route }) => route === one.route)),
    })),
  };
}

type Outcome = 'passes' | Pick<RefusedCalls, 'code' | 'reason'>;

function outcomeNow(
  model: AccessModel,
  record: DecisionRecord,
  at: number,
  usage: ReturnType<typeof peakUsage>,
): Outcome {
  const { code, reason } = record;
  const recorded: Outcome = code === undefined ? 'passes' : { code, reason };
  const now = reevaluate(model, record);
  if (now.kind !== 'decided') return recorded;
  const { decision, entitlements } = now;
  if (decision.effect === 'deny') return { code: decision.code, reason: decision.reason };
  if (entitlements) usage.add(entitlements, decision, at, record.weight);
  return code === 'QUOTA_EXCEEDED' || code === 'QUOTA_STORE_UNAVAILABLE' ? recorded : 'passes';
}

function sampleOf(record: DecisionRecord): Omit<RefusedCalls, keyof Callers | 'code' | 'reason'> {
  const { principal, groups = [], unmappedGroups = 0 } = record;
  return {
    route: routeOf(record),
    kind: principal?.kind,
    block: principal?.block,
    groups: [...groups].toSorted(),
    machine: principal?.kind === 'machine' ? principal.cid : undefined,
    unmappedGroups: unmappedGroups > 0,
  };
}
