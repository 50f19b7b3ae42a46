/** Reads the part of an org that the maps concern. */
import { idsInExpression } from './claim-filter.ts';
import { givenNames } from './desired.ts';
import type { DesiredOrg } from './desired-org.ts';
import { type JsonObject, type OktaOrg, textAt, textsAt } from './org.ts';
import { ownersIn } from './ownership.ts';
import type {
  AppState,
  GroupRuleState,
  GroupState,
  OrgState,
  OriginState,
  PolicyState,
  ServerState,
} from './state.ts';
import {
  appOf,
  claimOf,
  groupOf,
  groupRuleOf,
  originOf,
  policyOf,
  ruleOf,
} from './state-from-json.ts';

/** Reads the org. Needs read scopes only. @throws OktaError */
export async function readOrgState(org: OktaOrg, desired: DesiredOrg): Promise<OrgState> {
  const servers: ServerState[] = [];
  for (const json of await org.list('/api/v1/authorizationServers', { limit: '200' }))
    servers.push(await readServer(org, desired, json));
  const all = await readGroups(org);
  const { apps, clientIds } = await readApps(org, desired);
  const groups = concernedGroups(all, desired, { servers, apps });
  return {
    servers,
    groups,
    groupRules: await readGroupRules(org, desired, groups),
    apps,
    clientIds: [...clientIds, ...(await otherClients(org, desired, clientIds))],
    origins: await readOrigins(org, desired, apps),
  };
}

/** Those of our labels and our mark; the client ids of all. */
async function readApps(
  org: OktaOrg,
  desired: DesiredOrg,
): Promise<Pick<OrgState, 'apps' | 'clientIds'>> {
  const labels = new Set(desired.apps.map(({ label }) => label));
  const query = { filter: 'name eq "oidc_client"', limit: '200' };
  const all = (await org.list('/api/v1/apps', query)).map(appOf);
  const apps: AppState[] = [];
  for (const app of all) {
    if (!labels.has(app.label) && ownersIn(app.notes) === undefined) continue;
    const assigned = await org.list(`/api/v1/apps/${app.id}/groups`, { limit: '200' });
    apps.push({ ...app, groupIds: assigned.map((group) => textAt(group, 'id')).toSorted() });
  }
  return { apps, clientIds: all.map(({ clientId }) => clientId) };
}

/** Groups that a map names, by name, former name or id, and those that a claim or an app has. */
function concernedGroups(
  all: readonly GroupState[],
  desired: DesiredOrg,
  { servers, apps }: Pick<OrgState, 'servers' | 'apps'>,
): readonly GroupState[] {
  const names = new Set(desired.groups.flatMap(({ name, was }) => [name, ...was]));
  const ids = new Set([
    ...desired.groups.flatMap(({ id }) => id ?? []),
    ...servers.flatMap(({ claims }) => claims).flatMap((claim) => idsInExpression(claim) ?? []),
    ...apps.flatMap(({ groupIds }) => groupIds),
  ]);
  return all.filter(({ id, name }) => names.has(name) || ids.has(id) || name === 'Everyone');
}

async function readGroupRules(
  org: OktaOrg,
  desired: DesiredOrg,
  groups: readonly GroupState[],
): Promise<readonly GroupRuleState[]> {
  if (desired.groups.length === 0) return [];
  const rules = await org.list('/api/v1/groups/rules', { limit: '200' });
  const known = new Set(groups.map(({ id }) => id));
  return rules
    .map(groupRuleOf)
    .filter(
      ({ name, groupIds }) => name.startsWith('oga/') || groupIds.some((id) => known.has(id)),
    );
}

async function readOrigins(
  org: OktaOrg,
  desired: DesiredOrg,
  apps: readonly AppState[],
): Promise<readonly OriginState[]> {
  if (desired.origins.length === 0 && apps.length === 0) return [];
  const origins = await org.list('/api/v1/trustedOrigins', { limit: '200' });
  return origins.map(originOf);
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
  if (!isConcerned(server, desired)) return { ...server, claims: [], scopes: [], policies: [] };
  const path = `/api/v1/authorizationServers/${server.id}`;
  const claims = await org.list(`${path}/claims`);
  const scopes = await org.list(`${path}/scopes`);
  return {
    ...server,
    claims: claims.map(claimOf),
    scopes: scopes.map((scope) => ({
      id: textAt(scope, 'id'),
      name: textAt(scope, 'name'),
      description: textAt(scope, 'description'),
    })),
    policies: await readPolicies(org, `${path}/policies`),
  };
}

/** A server that a map names, or that carries the mark of one. */
const isConcerned = (
  server: Pick<ServerState, 'id' | 'name' | 'description'>,
  desired: DesiredOrg,
): boolean =>
  desired.servers.some(({ name, ids }) => ids.includes(server.id) || name === server.name) ||
  ownersIn(server.description)?.some((map) => givenNames(desired).includes(map)) === true;

async function readPolicies(org: OktaOrg, path: string): Promise<readonly PolicyState[]> {
  const policies: PolicyState[] = [];
  for (const policy of await org.list(path)) {
    const rules = await org.list(`${path}/${textAt(policy, 'id')}/rules`);
    policies.push({
      ...policyOf(policy),
      rules: rules.map(ruleOf).toSorted((a, b) => a.priority - b.priority),
    });
  }
  return policies.toSorted((a, b) => a.priority - b.priority);
}
