/** Plans the rules that fill groups, one for each map that states one. */

import { givenNames } from './desired.ts';
import type { DesiredGroup, DesiredOrg } from './desired-org.ts';
import { isOwnedName, ownedName } from './ownership.ts';
import {
  differences,
  doing,
  joined,
  known,
  leaving,
  NOTHING,
  type PlanPart,
  partOf,
} from './plan-part.ts';
import { activation, deactivation, removal, update } from './plan-steps.ts';
import { groupRef, groupRuleRef, isKnown, type References } from './references.ts';
import type { GroupRuleState, OrgState } from './state.ts';
import { type Path, type PlanStep, ref, type Template } from './step.ts';

interface WantedRule {
  readonly name: string;
  readonly expression: string;
  /** Reference of the group that it fills. */
  readonly target: string;
  readonly existing: GroupRuleState | undefined;
}

export function planGroupRules(
  desired: DesiredOrg,
  state: OrgState,
  references: References,
): PlanPart {
  const given = givenNames(desired);
  const rules = desired.groups.flatMap((group) =>
    group.ruleMaps.map((map) => ({
      name: ownedName(map, group.name),
      expression: group.rule ?? '',
      target: groupRef(group.name),
      existing: ruleOf(group, map, desired, state),
    })),
  );
  const kept = new Set(rules.flatMap(({ existing }) => existing?.id ?? []));
  const dropped = state.groupRules.filter(
    ({ id, name }) => !kept.has(id) && given.some((map) => isOwnedName(name, map)),
  );
  return joined(
    ...rules.map((rule) => planRule(rule, references)),
    partOf({ dropped: dropped.flatMap(removalOf) }),
  );
}

/**
 * The rule of the map; before the first apply under another name of the map, that of the former
 * name.
 */
function ruleOf(
  { name }: DesiredGroup,
  map: string,
  { renamed }: DesiredOrg,
  { groupRules }: OrgState,
): GroupRuleState | undefined {
  const formerNames = Object.keys(renamed).filter((former) => renamed[former] === map);
  const names = [map, ...formerNames].map((each) => ownedName(each, name));
  return names.flatMap((each) => groupRules.find((rule) => rule.name === each) ?? [])[0];
}

/** Okta changes neither the name of a rule nor its group: another one takes its place. */
function planRule(wanted: WantedRule, references: References): PlanPart {
  const { name, target, existing } = wanted;
  if (!isKnown(references, target)) return NOTHING;
  if (!existing) return doing(creationOf(wanted), activationOf(name));
  // Okta activates no rule whose expression or group has become invalid.
  const isSound = existing.status !== 'INVALID';
  if (isSound && existing.name === name && existing.groupIds.join() === references.ids.get(target))
    return updateRule(wanted, existing);
  const replaces = true;
  return doing(
    ...removalOf(existing).map((step) => ({ ...step, replaces })),
    { ...creationOf(wanted, existing), replaces },
    activationOf(name),
  );
}

const conditionsOf = (expression: string) =>
  ({ expression: { value: expression, type: 'urn:okta:expression:1.0' } }) as const;

const pathOf = (name: string): Path => ['/api/v1/groups/rules/', ref(groupRuleRef(name))];

function updateRule({ name, expression }: WantedRule, existing: GroupRuleState): PlanPart {
  const target = { kind: 'group rule', name } as const;
  const path = pathOf(name);
  const changes = differences({ expression: [existing.expression, expression] });
  const isActive = existing.status === 'ACTIVE';
  const itself = known(groupRuleRef(name), existing.id);
  if (changes.length === 0)
    return joined(
      itself,
      isActive ? leaving('group rule', name, 'is active') : doing(activationOf(name)),
    );
  return joined(
    itself,
    doing(
      // Okta changes rules only while they are inactive.
      ...(isActive ? [deactivation(target, path)] : []),
      update(target, path, { conditions: conditionsOf(expression) }, changes),
      activationOf(name),
    ),
  );
}

/** @param former the rule that it replaces: people whom that rule excludes stay excluded */
const creationOf = (
  { name, expression, target }: WantedRule,
  former?: GroupRuleState,
): PlanStep => ({
  action: 'create',
  kind: 'group rule',
  name,
  changes: [{ what: 'expression', to: expression }],
  request: {
    method: 'POST',
    path: ['/api/v1/groups/rules'],
    body: {
      type: 'group_rule',
      name,
      conditions: { ...conditionsOf(expression), ...exclusionsOf(former) },
      actions: { assignUserToGroups: { groupIds: [ref(target)] } },
    },
  },
  gives: groupRuleRef(name),
});

function exclusionsOf(former: GroupRuleState | undefined): Readonly<Record<string, Template>> {
  const { excludedUsers = [], excludedGroups = [] } = former ?? {};
  if (excludedUsers.length + excludedGroups.length === 0) return {};
  return {
    people: {
      ...(excludedUsers.length === 0 ? {} : { users: { exclude: excludedUsers } }),
      ...(excludedGroups.length === 0 ? {} : { groups: { exclude: excludedGroups } }),
    },
  };
}

const activationOf = (name: string): PlanStep =>
  activation({ kind: 'group rule', name }, pathOf(name), 'active');

/** Members that the rule has added stay in the group. */
const removalOf = ({ id, name, status }: GroupRuleState): readonly PlanStep[] =>
  removal({ kind: 'group rule', name }, [`/api/v1/groups/rules/${id}`], status, 'gone');
