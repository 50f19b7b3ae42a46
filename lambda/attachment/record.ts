/** What the routes were before the first change, kept where a crash cannot lose it. */
import type { Authorization, LiveAuthorizer, LiveRoute } from '../gateway/live-api.ts';

export interface PriorAuthorization extends Authorization {
  readonly apiKeyRequired: boolean;
  /**
   * What a JWT authorizer accepted; the authorizer in shadow mode keeps to it. Absent also where it
   * took the token from elsewhere than the header Authorization.
   */
  readonly jwt?: NonNullable<LiveAuthorizer['jwt']>;
}

export interface AttachmentRecord {
  /** REST: the stage that is published. */
  readonly stage?: string;
  /** Routes were changed that the stage may not serve yet. */
  readonly unpublished: boolean;
  /** By route key: every route that carries our authorizer, or is about to. */
  readonly routes: Readonly<Record<string, PriorAuthorization>>;
}

export const EMPTY_RECORD: AttachmentRecord = { unpublished: false, routes: {} };

export interface Store<T> {
  /** The empty one where there is none. Strongly consistent. */
  load(): Promise<T>;
  /** Durable when it returns. */
  save(record: T): Promise<void>;
  remove(): Promise<void>;
}

export type RecordStore = Store<AttachmentRecord>;

export function priorAuthorizationOf(
  { authorization, apiKeyRequired }: LiveRoute,
  authorizers: readonly LiveAuthorizer[],
): PriorAuthorization {
  const jwt = jwtOf(authorization, authorizers);
  return { ...authorization, apiKeyRequired, ...(jwt && { jwt }) };
}

export function jwtOf(
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
