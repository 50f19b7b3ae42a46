/**
 * Plans authorization servers and what belongs to them: scopes, claims, access policies with their
 * rules.
 */

import { givenNames } from './desired.ts';
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { findServer } from './find-server.ts';
import { ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { planClaims } from './plan-claims.ts';
import { finding, joined, type PlanPart, partOf } from './plan-part.ts';
import { planPolicies } from './plan-policies.ts';
import { planScopes } from './plan-scopes.ts';
import { planServer } from './plan-server.ts';
import { deletion, ownersChange, removal, update } from './plan-steps.ts';
import type { References } from './references.ts';
import { machineFindings, policiesOfOrg, unknownClientFindings } from './server-clients.ts';
import { type ServerContext, serverPath } from './server-context.ts';
import type { OrgState, ServerState } from './state.ts';
import type { Step } from './step.ts';

export const planServers = (
  desired: DesiredOrg,
  state: OrgState,
  references: References,
): PlanPart =>
  joined(
    ...desired.servers.map((wanted) => {
      const found = findServer(wanted, state.servers);
      if (typeof found === 'string') return finding('blocks', found);
      const { server: existing } = found;
      const path = serverPath(wanted);
      return planWhole({ desired, wanted, existing, path, references }, state);
    }),
    partOf({ dropped: state.servers.flatMap((server) => dropServer(server, desired, state)) }),
  );

const planWhole = (context: ServerContext, state: OrgState): PlanPart =>
  joined(
    planServer(context.wanted, context.existing),
    planScopes(context),
    planClaims(context),
    planPolicies(policiesOfOrg(context.wanted, state), context),
    unknownClientFindings(context.wanted, state),
    machineFindings(context.wanted, context.existing),
  );

/** Maps that now name another server release the former one; a server without any map is removed. */
function dropServer(
  server: ServerState,
  desired: DesiredOrg,
  { servers }: OrgState,
): readonly Step[] {
  const wanted = desired.servers.find((candidate) => {
    const found = findServer(candidate, servers);
    return typeof found === 'object' && found.server?.id === server.id;
  });
  const given = givenNames(desired);
  const owners = ownersIn(server.description) ?? [];
  const leaving = leavingMaps(owners, given, wanted);
  if (leaving.length === 0) return [];
  const { id, name, status } = server;
  const target = { kind: 'server', name } as const;
  const path = [`/api/v1/authorizationServers/${id}`];
  const rest = ownersAfter(owners, given, wanted?.maps ?? []);
  if (rest.length === 0) return removal(target, path, status);
  const policies = server.policies.filter(({ description }) =>
    ownersIn(description)?.every((owner) => leaving.includes(owner)),
  );
  const body = { description: withOwners(server.description, rest) };
  return [
    ...policies.map((policy) =>
      deletion({ kind: 'policy', name: policy.name }, [...path, `/policies/${policy.id}`]),
    ),
    update(target, path, body, ownersChange(owners, rest)),
  ];
}

/** A former name goes with the update of the server that its map still wants. */
function leavingMaps(
  owners: readonly string[],
  given: readonly string[],
  wanted: DesiredServer | undefined,
): readonly string[] {
  const kept = [...(wanted?.maps ?? []), ...(wanted?.formers ?? [])];
  return owners.filter((owner) => given.includes(owner) && !kept.includes(owner));
}
