/** Charges allowed calls to a quota and remembers exhausted windows. */

import { QUOTA_STORE_METRIC } from '../core/contract/metric-names.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import type { AccessModel } from '../core/model/model.ts';
import { type Bill, billFor, type Payment } from '../core/quota/bill.ts';
import type { QuotaState } from '../core/quota/quota-state.ts';
import { type Clock, type Metrics, type QuotaStore, QuotaStoreError } from '../ports.ts';
import type { Paid } from './charged-call.ts';
import { payments } from './payments.ts';
import { perRoute } from './per-object.ts';

export type QuotaOutcome =
  | { readonly kind: 'free' }
  | { readonly kind: 'admitted'; readonly state: QuotaState }
  | {
      readonly kind: 'exceeded';
      readonly state: QuotaState;
      readonly onExceeded: 'refuse' | 'pass';
    }
  | {
      readonly kind: 'store_failed';
      readonly onStoreFailure: 'deny' | 'allow';
      readonly quota: string;
    };

/** @returns at once what a unit in memory pays, or what is known to be full. */
export type QuotaLimiter = (
  entitlements: Entitlements,
  route: string,
) => QuotaOutcome | Promise<QuotaOutcome>;

type PayOne = (payment: Payment) => QuotaOutcome | Promise<QuotaOutcome>;

/**
 * Charges each strict quota, then the first of the others with room, each from the most generous
 * on. A full one refuses unless it says `onExceeded: pass`; of the others all must say so. What an
 * earlier strict quota has taken for a refused call is not given back; what is known to be full is
 * looked at before anything is taken.
 */
export function quotaLimiter(
  model: AccessModel,
  store: QuotaStore,
  clock: Clock,
  metrics?: Metrics,
): QuotaLimiter {
  const { pay, knownFull } = payments(model, store, clock);
  const billOf = perRoute((entitlements: Entitlements, route) =>
    billFor(model, entitlements, route),
  );
  return (entitlements, route) => {
    const { strict, shared } = billOf(entitlements, route);
    if (strict.length === 0 && shared === 'free') return FREE;
    const payOne: PayOne = (payment) => {
      const paid = pay(payment, route);
      return paid instanceof Promise
        ? paid.then(
            (late) => outcomeOf(payment, late),
            (error: unknown) => storeFailure(payment, error, metrics),
          )
        : outcomeOf(payment, paid);
    };
    if (strict.length === 0 && shared !== 'free') return payFirst(shared, payOne);
    const full = (payment: Payment): QuotaState | undefined => knownFull(payment, route);
    return refusalKnown(strict, shared, full) ?? payAll({ strict, shared }, payOne);
  };
}

const FREE: QuotaOutcome = { kind: 'free' };

async function payAll({ strict, shared }: Bill, payOne: PayOne): Promise<QuotaOutcome> {
  let outcome: QuotaOutcome = FREE;
  for (const payment of strict) {
    outcome = binding(outcome, await payOne(payment));
    if (refuses(outcome)) return outcome;
  }
  return shared === 'free' ? outcome : binding(outcome, await payFirst(shared, payOne));
}

const outcomeOf = (payment: Payment, { kind, state }: Paid): QuotaOutcome =>
  kind === 'admitted' ? { kind, state } : exceeded(payment, state);

const exceeded = ({ quota: { onExceeded } }: Payment, state: QuotaState): QuotaOutcome => ({
  kind: 'exceeded',
  state,
  onExceeded,
});

const refuses = (result: QuotaOutcome): boolean =>
  (result.kind === 'exceeded' && result.onExceeded === 'refuse') ||
  (result.kind === 'store_failed' && result.onStoreFailure === 'deny');

/** The first quota with room pays; without one the answer names the window that ends soonest. */
function payFirst(candidates: readonly Payment[], payOne: PayOne): ReturnType<PayOne> {
  const [only] = candidates;
  return only && candidates.length === 1 ? payOne(only) : payFirstOf(candidates, payOne);
}

async function payFirstOf(candidates: readonly Payment[], payOne: PayOne): Promise<QuotaOutcome> {
  const full: QuotaState[] = [];
  for (const payment of candidates) {
    const result = await payOne(payment);
    if (result.kind !== 'exceeded') return result;
    full.push(result.state);
  }
  return allFull(candidates, full);
}

function allFull(candidates: readonly Payment[], states: readonly QuotaState[]): QuotaOutcome {
  const [soonest] = states.toSorted((a, b) => a.endsAt - b.endsAt);
  if (!soonest) return FREE;
  const pass = candidates.every(({ quota }) => quota.onExceeded === 'pass');
  return { kind: 'exceeded', state: soonest, onExceeded: pass ? 'pass' : 'refuse' };
}

/** A refusal that is known before a unit is taken. */
function refusalKnown(
  strict: readonly Payment[],
  shared: 'free' | readonly Payment[],
  full: (payment: Payment) => QuotaState | undefined,
): QuotaOutcome | undefined {
  const results = strict.flatMap((payment): QuotaOutcome[] => {
    const state = full(payment);
    return state ? [exceeded(payment, state)] : [];
  });
  const states = shared === 'free' ? [] : shared.flatMap((payment) => full(payment) ?? []);
  if (shared !== 'free' && states.length === shared.length) results.push(allFull(shared, states));
  return results.find(refuses);
}

/** Chooses the quota that binds of two that count: a refusal, a full one, else the tighter one. */
function binding(one: QuotaOutcome, other: QuotaOutcome): QuotaOutcome {
  const rank = (result: QuotaOutcome): number => (refuses(result) ? 0 : BINDS[result.kind]);
  if (rank(one) !== rank(other)) return rank(one) < rank(other) ? one : other;
  if (one.kind !== 'admitted' || other.kind !== 'admitted') return one;
  return other.state.remaining < one.state.remaining ? other : one;
}

const BINDS = { exceeded: 1, store_failed: 2, admitted: 3, free: 4 } as const;

function storeFailure(
  { quota }: Payment,
  error: unknown,
  metrics: Metrics | undefined,
): QuotaOutcome {
  // Rethrow our own bugs: as a store failure, `onStoreFailure: allow` would admit every call.
  if (!(error instanceof QuotaStoreError)) throw error;
  metrics?.put(
    { [QUOTA_STORE_METRIC.failures]: 1 },
    { quota: quota.name, fault: error.fault, onStoreFailure: quota.onStoreFailure },
  );
  return { kind: 'store_failed', onStoreFailure: quota.onStoreFailure, quota: quota.name };
}
