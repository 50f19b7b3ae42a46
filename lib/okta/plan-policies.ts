/**
 * Plans access policies, one for the clients of each map, with one rule. Okta takes the first
 * policy that names the client.
 */
import { appLabel } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { type DesiredOrg, type DesiredPolicy, type DesiredServer, givenNames } from './desired.ts';
import { ownedBy, ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { appRef } from './plan-apps.ts';
import { addStep, type Draft, differences } from './plan-draft.ts';
import { decidesFor, isEquivalent, shadowing } from './policy-order.ts';
import type { PolicyState, RuleState, ServerState } from './state.ts';
import { type Path, ref, type Template } from './step.ts';

export function planPolicies(
  { policies, maps }: DesiredServer,
  desired: DesiredOrg,
  server: ServerState | undefined,
  path: Path,
  draft: Draft,
): void {
  // Those that name their clients come before those for any client.
  const inOrder = policies.toSorted(
    (a, b) => Number(a.clients === 'any') - Number(b.clients === 'any'),
  );
  for (const policy of inOrder) planPolicy(policy, desired, server, path, draft);
  for (const [index, one] of inOrder.entries())
    for (const other of inOrder.slice(index + 1)) noteContradiction(one, other, draft);
  for (const { name, description } of server?.policies ?? []) {
    const strangers = (ownersIn(description) ?? []).filter(
      (owner) => !givenNames(desired).includes(owner),
    );
    if (strangers.length === 0) continue;
    const text = `policy ${code(name)} belongs to ${strangers.map(code).join(', ')}, not given: it stays; if a map was renamed from that, say so under its \`okta.manage.was\`; if no map has that name any more, delete it in Okta and take the name out of the description of the server, now of ${[...maps, ...strangers].map(code).join(', ')}`;
    draft.findings.push({ level: 'notes', text });
  }
}

/** Two maps with one client, and different tokens for it: one of them cannot have its way. */
function noteContradiction(one: DesiredPolicy, other: DesiredPolicy, draft: Draft): void {
  const shared =
    one.clients === 'any' || other.clients === 'any'
      ? []
      : one.clients.filter((client) => other.clients.includes(client));
  const any = one.clients === 'any' && other.clients === 'any';
  const differ =
    one.lifetimeMinutes !== other.lifetimeMinutes ||
    one.grantTypes.join() !== other.grantTypes.join();
  if ((shared.length === 0 && !any) || !differ) return;
  const who = any ? 'any client' : `the client ${shared.map(code).join(', ')}`;
  const text = `maps ${code(one.map)} and ${code(other.map)} both name ${who} and differ in \`tokenLifetime\` or grant types: Okta takes the policy that stands first for both; say the same, use two servers or two clients`;
  draft.findings.push({ level: 'warns', text });
}

const idsOf = (clients: readonly string[], draft: Draft): readonly string[] =>
  clients.map((client) => draft.ids.get(appRef(appLabel(client) ?? '')) ?? client);

const isAfter = (path: Path, parent: Path): boolean =>
  JSON.stringify(path.slice(0, parent.length)) === JSON.stringify(parent);

/** At the end, unless somebody's policy would decide for our clients there. */
function placeOf(
  wanted: DesiredPolicy,
  overlapping: readonly PolicyState[],
  server: ServerState | undefined,
  serverPath: Path,
  draft: Draft,
): number {
  const mustPrecede = ({ description, clients }: PolicyState): boolean =>
    !ownersIn(description) || clients.includes('ALL_CLIENTS');
  if (wanted.clients !== 'any' && overlapping.some(mustPrecede)) return 1;
  const before = draft.steps.filter(
    ({ kind, action, request }) =>
      kind === 'policy' && action === 'create' && isAfter(request.path, serverPath),
  );
  return (server?.policies.length ?? 0) + before.length + 1;
}

/** How a plan calls the lifetime of access tokens. */
export const LIFETIME = 'token lifetime in minutes';

/** Of the policy of a map, and of its rule. */
export const policyName = (map: string): string => `access ${map}`.slice(0, 100);

const clientTemplate = (client: string): Template => {
  const label = appLabel(client);
  return label === undefined ? client : ref(appRef(label));
};

function planPolicy(
  wanted: DesiredPolicy,
  desired: DesiredOrg,
  server: ServerState | undefined,
  serverPath: Path,
  draft: Draft,
): void {
  const given = givenNames(desired);
  const name = policyName(wanted.map);
  const formerNames = Object.keys(desired.renamed).filter(
    (former) => desired.renamed[former] === wanted.map,
  );
  const existing = policyOfAny([wanted.map, ...formerNames], server);
  const reference = `policy:${wanted.map}`;
  const clients = wanted.clients === 'any' ? ['ALL_CLIENTS'] : wanted.clients;
  const include = clients.map(clientTemplate);
  if (existing) {
    draft.ids.set(reference, existing.id);
    updatePolicy(
      existing,
      { map: wanted.map, formerNames, clients, include },
      [...serverPath, '/policies/', ref(reference)],
      draft,
    );
    noteShadow(wanted, existing, clients, given, server, draft);
  } else if (server?.policies.some((other) => other.name === name)) {
    const mark = ownedBy(wanted.map);
    const text = `policy ${code(name)} of the server ${code(server.name)} is not of our making, and Okta takes no second one of that name: rename it, or write ${code(mark)} into its description to hand it over`;
    draft.findings.push({ level: 'blocks', text });
    return;
  } else {
    const overlapping = (server?.policies ?? []).filter((other) =>
      decidesFor(other, idsOf(clients, draft)),
    );
    const priority = placeOf(wanted, overlapping, server, serverPath, draft);
    for (const other of overlapping) noteDifferent(wanted, other, given, draft);
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
          priority,
          conditions: { clients: { include } },
        },
      },
      gives: reference,
    });
  }
  planPolicyRule(
    wanted,
    [wanted.map, ...formerNames].map(policyName),
    existing,
    [...serverPath, '/policies/', ref(reference), '/rules'],
    draft,
  );
}

/** The policy of the first of these names of a map that has one. */
const policyOfAny = (
  names: readonly string[],
  server: ServerState | undefined,
): PolicyState | undefined =>
  names.flatMap(
    (name) =>
      server?.policies.find(({ description }) => ownersIn(description)?.includes(name)) ?? [],
  )[0];

interface PolicyUpdate {
  readonly map: string;
  readonly formerNames: readonly string[];
  readonly clients: readonly string[];
  readonly include: readonly Template[];
}

function updatePolicy(
  existing: PolicyState,
  { map, formerNames, clients, include }: PolicyUpdate,
  path: Path,
  draft: Draft,
): void {
  const labels = new Map<string, string>();
  for (const client of clients) {
    const label = appLabel(client);
    const id = label === undefined ? undefined : draft.ids.get(appRef(label));
    if (id !== undefined) labels.set(id, client);
  }
  const current = existing.clients.map((client) => labels.get(client) ?? client);
  const owners = ownersIn(existing.description) ?? [];
  const after = owners.includes(map) ? owners : ownersAfter(owners, formerNames, [map]);
  const name = formerNames.map(policyName).includes(existing.name)
    ? policyName(map)
    : existing.name;
  const changes = differences({
    name: [existing.name, name],
    maps: [owners, after],
    clients: [current, clients],
  });
  if (changes.length > 0) {
    const body = {
      name,
      description: withOwners(existing.description, after),
      conditions: { clients: { include } },
    };
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
    addStep(draft, {
      action: 'activate',
      kind: 'policy',
      name: existing.name,
      changes: [],
      request,
    });
  } else if (changes.length === 0)
    draft.left.push({ kind: 'policy', name: existing.name, why: 'is as wanted' });
}

/**
 * Every scope, for everyone: Okta refuses a request with a scope that the rule does not name, it
 * never narrows it.
 */
function planPolicyRule(
  wanted: DesiredPolicy,
  [name = '', ...formerNames]: readonly string[],
  policy: PolicyState | undefined,
  path: Path,
  draft: Draft,
): void {
  const existing = [name, ...formerNames].flatMap(
    (each) => policy?.rules.find((rule) => rule.name === each) ?? [],
  )[0];
  const conditions = {
    people: { groups: { include: ['EVERYONE'] } },
    grantTypes: { include: wanted.grantTypes },
    scopes: { include: ['*'] },
  };
  const changes = differences({
    ...(existing ? { name: [existing.name, name] as const } : {}),
    grantTypes: [existing?.grantTypes ?? [], wanted.grantTypes],
    scopes: [existing?.scopes ?? [], ['*']],
    people: [existing?.people ?? [], ['EVERYONE']],
    [LIFETIME]: [existing?.lifetimeMinutes ?? 0, wanted.lifetimeMinutes],
  });
  if (!existing) {
    const token = {
      accessTokenLifetimeMinutes: wanted.lifetimeMinutes,
      refreshTokenLifetimeMinutes: 0,
      refreshTokenWindowMinutes: 10_080,
    };
    const body = {
      type: 'RESOURCE_ACCESS',
      status: 'ACTIVE',
      name,
      priority: 1,
      conditions,
      actions: { token },
    };
    const shown = changes.map(({ what, to }) => ({ what, to }));
    addStep(draft, {
      action: 'create',
      kind: 'policy rule',
      name,
      changes: shown,
      request: { method: 'POST', path, body },
    });
    return;
  }
  for (const other of policy ? rulesBefore(policy, existing) : []) {
    const text = `rule ${code(other.name)} stands before ours in the policy ${code(name)} and decides first: move it below, or deactivate it`;
    draft.findings.push({ level: 'warns', text });
  }
  const own: Path = [...path, `/${existing.id}`];
  if (changes.length > 0) {
    const body = {
      name,
      conditions,
      actions: { token: { accessTokenLifetimeMinutes: wanted.lifetimeMinutes } },
    };
    addStep(draft, {
      action: 'update',
      kind: 'policy rule',
      name,
      changes,
      request: { method: 'PUT', path: own, body, merge: 'all' },
    });
  }
  if (existing.status !== 'ACTIVE') {
    const request = { method: 'POST', path: [...own, '/lifecycle/activate'] } as const;
    addStep(draft, { action: 'activate', kind: 'policy rule', name, changes: [], request });
  } else if (changes.length === 0)
    draft.left.push({ kind: 'policy rule', name, why: describeRule(existing) });
}

/** The rules of somebody else in our policy: one that stands before ours decides first. */
export const rulesBefore = (policy: PolicyState, own: RuleState): readonly RuleState[] =>
  policy.rules.slice(0, policy.rules.indexOf(own)).filter(({ status }) => status === 'ACTIVE');

const describeRule = ({ lifetimeMinutes }: RuleState): string =>
  `tokens of ${lifetimeMinutes} minutes`;

function noteDifferent(
  wanted: DesiredPolicy,
  other: PolicyState,
  given: readonly string[],
  draft: Draft,
): void {
  const owners = ownersIn(other.description);
  if (
    !owners ||
    owners.some((owner) => given.includes(owner)) ||
    isEquivalent(other, wanted.lifetimeMinutes, wanted.grantTypes)
  )
    return;
  const text = `policy ${code(other.name)} of ${owners.map(code).join(', ')} names a client of ${code(wanted.map)} too, with other lifetimes or grant types: Okta takes the one that stands first; say the same in both maps, or use two servers or two clients`;
  draft.findings.push({ level: 'warns', text });
}

function noteShadow(
  wanted: DesiredPolicy,
  policy: PolicyState,
  clients: readonly string[],
  given: readonly string[],
  server: ServerState | undefined,
  draft: Draft,
): void {
  for (const other of shadowing(policy, idsOf(clients, draft), server?.policies ?? [], wanted)) {
    // Maps that are given contradict each other, which is told once.
    if (ownersIn(other.description)?.some((owner) => given.includes(owner))) continue;
    const text = `policy ${code(other.name)} stands before ${code(policy.name)} and decides for its clients: move it below, or deactivate it`;
    draft.findings.push({ level: 'warns', text });
  }
}
