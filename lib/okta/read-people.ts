/**
 * Reads the members of groups that access rules name, where a rule is not for everybody. With the
 * scope that reads groups: Okta lists the groups of one user only with the right to read users.
 */
import type { DesiredOrg } from './desired-org.ts';
import { hasUser } from './grants.ts';
import { everyoneOf, matchingGroups } from './matching-groups.ts';
import { activeRules, EVERYONE, isForSomePeople } from './minting.ts';
import { type OktaOrg, textAt } from './org.ts';
import type { GroupState, PeopleState, RuleState, ServerState } from './state.ts';

/** Number of members that are read of a group of a rule; further ones are not known. */
const MEMBERS_READ = 1_000;

interface PeopleSources {
  readonly servers: readonly ServerState[];
  readonly allGroups: readonly GroupState[];
  readonly membersOf: (groupId: string) => Promise<readonly string[]>;
}

/** @throws OktaError */
export async function readPeople(
  org: OktaOrg,
  desired: DesiredOrg,
  { servers, allGroups, membersOf }: PeopleSources,
): Promise<PeopleState> {
  const named: Record<string, PeopleState['named'][string]> = {};
  const asked: Record<string, readonly string[]> = {};
  const rules = servers.flatMap(rulesForSome);
  if (rules.length === 0) return { named, asked };
  const ids = new Set(
    rules.flatMap(({ people, excludedGroups }) => [...people, ...excludedGroups]),
  );
  // A group that was deleted has no members.
  for (const { id } of allGroups.filter((group) => ids.has(group.id))) {
    const users = await org.first(`/api/v1/groups/${id}/users`, MEMBERS_READ);
    named[id] = {
      ids: users.map((user) => textAt(user, 'id')),
      isWhole: users.length < MEMBERS_READ,
    };
  }
  const opening = desired.groups.filter(({ allows }) => allows);
  for (const { id } of opening.flatMap((group) => matchingGroups(group, allGroups)))
    asked[id] = await membersOf(id);
  return { named, asked };
}

/** Active rules of a server that leave out some users. */
const rulesForSome = ({ policies }: ServerState): readonly RuleState[] =>
  policies
    .filter(({ status }) => status === 'ACTIVE')
    .flatMap(activeRules)
    .filter((rule) => rule.grantTypes.some(hasUser) && isForSomePeople(rule));

/** A rule may name the group of all users by its id too. */
export function withEveryone(rule: RuleState, groups: readonly GroupState[]): RuleState {
  const everyone = everyoneOf(groups)?.id;
  const named = (id: string): string => (id === everyone ? EVERYONE : id);
  return {
    ...rule,
    people: rule.people.map(named),
    excludedGroups: rule.excludedGroups.map(named),
  };
}
