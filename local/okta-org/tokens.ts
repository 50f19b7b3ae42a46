/**
 * Which tokens the org's set-up gives. Policies are tried by priority, and so are the rules of
 * each; the first rule that matches the request decides, and a request that no rule of a policy
 * matches goes on to the next policy. Source: Okta, "Access policies"; "Configure an access
 * policy".
 */
import type { TokenGrant } from '../issuer/token-grants.ts';
import { ClaimError, evaluateClaim } from './claim-rules.ts';
import { assignmentOf, type Entity, groupsOfUser, type OrgStore, userOf } from './org-store.ts';

export interface TokenRequest {
  readonly clientId: string;
  readonly login?: string;
  readonly scopes: readonly string[];
  /** Default: the authorization code for a user, client credentials for a machine. */
  readonly grantType?: string;
}

export type TokenClaims =
  | { readonly kind: 'claims'; readonly claims: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: 'refused'; readonly why: string };

/** The part of a request that decides its claims: user, client and grant. */
type ClaimRequest = Partial<Pick<TokenRequest, 'clientId' | 'grantType'>> &
  Required<Pick<TokenRequest, 'login' | 'scopes'>>;

export function tokenClaims(
  store: OrgStore,
  serverId: string,
  { login, scopes, clientId = '', grantType = 'password' }: ClaimRequest,
): TokenClaims {
  const claims: Record<string, readonly string[]> = {};
  const memberOf = groupsOfUser(store, login);
  const profile = store.apps.get(clientId)?.['profile'] as Record<string, unknown> | undefined;
  const subject = {
    isCodeFlow: grantType === 'authorization_code',
    ...(profile === undefined ? {} : { profile }),
  };
  for (const claim of store.claims.get(serverId)?.values() ?? []) {
    const { name, claimType, status, system, conditions } = claim;
    if (claimType !== 'RESOURCE' || status !== 'ACTIVE' || system === true) continue;
    const needed =
      (conditions as { readonly scopes?: readonly string[] } | undefined)?.scopes ?? [];
    if (needed.length > 0 && !needed.some((scope) => scopes.includes(scope))) continue;
    try {
      const groups = evaluateClaim(claim, memberOf, subject);
      if (groups.length > 0) claims[String(name)] = groups;
    } catch (error) {
      if (error instanceof ClaimError) return { kind: 'refused', why: error.message };
      throw error;
    }
  }
  return { kind: 'claims', claims };
}

const refusal = (error: string, why: string, status: 400 | 404 = 400): TokenGrant => ({
  kind: 'refused',
  status,
  error,
  why,
});

/** Only an active user signs in. */
const signsIn = (store: OrgStore, login: string): boolean =>
  userOf(store, login)?.['status'] === 'ACTIVE';

interface AppSettings {
  readonly oauthClient?: {
    readonly grant_types?: readonly string[];
    readonly response_types?: readonly string[];
  };
  /** Federation Broker Mode: for everybody, assigned or not. */
  readonly implicitAssignment?: boolean;
}

/** Why the client or its user cannot ask at all. */
function askingFault(
  store: OrgStore,
  { clientId, login }: TokenRequest,
  grantType: string,
): TokenGrant | undefined {
  const app = store.apps.get(clientId);
  if (app === undefined) return refusal('invalid_client', 'The client is not known.');
  const { oauthClient, implicitAssignment } = (app['settings'] ?? {}) as AppSettings;
  const grants = oauthClient?.grant_types;
  if (app['status'] !== 'ACTIVE') return refusal('invalid_client', 'The client is not active.');
  if (grants !== undefined && !grants.includes(grantType))
    return refusal('unauthorized_client', 'The client may not use the grant type.');
  const responses = oauthClient?.response_types;
  if (grantType === 'authorization_code' && responses?.includes('code') === false)
    return refusal('unsupported_response_type', 'The client takes no response type code.');
  if (login !== undefined && !signsIn(store, login))
    return refusal('invalid_grant', 'The user is not active.');
  if (login === undefined || implicitAssignment === true) return undefined;
  const user = userOf(store, login)?.id ?? '';
  return assignmentOf(store, app.id, user) === undefined
    ? refusal('access_denied', 'User is not assigned to the client application.')
    : undefined;
}

const grantOf = ({ login, grantType }: TokenRequest): string =>
  grantType ?? (login === undefined ? 'client_credentials' : 'authorization_code');

export function grantToken(store: OrgStore, serverId: string, request: TokenRequest): TokenGrant {
  const { clientId, login, scopes } = request;
  if (store.servers.get(serverId)?.['status'] !== 'ACTIVE')
    return refusal(
      'not_found',
      `the authorization server ${serverId} is not set up: run okta apply`,
      404,
    );
  const grantType = grantOf(request);
  const rule = ruleFor(store, serverId, request);
  const why = 'Policy evaluation failed for this request, please check the policy configuration.';
  if (rule === undefined) return refusal('access_denied', why);
  const fault = askingFault(store, request, grantType);
  if (fault !== undefined) return fault;
  const known = [...(store.scopes.get(serverId)?.values() ?? [])].map(({ name }) => name);
  const unknown = scopes.find((scope) => !known.includes(scope));
  if (unknown !== undefined) return refusal('invalid_scope', `the server has no scope ${unknown}`);
  const token = tokenClaims(store, serverId, { clientId, grantType, login: login ?? '', scopes });
  if (token.kind === 'refused') return refusal('invalid_request', token.why);
  const { token: action } = (rule['actions'] ?? {}) as {
    readonly token?: { readonly accessTokenLifetimeMinutes?: number };
  };
  return {
    kind: 'granted',
    claims: token.claims,
    lifetimeSeconds: (action?.accessTokenLifetimeMinutes ?? 60) * 60,
  };
}

interface Choice {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

interface Conditions {
  readonly clients?: Choice;
  readonly people?: { readonly groups?: Choice; readonly users?: Choice };
  readonly grantTypes?: Choice;
  readonly scopes?: Choice;
}

const conditionsOf = ({ conditions }: Entity): Conditions => (conditions ?? {}) as Conditions;

function ruleFor(store: OrgStore, serverId: string, request: TokenRequest): Entity | undefined {
  const byPriority = (a: Entity, b: Entity): number =>
    Number(a['priority']) - Number(b['priority']);
  const active = (table: ReadonlyMap<string, Entity> | undefined): readonly Entity[] =>
    [...(table?.values() ?? [])].filter(({ status }) => status === 'ACTIVE').toSorted(byPriority);
  const policies = active(store.policies.get(serverId)).filter((policy) => {
    const clients = conditionsOf(policy).clients?.include ?? [];
    return clients.includes(request.clientId) || clients.includes('ALL_CLIENTS');
  });
  return policies
    .flatMap(({ id }) => active(store.rules.get(id)))
    .find((rule) => matches(store, conditionsOf(rule), request));
}

/** A rule matches a request as a whole: scopes are never narrowed to those that it names. */
function matches(
  store: OrgStore,
  { people, grantTypes, scopes }: Conditions,
  request: TokenRequest,
): boolean {
  const { login } = request;
  const allowed = scopes?.include ?? [];
  return (
    (grantTypes?.include ?? []).includes(grantOf(request)) &&
    (allowed.includes('*') || request.scopes.every((scope) => allowed.includes(scope))) &&
    // A machine has no user whom the rule could name.
    (login === undefined || names(store, people, login))
  );
}

function names(store: OrgStore, people: Conditions['people'], login: string): boolean {
  const user = userOf(store, login)?.id ?? '';
  const memberOf = groupsOfUser(store, login).map(({ id }) => id);
  const has = ({ include = [] }: Choice, ids: readonly string[]): boolean =>
    ids.some((id) => include.includes(id));
  const { groups = {}, users = {} } = people ?? {};
  if (has({ include: users.exclude ?? [] }, [user])) return false;
  if (has({ include: groups.exclude ?? [] }, memberOf)) return false;
  return has(groups, ['EVERYONE', ...memberOf]) || has(users, [user]);
}
