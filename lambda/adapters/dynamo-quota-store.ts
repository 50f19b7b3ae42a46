/**
 * Quota counters in DynamoDB. All windows of one quota and payer live in one item, and one conditional UpdateItem charges
 * them: it takes a unit from every window or fails as a whole, so two callers never get the last unit. The first call of a
 * window needs a second write, with the window it replaces as its condition.
 */

import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { hopefulPlan, type PlannedWindow, planCharge, type StoredCount } from '../core/charge-plan.ts';
import type { Charge, Count } from '../core/quota.ts';
import { type ChargeResult, type QuotaStore, QuotaStoreError } from '../ports.ts';

/** Longest time for one charge, all its writes and their retries included: well under the gateway's 10 s. */
const BUDGET_MS = 700;
/** A failed condition means that another call got ahead, so a handful of rounds settles any race. */
const MAX_ROUNDS = 6;
/** Items outlive their longest window by this much before DynamoDB's TTL may delete them. */
const KEEP_SECONDS = 86_400;

type Item = Record<string, AttributeValue>;

export interface DynamoQuotaStore extends QuotaStore {
  /** Opens the connection with a real request whose condition never holds: nothing is written. Never throws. */
  warmUp(): Promise<void>;
}

export interface DynamoQuotaStoreOptions {
  /** @default one from the environment: Region, credentials, AWS_ENDPOINT_URL_DYNAMODB; two attempts a request */
  readonly client?: DynamoDBClient;
  /** Longest time for one charge in milliseconds, all its writes and their retries included. @default 700 */
  readonly budgetMs?: number;
}

/** @param table name of a table with the string partition key `pk` and the TTL attribute `expires`. */
export function dynamoQuotaStore(table: string, options: DynamoQuotaStoreOptions = {}): DynamoQuotaStore {
  const { client = new DynamoDBClient({ maxAttempts: 2 }), budgetMs = BUDGET_MS } = options;
  const send = (input: Omit<UpdateItemCommandInput, 'TableName'>, abortSignal: AbortSignal) =>
    client.send(new UpdateItemCommand({ TableName: table, ...input }), { abortSignal });

  /** The item as it was when the condition failed. Fakes that leave it out of the failure are asked for it. */
  const itemBehind = async (failure: ConditionalCheckFailedException, key: string, abortSignal: AbortSignal): Promise<Item> => {
    if (failure.Item) return failure.Item;
    const read = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }), { abortSignal });
    return read.Item ?? {};
  };

  const round = async (charge: Charge, plan: readonly PlannedWindow[], abortSignal: AbortSignal): Promise<readonly Count[] | Item> => {
    try {
      const answer = await send(updateFor(charge, plan), abortSignal);
      return countsIn(answer.Attributes ?? {}, plan);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return itemBehind(error, charge.key, abortSignal);
      throw error;
    }
  };

  const charge = async (charge: Charge): Promise<ChargeResult> => {
    const abortSignal = AbortSignal.timeout(budgetMs);
    let windows = hopefulPlan(charge);
    for (let attempt = 0; attempt < MAX_ROUNDS; attempt++) {
      const outcome = await round(charge, windows, abortSignal);
      if (isCounts(outcome)) return { kind: 'admitted', counts: outcome };
      const plan = planCharge(charge, (id) => storedIn(outcome, id));
      if (plan.kind === 'exceeded') return plan;
      windows = plan.windows;
    }
    throw new Error(`the item changed under ${MAX_ROUNDS} writes in a row`);
  };

  return {
    async charge(one) {
      try {
        return await charge(one);
      } catch (cause) {
        throw new QuotaStoreError('the quota table gave no usable answer', { cause });
      }
    },
    async warmUp() {
      const never = { Key: keyOf('-'), UpdateExpression: 'REMOVE nothing', ConditionExpression: 'attribute_exists(pk)' };
      await send(never, AbortSignal.timeout(2_000)).catch(() => undefined);
    },
  };
}

export const keyOf = (key: string): Item => ({ pk: { S: key } });

const isCounts = (outcome: readonly Count[] | Item): outcome is readonly Count[] => Array.isArray(outcome);

/** Attribute names go through placeholders: a window id may be a reserved word (`minute`). */
function updateFor(charge: Charge, plan: readonly PlannedWindow[]): Omit<UpdateItemCommandInput, 'TableName'> {
  const conditions: string[] = [];
  const sets: string[] = [];
  const adds: string[] = [];
  const names: Record<string, string> = {};
  const values: Item = { ':one': { N: '1' } };
  plan.forEach(({ window, kind, start, replaces }, n) => {
    names[`#start${n}`] = `${window.id}_start`;
    names[`#used${n}`] = `${window.id}_used`;
    values[`:start${n}`] = { N: String(start) };
    if (kind === 'add') {
      values[`:limit${n}`] = { N: String(window.limit) };
      // INVARIANT: a unit is taken only from the window that was judged, and only while it has room.
      conditions.push(`#start${n} = :start${n} AND #used${n} < :limit${n}`);
      adds.push(`#used${n} :one`);
      return;
    }
    if (replaces !== undefined) values[`:old${n}`] = { N: String(replaces) };
    conditions.push(replaces === undefined ? `attribute_not_exists(#start${n})` : `#start${n} = :old${n}`);
    sets.push(`#start${n} = :start${n}`, `#used${n} = :one`);
  });
  if (sets.length > 0) {
    sets.push('expires = :expires');
    values[':expires'] = { N: String(charge.keepUntil + KEEP_SECONDS) };
  }
  return {
    Key: keyOf(charge.key),
    ConditionExpression: conditions.join(' AND '),
    UpdateExpression: [sets.length > 0 ? `SET ${sets.join(', ')}` : '', adds.length > 0 ? `ADD ${adds.join(', ')}` : ''].join(' ').trim(),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** One window's counter in an item of the table. */
export function storedIn(item: Item, id: string): StoredCount | undefined {
  const start = Number(item[`${id}_start`]?.N);
  const used = Number(item[`${id}_used`]?.N);
  return Number.isFinite(start) && Number.isFinite(used) ? { start, used } : undefined;
}

function countsIn(item: Item, plan: readonly PlannedWindow[]): readonly Count[] {
  return plan.map(({ window, start }) => {
    const stored = storedIn(item, window.id);
    if (stored?.start !== start) throw new Error(`the answer of a charge lacks window \`${window.id}\``);
    return { id: window.id, ...stored };
  });
}
