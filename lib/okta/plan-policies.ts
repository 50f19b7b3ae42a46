/**
 * Plans access policies, one for the clients of each map, with one rule. Okta takes the first
 * policy that names the client.
 */
import { appLabel } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { givenNames, neededOfPolicy } from './desired.ts';
import type { DesiredPolicy } from './desired-org.ts';
import { ownedBy, ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { differences, doing, finding, joined, known, leaving, type PlanPart } from './plan-part.ts';
import { planPolicyRule } from './plan-policy-rule.ts';
import { activation, update } from './plan-steps.ts';
import {
  contradictions,
  differentTokens,
  policiesOfOtherMaps,
  shadowFindings,
} from './policy-findings.ts';
import { decidesFor, policyName } from './policy-order.ts';
import { appRef, policyRef, type References } from './references.ts';
import type { ServerContext } from './server-context.ts';
import type { PolicyState } from './state.ts';
import { type Path, type PlanStep, ref, type Template } from './step.ts';

export function planPolicies(policies: readonly DesiredPolicy[], context: ServerContext): PlanPart {
  // Those that name their clients come before those for any client.
  const inOrder = policies.toSorted(
    (a, b) => Number(a.clients === 'any') - Number(b.clients === 'any'),
  );
  const parts: PlanPart[] = [];
  for (const policy of inOrder)
    parts.push(planPolicy(wantedPolicy(policy, context, creationsIn(parts)), context));
  return joined(...parts, contradictions(inOrder), policiesOfOtherMaps(context));
}

const creationsIn = (parts: readonly PlanPart[]): number =>
  parts
    .flatMap(({ steps }) => steps)
    .filter(({ kind, action }) => kind === 'policy' && action === 'create').length;

interface WantedPolicy {
  readonly policy: DesiredPolicy;
  /** Client ids and `app:LABEL`, or `ALL_CLIENTS`. */
  readonly clients: readonly string[];
  /** The ids of the clients that exist. */
  readonly clientIds: readonly string[];
  readonly formerNames: readonly string[];
  readonly existing: PolicyState | undefined;
  readonly path: Path;
  /** Policies that are created before it. */
  readonly before: number;
}

function wantedPolicy(
  policy: DesiredPolicy,
  { desired, existing: server, path, references }: ServerContext,
  before: number,
): WantedPolicy {
  const { map } = policy;
  const formerNames = Object.keys(desired.renamed).filter(
    (former) => desired.renamed[former] === map,
  );
  const clients = policy.clients === 'any' ? ['ALL_CLIENTS'] : policy.clients;
  return {
    policy,
    clients,
    clientIds: clients.map((client) => idOfApp(client, references) ?? client),
    formerNames,
    existing: policyOfAny([map, ...formerNames], server?.policies ?? []),
    path: [...path, '/policies/', ref(policyRef(map))],
    before,
  };
}

function idOfApp(client: string, { ids }: References): string | undefined {
  const label = appLabel(client);
  return label === undefined ? undefined : ids.get(appRef(label));
}

/** The policy of the first of these names of a map that has one. */
const policyOfAny = (
  names: readonly string[],
  policies: readonly PolicyState[],
): PolicyState | undefined =>
  names.flatMap(
    (name) => policies.find(({ description }) => ownersIn(description)?.includes(name)) ?? [],
  )[0];

function planPolicy(wanted: WantedPolicy, context: ServerContext): PlanPart {
  const { policy, existing, formerNames, path } = wanted;
  const { existing: server } = context;
  const names = [policy.map, ...formerNames].map(policyName);
  const name = policyName(policy.map);
  const needed = neededOfPolicy(policy, context.desired);
  const rule = planPolicyRule({ ...policy, needed }, names, existing, [...path, '/rules']);
  if (existing) {
    const clients = { policy: existing, clientIds: wanted.clientIds };
    return joined(
      known(policyRef(policy.map), existing.id),
      updatePolicy(wanted, existing, context.references),
      shadowFindings(policy, clients, context),
      rule,
    );
  }
  if (server?.policies.some((other) => other.name === name)) {
    const mark = ownedBy(policy.map);
    const text = `policy ${code(name)} of the server ${code(server.name)} is not managed by this tool, and Okta takes no second one of that name: rename it, or write ${code(mark)} into its description to hand it over`;
    return finding('blocks', 'POLICY_FOREIGN', text);
  }
  return joined(createPolicy(wanted, context), rule);
}

function createPolicy(wanted: WantedPolicy, context: ServerContext): PlanPart {
  const { policy, clientIds } = wanted;
  const policies = context.existing?.policies ?? [];
  const overlapping = policies.filter((other) => decidesFor(other, clientIds));
  const given = givenNames(context.desired);
  return joined(
    ...overlapping.map((other) => differentTokens(policy, other, given)),
    doing(creationOf(wanted, placeOf(wanted, overlapping, policies), context.path)),
  );
}

/** At the end, unless a policy of others would decide for our clients there. */
function placeOf(
  { policy, before }: WantedPolicy,
  overlapping: readonly PolicyState[],
  policies: readonly PolicyState[],
): number {
  const mustPrecede = ({ description, clients }: PolicyState): boolean =>
    !ownersIn(description) || clients.includes('ALL_CLIENTS');
  if (policy.clients !== 'any' && overlapping.some(mustPrecede)) return 1;
  return policies.length + before + 1;
}

const clientTemplate = (client: string): Template => {
  const label = appLabel(client);
  return label === undefined ? client : ref(appRef(label));
};

const creationOf = (
  { policy: { map }, clients }: WantedPolicy,
  priority: number,
  serverPath: Path,
): PlanStep => ({
  action: 'create',
  kind: 'policy',
  name: policyName(map),
  changes: [{ what: 'clients', to: clients }],
  request: {
    method: 'POST',
    path: [...serverPath, '/policies'],
    body: {
      type: 'OAUTH_AUTHORIZATION_POLICY',
      status: 'ACTIVE',
      name: policyName(map),
      description: ownedBy(map),
      priority,
      conditions: { clients: { include: clients.map(clientTemplate) } },
    },
  },
  gives: policyRef(map),
});

function updatePolicy(
  { policy: { map }, formerNames, clients, path }: WantedPolicy,
  existing: PolicyState,
  references: References,
): PlanPart {
  const labels = new Map(clients.map((client) => [idOfApp(client, references), client]));
  const current = existing.clients.map((client) => labels.get(client) ?? client);
  const owners = ownersIn(existing.description) ?? [];
  const after = owners.includes(map) ? owners : ownersAfter(owners, formerNames, [map]);
  const isFormerName = formerNames.map(policyName).includes(existing.name);
  const name = isFormerName ? policyName(map) : existing.name;
  const changes = differences({
    name: [existing.name, name],
    maps: [owners, after],
    clients: [current, clients],
  });
  const isActive = existing.status === 'ACTIVE';
  if (changes.length === 0 && isActive) return leaving('policy', existing.name, 'is as wanted');
  const target = { kind: 'policy', name: existing.name } as const;
  const body = {
    name,
    description: withOwners(existing.description, after),
    conditions: { clients: { include: clients.map(clientTemplate) } },
  };
  return doing(
    ...(changes.length > 0 ? [update(target, path, body, changes)] : []),
    ...(isActive ? [] : [activation(target, path)]),
  );
}
