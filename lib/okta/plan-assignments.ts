/** Plans which groups an app is assigned to. */
import { code } from '../access-map/report/problems.ts';
import { carriedIds } from './claim-names.ts';
import { givenNames } from './desired.ts';
import type { DesiredApp, DesiredOrg } from './desired-org.ts';
import { ownersIn } from './ownership.ts';
import { doing, finding, joined, NOTHING, type PlanPart, partOf } from './plan-part.ts';
import { appRef, groupRef, isKnown, type References } from './references.ts';
import { isMappedServer } from './server-identity.ts';
import type { AppState, OrgState } from './state.ts';
import { type Path, type PlanStep, ref } from './step.ts';

export interface AssignmentContext {
  readonly desired: DesiredOrg;
  readonly state: OrgState;
  readonly references: References;
}

/** Assignments that others may have made are reported and left unchanged. */
export function planAssignments(
  app: DesiredApp,
  existing: AppState | undefined,
  context: AssignmentContext,
): PlanPart {
  if (!existing) return assignments(app, [], context);
  const owners = ownersIn(existing.notes);
  if (!owners) return NOTHING;
  if (existing.implicitAssignment) return forEverybody(app);
  const given = givenNames(context.desired);
  return joined(
    assignments(app, existing.assigned.groupIds, context),
    // What other maps require is not known.
    owners.every((owner) => given.includes(owner))
      ? unassignments(app, existing.assigned.groupIds, context)
      : NOTHING,
  );
}

/** Source: Okta, E0000001: no group can be assigned to an app in Federation Broker Mode. */
const forEverybody = ({ label }: DesiredApp): PlanPart =>
  finding(
    'notes',
    'APP_FOR_EVERYBODY',
    `app ${code(label)} is for everybody (Federation Broker Mode): Okta assigns no groups to it`,
  );

const pathOf = (label: string): Path => ['/api/v1/apps/', ref(`${appRef(label)}#id`), '/groups/'];

function assignments(
  { label, groups }: DesiredApp,
  assigned: readonly string[],
  { references }: AssignmentContext,
): PlanPart {
  const missing = groups.filter((group) => {
    const id = references.ids.get(groupRef(group));
    return isKnown(references, groupRef(group)) && (id === undefined || !assigned.includes(id));
  });
  return doing(
    ...missing.map(
      (group): PlanStep => ({
        action: 'assign',
        kind: 'app',
        name: label,
        changes: [{ what: 'group', to: group }],
        request: { method: 'PUT', path: [...pathOf(label), ref(groupRef(group))], body: {} },
      }),
    ),
  );
}

function unassignments(
  { label, groups }: DesiredApp,
  assigned: readonly string[],
  { desired, state, references }: AssignmentContext,
): PlanPart {
  const idOf = (group: string): string | undefined => references.ids.get(groupRef(group));
  const wanted = new Set(groups.map(idOf));
  const ours = ownGroupIds(desired, state);
  const surplus = assigned.filter((id) => !wanted.has(id));
  return joined(
    ...surplus.map((id) => {
      const name = desired.groups.find((group) => idOf(group.name) === id)?.name;
      const shown = name ?? shownGroup(id, state);
      if (name === undefined && !ours.has(id)) {
        const text = `app ${code(label)} is assigned to ${shown}, which no map gives it: it stays, unassign it in Okta if nobody needs it`;
        return finding('notes', 'APP_GROUP_STAYS', text);
      }
      return partOf({ dropped: [unassignment(label, id, shown)] });
    }),
  );
}

const unassignment = (label: string, id: string, shown: string): PlanStep => ({
  action: 'unassign',
  kind: 'app',
  name: label,
  changes: [{ what: 'group', to: shown }],
  request: { method: 'DELETE', path: [...pathOf(label), id] },
});

/**
 * Groups that left the maps: Okta does not record who assigned an app to a group, so only groups
 * count as ours that we created, or that our claim still carries for the given maps alone.
 */
function ownGroupIds(desired: DesiredOrg, state: OrgState): ReadonlySet<string> {
  const { groups, servers } = state;
  const given = givenNames(desired);
  const areGiven = (owners: readonly string[] | undefined): boolean =>
    owners?.every((owner) => given.includes(owner)) === true;
  const made = groups
    .filter(({ description }) => areGiven(ownersIn(description)))
    .map(({ id }) => id);
  const carried = desired.servers.flatMap((wanted) => {
    const own = servers.filter(
      (server) =>
        (isMappedServer(wanted, server, state) || server.name === wanted.name) &&
        areGiven(ownersIn(server.description)),
    );
    return own.flatMap((server) => [...carriedIds(server, wanted)]);
  });
  return new Set([...made, ...carried]);
}

function shownGroup(id: string, { groups }: OrgState): string {
  const name = groups.find((group) => group.id === id)?.name;
  return name === undefined ? id : `${name} (${id})`;
}
