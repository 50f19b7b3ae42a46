/**
 * Plans authorization servers and what belongs to them: scopes, claims, access policies with their
 * rules.
 */
import { code } from '../access-map/report/problems.ts';
import { type DesiredOrg, type DesiredServer, givenNames } from './desired.ts';
import { issuerFault } from './issuers.ts';
import { ownedBy, ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { foreignOwners, planClaims } from './plan-claims.ts';
import { addStep, type Draft, differences } from './plan-draft.ts';
import { planPolicies } from './plan-policies.ts';
import { planScopes } from './plan-scopes.ts';
import type { OrgState, ServerState } from './state.ts';
import { type Path, ref } from './step.ts';

export const serverRef = (name: string): string => `server:${name}`;

export function planServers(desired: DesiredOrg, state: OrgState, draft: Draft): void {
  for (const server of desired.servers) planServer(server, desired, state, draft);
  for (const server of state.servers) planLeaving(server, desired, state, draft);
}

/**
 * Maps that say another server by now leave the one that they had; what no map is left for goes as
 * a whole.
 */
function planLeaving(
  server: ServerState,
  desired: DesiredOrg,
  { servers }: OrgState,
  draft: Draft,
): void {
  const wanted = desired.servers.find((candidate) => {
    const found = findServer(candidate, servers);
    return typeof found === 'object' && found.server?.id === server.id;
  });
  const owners = ownersIn(server.description) ?? [];
  const staying = wanted?.maps ?? [];
  // A former name goes with the update of the server that its map still wants.
  const kept = [...staying, ...(wanted?.formers ?? [])];
  const leaving = owners.filter(
    (owner) => givenNames(desired).includes(owner) && !kept.includes(owner),
  );
  if (leaving.length === 0) return;
  const { id, name } = server;
  const path = [`/api/v1/authorizationServers/${id}`];
  const rest = ownersAfter(owners, givenNames(desired), staying);
  if (rest.length === 0) {
    const common = { kind: 'server', name, changes: [] } as const;
    const stop = {
      ...common,
      action: 'deactivate',
      request: { method: 'POST', path: [...path, '/lifecycle/deactivate'] },
    } as const;
    if (server.status === 'ACTIVE') draft.dropped.push(stop);
    draft.dropped.push({ ...common, action: 'delete', request: { method: 'DELETE', path } });
    return;
  }
  for (const policy of server.policies) {
    if (!ownersIn(policy.description)?.every((owner) => leaving.includes(owner))) continue;
    const request = { method: 'DELETE', path: [...path, `/policies/${policy.id}`] } as const;
    draft.dropped.push({
      action: 'delete',
      kind: 'policy',
      name: policy.name,
      changes: [],
      request,
    });
  }
  const body = { description: withOwners(server.description, rest) };
  const request = { method: 'PUT', path, body, merge: 'all' } as const;
  draft.dropped.push({
    action: 'update',
    kind: 'server',
    name,
    changes: [{ what: 'maps', from: owners, to: rest }],
    request,
  });
}

function planServer(
  wanted: DesiredServer,
  desired: DesiredOrg,
  state: OrgState,
  draft: Draft,
): void {
  const found = findServer(wanted, state.servers);
  if (typeof found === 'string') {
    draft.findings.push({ level: 'blocks', text: found });
    return;
  }
  const existing = found.server;
  if (existing) updateServer(wanted, existing, draft);
  else createServer(wanted, draft);
  const path: Path = ['/api/v1/authorizationServers/', ref(serverRef(wanted.name))];
  planScopes(wanted, desired, existing, path, draft);
  planClaims(wanted, existing, path, draft);
  planPolicies(
    { ...wanted, policies: policiesHere(wanted, state) },
    desired,
    existing,
    path,
    draft,
  );
  noteUnknownClients(wanted, state, draft);
  noteMachines(wanted, existing, draft);
}

/** The server that the maps mean, none yet, or why it cannot be used. */
export function findServer(
  { name, ids, maps, formers: formerNames }: DesiredServer,
  servers: readonly ServerState[],
): { readonly server?: ServerState } | string {
  const other = `choose another name with \`okta.manage.server\`, such as ${code(availableName(name, servers))}`;
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
  if (second)
    return `${ours.length} authorization servers are called ${code(name)}: say which with \`okta.issuer\``;
  if (server) return { server };
  // A server that has its name from the map is called by the former name.
  const [former] = servers.filter(
    (candidate) => maps.includes(name) && hasFormerName(candidate, formerNames),
  );
  if (named.length === 0) return former ? { server: former } : {};
  return `the authorization server ${code(name)} is not of our making and is never changed: ${other}`;
}

const hasFormerName = (
  { name, description }: ServerState,
  formerNames: readonly string[],
): boolean =>
  formerNames.includes(name) &&
  (ownersIn(description) ?? []).some((owner) => formerNames.includes(owner));

function availableName(name: string, servers: readonly ServerState[]): string {
  const taken = new Set(servers.map((server) => server.name));
  return (
    [
      `${name}-access`,
      ...Array.from({ length: 99 }, (_, index) => `${name}-access-${index + 2}`),
    ].find((free) => !taken.has(free)) ?? name
  );
}

function createServer({ name, audience, issuerMode, maps }: DesiredServer, draft: Draft): void {
  addStep(draft, {
    action: 'create',
    kind: 'server',
    name,
    changes: [
      { what: 'audience', to: audience },
      ...(issuerMode === undefined ? [] : [{ what: 'issuerMode', to: issuerMode }]),
    ],
    request: {
      method: 'POST',
      path: ['/api/v1/authorizationServers'],
      body: {
        name,
        description: ownedBy(...maps),
        audiences: [audience],
        ...(issuerMode === undefined ? {} : { issuerMode }),
      },
    },
    gives: serverRef(name),
  });
}

/** Why a server cannot be as these maps want it while it is that of others. */
function contradictionOf(
  { audience, issuerMode }: DesiredServer,
  { name, audiences, issuerMode: mode }: ServerState,
  foreign: readonly string[],
): string | undefined {
  const others = foreign.map(code).join(', ');
  if (!audiences.includes(audience)) {
    return `server ${code(name)} has the audience ${code(audiences.join())} for ${others}, the map says ${code(audience)}: a server has one audience, choose another server`;
  }
  if (issuerMode === undefined || issuerMode === mode) return undefined;
  return `server ${code(name)} has the issuer mode ${code(mode)} for ${others}, the map says ${code(issuerMode)}: give all maps of the server together, or choose another server`;
}

function updateServer(wanted: DesiredServer, existing: ServerState, draft: Draft): void {
  const { name } = existing;
  draft.ids.set(serverRef(wanted.name), existing.id);
  const path: Path = ['/api/v1/authorizationServers/', ref(serverRef(wanted.name))];
  // A map that is not given today keeps its share: several repositories may set up one server.
  const owners = ownersIn(existing.description) ?? [];
  const foreign = foreignOwners(wanted, existing);
  const maps = [...new Set([...foreign, ...wanted.maps])].toSorted();
  const renamed = wanted.maps.includes(wanted.name) && hasFormerName(existing, wanted.formers);
  const contradiction =
    foreign.length === 0 ? undefined : contradictionOf(wanted, existing, foreign);
  if (contradiction !== undefined) {
    draft.findings.push({ level: 'blocks', text: contradiction });
    return;
  }
  const changes = differences({
    ...(renamed ? { name: [name, wanted.name] as const } : {}),
    maps: [owners, maps],
    audience: [existing.audiences, [wanted.audience]],
    ...(wanted.issuerMode === undefined
      ? {}
      : { issuerMode: [existing.issuerMode, wanted.issuerMode] }),
  });
  if (wanted.issuerMode !== undefined && wanted.issuerMode !== existing.issuerMode) {
    const text = `server ${code(name)} changes its issuer with \`issuerMode\`: tokens of ${code(existing.issuer)} are refused from then on, and \`okta.issuer\` must follow in every map`;
    draft.findings.push({ level: 'warns', text });
  } else noteIssuers(wanted, existing, draft);
  const body = {
    ...(renamed ? { name: wanted.name } : {}),
    description: withOwners(existing.description, maps),
    audiences: [wanted.audience],
    ...(wanted.issuerMode === undefined ? {} : { issuerMode: wanted.issuerMode }),
  };
  if (changes.length > 0) {
    addStep(draft, {
      action: 'update',
      kind: 'server',
      name,
      changes,
      request: { method: 'PUT', path, body, merge: 'all' },
    });
  }
  if (existing.status !== 'ACTIVE') {
    const request = { method: 'POST', path: [...path, '/lifecycle/activate'] } as const;
    addStep(draft, { action: 'activate', kind: 'server', name, changes: [], request });
  } else if (changes.length === 0) draft.left.push({ kind: 'server', name, why: 'is as wanted' });
}

/** The authorizer compares letter by letter, and Okta writes the host that `issuerMode` says. */
function noteIssuers(wanted: DesiredServer, existing: ServerState, draft: Draft): void {
  const fault = issuerFault(wanted, existing);
  if (fault)
    draft.findings.push({ level: fault.level === 'error' ? 'warns' : 'notes', text: fault.text });
}

/** Machines of a map with several okta blocks are clients of one org each. */
const policiesHere = (
  { policies }: DesiredServer,
  { clientIds }: OrgState,
): DesiredServer['policies'] =>
  policies.map((policy) => {
    const { clients, elsewhere } = policy;
    if (clients === 'any') return policy;
    return {
      ...policy,
      clients: clients.filter(
        (client) => !elsewhere.includes(client) || clientIds.includes(client),
      ),
    };
  });

/** Clients that the maps name and the org does not have. */
export function unknownClients(
  { policies }: DesiredServer,
  { clientIds }: Pick<OrgState, 'clientIds'>,
): readonly string[] {
  const named = new Set(
    policies.flatMap(({ clients, elsewhere }) =>
      clients === 'any' ? [] : clients.filter((client) => !elsewhere.includes(client)),
    ),
  );
  return [...named].filter((client) => !client.startsWith('app:') && !clientIds.includes(client));
}

function noteUnknownClients(wanted: DesiredServer, state: OrgState, draft: Draft): void {
  for (const client of unknownClients(wanted, state)) {
    const text = `client ${code(client)} is no app of the org, and Okta takes no policy that names it: take it out of the map, or write \`app:LABEL\` for one of \`okta.manage.apps\``;
    draft.findings.push({ level: 'blocks', text });
  }
}

/**
 * Source: Okta, "Implement authorization by grant type": a client credentials request names a
 * custom scope or gets a default one.
 */
function noteMachines(
  { machines, scopes, name }: DesiredServer,
  existing: ServerState | undefined,
  draft: Draft,
): void {
  const standard = [
    'openid',
    'profile',
    'email',
    'address',
    'phone',
    'offline_access',
    'device_sso',
  ];
  if (
    !machines ||
    scopes.length > 0 ||
    existing?.scopes.some((scope) => !standard.includes(scope.name))
  )
    return;
  const text = `server ${code(name)} has no scope of its own, and client credentials get no token without one: set \`scopes: true\``;
  draft.findings.push({ level: 'warns', text });
}
