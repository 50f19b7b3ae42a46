/** Reads the part of an org that the maps concern. */
import { idsInExpression } from './claim-filter.ts';
import { givenNames } from './desired.ts';
import type { DesiredOrg } from './desired-org.ts';
import { everyoneOf } from './matching-groups.ts';
import { type OktaOrg, textAt } from './org.ts';
import { ownersIn } from './ownership.ts';
import { groupsFor, membersReader, readAssigned } from './read-assignments.ts';
import { readPeople, withEveryone } from './read-people.ts';
import { type Hosts, hostToAsk, isMappedServer } from './server-identity.ts';
import type {
  AppState,
  GroupRuleState,
  GroupState,
  HostOwner,
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
  hookOf,
  originOf,
  policyOf,
  ruleOf,
  scopeOf,
  serverOf,
} from './state-from-json.ts';

/** Reads the org. Needs read scopes only. @throws OktaError */
export async function readOrgState(org: OktaOrg, desired: DesiredOrg): Promise<OrgState> {
  const listed = await org.list('/api/v1/authorizationServers', { limit: '200' });
  const all = listed.map(serverOf);
  const hosts = { url: org.url, hosts: await readHosts(org, desired, all) };
  const read: ServerState[] = [];
  for (const server of all) read.push(await readServer(org, desired, server, hosts));
  const allGroups = await readGroups(org);
  const servers = read.map((server) => ofEveryone(server, allGroups));
  const membersOf = membersReader(org);
  const { apps, clientIds } = await readApps(org, desired, { allGroups, membersOf });
  const groups = concernedGroups(allGroups, desired, { servers, apps });
  return {
    ...hosts,
    servers,
    groups,
    allGroups,
    groupRules: await readGroupRules(org, desired, groups),
    people: await readPeople(org, desired, { servers, allGroups, membersOf }),
    apps,
    clientIds,
    origins: await readOrigins(org, desired, apps),
    ...(desired.hooks && { hooks: (await org.list('/api/v1/eventHooks')).map(hookOf) }),
  };
}

type AppHead = ReturnType<typeof appOf>;
type ServerHead = ReturnType<typeof serverOf>;

/** Resolves which org owns each issuer host, where only the host differs from a server's issuer. */
async function readHosts(
  org: OktaOrg,
  { servers: wanted }: DesiredOrg,
  servers: readonly ServerHead[],
): Promise<OrgState['hosts']> {
  const asked = wanted
    .flatMap(({ issuers }) => issuers)
    .flatMap((issuer) => servers.flatMap((server) => hostToAsk(issuer, server, org.url) ?? []));
  const own = asked.length === 0 ? undefined : await org.orgIdAt(org.url);
  const owners: [string, HostOwner][] = [];
  for (const origin of new Set(asked)) {
    const id = await org.orgIdAt(origin);
    owners.push([origin, ownerOf(id, own)]);
  }
  return Object.fromEntries(owners);
}

function ownerOf(id: string | undefined, own: string | undefined): HostOwner {
  if (id === undefined || own === undefined) return 'unknown';
  return id === own ? 'org' : 'other';
}

interface Directory {
  readonly allGroups: readonly GroupState[];
  readonly membersOf: ReturnType<typeof membersReader>;
}

const ofEveryone = (server: ServerState, groups: readonly GroupState[]): ServerState => ({
  ...server,
  policies: server.policies.map((policy) => ({
    ...policy,
    rules: policy.rules.map((rule) => withEveryone(rule, groups)),
  })),
});

/** Those of our labels, our clients and our mark; the client ids of all. */
async function readApps(
  org: OktaOrg,
  desired: DesiredOrg,
  { allGroups, membersOf }: Directory,
): Promise<Pick<OrgState, 'apps' | 'clientIds'>> {
  const labels = new Set(desired.apps.map(({ label }) => label));
  const clients = new Set(namedClients(desired));
  const query = { filter: 'name eq "oidc_client"', limit: '200' };
  const all = (await org.list('/api/v1/apps', query)).map(appOf);
  const others = await otherClients(
    org,
    desired,
    all.map(({ clientId }) => clientId),
  );
  const known = [...all, ...others];
  const everyone = everyoneOf(allGroups)?.id ?? '';
  const apps: AppState[] = [];
  for (const app of known) {
    const isMappedApp = labels.has(app.label) || clients.has(app.clientId);
    if (!isMappedApp && ownersIn(app.notes) === undefined) continue;
    const mapped = isMappedApp ? groupsFor(desired, app, allGroups) : [];
    apps.push({ ...app, assigned: await readAssigned(org, app, { mapped, everyone, membersOf }) });
  }
  return { apps, clientIds: known.map(({ clientId }) => clientId) };
}

const namedClients = ({ servers }: DesiredOrg): readonly string[] =>
  servers
    .flatMap(({ policies }) => policies)
    .flatMap(({ clients, machines }) => (clients === 'any' ? machines : clients));

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
    ...apps.flatMap(({ assigned }) => assigned.groupIds),
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
  desired: DesiredOrg,
  known: readonly string[],
): Promise<readonly AppHead[]> {
  const found: AppHead[] = [];
  for (const client of new Set(namedClients(desired))) {
    if (client.startsWith('app:') || known.includes(client)) continue;
    const app = await org.get(`/api/v1/apps/${encodeURIComponent(client)}`);
    if (app) found.push({ ...appOf(app), clientId: client });
  }
  return found;
}

/** Every group of the org: namesakes from directories matter, and a search index may lag behind. */
async function readGroups(org: OktaOrg): Promise<readonly GroupState[]> {
  const groups = await org.list('/api/v1/groups', { limit: '1000' });
  return groups.map(groupOf);
}

async function readServer(
  org: OktaOrg,
  desired: DesiredOrg,
  server: ServerHead,
  hosts: Hosts,
): Promise<ServerState> {
  if (!isConcerned(server, desired, hosts))
    return { ...server, claims: [], scopes: [], policies: [] };
  const path = `/api/v1/authorizationServers/${server.id}`;
  const claims = await org.list(`${path}/claims`);
  const scopes = await org.list(`${path}/scopes`);
  return {
    ...server,
    claims: claims.map(claimOf),
    scopes: scopes.map(scopeOf),
    policies: await readPolicies(org, `${path}/policies`),
  };
}

/** A server that a map names, or that carries the mark of one. */
const isConcerned = (server: ServerHead, desired: DesiredOrg, hosts: Hosts): boolean =>
  desired.servers.some(
    (wanted) => wanted.name === server.name || isMappedServer(wanted, server, hosts),
  ) || ownersIn(server.description)?.some((map) => givenNames(desired).includes(map)) === true;

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
