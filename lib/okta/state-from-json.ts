/** Objects of the Management API as the state has them: a field that is absent is empty. */
import { type JsonObject, textAt, textsAt, valueAt } from './org.ts';
import type {
  AppState,
  ClaimState,
  GroupRuleState,
  GroupState,
  HookState,
  OriginState,
  PolicyState,
  RuleState,
  ScopeState,
  ServerState,
} from './state.ts';

export const groupOf = (json: JsonObject): GroupState => ({
  id: textAt(json, 'id'),
  name: textAt(json, 'profile', 'name'),
  type: textAt(json, 'type'),
  description: textAt(json, 'profile', 'description'),
  source: textAt(json, 'source', 'id'),
  isActiveDirectory: textsAt(json, 'objectClass').includes('okta:windows_security_principal'),
});

const numberAt = (json: JsonObject, ...keys: readonly string[]): number =>
  Number(valueAt(json, ...keys) ?? 0);

export function claimOf(json: JsonObject): ClaimState {
  const filterType = textAt(json, 'group_filter_type');
  return {
    id: textAt(json, 'id'),
    name: textAt(json, 'name'),
    claimType: textAt(json, 'claimType'),
    valueType: textAt(json, 'valueType'),
    value: textAt(json, 'value'),
    ...(filterType === '' ? {} : { filterType }),
    status: textAt(json, 'status'),
    always: valueAt(json, 'alwaysIncludeInToken') !== false,
    scopes: textsAt(json, 'conditions', 'scopes'),
    json,
  };
}

export const scopeOf = (json: JsonObject): ScopeState => ({
  id: textAt(json, 'id'),
  name: textAt(json, 'name'),
  description: textAt(json, 'description'),
  json,
});

export const serverOf = (
  json: JsonObject,
): Omit<ServerState, 'claims' | 'scopes' | 'policies'> => ({
  id: textAt(json, 'id'),
  name: textAt(json, 'name'),
  description: textAt(json, 'description'),
  status: textAt(json, 'status'),
  issuer: textAt(json, 'issuer'),
  issuerMode: textAt(json, 'issuerMode'),
  isDefault: valueAt(json, 'default') === true,
  audiences: textsAt(json, 'audiences'),
  json,
});

export const policyOf = (json: JsonObject): Omit<PolicyState, 'rules'> => ({
  id: textAt(json, 'id'),
  name: textAt(json, 'name'),
  description: textAt(json, 'description'),
  status: textAt(json, 'status'),
  priority: numberAt(json, 'priority'),
  clients: textsAt(json, 'conditions', 'clients', 'include').toSorted(),
  json,
});

export const ruleOf = (json: JsonObject): RuleState => ({
  id: textAt(json, 'id'),
  name: textAt(json, 'name'),
  status: textAt(json, 'status'),
  priority: numberAt(json, 'priority'),
  grantTypes: textsAt(json, 'conditions', 'grantTypes', 'include').toSorted(),
  scopes: textsAt(json, 'conditions', 'scopes', 'include').toSorted(),
  people: textsAt(json, 'conditions', 'people', 'groups', 'include'),
  users: textsAt(json, 'conditions', 'people', 'users', 'include'),
  excludedUsers: textsAt(json, 'conditions', 'people', 'users', 'exclude'),
  excludedGroups: textsAt(json, 'conditions', 'people', 'groups', 'exclude'),
  lifetimeMinutes: numberAt(json, 'actions', 'token', 'accessTokenLifetimeMinutes'),
  refreshMinutes: numberAt(json, 'actions', 'token', 'refreshTokenLifetimeMinutes'),
  inlineHook: textAt(json, 'actions', 'token', 'inlineHook', 'id'),
  json,
});

export const groupRuleOf = (json: JsonObject): GroupRuleState => ({
  id: textAt(json, 'id'),
  name: textAt(json, 'name'),
  status: textAt(json, 'status'),
  expression: textAt(json, 'conditions', 'expression', 'value'),
  groupIds: textsAt(json, 'actions', 'assignUserToGroups', 'groupIds').toSorted(),
  excludedUsers: textsAt(json, 'conditions', 'people', 'users', 'exclude'),
  excludedGroups: textsAt(json, 'conditions', 'people', 'groups', 'exclude'),
});

export const appOf = (json: JsonObject): Omit<AppState, 'assigned'> => ({
  id: textAt(json, 'id'),
  clientId: textAt(json, 'credentials', 'oauthClient', 'client_id') || textAt(json, 'id'),
  label: textAt(json, 'label'),
  status: textAt(json, 'status'),
  notes: textAt(json, 'settings', 'notes', 'admin'),
  applicationType: textAt(json, 'settings', 'oauthClient', 'application_type'),
  redirectUris: textsAt(json, 'settings', 'oauthClient', 'redirect_uris').toSorted(),
  grantTypes: textsAt(json, 'settings', 'oauthClient', 'grant_types').toSorted(),
  responseTypes: textsAt(json, 'settings', 'oauthClient', 'response_types').toSorted(),
  authMethod: textAt(json, 'credentials', 'oauthClient', 'token_endpoint_auth_method'),
  pkce: valueAt(json, 'credentials', 'oauthClient', 'pkce_required') === true,
  isDpopBound: valueAt(json, 'settings', 'oauthClient', 'dpop_bound_access_tokens') === true,
  implicitAssignment: valueAt(json, 'settings', 'implicitAssignment') === true,
  wildcardRedirect: textAt(json, 'settings', 'oauthClient', 'wildcard_redirect'),
  inlineHook: textAt(json, 'settings', 'inlineHookId'),
  json,
});

export function hookOf(json: JsonObject): HookState {
  const filters = valueAt(json, 'events', 'filter', 'eventFilterMap');
  return {
    id: textAt(json, 'id'),
    name: textAt(json, 'name'),
    description: textAt(json, 'description'),
    status: textAt(json, 'status'),
    isVerified: textAt(json, 'verificationStatus') === 'VERIFIED',
    uri: textAt(json, 'channel', 'config', 'uri'),
    events: textsAt(json, 'events', 'items').toSorted(),
    header: textAt(json, 'channel', 'config', 'authScheme', 'key'),
    filtered: Array.isArray(filters) ? filters.map((filter) => textAt(filter, 'event')) : [],
  };
}

export function originOf(json: JsonObject): OriginState {
  const scopes = valueAt(json, 'scopes');
  return {
    id: textAt(json, 'id'),
    name: textAt(json, 'name'),
    origin: textAt(json, 'origin'),
    status: textAt(json, 'status'),
    scopes: (Array.isArray(scopes) ? scopes.map((scope) => textAt(scope, 'type')) : []).toSorted(),
  };
}
