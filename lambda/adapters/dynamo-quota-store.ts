/**
 * Quota counters in DynamoDB. All windows of one quota and payer live in one item, and one
 * conditional UpdateItem charges them: it takes units from every window or fails as a whole, so two
 * callers never get the last unit. The first call of a window needs a second write, with the window
 * it replaces as its condition.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { QUOTA_STORE_METRIC } from '../core/contract/metrics.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import { type AdmittedPlan, optimisticPlan, planCharge } from '../core/quota/charge-plan.ts';
import type { Charge } from '../core/quota/quota.ts';
import { type ChargeResult, type Metrics, type QuotaStore, QuotaStoreError } from '../ports.ts';
import { faultOf, isWorthRetrying, mayBeDone } from './dynamo/fault.ts';
import {
  type ConnectDynamo,
  failedCondition,
  type Item,
  type LateAnswer,
} from './dynamo/requests.ts';
import { lateResult } from './late-result.ts';
import { countsIn, itemKey, type QuotaUpdate, storedIn, updateFor } from './quota-update.ts';
import { storeClock } from './store-clock.ts';

/**
 * Longest time for one charge, all its writes and its retry included: well under the gateway's 10
 * s.
 */
const BUDGET_MS = 300;
/**
 * A failed condition means that another call got ahead, so a handful of rounds settles any race.
 */
const MAX_ROUNDS = 6;
/** Part of the budget that a throttled or conflicting request waits before its retry. */
const RETRY_PAUSE = 0.1;
/**
 * The first request of an environment resolves names and credentials and shakes hands, beside the
 * rest of the start.
 */
const WARM_UP_MS = 2_000;

export interface DynamoQuotaStore extends QuotaStore {
  /**
   * Opens the connection with a real request whose condition never holds: nothing is written. Never
   * throws.
   */
  warmUp(): Promise<void>;
}

export interface DynamoQuotaStoreOptions {
  /**
   * Longest time for one charge in milliseconds, all its writes and its retry included.
   * @default 300
   */
  readonly budgetMs?: number;
  readonly metrics?: Metrics;
}

/** A request that ends in time, by the monotonic clock, and whether it may be sent twice. */
interface Attempt {
  readonly endsAt: number;
  retriesLeft: number;
}

interface ChargeAttempt extends Attempt {
  readonly charge: Charge;
  /** Told of answers that came after their request was given up. */
  readonly onLate: ((result: ChargeResult) => void) | undefined;
  /** Whether a write may have taken units without telling. */
  mayHaveCharged: boolean;
}

/**
 * A charge fails where the environment's clock, which windows are taken from, differs from the
 * store's by more than five minutes.
 * @param table name of a table with the string partition key `pk` and the TTL attribute `expires`.
 */
export function dynamoQuotaStore(
  table: string,
  connect: ConnectDynamo,
  options: DynamoQuotaStoreOptions = {},
): DynamoQuotaStore {
  const { budgetMs = BUDGET_MS, metrics } = options;
  const clock = storeClock();
  const client = connect({ onAnswer: clock.observe });

  const update = (
    input: QuotaUpdate,
    withinMs: number,
    onLate?: (answer: LateAnswer<'UpdateItem'>) => void,
  ) => client.send('UpdateItem', { TableName: table, ...input }, withinMs, onLate);

  /** Sends one write of a charge, which learns whether it may have counted whatever it ends with. */
  const write = async (attempt: ChargeAttempt, plan: AdmittedPlan, withinMs: number) => {
    const { charge, onLate } = attempt;
    const hear = (answer: LateAnswer<'UpdateItem'>): void => {
      const result = lateResult(charge, plan, answer);
      // Where the clocks differ, the window that was charged is not the store's.
      if (result && !clock.isSkewed()) onLate?.(result);
    };
    try {
      return await update(updateFor(charge, plan), withinMs, onLate && hear);
    } catch (error) {
      attempt.mayHaveCharged ||= mayBeDone(error);
      throw error;
    }
  };

  /**
   * At most one retry a charge. A repeated write may count twice, which errs on the safe side; it
   * never admits twice.
   */
  const withRetry = async <T>(
    attempt: Attempt,
    send: (withinMs: number) => Promise<T>,
  ): Promise<T> => {
    // Given up at half the budget, so that a second request fits: a connection may be half open.
    const most = attempt.retriesLeft === 0 ? budgetMs : budgetMs / 2;
    try {
      return await send(Math.min(most, msLeft(attempt)));
    } catch (error) {
      const isFinal = attempt.retriesLeft === 0 || msLeft(attempt) <= 0 || failedCondition(error);
      if (isFinal || !isWorthRetrying(error)) throw error;
      attempt.retriesLeft--;
      const fault = faultOf(error);
      metrics?.put({ [QUOTA_STORE_METRIC.retries]: 1 }, { fault });
      if (fault === 'throttled' || fault === 'conflict')
        await pause(Math.min(budgetMs * RETRY_PAUSE, msLeft(attempt)));
      return send(msLeft(attempt));
    }
  };

  // DynamoDB tells the item with the failure; local fakes may not, and only those are asked for it:
  // the function has no right to read.
  let returnsFailedItem = true;

  /** The item as it was when the condition failed; empty where there is none. */
  const storedItem = async (
    returned: Item | undefined,
    plan: AdmittedPlan,
    attempt: ChargeAttempt,
  ): Promise<Item> => {
    if (returned) return returned;
    // Nothing told means nothing stored, unless the condition was that nothing is stored.
    if (returnsFailedItem && !expectsEmptyItem(plan)) return {};
    returnsFailedItem = false;
    const get = { TableName: table, Key: itemKey(attempt.charge.key), ConsistentRead: true };
    const read = await withRetry(attempt, (withinMs) => client.send('GetItem', get, withinMs));
    return read.Item ?? {};
  };

  const round = async (
    plan: AdmittedPlan,
    attempt: ChargeAttempt,
  ): Promise<ChargeResult | Item> => {
    try {
      const answer = await withRetry(attempt, (withinMs) => write(attempt, plan, withinMs));
      const counts = countsIn(answer.Attributes ?? {}, plan);
      if (!counts) throw new QuotaStoreError('answer');
      return { kind: 'admitted', units: plan.units, counts };
    } catch (error) {
      const failed = failedCondition(error);
      if (failed) return storedItem(failed.item, plan, attempt);
      throw error;
    }
  };

  /** Any answer tells the time; the condition never holds, so that nothing is written. */
  const refreshClock = async (attempt: Attempt): Promise<void> => {
    await update(NO_OP_UPDATE, msLeft(attempt)).catch(() => undefined);
    if (clock.isSkewed()) throw new QuotaStoreError('clock', { mayHaveCharged: false });
  };

  const chargeInRounds = async (attempt: ChargeAttempt): Promise<ChargeResult> => {
    const { charge } = attempt;
    let plan = optimisticPlan(charge);
    for (let rounds = 0; rounds < MAX_ROUNDS; rounds++) {
      const outcome = await round(plan, attempt);
      if (isResult(outcome)) return outcome;
      const next = planCharge(charge, (id) => storedIn(outcome, id));
      if (next.kind === 'exceeded') return next;
      plan = next;
    }
    throw new QuotaStoreError('conflict', { mayHaveCharged: attempt.mayHaveCharged });
  };

  return {
    budgetMs,
    async charge(charge, onLate) {
      const attempt: ChargeAttempt = {
        charge,
        onLate,
        endsAt: performance.now() + budgetMs,
        retriesLeft: 1,
        mayHaveCharged: false,
      };
      try {
        if (clock.isSkewed()) await refreshClock(attempt);
        const result = await chargeInRounds(attempt);
        // The window that was charged is not the store's.
        if (clock.isSkewed()) throw new QuotaStoreError('clock', { mayHaveCharged: false });
        return result;
      } catch (cause) {
        if (cause instanceof QuotaStoreError) throw cause;
        const { mayHaveCharged } = attempt;
        throw new QuotaStoreError(clock.isSkewed() ? 'clock' : faultOf(cause), {
          cause,
          mayHaveCharged,
        });
      }
    },
    async warmUp() {
      const attempt = { endsAt: performance.now() + WARM_UP_MS, retriesLeft: 0 };
      for (let tries = 0; tries < 3 && msLeft(attempt) > 0; tries++) {
        const answered = await update(NO_OP_UPDATE, msLeft(attempt)).catch(
          (error: unknown) => faultOf(error) === 'request',
        );
        if (answered) return;
      }
    },
  };
}

const NO_OP_UPDATE: QuotaUpdate = {
  Key: itemKey('-'),
  UpdateExpression: 'REMOVE nothing',
  ConditionExpression: `attribute_exists(${TABLE_KEY})`,
};

const expectsEmptyItem = ({ windows }: AdmittedPlan): boolean =>
  windows.every(({ kind, replaces }) => kind === 'roll' && replaces === undefined);

const isResult = (outcome: ChargeResult | Item): outcome is ChargeResult =>
  typeof outcome['kind'] === 'string';

const msLeft = ({ endsAt }: Attempt): number => endsAt - performance.now();
