/**
 * Reads who may use an app. Okta lists the users of a group one by one, so of a group that is not
 * assigned only some members are asked.
 */
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { matchingGroups } from './matching-groups.ts';
import { type OktaOrg, textAt } from './org.ts';
import type { AppState, Assigned, GroupState } from './state.ts';

/** Members of a group that are read: whether it has any, and whether they may use an app. */
const MEMBERS_ASKED = 5;

type AppHead = Omit<AppState, 'assigned'>;

/** Ids of some members of a group. @throws OktaError */
export async function someMembers(org: OktaOrg, groupId: string): Promise<readonly string[]> {
  const users = await org.first(`/api/v1/groups/${groupId}/users`, MEMBERS_ASKED);
  return users.map((user) => textAt(user, 'id'));
}

/** `someMembers`, asked once for each group, however many apps it is not assigned to. */
export function membersReader(org: OktaOrg): (groupId: string) => Promise<readonly string[]> {
  const asked = new Map<string, Promise<readonly string[]>>();
  return (groupId) => {
    const members = asked.get(groupId) ?? someMembers(org, groupId);
    asked.set(groupId, members);
    return members;
  };
}

/** What is meant to use an app. */
interface IntendedUse {
  /** Groups whose members are meant to use the app. */
  readonly mapped: readonly GroupState[];
  /** Id of the group of all users. */
  readonly everyone: string;
  readonly membersOf: (groupId: string) => Promise<readonly string[]>;
}

/** Whether a user may use an app, directly or by a group. @throws OktaError */
export const isAssigned = async (org: OktaOrg, appId: string, userId: string): Promise<boolean> =>
  (await org.get(`/api/v1/apps/${appId}/users/${encodeURIComponent(userId)}`)) !== undefined;

/** @throws OktaError */
export async function readAssigned(
  org: OktaOrg,
  app: AppHead,
  { mapped, everyone, membersOf }: IntendedUse,
): Promise<Assigned> {
  const listed = await org.list(`/api/v1/apps/${app.id}/groups`, { limit: '200' });
  const groupIds = listed.map((group) => textAt(group, 'id')).toSorted();
  // A machine has no users, and an app for everybody needs no assignment.
  if (app.applicationType === 'service' || app.implicitAssignment)
    return { groupIds, hasUsers: app.implicitAssignment, others: [] };
  const hasUsers = (await org.first(`/api/v1/apps/${app.id}/users`, 1)).length > 0;
  if (groupIds.includes(everyone)) return { groupIds, hasUsers, others: [] };
  const others: Assigned['others'][number][] = [];
  for (const { id } of mapped) {
    if (groupIds.includes(id)) continue;
    const members = await membersOf(id);
    if (members.length === 0) continue;
    const isReached = hasUsers && (await isAnyAssigned(org, app.id, members));
    others.push({ groupId: id, asked: members.length, isReached });
  }
  return { groupIds, hasUsers, others };
}

async function isAnyAssigned(
  org: OktaOrg,
  appId: string,
  members: readonly string[],
): Promise<boolean> {
  for (const member of members) if (await isAssigned(org, appId, member)) return true;
  return false;
}

/**
 * Groups of the maps that allow something by the app: a group that is only denied needs no
 * assignment.
 */
export function groupsFor(
  { servers, apps, groups }: DesiredOrg,
  { clientId, label }: Pick<AppState, 'clientId' | 'label'>,
  all: readonly GroupState[],
): readonly GroupState[] {
  const wanted = apps.find((app) => app.label === label);
  const names = wanted
    ? wanted.groups
    : servers.flatMap((server) => groupsOfClient(server, clientId));
  const meant = groups.filter(({ name, allows }) => names.includes(name) && allows);
  return [...new Set(meant.flatMap((group) => matchingGroups(group, all)))];
}

/** Groups of the maps that name the client. */
function groupsOfClient({ policies, shares }: DesiredServer, clientId: string): readonly string[] {
  const maps = policies
    .filter(({ clients }) => clients !== 'any' && clients.includes(clientId))
    .map(({ map }) => map);
  return shares.filter(({ map }) => maps.includes(map)).flatMap(({ groups }) => groups);
}
