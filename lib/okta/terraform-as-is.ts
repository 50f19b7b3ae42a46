/**
 * What is below a server and is not ours, as resources with the values that it has: Terraform
 * then takes it over and changes nothing.
 */
import type { HclValue } from '../hcl/hcl-values.ts';
import { type JsonObject, textAt, textsAt, valueAt } from './org.ts';
import { ownersIn, withoutMark } from './ownership.ts';
import type { ClaimState, PolicyState, RuleState, ScopeState, ServerState } from './state.ts';
import { childId, idOf, type NameAllocator, type Resources, resource } from './terraform-names.ts';

interface Below {
  readonly server: ServerState;
  readonly serverId: HclValue;
  /** Local name for an object of that name. */
  readonly take: NameAllocator;
  /** Maps that are given: what others own is theirs to export. */
  readonly given: readonly string[];
}

/** @param taken import ids of what is written otherwise */
export function childrenAsIs(below: Below, taken: readonly string[]): readonly Resources[] {
  const { server, given } = below;
  const isOurs = ({ description }: { readonly description: string }): boolean =>
    ownersIn(description)?.every((map) => given.includes(map)) !== false;
  const scopes = server.scopes.filter((scope) => isMade(scope) && isOurs(scope));
  const claims = server.claims.filter(isMade);
  const policies = server.policies.filter((policy) => isMade(policy) && isOurs(policy));
  return [
    ...scopes.map((scope) => scopeAsIs(scope, below)),
    ...claims.map((claim) => claimAsIs(claim, below)),
    ...policies.flatMap((policy) => policyAsIs(policy, below, taken)),
  ].filter(({ importId = '' }) => !taken.includes(importId));
}

/** What Okta gives every server cannot be imported. */
const isMade = ({ json }: { readonly json: JsonObject }): boolean =>
  valueAt(json, 'system') !== true;

const textOr = (json: JsonObject, key: string, otherwise: string): string =>
  textAt(json, key) || otherwise;

function scopeAsIs({ id, name, description, json }: ScopeState, below: Below): Resources {
  const { server, serverId, take } = below;
  const shown = textAt(json, 'displayName');
  const text = withoutMark(description);
  const attributes = {
    auth_server_id: serverId,
    name,
    ...(text === '' ? {} : { description: text }),
    ...(shown === '' ? {} : { display_name: shown }),
    consent: textOr(json, 'consent', 'IMPLICIT'),
    metadata_publish: textOr(json, 'metadataPublish', 'ALL_CLIENTS'),
    default: valueAt(json, 'default') === true,
    optional: valueAt(json, 'optional') === true,
  };
  return resource('okta_auth_server_scope', take(name), attributes, childId(server, id));
}

function claimAsIs(claim: ClaimState, below: Below): Resources {
  const { id, name, claimType, valueType, value, filterType, status, always, scopes } = claim;
  const { server, serverId, take } = below;
  const attributes = {
    auth_server_id: serverId,
    name,
    claim_type: claimType,
    value_type: valueType,
    value,
    ...(filterType === undefined ? {} : { group_filter_type: filterType }),
    always_include_in_token: always,
    ...(scopes.length === 0 ? {} : { scopes }),
    status,
  };
  return resource('okta_auth_server_claim', take(name), attributes, childId(server, id));
}

function policyAsIs(
  policy: PolicyState,
  below: Below,
  taken: readonly string[],
): readonly Resources[] {
  const { id, name, description, priority, clients, status } = policy;
  const { server, serverId, take } = below;
  const importId = childId(server, id);
  // The rules of others in a policy of ours name that policy by its id.
  const isTaken = importId !== undefined && taken.includes(importId);
  const local = take(name);
  const attributes = {
    auth_server_id: serverId,
    name,
    description: withoutMark(description) || name,
    priority,
    client_whitelist: clients,
    status,
  };
  const policyId = isTaken ? id : idOf('okta_auth_server_policy', local);
  return [
    resource('okta_auth_server_policy', local, attributes, importId),
    ...policy.rules
      .filter(isMade)
      .map((rule) => ruleAsIs(rule, { ...below, policyId, policy, local })),
  ];
}

function ruleAsIs(
  rule: RuleState,
  below: Below & {
    readonly policyId: HclValue;
    readonly policy: PolicyState;
    readonly local: string;
  },
): Resources {
  const { id, name, priority, grantTypes, status } = rule;
  const { server, serverId, take, policyId, policy } = below;
  const window = valueAt(rule.json, 'actions', 'token', 'refreshTokenWindowMinutes');
  const attributes = {
    auth_server_id: serverId,
    policy_id: policyId,
    name,
    priority,
    grant_type_whitelist: grantTypes,
    ...reachOf(rule),
    access_token_lifetime_minutes: rule.lifetimeMinutes,
    refresh_token_lifetime_minutes: rule.refreshMinutes,
    ...(typeof window === 'number' ? { refresh_token_window_minutes: window } : {}),
    status,
  };
  return resource(
    'okta_auth_server_policy_rule',
    take(`${policy.name}_${name}`),
    attributes,
    childId(server, `${policy.id}/${id}`),
  );
}

/** Whom a rule matches. */
export function reachOf(rule: RuleState): Readonly<Record<string, HclValue>> {
  const { users, excludedUsers, scopes, inlineHook, json } = rule;
  // As Okta has them: the group of all users may be there by its id.
  const people = textsAt(json, 'conditions', 'people', 'groups', 'include');
  const excludedGroups = textsAt(json, 'conditions', 'people', 'groups', 'exclude');
  return {
    group_whitelist: people,
    ...(users.length > 0 ? { user_whitelist: users } : {}),
    ...(excludedUsers.length > 0 ? { user_blacklist: excludedUsers } : {}),
    ...(excludedGroups.length > 0 ? { group_blacklist: excludedGroups } : {}),
    scope_whitelist: scopes,
    ...(inlineHook === '' ? {} : { inline_hook_id: inlineHook }),
  };
}
