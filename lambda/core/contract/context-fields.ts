/**
 * The authorizer's context: flat texts that the gateway hands to back ends, access log and header
 * mappings, and the request headers that carry it to an upstream.
 */

/** Fields of every answer. */
export const CONTEXT_FIELDS = [
  'principalId',
  'uid',
  'cid',
  'groups',
  'scope',
  'mapVersion',
  'code',
  'quotaLimit',
  'quotaRemaining',
  'quotaReset',
  'quotaExceeded',
] as const;

/**
 * `principal` is the digest of a principal that logs do not name, `retryAfter` is of a 403 over
 * quota.
 */
export const OPTIONAL_CONTEXT_FIELDS = ['principal', 'retryAfter'] as const;

export type ContextField =
  | (typeof CONTEXT_FIELDS)[number]
  | (typeof OPTIONAL_CONTEXT_FIELDS)[number];

export type AuthorizerContext = Readonly<Record<(typeof CONTEXT_FIELDS)[number], string>> &
  Readonly<Partial<Record<(typeof OPTIONAL_CONTEXT_FIELDS)[number], string>>>;

/**
 * The value of an absent field. A mapped field is never empty: overwriting with a missing value is
 * undocumented, and in a similar product it lets the client's own header through.
 */
export const MISSING_VALUE = '-';

/** A field as a gateway's mappings name it, to be put after `$` or `${`. */
export const contextVariable = <Field extends ContextField>(field: Field) =>
  `context.authorizer.${field}` as const;

/** Request header of the upstream by field. */
export const IDENTITY_HEADERS = {
  uid: 'x-access-uid',
  cid: 'x-access-cid',
  groups: 'x-access-groups',
  scope: 'x-access-scope',
  mapVersion: 'x-access-map-version',
  quotaExceeded: 'x-access-quota-exceeded',
  quotaLimit: 'x-access-quota-limit',
  quotaRemaining: 'x-access-quota-remaining',
  quotaReset: 'x-access-quota-reset',
} as const satisfies Readonly<Partial<Record<ContextField, string>>>;

export const IDENTITY_FIELDS = Object.keys(
  IDENTITY_HEADERS,
) as readonly (keyof typeof IDENTITY_HEADERS)[];
