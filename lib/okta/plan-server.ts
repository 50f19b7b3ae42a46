/** Plans authorization servers and what belongs to them: scopes, claims, access policies with their rules. */

import { appLabel } from '../access-map/index.ts';
import { code } from '../access-map/problems.ts';
import type { DesiredOrg, DesiredPolicy, DesiredServer } from './desired.ts';
import { ownedBy, ownedByMaps, ownersIn, withOwners } from './ownership.ts';
import { appRef } from './plan-apps.ts';
import { planClaims } from './plan-claims.ts';
import { addStep, type Draft, differences } from './plan-draft.ts';
import type { OrgState, PolicyState, RuleState, ServerState } from './state.ts';
import { type Path, ref, type Template } from './step.ts';

export const serverRef = (name: string): string => `server:${name}`;

export function planServers(desired: DesiredOrg, state: OrgState, draft: Draft): void {
  for (const server of desired.servers) planServer(server, state, draft);
}

function planServer(wanted: DesiredServer, state: OrgState, draft: Draft): void {
  const found = findServer(wanted, state.servers);
  if (typeof found === 'string') {
    draft.findings.push({ level: 'blocks', text: found });
    return;
  }
  const existing = found.server;
  if (existing) updateServer(wanted, existing, draft);
  else createServer(wanted, draft);
  const path: Path = ['/api/v1/authorizationServers/', ref(serverRef(wanted.name))];
  planScopes(wanted, existing, path, draft);
  planClaims(wanted, existing, path, draft);
  for (const policy of wanted.policies) planPolicy(policy, existing, path, draft);
  noteMachines(wanted, existing, draft);
}

/** The server that the maps mean, none yet, or why it cannot be used. */
function findServer({ name, ids }: DesiredServer, servers: readonly ServerState[]): { readonly server?: ServerState } | string {
  const other = `choose another name with \`okta.manage.server\`, such as ${code(freeName(name, servers))}`;
  for (const id of ids) {
    const server = servers.find((candidate) => candidate.id === id);
    if (!server)
      return `\`okta.issuer\` names the authorization server ${code(id)}, which the org does not have: remove \`okta.issuer\` to have one made`;
    if (!ownersIn(server.description))
      return `\`okta.issuer\` names the server ${code(server.name)}, which is not of our making and is never changed: remove \`okta.issuer\` and ${other}`;
    return { server };
  }
  const named = servers.filter((candidate) => candidate.name === name);
  const ours = named.filter(({ description }) => ownersIn(description) !== undefined);
  const [server, second] = ours;
  if (second) return `${ours.length} authorization servers are called ${code(name)}: say which with \`okta.issuer\``;
  if (server) return { server };
  return named.length === 0 ? {} : `the authorization server ${code(name)} is not of our making and is never changed: ${other}`;
}

function freeName(name: string, servers: readonly ServerState[]): string {
  const taken = new Set(servers.map((server) => server.name));
  return (
    [`${name}-access`, ...Array.from({ length: 99 }, (_, index) => `${name}-access-${index + 2}`)].find((free) => !taken.has(free)) ?? name
  );
}

function createServer({ name, audience, issuerMode, maps }: DesiredServer, draft: Draft): void {
  addStep(draft, {
    action: 'create',
    kind: 'server',
    name,
    changes: [{ what: 'audience', to: audience }, ...(issuerMode === undefined ? [] : [{ what: 'issuerMode', to: issuerMode }])],
    request: {
      method: 'POST',
      path: ['/api/v1/authorizationServers'],
      body: {
        name,
        description: ownedByMaps(maps),
        audiences: [audience],
        ...(issuerMode === undefined ? {} : { issuerMode }),
      },
    },
    gives: serverRef(name),
  });
}

function updateServer(wanted: DesiredServer, existing: ServerState, draft: Draft): void {
  const { name } = existing;
  draft.ids.set(serverRef(wanted.name), existing.id);
  const path: Path = ['/api/v1/authorizationServers/', ref(serverRef(wanted.name))];
  // A map that is not given today keeps its share: several repositories may set up one server.
  const owners = ownersIn(existing.description) ?? [];
  const maps = [...new Set([...owners, ...wanted.maps])].toSorted();
  const foreign = owners.filter((owner) => !wanted.maps.includes(owner));
  if (foreign.length > 0 && !existing.audiences.includes(wanted.audience)) {
    const says = `server ${code(name)} has the audience ${code(existing.audiences.join())} for ${foreign.map(code).join(', ')}, the map says ${code(wanted.audience)}`;
    draft.findings.push({ level: 'blocks', text: `${says}: a server has one audience, choose another server` });
    return;
  }
  const changes = differences({
    maps: [owners, maps],
    audience: [existing.audiences, [wanted.audience]],
    ...(wanted.issuerMode === undefined ? {} : { issuerMode: [existing.issuerMode, wanted.issuerMode] }),
  });
  const body = {
    description: withOwners(existing.description, maps),
    audiences: [wanted.audience],
    ...(wanted.issuerMode === undefined ? {} : { issuerMode: wanted.issuerMode }),
  };
  if (changes.length > 0) {
    addStep(draft, { action: 'update', kind: 'server', name, changes, request: { method: 'PUT', path, body, merge: 'all' } });
  }
  if (existing.status !== 'ACTIVE') {
    const request = { method: 'POST', path: [...path, '/lifecycle/activate'] } as const;
    addStep(draft, { action: 'activate', kind: 'server', name, changes: [], request });
  } else if (changes.length === 0) draft.left.push({ kind: 'server', name, why: 'is as wanted' });
}

function planScopes({ scopes, maps }: DesiredServer, existing: ServerState | undefined, path: Path, draft: Draft): void {
  for (const { name, map } of scopes) {
    if (existing?.scopes.some((scope) => scope.name === name)) {
      draft.left.push({ kind: 'scope', name, why: 'exists' });
      continue;
    }
    const body = { name, description: `permission ${name}, ${ownedBy(map)}`, consent: 'IMPLICIT', metadataPublish: 'ALL_CLIENTS' };
    addStep(draft, { action: 'create', kind: 'scope', name, changes: [], request: { method: 'POST', path: [...path, '/scopes'], body } });
  }
  for (const { id, name, description } of existing?.scopes ?? []) {
    const owner = ownersIn(description)?.[0];
    if (owner === undefined || !maps.includes(owner) || scopes.some((scope) => scope.name === name)) continue;
    const request = { method: 'DELETE', path: [...path, `/scopes/${id}`] } as const;
    draft.dropped.push({ action: 'delete', kind: 'scope', name, changes: [], request });
  }
}

const clientTemplate = (client: string): Template => {
  const label = appLabel(client);
  return label === undefined ? client : ref(appRef(label));
};

function planPolicy(wanted: DesiredPolicy, server: ServerState | undefined, serverPath: Path, draft: Draft): void {
  const name = `access ${wanted.map}`.slice(0, 100);
  const existing = server?.policies.find(({ description }) => ownersIn(description)?.includes(wanted.map));
  const reference = `policy:${wanted.map}`;
  const clients = wanted.clients === 'any' ? ['ALL_CLIENTS'] : wanted.clients;
  const include = clients.map(clientTemplate);
  if (existing) {
    draft.ids.set(reference, existing.id);
    updatePolicy(existing, clients, include, [...serverPath, '/policies/', ref(reference)], draft);
    noteShadow(existing, clients, server, draft);
  } else {
    addStep(draft, {
      action: 'create',
      kind: 'policy',
      name,
      changes: [{ what: 'clients', to: clients }],
      request: {
        method: 'POST',
        path: [...serverPath, '/policies'],
        body: {
          type: 'OAUTH_AUTHORIZATION_POLICY',
          status: 'ACTIVE',
          name,
          description: ownedBy(wanted.map),
          priority: 1,
          conditions: { clients: { include } },
        },
      },
      gives: reference,
    });
  }
  planPolicyRule(wanted, name, existing, [...serverPath, '/policies/', ref(reference), '/rules'], draft);
}

function updatePolicy(existing: PolicyState, clients: readonly string[], include: readonly Template[], path: Path, draft: Draft): void {
  const labels = new Map<string, string>();
  for (const client of clients) {
    const label = appLabel(client);
    const id = label === undefined ? undefined : draft.ids.get(appRef(label));
    if (id !== undefined) labels.set(id, client);
  }
  const current = existing.clients.map((client) => labels.get(client) ?? client);
  const changes = differences({ clients: [current, clients] });
  if (changes.length > 0) {
    const body = { conditions: { clients: { include } } };
    addStep(draft, {
      action: 'update',
      kind: 'policy',
      name: existing.name,
      changes,
      request: { method: 'PUT', path, body, merge: 'all' },
    });
  }
  if (existing.status !== 'ACTIVE') {
    const request = { method: 'POST', path: [...path, '/lifecycle/activate'] } as const;
    addStep(draft, { action: 'activate', kind: 'policy', name: existing.name, changes: [], request });
  } else if (changes.length === 0) draft.left.push({ kind: 'policy', name: existing.name, why: 'is as wanted' });
}

/** Every scope, for everyone: Okta refuses a request with a scope that the rule does not name, it never narrows it. */
function planPolicyRule(wanted: DesiredPolicy, name: string, policy: PolicyState | undefined, path: Path, draft: Draft): void {
  const existing = policy?.rules.find((rule) => rule.name === name);
  const conditions = {
    people: { groups: { include: ['EVERYONE'] } },
    grantTypes: { include: wanted.grantTypes },
    scopes: { include: ['*'] },
  };
  const changes = differences({
    grantTypes: [existing?.grantTypes ?? [], wanted.grantTypes],
    scopes: [existing?.scopes ?? [], ['*']],
    people: [existing?.people ?? [], ['EVERYONE']],
    'token lifetime in minutes': [existing?.lifetimeMinutes ?? 0, wanted.lifetimeMinutes],
  });
  if (!existing) {
    const token = { accessTokenLifetimeMinutes: wanted.lifetimeMinutes, refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 10_080 };
    const body = { type: 'RESOURCE_ACCESS', status: 'ACTIVE', name, priority: 1, conditions, actions: { token } };
    const shown = changes.map(({ what, to }) => ({ what, to }));
    addStep(draft, { action: 'create', kind: 'policy rule', name, changes: shown, request: { method: 'POST', path, body } });
    return;
  }
  const own: Path = [...path, `/${existing.id}`];
  if (changes.length > 0) {
    const body = { conditions, actions: { token: { accessTokenLifetimeMinutes: wanted.lifetimeMinutes } } };
    addStep(draft, { action: 'update', kind: 'policy rule', name, changes, request: { method: 'PUT', path: own, body, merge: 'all' } });
  }
  if (existing.status !== 'ACTIVE') {
    const request = { method: 'POST', path: [...own, '/lifecycle/activate'] } as const;
    addStep(draft, { action: 'activate', kind: 'policy rule', name, changes: [], request });
  } else if (changes.length === 0) draft.left.push({ kind: 'policy rule', name, why: describeRule(existing) });
}

const describeRule = ({ lifetimeMinutes }: RuleState): string => `tokens of ${lifetimeMinutes} minutes`;

/** Okta takes the first policy that names the client. */
export function shadowing(policy: PolicyState, clients: readonly string[], policies: readonly PolicyState[]): readonly PolicyState[] {
  const before = policies
    .slice(0, policies.indexOf(policy))
    .filter(({ status, description }) => status === 'ACTIVE' && !ownersIn(description));
  return before.filter((other) => other.clients.includes('ALL_CLIENTS') || other.clients.some((client) => clients.includes(client)));
}

function noteShadow(policy: PolicyState, clients: readonly string[], server: ServerState | undefined, draft: Draft): void {
  const ids = clients.map((client) => draft.ids.get(appRef(appLabel(client) ?? '')) ?? client);
  for (const other of shadowing(policy, ids, server?.policies ?? [])) {
    const text = `policy ${code(other.name)} stands before ${code(policy.name)} and decides for its clients: move it below, or deactivate it`;
    draft.findings.push({ level: 'warns', text });
  }
}

/** Source: Okta, "Implement authorization by grant type": a client credentials request names a custom scope or gets a default one. */
function noteMachines({ machines, scopes, name }: DesiredServer, existing: ServerState | undefined, draft: Draft): void {
  const standard = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'device_sso'];
  if (!machines || scopes.length > 0 || existing?.scopes.some((scope) => !standard.includes(scope.name))) return;
  const text = `server ${code(name)} has no scope of its own, and client credentials get no token without one: set \`scopes: true\``;
  draft.findings.push({ level: 'warns', text });
}
