/**
 * Whether the groups of the maps exist, have members and can be told from groups of the same name;
 * whether their rules run.
 */
import { code } from '../access-map/report/problems.ts';
import type { DesiredGroup } from './desired-org.ts';
import { matchingGroups } from './matching-groups.ts';
import type { OktaOrg } from './org.ts';
import { someMembers } from './read-assignments.ts';
import type { GroupState, OrgState } from './state.ts';
import { error, type VerifyFinding, warning } from './verify-finding.ts';

export async function verifyGroup(
  org: OktaOrg,
  wanted: DesiredGroup,
  groups: readonly GroupState[],
): Promise<readonly VerifyFinding[]> {
  const matching = matchingGroups(wanted, groups);
  const twins = groups.filter((group) => group.name === wanted.name && !matching.includes(group));
  const [group] = matching;
  return [
    ...(group ? await verifyMembers(org, wanted, group) : [absentGroup(wanted, groups, twins)]),
    ...twins.map((twin) => namesake(wanted, twin)),
  ];
}

function absentGroup(
  { name, was }: DesiredGroup,
  groups: readonly GroupState[],
  twins: readonly GroupState[],
): VerifyFinding {
  const text = `group ${code(name)} does not exist in Okta`;
  const former = groups.find((candidate) => was.includes(candidate.name));
  if (former)
    return warning('GROUP_FORMER_NAME', `${text}, it is still called ${code(former.name)}`);
  return twins.length > 0
    ? error('GROUP_IMPORTED', `${text}, only a directory has one of that name`)
    : error('GROUP_ABSENT', text);
}

async function verifyMembers(
  org: OktaOrg,
  { name, was, denies }: DesiredGroup,
  group: GroupState,
): Promise<readonly VerifyFinding[]> {
  const members = await someMembers(org, group.id);
  const empty = `group ${code(name)} has no members${denies ? ': what it denies is denied to nobody' : ''}`;
  const renamed = `group ${code(name)} is called ${code(group.name)} in Okta, and tokens carry that: list it under \`was\``;
  const isRenamed = group.name !== name && !was.includes(group.name);
  return [
    ...(members.length === 0 ? [warning('GROUP_EMPTY', empty)] : []),
    ...(isRenamed ? [error('GROUP_RENAMED', renamed)] : []),
  ];
}

function namesake({ name }: DesiredGroup, { id, type }: GroupState): VerifyFinding {
  const where = type === 'APP_GROUP' ? 'imported from a directory' : 'made in Okta';
  const text = `another group ${code(name)} exists, ${where} (${id}): a claim by name would not tell them apart`;
  return warning('GROUP_NAMESAKE', text);
}

export function verifyRule(
  wanted: DesiredGroup,
  groups: readonly GroupState[],
  { groupRules }: OrgState,
): readonly VerifyFinding[] {
  const ids = new Set(matchingGroups(wanted, groups).map(({ id }) => id));
  if (ids.size === 0) return [];
  const rules = groupRules.filter(({ groupIds }) => groupIds.some((id) => ids.has(id)));
  const inactive = rules.filter(({ status }) => status !== 'ACTIVE');
  const findings = inactive.map(({ name, status }) =>
    error(
      'GROUP_RULE_INACTIVE',
      `rule ${code(name)} of the group ${code(wanted.name)} is ${status.toLowerCase()}: it adds nobody`,
    ),
  );
  if (wanted.rule === undefined || rules.some(({ expression }) => expression === wanted.rule))
    return findings;
  return [
    ...findings,
    error(
      'GROUP_RULE_ABSENT',
      `group ${code(wanted.name)} has no rule with the map's expression: apply the map`,
    ),
  ];
}
