/**
 * Plans authorization servers and what belongs to them: scopes, claims, access policies with their
 * rules.
 */

import { givenNames } from './desired.ts';
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { type EvaluatedServer, evaluateSettings, unevaluatedClients } from './evaluate-server.ts';
import { type FoundServer, findServer, foreignServerText } from './find-server.ts';
import { ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { planClaims } from './plan-claims.ts';
import {
  finding,
  joined,
  known,
  leaving,
  NOTHING,
  type PlanPart,
  partOf,
  repeatFinding,
} from './plan-part.ts';
import { planPolicies } from './plan-policies.ts';
import { planScopes } from './plan-scopes.ts';
import { planServer } from './plan-server.ts';
import { deletion, ownersChange, removal, update } from './plan-steps.ts';
import { type References, serverRef } from './references.ts';
import { machineFaults, policiesOfOrg, unknownClientFindings } from './server-clients.ts';
import { type ServerContext, serverPath } from './server-context.ts';
import type { OrgState, ServerState } from './state.ts';
import type { PlanStep } from './step.ts';
import type { VerifyFinding } from './verify-finding.ts';
import { evaluateGiven, evaluateWhole } from './verify-server.ts';

export function planServers(
  desired: DesiredOrg,
  state: OrgState,
  references: References,
): PlanPart {
  const all = desired.servers.map((wanted) => ({ wanted, found: findServer(wanted, state) }));
  const isKnownToUs = all.every(({ found }) => found.kind !== 'unusable');
  return joined(
    ...all.map(({ wanted, found }) => planFound(wanted, found, { desired, state, references })),
    // While a map means a server that the org does not have, none counts as dropped.
    isKnownToUs
      ? partOf({ dropped: state.servers.flatMap((server) => dropServer(server, desired, state)) })
      : NOTHING,
  );
}

interface Planning {
  readonly desired: DesiredOrg;
  readonly state: OrgState;
  readonly references: References;
}

function planFound(wanted: DesiredServer, found: FoundServer, planning: Planning): PlanPart {
  if (found.kind === 'unusable') return finding('blocks', found.code, found.why);
  const existing = found.kind === 'found' ? found.server : undefined;
  const { desired, state, references } = planning;
  if (found.kind === 'found' && !found.isOurs)
    return planForeign({ server: found.server, wanted, desired, state });
  const path = serverPath(wanted);
  const whole = planWhole({ desired, wanted, existing, path, references }, state);
  if (!existing) return whole;
  const evaluated = { server: existing, wanted, desired, state };
  const isDone = whole.steps.length + whole.unlisted.length === 0;
  return joined(
    whole,
    faultsOf([...evaluateSettings(evaluated), ...(isDone ? evaluateGiven(evaluated) : [])]),
  );
}

/**
 * What no apply sets right. What tokens carry is evaluated once nothing of the server is to be
 * written.
 */
const faultsOf = (findings: readonly VerifyFinding[]): PlanPart =>
  joined(
    ...findings
      .filter(({ level }) => level === 'error')
      .map((each) => repeatFinding('faults', each)),
  );

/**
 * A server of somebody else is left as it is, and that is all there is to do where its tokens are
 * what the maps need.
 */
function planForeign(evaluated: EvaluatedServer): PlanPart {
  const { server, wanted, state } = evaluated;
  const errors = evaluateWhole(evaluated).filter(({ level }) => level === 'error');
  const reference = known(serverRef(wanted.name), server.id);
  const unjudged = unevaluatedClients(evaluated).map((each) => repeatFinding('notes', each));
  if (errors.length === 0)
    return joined(
      reference,
      ...unjudged,
      leaving(
        'server',
        server.name,
        'is not managed by this tool, and gives the tokens that the maps need',
      ),
    );
  return joined(
    finding('blocks', 'SERVER_FOREIGN', foreignServerText(wanted, server, state.servers)),
    ...errors.map(({ code, text }) => repeatFinding('notes', { code, text: `as it is: ${text}` })),
  );
}

const planWhole = (context: ServerContext, state: OrgState): PlanPart =>
  joined(
    planServer(context.wanted, context.existing),
    planScopes(context),
    planClaims(context),
    planPolicies(policiesOfOrg(context.wanted, state), context),
    unknownClientFindings(context.wanted, state),
    ...machineFaults(context.wanted, context.existing).map((each) => repeatFinding('warns', each)),
    ...unevaluatedClients({ wanted: context.wanted, state }).map((each) =>
      repeatFinding('notes', each),
    ),
  );

/**
 * Maps that now name another server release the former one; a server without any map is removed.
 */
function dropServer(
  server: ServerState,
  desired: DesiredOrg,
  state: OrgState,
): readonly PlanStep[] {
  const wanted = desired.servers.find((candidate) => {
    const found = findServer(candidate, state);
    return found.kind === 'found' && found.server.id === server.id;
  });
  const given = givenNames(desired);
  const owners = ownersIn(server.description) ?? [];
  const leaving = leavingMaps(owners, given, wanted);
  if (leaving.length === 0) return [];
  const { id, name, status } = server;
  const target = { kind: 'server', name } as const;
  const path = [`/api/v1/authorizationServers/${id}`];
  const rest = ownersAfter(owners, given, wanted?.maps ?? []);
  // Okta keeps the server that every org has.
  if (rest.length === 0 && !server.isDefault) return removal(target, path, status);
  const body = { description: withOwners(server.description, rest) };
  return [
    ...releasedPolicies(server, leaving, path),
    update(target, path, body, ownersChange(owners, rest)),
  ];
}

const releasedPolicies = (
  { policies }: ServerState,
  leaving: readonly string[],
  path: readonly string[],
): readonly PlanStep[] =>
  policies
    .filter(({ description }) => ownersIn(description)?.every((owner) => leaving.includes(owner)))
    .map((policy) =>
      deletion({ kind: 'policy', name: policy.name }, [...path, `/policies/${policy.id}`]),
    );

/** A former name goes with the update of the server that its map still wants. */
function leavingMaps(
  owners: readonly string[],
  given: readonly string[],
  wanted: DesiredServer | undefined,
): readonly string[] {
  const kept = [...(wanted?.maps ?? []), ...(wanted?.formers ?? [])];
  return owners.filter((owner) => given.includes(owner) && !kept.includes(owner));
}
