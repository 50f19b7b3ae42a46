/**
 * Whether the groups of the maps exist, have members and are told from their namesakes; whether
 * their rules run.
 */
import { code } from '../access-map/report/problems.ts';
import type { DesiredGroup } from './desired.ts';
import type { OktaOrg } from './org.ts';
import type { GroupState, OrgState } from './state.ts';
import type { VerifyFinding } from './verify.ts';

/**
 * The groups of Okta that a map's group means: by id, else those of the name that were made in
 * Okta.
 */
export function matchingGroups(
  { id, name }: DesiredGroup,
  groups: readonly GroupState[],
): readonly GroupState[] {
  if (id !== undefined) return groups.filter((group) => group.id === id);
  return groups.filter((group) => group.name === name && group.type !== 'APP_GROUP');
}

export async function verifyGroup(
  org: OktaOrg,
  wanted: DesiredGroup,
  groups: readonly GroupState[],
): Promise<readonly VerifyFinding[]> {
  const { name, was, denies } = wanted;
  const findings: VerifyFinding[] = [];
  const matching = matchingGroups(wanted, groups);
  const twins = groups.filter((group) => group.name === name && !matching.includes(group));
  const [group] = matching;
  if (!group) {
    const former = groups.find((candidate) => was.includes(candidate.name));
    const instead = former
      ? `, it is still called ${code(former.name)}`
      : twins.length > 0
        ? ', only a directory has one of that name'
        : '';
    findings.push({
      level: former ? 'warning' : 'error',
      text: `group ${code(name)} does not exist in Okta${instead}`,
    });
  } else if ((await org.first(`/api/v1/groups/${group.id}/users`, 1)).length === 0) {
    findings.push({
      level: 'warning',
      text: `group ${code(name)} has no members${denies ? ': what it denies is denied to nobody' : ''}`,
    });
  }
  if (group && group.name !== name && !was.includes(group.name)) {
    findings.push({
      level: 'error',
      text: `group ${code(name)} is called ${code(group.name)} in Okta, and tokens carry that: list it under \`was\``,
    });
  }
  for (const twin of twins) {
    const where = twin.type === 'APP_GROUP' ? 'imported from a directory' : 'made in Okta';
    findings.push({
      level: 'warning',
      text: `another group ${code(name)} exists, ${where} (${twin.id}): a claim by name would not tell them apart`,
    });
  }
  return findings;
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
