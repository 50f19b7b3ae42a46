/**
 * Recorded calls against another map: which of them it would allow or refuse, and which cannot be
 * evaluated.
 */

import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { AccessLine, AuditLogItem } from './audit-log-line.ts';
import { type ChangedCalls, changeCounter } from './changed-calls.ts';
import type { UnknownReason } from './reevaluate.ts';
import { replayEvaluator } from './replay-evaluator.ts';

export interface Replay {
  readonly calls: number;
  readonly changed: readonly ChangedCalls[];
  readonly newlyAllowed: number;
  readonly newlyRefused: number;
  /** Refused before the caller was known, or for a reason outside of the map; they stay refused. */
  readonly staying: number;
  readonly unknown: Readonly<Record<UnknownReason, number>>;
  /** Calls with groups that the recorded map did not have; they are counted there and not named. */
  readonly withUnmappedGroups: number;
  /** Groups of the map that no record names. */
  readonly groupsNotSeen: readonly string[];
  /** Whether quotas were replayed; else their refusals stay as recorded. */
  readonly quotasReplayed: boolean;
  /** Quota refusals of windows that began before the records; they stay as recorded. */
  readonly quotaWindowsCut: number;
  /** Calls of public routes, which have no decision record, on routes that need a token now. */
  readonly formerlyPublic: number;
}

export interface ReplayRun {
  add(item: AuditLogItem): void;
  result(): Replay;
}

/** An environment makes no more decisions: a record that says so is not ours. */
const MOST_IN_A_SECOND = 100_000;

/** Items must come in the order of time. */
export function replayAgainst(model: AccessModel): ReplayRun {
  const evaluate = replayEvaluator(model);
  const changes = { rules: changeCounter(), quota: changeCounter() };
  const unknown = { hashed: 0, scopes: 0, block: 0, groups: 0, prior: 0, path: 0 };
  const sums = {
    ...{ calls: 0, staying: 0, withUnmappedGroups: 0 },
    ...{ quotaWindowsCut: 0, formerlyPublic: 0 },
  };
  const seen = new Set<string>();
  let begin: number | undefined;
  let sampled = false;

  const addOne = (record: DecisionRecord, at: number): void => {
    const { weight } = record;
    sums.calls += weight;
    sampled ||= record.code === undefined && weight > 1;
    for (const name of record.groups ?? []) seen.add(model.groups.get(name)?.name ?? name);
    if (record.unmappedGroups) sums.withUnmappedGroups += weight;
    const verdict = evaluate(record, { at, begin: begin ?? at });
    if (verdict.kind === 'unknown') unknown[verdict.why] += weight;
    else if (verdict.kind === 'unaffected') sums.staying += weight;
    else if (verdict.kind === 'cut') sums.quotaWindowsCut += weight;
    else if (verdict.effect !== record.effect)
      changes[verdict.cause].note(record, verdict.decision, at);
  };

  return {
    add(item) {
      begin ??= item.at;
      if (item.kind === 'decision') for (const one of callsOf(item.record)) addOne(one, item.at);
      else if (isFormerlyPublic(model, item.access)) sums.formerlyPublic++;
    },
    result: () => ({
      ...sums,
      calls: Math.round(sums.calls),
      ...changesIn([...changes.rules.counted(), ...(sampled ? [] : changes.quota.counted())]),
      unknown,
      groupsNotSeen: groupNames(model).filter((name) => !seen.has(name)),
      quotasReplayed: !sampled,
    }),
  };
}

/** Each call of a flood over quota asks for a unit of its own. */
function* callsOf(record: DecisionRecord): Iterable<DecisionRecord> {
  const { code, weight } = record;
  const isAggregated = code === 'QUOTA_EXCEEDED' && weight > 1 && weight <= MOST_IN_A_SECOND;
  if (!isAggregated) yield record;
  else for (let call = 0; call < weight; call++) yield { ...record, weight: 1 };
}

/** Most calls first. */
function changesIn(
  changes: readonly ChangedCalls[],
): Pick<Replay, 'changed' | 'newlyAllowed' | 'newlyRefused'> {
  const sum = (to: 'allow' | 'deny'): number =>
    changes.reduce((all, one) => all + (one.to === to ? one.calls : 0), 0);
  return {
    changed: changes.toSorted((a, b) => b.calls - a.calls),
    newlyAllowed: sum('allow'),
    newlyRefused: sum('deny'),
  };
}

const groupNames = ({ groups }: AccessModel): readonly string[] => [
  ...new Set([...groups.values()].map(({ name }) => name)),
];

/**
 * The access log shows a call without caller: the route was public, and the new map requires a
 * token.
 */
function isFormerlyPublic(
  model: AccessModel,
  { route, status, caller, mapVersion }: AccessLine,
): boolean {
  if (status >= 400 || caller !== undefined || mapVersion !== undefined) return false;
  return model.routes.some(
    ({ key, gateway }, index) =>
      (key === route || gateway === route) && !hasBit(model.public, index),
  );
}
