/**
 * Builds the quota limiter over DynamoDB. A separate chunk, because the DynamoDB client is most of
 * the bundle.
 */
import type { ConnectDynamo, UpdateItem } from '../adapters/dynamo/requests.ts';
import { dynamoQuotaStore } from '../adapters/dynamo-quota-store.ts';
import { quotaTableOf, VARIABLE } from '../core/contract/environment.ts';
import { isQuotaBudget, QUOTA_BUDGET_EXPECTED } from '../core/contract/quota-budget.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { Clock, Metrics } from '../ports.ts';
import { type QuotaLimiter, quotaLimiter } from './quota-limiter.ts';

export interface QuotaSettings {
  /** Name of the table; undefined: the environment variable is not set. */
  readonly table: string | undefined;
  /** Longest time for one charge, as the environment variable says. Default: the store's. */
  readonly budgetMs: string | undefined;
}

export interface StartedQuotaLimiter {
  readonly limiter: QuotaLimiter;
  /** Never throws. */
  warmUp(): Promise<void>;
  /** The same over a store that says yes to everything and counts nothing. */
  readonly rehearsed: QuotaLimiter;
}

export interface LimiterParts {
  readonly connect: ConnectDynamo;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** @throws Error for settings that the constructs do not write. */
export function dynamoQuotaLimiter(
  model: AccessModel,
  settings: QuotaSettings,
  { connect, clock, metrics }: LimiterParts,
): StartedQuotaLimiter {
  const table = quotaTableOf(settings.table);
  const store = dynamoQuotaStore(table, connect, { ...budget(settings.budgetMs), metrics });
  return {
    limiter: quotaLimiter(model, store, clock, metrics),
    warmUp: store.warmUp,
    rehearsed: quotaLimiter(model, dynamoQuotaStore(table, connectToNothing), clock),
  };
}

/** Answers a charge with the values that it names, and one unit used. */
const connectToNothing: ConnectDynamo = () => ({
  async send(_, input) {
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = {
      ...input,
    } as UpdateItem;
    const Attributes = Object.fromEntries(
      Object.entries(names).map(([placeholder, name]) => [
        name,
        values[placeholder.replace('#', ':')] ?? { N: '1' },
      ]),
    );
    return { Attributes } as never;
  },
});

function budget(text: string | undefined): { readonly budgetMs?: number } {
  if (text === undefined) return {};
  const budgetMs = Number(text);
  if (isQuotaBudget(budgetMs)) return { budgetMs };
  throw new Error(`${VARIABLE.quotaBudgetMs}: ${QUOTA_BUDGET_EXPECTED}, found \`${text}\``);
}
