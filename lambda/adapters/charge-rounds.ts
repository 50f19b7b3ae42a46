/**
 * The writes of one charge: a first guess, then plans by the item that a failed condition returns.
 */
import { type AdmittedPlan, firstPlan, planCharge } from '../core/quota/charge-plan.ts';
import { type ChargeResult, QuotaStoreError } from '../ports.ts';
import type { ChargeAttempt, WithRetry } from './charge-attempt.ts';
import { mayBeDone } from './dynamo/fault.ts';
import {
  type DynamoClient,
  failedCondition,
  type Item,
  type LateAnswer,
} from './dynamo/requests.ts';
import { lateResult } from './late-result.ts';
import { countsIn, isLaterItem, itemKey, storedIn, updateFor } from './quota-update.ts';
import { seenCounts } from './seen-counts.ts';
import type { StoreClock } from './store-clock.ts';

/**
 * A failed condition means that another call got ahead, so a handful of rounds settles any race.
 */
const MAX_CHARGE_ROUNDS = 6;

export interface ChargeParts {
  readonly client: DynamoClient;
  readonly table: string;
  readonly clock: StoreClock;
  readonly withRetry: WithRetry;
}

/** @returns carries out a charge; throws what its requests throw. */
export function chargeRounds(
  parts: ChargeParts,
): (attempt: ChargeAttempt) => Promise<ChargeResult> {
  const seen = seenCounts();
  const { storedItem } = failedItems(parts);

  const round = async (
    plan: AdmittedPlan,
    attempt: ChargeAttempt,
  ): Promise<ChargeResult | Item> => {
    try {
      const send = (withinMs: number) => write(parts, attempt, plan, withinMs);
      const { Attributes = {} } = await parts.withRetry(attempt, send);
      const counts = countsIn(Attributes, plan);
      if (!counts) throw new QuotaStoreError('answer');
      seen.learn(attempt.charge, plan, Attributes);
      return { kind: 'admitted', units: plan.units, counts };
    } catch (error) {
      const failed = failedCondition(error);
      if (failed) return storedItem(failed.item, plan, attempt);
      throw error;
    }
  };

  return async (attempt) => {
    const { charge } = attempt;
    let plan = firstPlan(charge, seen.find(charge));
    for (let rounds = 0; rounds < MAX_CHARGE_ROUNDS; rounds++) {
      const outcome = await round(plan, attempt);
      if (isResult(outcome)) return outcome;
      if (isLaterItem(outcome))
        throw new QuotaStoreError('format', { mayHaveCharged: attempt.mayHaveCharged });
      const next = planCharge(charge, (id) => storedIn(outcome, id));
      if (next.kind === 'exceeded') return next;
      plan = next;
    }
    throw new QuotaStoreError('conflict', { mayHaveCharged: attempt.mayHaveCharged });
  };
}

/**
 * Sends one write of a charge, and notes in it whether the write may have counted, however it ends.
 */
async function write(
  { client, table, clock }: ChargeParts,
  attempt: ChargeAttempt,
  plan: AdmittedPlan,
  withinMs: number,
) {
  const { charge, onLate } = attempt;
  const hear = (answer: LateAnswer<'UpdateItem'>): void => {
    const result = lateResult(charge, plan, answer);
    // If the clocks differ, the charged window is not the store's window.
    if (result && !clock.isSkewed()) onLate?.(result);
  };
  const input = { TableName: table, ...updateFor(charge, plan) };
  try {
    return await client.send('UpdateItem', input, withinMs, onLate && hear);
  } catch (error) {
    attempt.mayHaveCharged ||= mayBeDone(error);
    throw error;
  }
}

function failedItems({ client, table, withRetry }: ChargeParts) {
  // DynamoDB returns the item with the failure; local fakes may not, and only those are asked for
  // it: the function has no right to read.
  let returnsFailedItem = true;
  return {
    /** The item as it was when the condition failed; empty where there is none. */
    async storedItem(
      returned: Item | undefined,
      plan: AdmittedPlan,
      attempt: ChargeAttempt,
    ): Promise<Item> {
      if (returned) return returned;
      // An answer without an item means that nothing is stored, unless the condition of the write
      // allows for that.
      if (returnsFailedItem && !takesEmptyItem(plan)) return {};
      returnsFailedItem = false;
      const get = { TableName: table, Key: itemKey(attempt.charge.key), ConsistentRead: true };
      const read = await withRetry(attempt, (withinMs) => client.send('GetItem', get, withinMs));
      return read.Item ?? {};
    },
  };
}

const takesEmptyItem = ({ windows }: AdmittedPlan): boolean =>
  windows.every(({ kind, replaces }) => kind === 'roll' && typeof replaces !== 'number');

const isResult = (outcome: ChargeResult | Item): outcome is ChargeResult =>
  typeof outcome['kind'] === 'string';
