/**
 * Reads the attachment's record of what routes were before; it cannot write. Loaded only for maps
 * in shadow mode on an API of another owner.
 */

import {
  EMPTY_RECORD,
  MAX_RECORD_AGE_MS,
  readRecord,
  recordKeyOf,
} from '../core/contract/attachment-record.ts';
import {
  type PriorAuthorizer,
  priorAuthorizerOf,
  type RecordedAuthorization,
} from '../core/decision/prior-authorizer.ts';
import type { Clock, PriorAuthorizers } from '../ports.ts';
import type { ConnectDynamo } from './dynamo/requests.ts';
import { attachmentItems, FRESH_MS } from './dynamo-attachment-items.ts';

type States = Readonly<Record<string, RecordedAuthorization>>;

/** @param tables name of the table with the record, by id of the API. */
export function dynamoPriorAuthorizers(
  tables: Readonly<Record<string, string>>,
  clock: Clock,
  connect: ConnectDynamo,
): PriorAuthorizers {
  const read = attachmentItems(tables, recordKeyOf, connect);
  const known = new Map<string, { readonly states: States; readonly readAt: number }>();
  const statesOf = async (apiId: string, wanted: readonly string[]): Promise<States> => {
    const cached = known.get(apiId);
    const ageMs = cached ? clock.now() - cached.readAt : Number.POSITIVE_INFINITY;
    if (cached && ageMs < FRESH_MS && wanted.some((key) => Object.hasOwn(cached.states, key)))
      return cached.states;
    const readAt = clock.now();
    try {
      const states = readRecord(await read(apiId), EMPTY_RECORD).routes;
      known.set(apiId, { states, readAt });
      return states;
    } catch {
      return cached && ageMs < MAX_RECORD_AGE_MS ? cached.states : {};
    }
  };
  return {
    async find(apiId, routeKeys) {
      if (!Object.hasOwn(tables, apiId)) return undefined;
      const states = await statesOf(apiId, routeKeys);
      const priors = routeKeys.flatMap((key) =>
        Object.hasOwn(states, key) && states[key] ? [priorAuthorizerOf(states[key])] : [],
      );
      // A REST event does not say which of two methods answered; only where both say the same is it
      // known.
      const [first, ...others] = priors;
      return first && others.every((prior) => isSamePrior(prior, first)) ? first : undefined;
    },
  };
}

const isSamePrior = (prior: PriorAuthorizer | undefined, other: PriorAuthorizer): boolean =>
  JSON.stringify(prior) === JSON.stringify(other);
