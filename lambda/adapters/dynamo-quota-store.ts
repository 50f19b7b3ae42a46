/**
 * Quota counters in DynamoDB. All windows of one quota and payer live in one item, and one
 * conditional UpdateItem charges them: it takes units from every window or fails as a whole, so two
 * callers never get the last unit. The first call of a window needs a second write, with the window
 * it replaces as its condition.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { QUOTA_STORE_METRIC } from '../core/contract/metrics.ts';
import { type AdmittedPlan, optimisticPlan, planCharge } from '../core/quota/charge-plan.ts';
import type { Charge } from '../core/quota/quota.ts';
import {
  type ChargeResult,
  type Clock,
  type Metrics,
  type QuotaStore,
  QuotaStoreError,
} from '../ports.ts';
import { faultOf, isWorthRetrying } from './dynamo-fault.ts';
import {
  countsIn,
  type Item,
  itemKey,
  type QuotaUpdate,
  storedIn,
  updateFor,
} from './quota-update.ts';
import { storeClock, trackServerTime } from './store-clock.ts';

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
   * @default one from the environment: Region, credentials, AWS_ENDPOINT_URL_DYNAMODB; one attempt
   * a request, half the budget each; the time of a client given here is not looked at
   */
  readonly client?: DynamoDBClient;
  /**
   * Longest time for one charge in milliseconds, all its writes and its retry included.
   * @default 300
   */
  readonly budgetMs?: number;
  readonly metrics?: Metrics;
  /**
   * The clock that windows are taken from; a charge fails where the store's differs by more than
   * five minutes.
   * @default the machine's
   */
  readonly clock?: Clock;
  /**
   * What ends a request. A simulation whose store always answers needs no timers.
   * @default signalAfter
   */
  readonly signalAfter?: typeof signalAfter;
}

/** Aborts after so many milliseconds, or with `within` if that comes first. */
export function signalAfter(ms: number, within?: AbortSignal): AbortSignal {
  const own = AbortSignal.timeout(ms);
  return within === undefined ? own : AbortSignal.any([within, own]);
}

interface Attempt {
  readonly signal: AbortSignal;
  retriesLeft: number;
}

/**
 * @param table name of a table with the string partition key `pk` and the TTL attribute `expires`.
 */
export function dynamoQuotaStore(
  table: string,
  options: DynamoQuotaStoreOptions = {},
): DynamoQuotaStore {
  const { budgetMs = BUDGET_MS, metrics } = options;
  const { client = clientFor(budgetMs), signalAfter: endsAfter = signalAfter } = options;
  const clock = options.client
    ? storeClock()
    : trackServerTime(client, options.clock ?? { now: () => Date.now() });

  const update = (input: QuotaUpdate, abortSignal: AbortSignal) =>
    client.send(new UpdateItemCommand({ TableName: table, ...input }), { abortSignal });

  /**
   * At most one retry a charge. A repeated write may count twice, which errs on the safe side; it
   * never admits twice.
   */
  const withRetry = async <T>(
    attempt: Attempt,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    try {
      // The client's own time-outs end with the head of an answer; this one covers the body as
      // well.
      return await send(
        attempt.retriesLeft === 0 ? attempt.signal : endsAfter(budgetMs / 2, attempt.signal),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw error;
      if (attempt.signal.aborted || attempt.retriesLeft === 0 || !isWorthRetrying(error))
        throw error;
      attempt.retriesLeft--;
      const fault = faultOf(error);
      metrics?.put({ [QUOTA_STORE_METRIC.retries]: 1 }, { fault });
      if (fault === 'throttled' || fault === 'conflict')
        await pause(budgetMs * RETRY_PAUSE, undefined, { signal: attempt.signal });
      return send(attempt.signal);
    }
  };

  // DynamoDB tells the item with the failure; local fakes may not, and only those are asked for it:
  // the function has no right to read.
  let returnsFailedItem = true;

  /** The item as it was when the condition failed; empty where there is none. */
  const storedItem = async (
    failure: ConditionalCheckFailedException,
    key: string,
    plan: AdmittedPlan,
    attempt: Attempt,
  ): Promise<Item> => {
    if (failure.Item) return failure.Item;
    // Nothing told means nothing stored, unless the condition was that nothing is stored.
    if (returnsFailedItem && !expectsEmptyItem(plan)) return {};
    returnsFailedItem = false;
    const command = new GetItemCommand({
      TableName: table,
      Key: itemKey(key),
      ConsistentRead: true,
    });
    const read = await withRetry(attempt, (abortSignal) => client.send(command, { abortSignal }));
    return read.Item ?? {};
  };

  const round = async (
    charge: Charge,
    plan: AdmittedPlan,
    attempt: Attempt,
  ): Promise<ChargeResult | Item> => {
    try {
      const answer = await withRetry(attempt, (abortSignal) =>
        update(updateFor(charge, plan), abortSignal),
      );
      const counts = countsIn(answer.Attributes ?? {}, plan);
      if (!counts) throw new QuotaStoreError('answer');
      return { kind: 'admitted', units: plan.units, counts };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        return storedItem(error, charge.key, plan, attempt);
      throw error;
    }
  };

  /** Any answer tells the time; the condition never holds, so that nothing is written. */
  const refreshClock = async ({ signal }: Attempt): Promise<void> => {
    await update(NO_OP_UPDATE, signal).catch(() => undefined);
    if (clock.isSkewed()) throw new QuotaStoreError('clock');
  };

  const chargeInRounds = async (charge: Charge, attempt: Attempt): Promise<ChargeResult> => {
    let plan = optimisticPlan(charge);
    for (let rounds = 0; rounds < MAX_ROUNDS; rounds++) {
      const outcome = await round(charge, plan, attempt);
      if (isResult(outcome)) return outcome;
      const next = planCharge(charge, (id) => storedIn(outcome, id));
      if (next.kind === 'exceeded') return next;
      plan = next;
    }
    throw new QuotaStoreError('conflict');
  };

  return {
    async charge(one) {
      try {
        const attempt = { signal: endsAfter(budgetMs), retriesLeft: 1 };
        if (clock.isSkewed()) await refreshClock(attempt);
        const result = await chargeInRounds(one, attempt);
        // The window that was charged is not the store's.
        if (clock.isSkewed()) throw new QuotaStoreError('clock');
        return result;
      } catch (cause) {
        if (cause instanceof QuotaStoreError) throw cause;
        throw new QuotaStoreError(clock.isSkewed() ? 'clock' : faultOf(cause), { cause });
      }
    },
    async warmUp() {
      const abortSignal = endsAfter(WARM_UP_MS);
      for (let tries = 0; tries < 3 && !abortSignal.aborted; tries++) {
        const answered = await update(NO_OP_UPDATE, abortSignal).catch(
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
  ConditionExpression: 'attribute_exists(pk)',
};

const expectsEmptyItem = ({ windows }: AdmittedPlan): boolean =>
  windows.every(({ kind, replaces }) => kind === 'roll' && replaces === undefined);

const isResult = (outcome: ChargeResult | Item): outcome is ChargeResult =>
  typeof outcome['kind'] === 'string';

/**
 * A request that gets no answer is given up at half the budget, so that a second one fits: a
 * connection may be half open.
 */
function clientFor(budgetMs: number): DynamoDBClient {
  const perRequestMs = Math.ceil(budgetMs / 2);
  return new DynamoDBClient({
    maxAttempts: 1,
    // A request signed with the store's time would be taken from an environment whose windows are
    // wrong.
    disableClockSkewCorrection: true,
    requestHandler: {
      connectionTimeout: perRequestMs,
      requestTimeout: perRequestMs,
      throwOnRequestTimeout: true,
    },
  });
}
