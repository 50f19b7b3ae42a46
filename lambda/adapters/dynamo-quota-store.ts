/**
 * Quota counters in DynamoDB. All windows of one quota and payer live in one item, and one
 * conditional UpdateItem charges them: it takes units from every window or fails as a whole, so two
 * callers never get the last unit. The first call of a window needs a second write, with the window
 * it replaces as its condition, unless it was foreseen (core/quota/charge-plan.ts).
 */

import { QUOTA_BUDGET_MS } from '../core/contract/quota-budget.ts';
import { TABLE_KEY } from '../core/contract/tables.ts';
import { type Metrics, type QuotaStore, QuotaStoreError } from '../ports.ts';
import { type Attempt, type ChargeAttempt, msLeft, retryWithin } from './charge-attempt.ts';
import { chargeRounds } from './charge-rounds.ts';
import { faultOf } from './dynamo/fault.ts';
import type { ConnectDynamo } from './dynamo/requests.ts';
import { itemKey } from './quota-update.ts';
import { storeClock } from './store-clock.ts';

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
  const { budgetMs = QUOTA_BUDGET_MS, metrics } = options;
  const clock = storeClock();
  const client = connect({ onAnswer: clock.observe });
  const withRetry = retryWithin(budgetMs, metrics);
  const carryOut = chargeRounds({ client, table, clock, withRetry });
  /** Any answer holds the time; the condition never holds, so nothing is written. */
  const ask = (withinMs: number) =>
    client.send('UpdateItem', { TableName: table, ...NO_OP_UPDATE }, withinMs);

  const chargeByClock = async (attempt: ChargeAttempt) => {
    const skewed = () => new QuotaStoreError('clock', { mayHaveCharged: false });
    if (clock.isSkewed()) {
      await ask(msLeft(attempt)).catch(() => undefined);
      if (clock.isSkewed()) throw skewed();
    }
    const result = await carryOut(attempt);
    // The window that was charged is not the store's.
    if (clock.isSkewed()) throw skewed();
    return result;
  };

  return {
    budgetMs,
    async charge(charge, onLate) {
      const endsAt = performance.now() + budgetMs;
      const attempt: ChargeAttempt = {
        ...{ charge, onLate, endsAt },
        retriesLeft: 1,
        mayHaveCharged: false,
      };
      try {
        return await chargeByClock(attempt);
      } catch (cause) {
        if (cause instanceof QuotaStoreError) throw cause;
        const { mayHaveCharged } = attempt;
        const fault = clock.isSkewed() ? 'clock' : faultOf(cause);
        throw new QuotaStoreError(fault, { cause, mayHaveCharged });
      }
    },
    warmUp: () => askUntilAnswered(ask),
  };
}

async function askUntilAnswered(ask: (withinMs: number) => Promise<unknown>): Promise<void> {
  const attempt: Attempt = { endsAt: performance.now() + WARM_UP_MS, retriesLeft: 0 };
  for (let tries = 0; tries < 3 && msLeft(attempt) > 0; tries++) {
    const answered = await ask(msLeft(attempt)).catch(
      (error: unknown) => faultOf(error) === 'request',
    );
    if (answered) return;
  }
}

const NO_OP_UPDATE = {
  Key: itemKey('-'),
  UpdateExpression: 'REMOVE nothing',
  ConditionExpression: `attribute_exists(${TABLE_KEY})`,
};
