/**
 * Which rules of a server give tokens to a client. Okta tries policies by priority and the rules of
 * each by priority; the first rule that matches decides, and a request that no rule of a policy
 * matches goes on to the next policy. Source: Okta, "Access policies"; Okta support, "Tokens not
 * issued with lifetime configured in access rule".
 */
import type { PolicyState, RuleState, ServerState } from './state.ts';

export interface Minting {
  readonly policy: PolicyState;
  readonly rule: RuleState;
  /** Grants of the rule that no rule before it takes whole. */
  readonly grants: readonly string[];
}

export const ANY_CLIENT = 'any';

/** Whether a policy is for the client; for a map that takes any client, every one is. */
const isFor = ({ status, clients }: PolicyState, client: string): boolean =>
  status === 'ACTIVE' &&
  (client === ANY_CLIENT || clients.includes('ALL_CLIENTS') || clients.includes(client));

/** Rules that a request of the client can reach, in Okta's order. */
export function mintingRules(
  { policies }: Pick<ServerState, 'policies'>,
  client: string,
): readonly Minting[] {
  const taken = new Set<string>();
  return policies
    .filter((policy) => isFor(policy, client))
    .flatMap((policy) => activeRules(policy).map((rule) => ({ policy, rule })))
    .flatMap(({ policy, rule }) => {
      const grants = rule.grantTypes.filter((grant) => !taken.has(grant));
      for (const grant of grants) if (takesAll(rule, grant)) taken.add(grant);
      return grants.length === 0 ? [] : [{ policy, rule, grants }];
    });
}

export const activeRules = ({ rules }: Pick<PolicyState, 'rules'>): readonly RuleState[] =>
  rules.filter(({ status }) => status === 'ACTIVE');

/** Whether no request by the grant goes past the rule. A machine is nobody whom it could leave out. */
const takesAll = (rule: RuleState, grant: string): boolean =>
  !isForSomeScopes(rule) && (grant === 'client_credentials' || !isForSomePeople(rule));

export const isForSomeScopes = ({ scopes }: RuleState): boolean => !scopes.includes('*');

export const isForSomePeople = ({ people, excludedUsers, excludedGroups }: RuleState): boolean =>
  !people.includes('EVERYONE') || excludedUsers.length + excludedGroups.length > 0;
