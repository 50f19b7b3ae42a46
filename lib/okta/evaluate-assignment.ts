/**
 * Whether the people of the maps may use the apps that ask for their tokens: Okta refuses a user
 * who is not assigned to the app (`access_denied`). Source: Okta, "Assign app integrations",
 * "Enable Federation Broker Mode".
 */
import { code } from '../access-map/report/problems.ts';
import type { Client } from './clients.ts';
import { hasUser } from './grants.ts';
import { ownersIn } from './ownership.ts';
import type { AppState, GroupState } from './state.ts';
import { error, note, type VerifyFinding, warning } from './verify-finding.ts';

const REFUSAL = '`access_denied`, "User is not assigned to the client application"';

/**
 * @param groups all of the org
 * @returns nothing for machines, for apps that are for everybody, and for what an apply assigns
 */
export function evaluateAssignment(
  clients: readonly Client[],
  groups: readonly GroupState[],
): readonly VerifyFinding[] {
  const asking = clients.flatMap((client) =>
    client.app && isAskedByUsers(client, client.app) ? [{ client, app: client.app }] : [],
  );
  const reached = new Set(asking.flatMap(({ app }) => reachedIn(app)));
  return asking.flatMap(({ client, app }) =>
    isPlanned(client, app, groups)
      ? []
      : [...evaluateNobody(client, app), ...evaluateOthers(client, app, { groups, reached })],
  );
}

const isAskedByUsers = ({ grants }: Client, app: AppState): boolean =>
  !app.implicitAssignment && app.applicationType !== 'service' && grants.some(hasUser);

/** Groups whose members get tokens by the app. */
const reachedIn = ({ assigned }: AppState): readonly string[] => [
  ...assigned.groupIds,
  ...assigned.others.filter(({ isReached }) => isReached).map(({ groupId }) => groupId),
];

/** Whether an apply assigns the groups of the map that the app lacks. */
function isPlanned(
  { wanted }: Client,
  { notes, assigned }: AppState,
  groups: readonly GroupState[],
): boolean {
  if (!wanted || ownersIn(notes) === undefined) return false;
  const names = groups.filter(({ id }) => assigned.groupIds.includes(id)).map(({ name }) => name);
  return wanted.groups.some((name) => !names.includes(name));
}

function evaluateNobody({ shown }: Client, { assigned }: AppState): readonly VerifyFinding[] {
  if (assigned.hasUsers) return [];
  if (assigned.groupIds.length === 0)
    return [
      error(
        'APP_FOR_NOBODY',
        `app ${code(shown)} is assigned to nobody, so Okta refuses every user (${REFUSAL}): assign the mapped groups to it in Okta, or name \`groups\` of the app and apply the map`,
      ),
    ];
  // Mapped groups without members have a finding of their own.
  return assigned.others.length === 0
    ? []
    : [
        error(
          'APP_FOR_EMPTY_GROUPS',
          `app ${code(shown)} is assigned to groups without members alone, so Okta refuses every user (${REFUSAL}): assign the mapped groups to it`,
        ),
      ];
}

/** Mapped groups that are not assigned: their members may be assigned in another way. */
function evaluateOthers(
  { shown }: Client,
  { assigned }: AppState,
  {
    groups,
    reached,
  }: { readonly groups: readonly GroupState[]; readonly reached: ReadonlySet<string> },
): readonly VerifyFinding[] {
  if (!assigned.hasUsers) return [];
  return assigned.others.map(({ groupId, asked, isReached }) => {
    const name = groups.find(({ id }) => id === groupId)?.name ?? groupId;
    const text = `group ${code(name)} is not assigned to the app ${code(shown)}`;
    if (isReached)
      return note(
        'GROUP_MEMBERS_ASSIGNED',
        `${text}: members that are assigned in another way get tokens by it, others none`,
      );
    const refused = `${text}, and none of its members that were asked (${asked}) is: Okta gives them no token by it (${REFUSAL})`;
    return reached.has(groupId)
      ? warning('GROUP_OF_OTHER_APP', `${refused}; another app of the map gives them one`)
      : error('GROUP_UNASSIGNED', `${refused}; assign the group to the app`);
  });
}
