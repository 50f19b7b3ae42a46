/**
 * Evaluates a server by its tokens, managed by this tool or not. Pure. It leaves out what an apply
 * would fix.
 */
import { code } from '../access-map/report/problems.ts';
import { refusedEntries } from './accepted-fields.ts';
import { type Client, clientsOf, mayUse } from './clients.ts';
import type { DesiredOrg, DesiredPolicy, DesiredServer } from './desired-org.ts';
import { evaluateClient, unevaluatedOfApp } from './evaluate-apps.ts';
import { evaluateAssignment } from './evaluate-assignment.ts';
import { evaluatePeople } from './evaluate-people.ts';
import { evaluateOtherRules, evaluateRules, type RuleContext } from './evaluate-rules.ts';
import { unevaluatedFields } from './evaluated-fields.ts';
import { matchingGroups } from './matching-groups.ts';
import { ANY_CLIENT, activeRules, mintingRules } from './minting.ts';
import { ownersIn } from './ownership.ts';
import { policiesOfOrg } from './server-clients.ts';
import { encryptionFaults } from './server-faults.ts';
import type { GroupState, OrgState, PolicyState, ServerState } from './state.ts';
import {
  error,
  findingOf,
  type UnevaluatedFinding,
  type VerifyFinding,
  warning,
  withAccepted,
} from './verify-finding.ts';

export interface EvaluatedServer {
  readonly server: ServerState;
  readonly wanted: DesiredServer;
  readonly desired: DesiredOrg;
  readonly state: OrgState;
}

/** Settings that only an administrator can set right. */
export function evaluateSettings(evaluated: EvaluatedServer): readonly VerifyFinding[] {
  const { server, wanted } = evaluated;
  const contexts = contextsOf(evaluated);
  const clients = new Map(
    contexts.flatMap(({ clients: all }) => all.map((client) => [client.id, client] as const)),
  );
  const findings = [
    ...refusedEntries(wanted.accepted).map((entry) =>
      warning(
        'MAP_ACCEPTED_UNUSED',
        `\`okta.manage.accepted\` lists ${code(entry)}, which matches no field: list single fields that verify names so; grants, proofs, PKCE and lifetimes have keys of their own`,
      ),
    ),
    ...encryptionFaults(server),
    ...evaluateServerFields(server),
    ...contexts.flatMap((context) => evaluateRules(server, context)),
    ...evaluateOtherRules(server, contexts),
    ...[...clients.values()].flatMap(evaluateClient),
    ...evaluateAssignment([...clients.values()], evaluated.state.allGroups),
    ...unevaluatedClients(evaluated),
  ];
  return withAccepted(findings, wanted.accepted);
}

/** Which app asks is not known: its assignment, its grants and its keys may be anything. */
export const unevaluatedClients = ({
  wanted,
  state,
}: Pick<EvaluatedServer, 'wanted' | 'state'>): readonly VerifyFinding[] =>
  policiesOfOrg(wanted, state)
    .filter(({ clients }) => clients === 'any')
    .map(({ map }) => unevaluatedClient(map));

const unevaluatedClient = (map: string): UnevaluatedFinding =>
  warning(
    'MAP_ANY_CLIENT',
    `the map ${code(map)} accepts any client: verify skips the apps that it does not name, with their policies, assignments, grants and keys, and does not check whether their tokens are bound to a key`,
  );

/**
 * What of the server and the client may change a token, and is not evaluated: `accepted` or not.
 */
export const unevaluatedOfClient = (
  server: ServerState,
  { map }: DesiredPolicy,
  client: Client,
): readonly UnevaluatedFinding[] => [
  ...evaluateServerFields(server).filter(({ level }) => level === 'error'),
  ...(client.id === ANY_CLIENT ? [unevaluatedClient(map)] : []),
  ...unevaluatedOfApp(client),
];

/** The policy of the map, by its mark. */
const ownPolicy = ({ policies }: ServerState, { map }: DesiredPolicy): PolicyState | undefined =>
  policies.find(({ description }) => ownersIn(description)?.includes(map));

export const contextsOf = ({
  server,
  wanted,
  desired,
  state,
}: EvaluatedServer): readonly RuleContext[] =>
  policiesOfOrg(wanted, state).map((policy) => ({
    wanted: policy,
    clients: clientsOf(policy, desired, state),
    own: ownPolicy(server, policy),
  }));

function evaluateServerFields(server: ServerState): readonly UnevaluatedFinding[] {
  const { name, json, claims, scopes } = server;
  const inTokens = claims.filter(
    ({ claimType, status }) => claimType === 'RESOURCE' && status === 'ACTIVE',
  );
  const unjudged = (
    kind: 'claim' | 'scope',
    level: 'error' | 'warning',
    all: readonly { readonly name: string; readonly json: ServerState['json'] }[],
  ): readonly UnevaluatedFinding[] =>
    all.flatMap((one) =>
      unevaluatedFields(kind, one.json).map((field) =>
        findingOf(level)(
          'FIELD_UNJUDGED',
          `${kind} ${code(one.name)} has ${code(field)}, which is not evaluated`,
          field,
        ),
      ),
    );
  return [
    ...unevaluatedFields('server', json).map((field) =>
      error(
        'FIELD_UNJUDGED',
        `server ${code(name)} has ${code(field)}, which is not evaluated`,
        field,
      ),
    ),
    ...unjudged('claim', 'error', inTokens),
    ...unjudged(
      'claim',
      'warning',
      claims.filter((claim) => !inTokens.includes(claim)),
    ),
    ...unjudged('scope', 'error', scopes),
  ];
}

/** Whether every client of the maps gets a token by the grants that it means to use. */
export const evaluateGrants = (evaluated: EvaluatedServer): readonly VerifyFinding[] =>
  contextsOf(evaluated).flatMap(({ clients, own }) =>
    clients.flatMap((client) => tokensOf(evaluated.server, client, own)),
  );

/** Whether it gets them for the members of the mapped groups too. */
export const evaluateTokens = (evaluated: EvaluatedServer): readonly VerifyFinding[] => {
  const { server, state, wanted } = evaluated;
  const people = contextsOf(evaluated).flatMap(({ wanted: policy, clients }) => {
    const evaluating = { groups: groupsWithAllows(policy, evaluated), people: state.people };
    return clients.flatMap((client) => evaluatePeople(server, client, evaluating));
  });
  return [...evaluateGrants(evaluated), ...withAccepted(people, wanted.accepted)];
};

/** Groups of a policy's map that allow something. */
function groupsWithAllows(
  { map }: DesiredPolicy,
  { wanted, desired, state }: EvaluatedServer,
): readonly GroupState[] {
  const names = wanted.shares.find((share) => share.map === map)?.groups ?? [];
  const meant = desired.groups.filter(({ name, allows }) => allows && names.includes(name));
  return meant.flatMap((group) => matchingGroups(group, state.allGroups));
}

function tokensOf(
  server: ServerState,
  client: Client,
  own: PolicyState | undefined,
): readonly VerifyFinding[] {
  const reached = new Set(mintingRules(server, client.id).flatMap(({ grants }) => grants));
  const usable = client.grants.filter((grant) => mayUse(client, grant));
  const asked = usable.length === 0 ? client.grants : usable;
  const getsNone = !asked.some((grant) => reached.has(grant));
  // What the map does not name somebody may have taken away.
  const missing = asked.filter(
    (grant) => !reached.has(grant) && (getsNone || client.needed.includes(grant)),
  );
  const lacking = client.grants.filter((grant) => !mayUse(client, grant));
  const findings: VerifyFinding[] = [];
  // A policy of ours that is off, or whose rules are, has a finding of its own.
  const isOff = own !== undefined && (own.status !== 'ACTIVE' || activeRules(own).length === 0);
  if (missing.length > 0 && !(isOff && reached.size === 0))
    findings.push(
      error(
        'CLIENT_WITHOUT_RULE',
        `client ${code(client.shown)} gets no token from the server ${code(server.name)} by ${missing.map(code).join(', ')}: no active rule of a policy for it allows that`,
      ),
    );
  if (usable.length === 0 && client.app)
    findings.push(
      error(
        'APP_WITHOUT_GRANT',
        `app ${code(client.shown)} may not use ${lacking.map(code).join(', ')}: it gets no token`,
      ),
    );
  return findings;
}
