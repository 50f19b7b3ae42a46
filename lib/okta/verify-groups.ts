/**
 * Whether the groups of the maps exist, have members and are told from their namesakes; whether
 * their rules run.
 */
import { code } from '../access-map/report/problems.ts';
import type { DesiredGroup } from './desired-org.ts';
import { matchingGroups } from './matching-groups.ts';
import type { OktaOrg } from './org.ts';
import { someMembers } from './read-assignments.ts';
import type { GroupState, OrgState } from './state.ts';
import type { VerifyFinding } from './verify-finding.ts';

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
  if (former) return { level: 'warning', text: `${text}, it is still called ${code(former.name)}` };
  const instead = twins.length > 0 ? ', only a directory has one of that name' : '';
  return { level: 'error', text: `${text}${instead}` };
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
    ...(members.length === 0 ? [{ level: 'warning', text: empty } as const] : []),
    ...(isRenamed ? [{ level: 'error', text: renamed } as const] : []),
  ];
}

function namesake({ name }: DesiredGroup, { id, type }: GroupState): VerifyFinding {
  const where = type === 'APP_GROUP' ? 'imported from a directory' : 'made in Okta';
  const text = `another group ${code(name)} exists, ${where} (${id}): a claim by name would not tell them apart`;
  return { level: 'warning', text };
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
  const findings = inactive.map(({ name, status }): VerifyFinding => {
    return {
      level: 'error',
      text: `rule ${code(name)} of the group ${code(wanted.name)} is ${status.toLowerCase()}: it adds nobody`,
    };
  });
  if (wanted.rule === undefined || rules.some(({ expression }) => expression === wanted.rule))
    return findings;
  return [
    ...findings,
    {
      level: 'error',
      text: `group ${code(wanted.name)} has no rule with the map's expression: apply the map`,
    },
  ];
}
