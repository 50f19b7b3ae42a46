/**
 * Which rules of a server give tokens to a client. Okta tries policies by priority and the rules of
 * each by priority; the first rule that matches decides, and a request that no rule of a policy
 * matches goes on to the next policy. Source: Okta, "Access policies"; Okta support, "Tokens not
 * issued with lifetime configured in access rule".
 */
import { hasUser } from './grants.ts';
import type { PolicyState, RuleState, ServerState } from './state.ts';

export interface Decision {
  readonly policy: PolicyState;
  readonly rule: RuleState;
}

export interface Minting extends Decision {
  /** Grants of the rule that no rule before it takes whole. */
  readonly grants: readonly string[];
}

export const ANY_CLIENT = 'any';

/** How Okta writes the group of all users in a rule. */
export const EVERYONE = 'EVERYONE';

/** Whether a policy is for the client; for a map that takes any client, every one is. */
const isFor = ({ status, clients }: PolicyState, client: string): boolean =>
  status === 'ACTIVE' &&
  (client === ANY_CLIENT || clients.includes('ALL_CLIENTS') || clients.includes(client));

/** Active rules of the policies that are for a client, in Okta's order. */
const rulesFor = (
  { policies }: Pick<ServerState, 'policies'>,
  client: string,
): readonly Decision[] =>
  policies
    .filter((policy) => isFor(policy, client))
    .flatMap((policy) => activeRules(policy).map((rule) => ({ policy, rule })));

export interface TokenRequest {
  readonly client: string;
  readonly grant: string;
  readonly scopes: readonly string[];
  /** Absent for a machine, which no rule can leave out. */
  readonly user?: { readonly id: string; readonly groupIds: readonly string[] };
}

/** The rule that answers a request; nothing where Okta refuses it (`access_denied`). */
export const decidingRule = (
  server: Pick<ServerState, 'policies'>,
  request: TokenRequest,
): Decision | undefined =>
  rulesFor(server, request.client).find(({ rule }) => matches(rule, request));

/** A rule matches a request as a whole: scopes are never narrowed to those that it names. */
const matches = (rule: RuleState, { grant, scopes, user }: TokenRequest): boolean =>
  rule.grantTypes.includes(grant) &&
  (!isForSomeScopes(rule) || scopes.every((scope) => rule.scopes.includes(scope))) &&
  (user === undefined || isForUser(rule, user));

/** An exclusion beats every inclusion. */
function isForUser(
  { people, users, excludedUsers, excludedGroups }: RuleState,
  { id, groupIds }: NonNullable<TokenRequest['user']>,
): boolean {
  if (excludedUsers.includes(id) || excludedGroups.includes(EVERYONE)) return false;
  if (groupIds.some((group) => excludedGroups.includes(group))) return false;
  return (
    people.includes(EVERYONE) ||
    users.includes(id) ||
    groupIds.some((group) => people.includes(group))
  );
}

/** Rules that a request of the client can reach, in Okta's order, for any user. */
export function mintingRules(
  server: Pick<ServerState, 'policies' | 'scopes'>,
  client: string,
): readonly Minting[] {
  const taken = new Set<string>();
  const scopes = server.scopes.map(({ name }) => name);
  return rulesFor(server, client).flatMap(({ policy, rule }) => {
    if (isForSomeScopes(rule) && !rule.scopes.some((scope) => scopes.includes(scope))) return [];
    const grants = rule.grantTypes.filter(
      (grant) => !taken.has(grant) && !(hasUser(grant) && isForNobody(rule)),
    );
    for (const grant of grants) if (takesAll(rule, grant)) taken.add(grant);
    return grants.length === 0 ? [] : [{ policy, rule, grants }];
  });
}

export const activeRules = ({ rules }: Pick<PolicyState, 'rules'>): readonly RuleState[] =>
  rules.filter(({ status }) => status === 'ACTIVE');

/** Whether the rule takes every request by the grant. A rule cannot exclude a machine. */
const takesAll = (rule: RuleState, grant: string): boolean =>
  !isForSomeScopes(rule) && (!hasUser(grant) || !isForSomePeople(rule));

/** Whether no user can match it. */
const isForNobody = ({ people, users, excludedUsers, excludedGroups }: RuleState): boolean =>
  people.every((group) => excludedGroups.includes(group)) &&
  users.every((user) => excludedUsers.includes(user));

export const isForSomeScopes = ({ scopes }: RuleState): boolean => !scopes.includes('*');

export const isForSomePeople = ({ people, excludedUsers, excludedGroups }: RuleState): boolean =>
  !people.includes(EVERYONE) || excludedUsers.length + excludedGroups.length > 0;
