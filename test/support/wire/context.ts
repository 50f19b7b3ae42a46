/**
 * The authorizer's context and the headers that carry it, written out: back ends, mappings and
 * access logs know them. test/contract.test.ts compares them with the contract.
 */
export const CONTEXT_FIELDS = [
  ...['principalId', 'uid', 'cid', 'groups', 'scope', 'mapVersion', 'code'],
  ...['quotaLimit', 'quotaRemaining', 'quotaReset', 'quotaExceeded'],
] as const;

export const OPTIONAL_CONTEXT_FIELDS = ['principal', 'retryAfter'] as const;

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
} as const;
