/**
 * What stops the authorizer before an API as a whole, in the same sentence wherever it is found: by
 * an attachment, at synthesis, in a document.
 */
import { joinWithLimit } from './live-api.ts';
import { restrictsByAllow } from './resource-policy.ts';

/** Authorizers that one API can have. Source: API Gateway quotas; AWS raises it on request. */
const MAX_AUTHORIZERS = 10;

/** Findings that a map can accept by name, under `api.accept.findings`. */
export type AcceptableFinding = 'resourcePolicy' | 'authorizerQuota' | 'preflight';

export interface ApiProblem {
  /** Absent: nothing accepts it. */
  readonly finding?: AcceptableFinding;
  /** Expected, found and the ways out. */
  readonly says: string;
}

const acceptedBy = (finding: AcceptableFinding): string =>
  `list \`${finding}\` under \`api.accept.findings\``;

/** @param api how messages call the API @param policy of the API, as JSON text */
export function policyProblems(
  api: string,
  policy: string | undefined,
  apiId: string,
): readonly ApiProblem[] {
  if (policy === undefined || !restrictsByAllow(policy, apiId)) return [];
  return [
    {
      finding: 'resourcePolicy',
      says: `expected a resource policy on API ${api} that restricts by Deny, found one that restricts only by what it allows, which an authorizer's Allow overrides: restrict by Deny, or ${acceptedBy('resourcePolicy')}`,
    },
  ];
}

/** @param others authorizers of the API beside ours */
export function authorizerQuotaProblems(api: string, others: number): readonly ApiProblem[] {
  if (others < MAX_AUTHORIZERS) return [];
  return [
    {
      finding: 'authorizerQuota',
      says: `expected room for an authorizer on API ${api}, found ${others}, the most it can have by default: delete one that no route uses, or ask AWS to raise the quota and ${acceptedBy('authorizerQuota')}`,
    },
  ];
}

/**
 * Source: API Gateway, "Choose an API key source": with `AUTHORIZER` the key is the authorizer's
 * `usageIdentifierKey`, which ours does not return.
 * @param keyed keys of the routes that take a key
 */
export function keySourceProblems(
  api: string,
  source: string | undefined,
  keyed: readonly string[],
): readonly ApiProblem[] {
  if (source?.toUpperCase() !== 'AUTHORIZER' || keyed.length === 0) return [];
  return [
    {
      says: `expected \`apiKeySourceType: HEADER\` on API ${api}, found \`AUTHORIZER\`, with which every call of ${joinWithLimit(keyed)} would get 403, since this authorizer returns no key of a usage plan: take it from the header, or ask for none`,
    },
  ];
}

/** @param keys routes with our authorizer that take the preflights of browsers, each with the route to add */
export function preflightProblems(
  api: string,
  keys: readonly { readonly key: string; readonly missing: string }[],
): readonly ApiProblem[] {
  if (keys.length === 0) return [];
  const taken = joinWithLimit([...new Set(keys.map(({ key }) => key))]);
  const missing = joinWithLimit([...new Set(keys.map((one) => one.missing))]);
  return [
    {
      finding: 'preflight',
      says: `expected preflights of API ${api} without authorizer, since browsers send no token with them, found that ${taken} would refuse them: add ${missing}, as MOCK on a REST API, else listed under \`public\`, or ${acceptedBy('preflight')}`,
    },
  ];
}
