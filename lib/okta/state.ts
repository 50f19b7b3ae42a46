/** The part of an org that the maps concern, without anything secret: what a plan is made from. */
import { idsInExpression } from './claim-filter.ts';
import { type DesiredOrg, givenNames } from './desired.ts';
import { type JsonObject, type OktaOrg, textAt, textsAt } from './org.ts';
import { ownersIn } from './ownership.ts';
import {
  appOf,
  claimOf,
  groupOf,
  groupRuleOf,
  originOf,
  policyOf,
  ruleOf,
} from './state-from-json.ts';

export interface ClaimState {
  readonly id: string;
  readonly name: string;
  readonly claimType: string;
  readonly valueType: string;
  readonly value: string;
  readonly filterType?: string;
  readonly status: string;
  readonly always: boolean;
  readonly scopes: readonly string[];
}

export interface RuleState {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly priority: number;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  readonly people: readonly string[];
  readonly lifetimeMinutes: number;
}

export interface PolicyState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly priority: number;
  readonly clients: readonly string[];
  readonly rules: readonly RuleState[];
}

export interface ScopeState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface ServerState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly issuer: string;
  readonly issuerMode: string;
  readonly audiences: readonly string[];
  readonly claims: readonly ClaimState[];
  readonly scopes: readonly ScopeState[];
  /** By priority. */
  readonly policies: readonly PolicyState[];
}

export interface GroupState {
  readonly id: string;
  readonly name: string;
  /** `OKTA_GROUP`, `APP_GROUP` (imported from a directory) or `BUILT_IN`. */
  readonly type: string;
  readonly description: string;
}

export interface GroupRuleState {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly expression: string;
  readonly groupIds: readonly string[];
}

export interface AppState {
  readonly id: string;
  readonly clientId: string;
  readonly label: string;
  readonly status: string;
  readonly notes: string;
  readonly applicationType: string;
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  /** How the client proves itself at the token endpoint; `none` for a public one. */
  readonly authMethod: string;
  readonly pkce: boolean;
  readonly groupIds: readonly string[];
}

export interface OriginState {
  readonly id: string;
  readonly name: string;
  readonly origin: string;
  readonly status: string;
  readonly scopes: readonly string[];
}

export interface OrgState {
  /** All servers; claims, scopes and policies only of those that a map means or owns. */
  readonly servers: readonly ServerState[];
  /**
   * Groups that a map names, by name, former name or id, with every namesake, and those that a
   * claim or an app of ours has.
   */
  readonly groups: readonly GroupState[];
  readonly groupRules: readonly GroupRuleState[];
  readonly apps: readonly AppState[];
  /** Of all OpenID Connect apps of the org, and of those that a map names. */
  readonly clientIds: readonly string[];
  readonly origins: readonly OriginState[];
}

/** Reads the org. Needs read scopes only. @throws OktaError */
export async function readOrgState(org: OktaOrg, desired: DesiredOrg): Promise<OrgState> {
  const servers: ServerState[] = [];
  for (const json of await org.list('/api/v1/authorizationServers', { limit: '200' }))
    servers.push(await readServer(org, desired, json));
  const all = await readGroups(org);
  const labels = new Set(desired.apps.map(({ label }) => label));
  const apps: AppState[] = [];
  const clientIds: string[] = [];
  for (const json of await org.list('/api/v1/apps', {
    filter: 'name eq "oidc_client"',
    limit: '200',
  })) {
    const app = appOf(json);
    clientIds.push(app.clientId);
    if (!labels.has(app.label) && ownersIn(app.notes) === undefined) continue;
    const assigned = await org.list(`/api/v1/apps/${app.id}/groups`, { limit: '200' });
    apps.push({ ...app, groupIds: assigned.map((group) => textAt(group, 'id')).toSorted() });
  }
  clientIds.push(...(await otherClients(org, desired, clientIds)));
  const rules =
    desired.groups.length === 0 ? [] : await org.list('/api/v1/groups/rules', { limit: '200' });
  const groupRules = rules.map(groupRuleOf);
  const origins =
    desired.origins.length === 0 && apps.length === 0
      ? []
      : await org.list('/api/v1/trustedOrigins', { limit: '200' });
  const wanted = desired.groups.flatMap(({ name, was }) => [name, ...was]);
  const carried = servers.flatMap(({ claims }) =>
    claims.flatMap((claim) => idsInExpression(claim) ?? []),
  );
  const ids = [
    ...desired.groups.flatMap(({ id }) => id ?? []),
    ...carried,
    ...apps.flatMap(({ groupIds }) => groupIds),
  ];
  const groups = all.filter(
    ({ id, name }) => wanted.includes(name) || ids.includes(id) || name === 'Everyone',
  );
  const known = new Set(groups.map(({ id }) => id));
  return {
    servers,
    groups,
    groupRules: groupRules.filter(
      ({ name, groupIds }) => name.startsWith('oga/') || groupIds.some((id) => known.has(id)),
    ),
    apps,
    clientIds,
    origins: origins.map(originOf),
  };
}

/**
 * Clients that the maps name and the list lacks: an app of Okta's catalogue is no `oidc_client`.
 */
async function otherClients(
  org: OktaOrg,
  { servers }: DesiredOrg,
  known: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  const named = servers
    .flatMap(({ policies }) => policies)
    .flatMap(({ clients }) => (clients === 'any' ? [] : clients));
  for (const client of new Set(named)) {
    if (client.startsWith('app:') || known.includes(client)) continue;
    if (await org.get(`/api/v1/apps/${encodeURIComponent(client)}`)) found.push(client);
  }
  return found;
}

/** Every group of the org: namesakes from directories matter, and a search index may lag behind. */
export async function readGroups(org: OktaOrg): Promise<readonly GroupState[]> {
  const groups = await org.list('/api/v1/groups', { limit: '1000' });
  return groups.map(groupOf);
}

async function readServer(
  org: OktaOrg,
  desired: DesiredOrg,
  json: JsonObject,
): Promise<ServerState> {
  const server = {
    id: textAt(json, 'id'),
    name: textAt(json, 'name'),
    description: textAt(json, 'description'),
    status: textAt(json, 'status'),
    issuer: textAt(json, 'issuer'),
    issuerMode: textAt(json, 'issuerMode'),
    audiences: textsAt(json, 'audiences'),
  };
  const named = desired.servers.some(
    ({ name, ids }) => ids.includes(server.id) || name === server.name,
  );
  const matchesMap =
    named || ownersIn(server.description)?.some((map) => givenNames(desired).includes(map));
  if (!matchesMap) return { ...server, claims: [], scopes: [], policies: [] };
  const path = `/api/v1/authorizationServers/${server.id}`;
  const claims = await org.list(`${path}/claims`);
  const scopes = await org.list(`${path}/scopes`);
  const policies: PolicyState[] = [];
  for (const policy of await org.list(`${path}/policies`)) {
    const rules = await org.list(`${path}/policies/${textAt(policy, 'id')}/rules`);
    policies.push({
      ...policyOf(policy),
      rules: rules.map(ruleOf).toSorted((a, b) => a.priority - b.priority),
    });
  }
  return {
    ...server,
    claims: claims.map(claimOf),
    scopes: scopes.map((scope) => ({
      id: textAt(scope, 'id'),
      name: textAt(scope, 'name'),
      description: textAt(scope, 'description'),
    })),
    policies: policies.toSorted((a, b) => a.priority - b.priority),
  };
}
