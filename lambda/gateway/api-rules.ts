/**
 * What forbids the authorizer for an API as a whole: the same rules and sentences for an
 * attachment, at synthesis, in a document and for a live API. Each reader tells the facts.
 */
import { joinWithLimit } from './live-api.ts';
import { type CorsFacts, refusedPreflights } from './preflight.ts';
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

/** A setting's text, or the function of CloudFormation that gives it at deploy time. */
export type Setting = { readonly text: string } | { readonly intrinsic: string };

export interface ApiFacts extends CorsFacts {
  /** How messages call the API. */
  readonly name: string;
  /** Undefined before the API exists, when no policy of it can name its id. */
  readonly id: string | undefined;
  /** Resource policies, as JSON. */
  readonly policies: readonly Setting[];
  /** REST: where the key of a usage plan is from: `HEADER`, the default, or `AUTHORIZER`. */
  readonly keySource: Setting | undefined;
  /** Authorizers that the API has, or gets, beside ours. */
  readonly otherAuthorizers: number;
}

export const apiProblems = (facts: ApiFacts): readonly ApiProblem[] => [
  ...facts.policies.flatMap((policy) => policyProblems(facts, policy)),
  ...authorizerQuotaProblems(facts),
  ...keySourceProblems(facts),
  ...preflightProblems(facts),
];

/** @param accepted findings by name */
export const unacceptedOf = (
  problems: readonly ApiProblem[],
  accepted: readonly string[],
): readonly ApiProblem[] =>
  problems.filter(({ finding }) => finding === undefined || !accepted.includes(finding));

const acceptedBy = (finding: AcceptableFinding): string =>
  `list \`${finding}\` under \`api.accept.findings\``;

function policyProblems({ name, id }: ApiFacts, policy: Setting): readonly ApiProblem[] {
  const finding = 'resourcePolicy';
  if ('intrinsic' in policy)
    return [
      {
        finding,
        says: `expected a resource policy on API ${name} that can be evaluated, found one that is known at deploy time only (\`${policy.intrinsic}\`): write it out, or ${acceptedBy(finding)}`,
      },
    ];
  if (!restrictsByAllow(policy.text, id)) return [];
  return [
    {
      finding,
      says: `expected a resource policy on API ${name} that restricts by Deny, found one that restricts only by what it allows, which an authorizer's Allow overrides: restrict by Deny, or ${acceptedBy(finding)}`,
    },
  ];
}

function authorizerQuotaProblems({ name, otherAuthorizers }: ApiFacts): readonly ApiProblem[] {
  if (otherAuthorizers < MAX_AUTHORIZERS) return [];
  return [
    {
      finding: 'authorizerQuota',
      says: `expected room for an authorizer on API ${name}, found ${otherAuthorizers}, the most it can have by default: delete one that no route uses, or ask AWS to raise the quota and ${acceptedBy('authorizerQuota')}`,
    },
  ];
}

/**
 * Source: API Gateway, "Choose an API key source": with `AUTHORIZER` the key is the authorizer's
 * `usageIdentifierKey`, which ours does not return.
 */
function keySourceProblems({ name, keySource, routes }: ApiFacts): readonly ApiProblem[] {
  const keyed = routes.filter(({ isGuarded, takesKey }) => isGuarded && takesKey);
  if (keySource === undefined || keyed.length === 0) return [];
  if ('intrinsic' in keySource)
    return [
      {
        says: `expected \`apiKeySourceType: HEADER\` on API ${name}, found one that is known at deploy time only (\`${keySource.intrinsic}\`): write it out`,
      },
    ];
  if (keySource.text.toUpperCase() !== 'AUTHORIZER') return [];
  return [
    {
      says: `expected \`apiKeySourceType: HEADER\` on API ${name}, found \`AUTHORIZER\`, with which every call of ${joinWithLimit(keyed.map(({ key }) => key))} would get 403, since this authorizer returns no key of a usage plan: read the key from the header, or require none`,
    },
  ];
}

export function preflightProblems(
  facts: CorsFacts & Pick<ApiFacts, 'name'>,
): readonly ApiProblem[] {
  const refused = refusedPreflights(facts);
  if (refused.length === 0) return [];
  const taken = joinWithLimit([...new Set(refused.map(({ key }) => key))]);
  const missing = joinWithLimit([...new Set(refused.map((one) => one.missing))]);
  return [
    {
      finding: 'preflight',
      says: `expected preflights of API ${facts.name} without authorizer, since browsers send no token with them, found that ${taken} would refuse them: add ${missing}, as MOCK on a REST API, else listed under \`public\`, or ${acceptedBy('preflight')}`,
    },
  ];
}
