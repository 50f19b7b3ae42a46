/**
 * Recorded calls against another map: which of them it would let in or refuse, and what cannot be
 * said.
 */

import { refuse } from '../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { cellsOf } from '../../lambda/core/decision/cell.ts';
import type { Decision } from '../../lambda/core/decision/decide.ts';
import type { Entitlements } from '../../lambda/core/decision/entitlements.ts';
import { shadowMode } from '../../lambda/core/decision/shadow-mode.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { billFor, paymentsIn } from '../../lambda/core/quota/bill.ts';
import { decisionOverQuota } from '../../lambda/core/quota/over-quota-403-or-429.ts';
import type { AccessLine, AuditLogItem } from './audit-log-line.ts';
import { type ChangedCalls, changeCounter } from './changed-calls.ts';
import { quotaReplay } from './quota-replay.ts';
import { reevaluate, type UnknownReason } from './reevaluate.ts';

export interface Replay {
  readonly calls: number;
  readonly changed: readonly ChangedCalls[];
  readonly opened: number;
  readonly closed: number;
  /** Refused before anybody was known, or for what is not in a map; they stay refused. */
  readonly staying: number;
  readonly unknown: Readonly<Record<UnknownReason, number>>;
  /** Calls with groups that the recorded map did not have; they are counted there and not named. */
  readonly withUnmappedGroups: number;
  /** Groups of the map that no record names. */
  readonly groupsNotSeen: readonly string[];
  /** Whether quotas were counted anew; else those refusals stand as they were recorded. */
  readonly quotasReplayed: boolean;
  /** Quota refusals of windows that began before the records: they stand as they were recorded. */
  readonly quotaWindowsCut: number;
  /** Calls of public routes, which have no decision record, on routes that need a token now. */
  readonly formerlyPublic: number;
}

/**
 * Changes that the rules make, and those that a quota makes: the latter hold only if every call was
 * recorded.
 */
type Cause = 'rules' | 'quota';

interface Judged {
  readonly decision: Decision;
  readonly cause: Cause;
}

export interface ReplayRun {
  add(item: AuditLogItem): void;
  result(): Replay;
}

/**
 * In shadow mode any valid token passes; the remaining refusals follow the authorizer's own rule.
 * Of an attached API the prior authorizer decides: as recorded where it did so then, else unknown.
 */
function effectIn(
  model: AccessModel,
): (
  decision: Decision,
  record: DecisionRecord,
  holdsInShadow: boolean,
) => 'allow' | 'deny' | 'unknown' {
  const { modeOf, refusesAnyToken, refusesAmbiguousPaths } = shadowMode(model);
  const cellOf = cellsOf(model);
  return (decision, { mode, effect }, holdsInShadow) => {
    if (modeOf(decision.route) === 'enforce') return decision.effect;
    if (cellOf(undefined, decision.route).gateway === 'prior')
      return mode === 'shadow' ? effect : 'unknown';
    if (decision.effect === 'allow') return 'allow';
    const isRefused =
      holdsInShadow ||
      refusesAnyToken(decision) ||
      (refusesAmbiguousPaths &&
        decision.code === 'PATH_REFUSED' &&
        decision.reason !== 'closed_route');
    return isRefused ? 'deny' : 'allow';
  };
}

/** An environment makes no more decisions: a record that says so is not ours. */
const MOST_IN_A_SECOND = 100_000;

/** Items must come in the order of time. */
export function replayAgainst(model: AccessModel): ReplayRun {
  const judgeQuota = quotaJudge(model);
  const effectOf = effectIn(model);
  const changes = { rules: changeCounter(), quota: changeCounter() };
  const unknown: Record<UnknownReason, number> = {
    hashed: 0,
    scopes: 0,
    block: 0,
    groups: 0,
    prior: 0,
    path: 0,
  };
  const sums = {
    calls: 0,
    staying: 0,
    withUnmappedGroups: 0,
    quotaWindowsCut: 0,
    formerlyPublic: 0,
  };
  const seen = new Set<string>();
  let begin: number | undefined;
  let sampled = false;

  const addOne = (record: DecisionRecord, at: number): void => {
    sums.calls += record.weight;
    sampled ||= record.code === undefined && record.weight > 1;
    for (const name of record.groups ?? []) seen.add(model.groups.get(name)?.name ?? name);
    if (record.unmappedGroups) sums.withUnmappedGroups += record.weight;
    const reevaluation = reevaluate(model, record);
    if (reevaluation.kind === 'unknown') unknown[reevaluation.why] += record.weight;
    if (reevaluation.kind === 'unaffected') sums.staying += record.weight;
    if (reevaluation.kind !== 'decided') return;
    const { decision, entitlements, holdsInShadow = false } = reevaluation;
    const judged =
      entitlements && isCharged(decision)
        ? judgeQuota(record, decision, entitlements, { at, begin: begin ?? at })
        : rulesAlone(decision);
    if (judged === 'cut') {
      sums.quotaWindowsCut += record.weight;
      return;
    }
    const effect = effectOf(judged.decision, record, holdsInShadow);
    if (effect === 'unknown') unknown.prior += record.weight;
    else if (effect !== record.effect) changes[judged.cause].note(record, judged.decision, at);
  };

  /** Each call of a flood over quota asks for a unit of its own. */
  const add = (record: DecisionRecord, at: number): void => {
    const { code, weight } = record;
    const isFlood = code === 'QUOTA_EXCEEDED' && weight > 1 && weight <= MOST_IN_A_SECOND;
    if (!isFlood) addOne(record, at);
    else for (let call = 0; call < weight; call++) addOne({ ...record, weight: 1 }, at);
  };

  return {
    add(item) {
      begin ??= item.at;
      if (item.kind === 'decision') add(item.record, item.at);
      else if (isFormerlyPublic(model, item.access)) sums.formerlyPublic++;
    },
    result: () => {
      const changed = [
        ...changes.rules.counted(),
        ...(sampled ? [] : changes.quota.counted()),
      ].toSorted((a, b) => b.calls - a.calls);
      const sum = (to: 'allow' | 'deny'): number =>
        changed.reduce((all, one) => all + (one.to === to ? one.calls : 0), 0);
      const names = new Set([...model.groups.values()].map(({ name }) => name));
      return {
        ...sums,
        calls: Math.round(sums.calls),
        changed,
        opened: sum('allow'),
        closed: sum('deny'),
        unknown,
        groupsNotSeen: [...names].filter((name) => !seen.has(name)),
        quotasReplayed: !sampled,
      };
    },
  };
}

const rulesAlone = (decision: Decision): Judged => ({ decision, cause: 'rules' });

const isCharged = ({ effect, reason }: Decision): boolean =>
  effect === 'allow' && reason !== 'public' && reason !== 'signed_in';

interface Moment {
  readonly at: number;
  /** When the records begin. */
  readonly begin: number;
}

/**
 * An allowed call after its quota. `cut`: a window began before the records, so that its earlier
 * calls are not known.
 */
function quotaJudge(
  model: AccessModel,
): (
  record: DecisionRecord,
  decision: Decision,
  entitlements: Entitlements,
  moment: Moment,
) => Judged | 'cut' {
  const charge = quotaReplay(model);
  return (record, decision, entitlements, { at, begin }) => {
    const { route } = decision;
    if (record.code === 'QUOTA_STORE_UNAVAILABLE')
      return storeFailed(model, record, decision, entitlements);
    const charged = charge(entitlements, route, at);
    if (charged.kind === 'free') return rulesAlone(decision);
    if (charged.kind === 'exceeded') {
      return {
        decision: decisionOverQuota(decision, charged.onExceeded),
        cause: 'quota',
      };
    }
    if (record.code !== 'QUOTA_EXCEEDED') return { decision, cause: 'rules' };
    const cut = record.effect === 'deny' && charged.since * 1_000 < begin;
    return cut ? 'cut' : { decision, cause: 'quota' };
  };
}

/**
 * The store failed for this call, and would have under any map: the quota that was asked decides.
 */
function storeFailed(
  model: AccessModel,
  record: DecisionRecord,
  decision: Decision,
  entitlements: Entitlements,
): Judged {
  const payments = paymentsIn(billFor(model, entitlements, decision.route));
  if (payments.length === 0) return rulesAlone(decision);
  const failed = payments.find(({ quota }) => quota.name === record.quota?.name) ?? payments[0];
  if (failed?.quota.onStoreFailure === 'allow') return rulesAlone(decision);
  return rulesAlone({
    effect: 'deny',
    route: decision.route,
    ...refuse('QUOTA_STORE_UNAVAILABLE', 'store_failed'),
  });
}

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
