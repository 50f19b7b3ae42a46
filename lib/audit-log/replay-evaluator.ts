/** What another map would make of one recorded call: its rules, its shadow mode and its quotas. */
import { refuse } from '../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { cellsOf } from '../../lambda/core/decision/cell.ts';
import type { Decision } from '../../lambda/core/decision/decide.ts';
import type { Entitlements } from '../../lambda/core/decision/entitlements.ts';
import { shadowMode } from '../../lambda/core/decision/shadow-mode.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { billFor, paymentsIn } from '../../lambda/core/quota/bill.ts';
import { decisionOverQuota } from '../../lambda/core/quota/over-quota-403-or-429.ts';
import { quotaReplay } from './quota-replay.ts';
import { type Reevaluation, reevaluate } from './reevaluate.ts';

/**
 * Changes that the rules make, and those that a quota makes: the latter hold only if every call was
 * recorded.
 */
type Cause = 'rules' | 'quota';

interface EvaluatedCall {
  readonly decision: Decision;
  readonly cause: Cause;
}

export interface Moment {
  readonly at: number;
  /** When the records begin. */
  readonly begin: number;
}

export type Verdict =
  | (EvaluatedCall & { readonly kind: 'evaluated'; readonly effect: 'allow' | 'deny' })
  /** A window began before the records, so that its earlier calls are not known. */
  | { readonly kind: 'cut' }
  | Exclude<Reevaluation, { readonly kind: 'decided' }>;

/** Calls must come in the order of time. */
export function replayEvaluator(
  model: AccessModel,
): (record: DecisionRecord, moment: Moment) => Verdict {
  const evaluateQuota = quotaEvaluator(model);
  const effectOf = effectIn(model);
  return (record, moment) => {
    const reevaluation = reevaluate(model, record);
    if (reevaluation.kind !== 'decided') return reevaluation;
    const { decision, entitlements, holdsInShadow = false } = reevaluation;
    const evaluated =
      entitlements && isCharged(decision)
        ? evaluateQuota(record, decision, entitlements, moment)
        : rulesAlone(decision);
    if (evaluated === 'cut') return { kind: 'cut' };
    const effect = effectOf(evaluated.decision, record, holdsInShadow);
    return effect === 'unknown'
      ? { kind: 'unknown', why: 'prior' }
      : { kind: 'evaluated', ...evaluated, effect };
  };
}

/**
 * In shadow mode any valid token passes; the remaining refusals follow the authorizer's own rule.
 * On an attached API the prior authorizer decides: its recorded answer counts, else it is unknown.
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

const rulesAlone = (decision: Decision): EvaluatedCall => ({ decision, cause: 'rules' });

const isCharged = ({ effect, reason }: Decision): boolean =>
  effect === 'allow' && reason !== 'public' && reason !== 'signed_in';

/**
 * An allowed call after its quota. `cut`: a window began before the records, so that its earlier
 * calls are not known.
 */
function quotaEvaluator(
  model: AccessModel,
): (
  record: DecisionRecord,
  decision: Decision,
  entitlements: Entitlements,
  moment: Moment,
) => EvaluatedCall | 'cut' {
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
): EvaluatedCall {
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
