/** Reads the attachment's record of what routes were before; it cannot write. Loaded only for maps in shadow mode on an API of another owner. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type FormerLaw, lawOf, type RecordedState } from '../core/decision/former-law.ts';
import type { Clock, FormerLaws } from '../ports.ts';

/** A record is read again after this. */
const YOUNG_MS = 10_000;
/** And is used for so long while it cannot be read: the attachment waits as long before it puts the authorizer on a route whose law is new. */
export const MAX_LAW_AGE_MS = 60_000;
const READ_BUDGET_MS = 500;

type States = Readonly<Record<string, RecordedState>>;

/** @param tables name of the table with the record, by id of the API. */
export function dynamoFormerLaws(
  tables: Readonly<Record<string, string>>,
  clock: Clock,
  client = new DynamoDBClient({ maxAttempts: 2 }),
): FormerLaws {
  const known = new Map<string, { readonly states: States; readonly readAt: number }>();
  const read = async (apiId: string): Promise<States> => {
    const abortSignal = AbortSignal.timeout(READ_BUDGET_MS);
    const get = new GetItemCommand({ TableName: tables[apiId], Key: { pk: { S: apiId } }, ConsistentRead: true });
    const { Item } = await client.send(get, { abortSignal });
    return (JSON.parse(Item?.['record']?.S ?? '{}') as { readonly routes?: States }).routes ?? {};
  };
  const statesOf = async (apiId: string, wanted: readonly string[]): Promise<States> => {
    const held = known.get(apiId);
    const ageMs = held ? clock.now() - held.readAt : Number.POSITIVE_INFINITY;
    if (held && ageMs < YOUNG_MS && wanted.some((key) => Object.hasOwn(held.states, key))) return held.states;
    const readAt = clock.now();
    try {
      const states = await read(apiId);
      known.set(apiId, { states, readAt });
      return states;
    } catch {
      return held && ageMs < MAX_LAW_AGE_MS ? held.states : {};
    }
  };
  return {
    async lawOf(apiId, routeKeys) {
      if (!Object.hasOwn(tables, apiId)) return undefined;
      const states = await statesOf(apiId, routeKeys);
      const laws = routeKeys.flatMap((key) => (Object.hasOwn(states, key) && states[key] ? [lawOf(states[key])] : []));
      // A REST event does not say which of two methods answered; only where both say the same is it known.
      const [first, ...others] = laws;
      return first && others.every((law) => sameLaw(law, first)) ? first : undefined;
    },
  };
}

const sameLaw = (law: FormerLaw | undefined, other: FormerLaw): boolean => JSON.stringify(law) === JSON.stringify(other);
