/**
 * Which tokens the org's set-up gives: the first policy that names the client, its first rule that
 * matches the request, the claims of the server. Source: Okta, "Access policies"; "Configure an
 * access policy".
 */
import { ClaimError, evaluateClaim } from './claim-rules.ts';
import { type Entity, groupsOfUser, type OrgStore, userOf } from './store.ts';

export interface TokenRequest {
  readonly clientId: string;
  readonly login?: string;
  readonly scopes: readonly string[];
  /** Default: the authorization code for a user, client credentials for a machine. */
  readonly grantType?: string;
}

export type TokenGrant =
  | {
      readonly kind: 'granted';
      readonly claims: Readonly<Record<string, readonly string[]>>;
      readonly lifetimeSeconds: number;
    }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 404;
      readonly error: string;
      readonly why: string;
    };

export type TokenClaims =
  | { readonly kind: 'claims'; readonly claims: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: 'refused'; readonly why: string };

export function tokenClaims(
  store: OrgStore,
  serverId: string,
  login: string,
  scopes: readonly string[],
): TokenClaims {
  const claims: Record<string, readonly string[]> = {};
  const memberOf = groupsOfUser(store, login);
  for (const claim of store.claims.get(serverId)?.values() ?? []) {
    const { name, claimType, status, system, conditions } = claim;
    if (claimType !== 'RESOURCE' || status !== 'ACTIVE' || system === true) continue;
    const needed =
      (conditions as { readonly scopes?: readonly string[] } | undefined)?.scopes ?? [];
    if (needed.length > 0 && !needed.some((scope) => scopes.includes(scope))) continue;
    try {
      const groups = evaluateClaim(claim, memberOf);
      if (groups.length > 0) claims[String(name)] = groups;
    } catch (error) {
      if (error instanceof ClaimError) return { kind: 'refused', why: error.message };
      throw error;
    }
  }
  return { kind: 'claims', claims };
}

export function grantToken(store: OrgStore, serverId: string, request: TokenRequest): TokenGrant {
  const { login, scopes } = request;
  if (store.servers.get(serverId)?.['status'] !== 'ACTIVE') {
    return {
      kind: 'refused',
      status: 404,
      error: 'not_found',
      why: `the authorization server ${serverId} is not set up: run okta apply`,
    };
  }
  const rule = ruleFor(store, serverId, request);
  const why = 'Policy evaluation failed for this request, please check the policy configuration.';
  if (rule === undefined) return { kind: 'refused', status: 400, error: 'access_denied', why };
  const known = [...(store.scopes.get(serverId)?.values() ?? [])].map(({ name }) => name);
  const unknown = scopes.find((scope) => !known.includes(scope));
  if (unknown !== undefined)
    return {
      kind: 'refused',
      status: 400,
      error: 'invalid_scope',
      why: `the server has no scope ${unknown}`,
    };
  const token = tokenClaims(store, serverId, login ?? '', scopes);
  if (token.kind === 'refused')
    return { kind: 'refused', status: 400, error: 'invalid_request', why: token.why };
  const { token: action } = (rule['actions'] ?? {}) as {
    readonly token?: { readonly accessTokenLifetimeMinutes?: number };
  };
  return {
    kind: 'granted',
    claims: token.claims,
    lifetimeSeconds: (action?.accessTokenLifetimeMinutes ?? 60) * 60,
  };
}

type Include = { readonly include?: readonly string[] };

interface Conditions {
  readonly clients?: Include;
  readonly people?: { readonly groups?: Include; readonly users?: Include };
  readonly grantTypes?: Include;
  readonly scopes?: Include;
}

const conditionsOf = ({ conditions }: Entity): Conditions => (conditions ?? {}) as Conditions;

function ruleFor(store: OrgStore, serverId: string, request: TokenRequest): Entity | undefined {
  const byPriority = (a: Entity, b: Entity): number =>
    Number(a['priority']) - Number(b['priority']);
  const active = (table: ReadonlyMap<string, Entity> | undefined): readonly Entity[] =>
    [...(table?.values() ?? [])].filter(({ status }) => status === 'ACTIVE').toSorted(byPriority);
  const policy = active(store.policies.get(serverId)).find((candidate) => {
    const clients = conditionsOf(candidate).clients?.include ?? [];
    return clients.includes(request.clientId) || clients.includes('ALL_CLIENTS');
  });
  return active(policy && store.rules.get(policy.id)).find((rule) =>
    matches(store, conditionsOf(rule), request),
  );
}

/** A rule matches a request as a whole: scopes are never narrowed to those that it names. */
function matches(
  store: OrgStore,
  { people, grantTypes, scopes }: Conditions,
  request: TokenRequest,
): boolean {
  const { login, grantType = login === undefined ? 'client_credentials' : 'authorization_code' } =
    request;
  const allowed = scopes?.include ?? [];
  return (
    (grantTypes?.include ?? []).includes(grantType) &&
    (allowed.includes('*') || request.scopes.every((scope) => allowed.includes(scope))) &&
    // A machine has no user whom the rule could name.
    (login === undefined || names(store, people, login))
  );
}

function names(store: OrgStore, people: Conditions['people'], login: string): boolean {
  const groups = people?.groups?.include ?? [];
  const user = userOf(store, login)?.id ?? '';
  const isMember = groupsOfUser(store, login).some(({ id }) => groups.includes(id));
  return groups.includes('EVERYONE') || isMember || (people?.users?.include ?? []).includes(user);
}
