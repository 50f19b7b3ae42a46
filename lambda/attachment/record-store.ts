/** The attachment record's store, and what is written down of a route. */
import type { AttachmentRecord, PriorAuthorization } from '../core/contract/attachment-record.ts';
import type { Authorization, LiveAuthorizer, LiveRoute } from '../gateway/live-api.ts';

export interface Store<T> {
  /** The empty record where there is none. Strongly consistent. */
  load(): Promise<T>;
  /** Durable when it returns. */
  save(record: T): Promise<void>;
  remove(): Promise<void>;
}

export type RecordStore = Store<AttachmentRecord>;

/** The record of an attachment in a table of another stack. */
export interface OtherRecord {
  /** Undefined where there is none. */
  load(): Promise<AttachmentRecord | undefined>;
  /** Replaces the record where it still is `before`. */
  swap(before: AttachmentRecord, after: AttachmentRecord): Promise<boolean>;
}

export interface OtherRecords {
  /** Name of the table of a stack, kept ones included, that has a record of the API. */
  tableOf(stack: string, apiId: string): Promise<string | undefined>;
  at(table: string, apiId: string): OtherRecord;
}

export function priorAuthorizationOf(
  { authorization, apiKeyRequired }: LiveRoute,
  authorizers: readonly LiveAuthorizer[],
): PriorAuthorization {
  const jwt = jwtOf(authorization, authorizers);
  return { ...authorization, apiKeyRequired, ...(jwt && { jwt }) };
}

function jwtOf(
  { type, authorizerId }: Authorization,
  authorizers: readonly LiveAuthorizer[],
): LiveAuthorizer['jwt'] {
  if (type !== 'JWT') return undefined;
  const { jwt, identitySources = [] } = authorizers.find(({ id }) => id === authorizerId) ?? {};
  return identitySources.length === 1 &&
    /^\$request\.header\.authorization$/i.test(identitySources[0] ?? '')
    ? jwt
    : undefined;
}
