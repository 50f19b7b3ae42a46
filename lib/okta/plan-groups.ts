/**
 * Plans groups and the rules that fill them. Groups are created if wanted, renamed if they are
 * ours, never deleted.
 */
import { code } from '../access-map/report/problems.ts';
import { type DesiredGroup, type DesiredOrg, givenNames } from './desired.ts';
import { isOwnedName, ownedBy, ownedName, ownersIn } from './ownership.ts';
import { addStep, type Draft, differences, isKnown } from './plan-draft.ts';
import type { GroupRuleState, GroupState, OrgState } from './state.ts';
import { ref } from './step.ts';

export const groupRef = (name: string): string => `group:${name}`;

export function planGroups(desired: DesiredOrg, state: OrgState, draft: Draft): void {
  const everyone = state.groups.find(
    ({ type, name }) => type === 'BUILT_IN' && name === 'Everyone',
  );
  if (everyone) draft.ids.set(groupRef('Everyone'), everyone.id);
  for (const group of desired.groups) planGroup(group, state, draft);
  const kept = new Set<string>();
  for (const group of desired.groups) {
    for (const map of group.ruleMaps) {
      const existing = ruleOf(group, map, desired, state);
      if (existing) kept.add(existing.id);
      planRule(group, map, existing, draft);
    }
  }
  for (const rule of state.groupRules) {
    if (!givenNames(desired).some((map) => isOwnedName(rule.name, map)) || kept.has(rule.id))
      continue;
    draft.dropped.push(...removalOf(rule));
  }
}

function planGroup(group: DesiredGroup, { groups }: OrgState, draft: Draft): void {
  const found = findGroup(group, groups);
  if (typeof found === 'object') {
    draft.ids.set(groupRef(group.name), found.id);
    if (ownersIn(found.description) === undefined) draft.foreign.add(groupRef(group.name));
    if (found.name !== group.name) planRename(group, found, draft);
    else
      draft.left.push({
        kind: 'group',
        name: group.name,
        why: found.type === 'APP_GROUP' ? 'exists, imported' : 'exists',
      });
    return;
  }
  if (found === 'absent' && group.create) {
    const profile = { name: group.name, description: ownedBy(...group.maps) };
    addStep(draft, {
      action: 'create',
      kind: 'group',
      name: group.name,
      changes: [],
      request: { method: 'POST', path: ['/api/v1/groups'], body: { profile } },
      gives: groupRef(group.name),
    });
    return;
  }
  draft.findings.push({
    level: 'warns',
    text: `group ${code(group.name)} ${whyNot(found, group)}`,
  });
}

type NotFound = 'absent' | 'unknown id' | 'imported' | 'ambiguous';

/**
 * An id decides; else the one group of that name that was made in Okta: whoever names groups in a
 * directory must not decide.
 */
function findGroup(
  { id, name, was }: DesiredGroup,
  groups: readonly GroupState[],
): GroupState | NotFound {
  if (id !== undefined) return groups.find((group) => group.id === id) ?? 'unknown id';
  for (const candidate of [name, ...was]) {
    const named = groups.filter((group) => group.name === candidate);
    const [own, second] = named.filter(({ type }) => type !== 'APP_GROUP');
    if (second) return 'ambiguous';
    if (own) return own;
    if (named.length > 0 && candidate === name) return 'imported';
  }
  return 'absent';
}

function whyNot(found: NotFound, { create, denies }: DesiredGroup): string {
  const danger = denies ? ', and what it denies is denied to nobody' : '';
  switch (found) {
    case 'absent':
      return `does not exist${create ? '' : `: create it in Okta, or set \`createGroups: true\`; until then no token carries it${danger}`}`;
    case 'unknown id':
      return `does not exist under the id that the map gives it: no token carries it${danger}`;
    case 'imported':
      return `exists only as a group imported from a directory, where others choose names: accept it by its id (\`groups.NAME.id\`)`;
    case 'ambiguous':
      return 'exists several times: choose one by its id (`groups.NAME.id`)';
  }
}

/**
 * The name of a group that is not ours is its owner's: the authorizer accepts the former name as
 * long as the map lists it.
 */
function planRename({ name, was }: DesiredGroup, found: GroupState, draft: Draft): void {
  if (ownersIn(found.description) === undefined) {
    const known = was.includes(found.name)
      ? 'the authorizer accepts both'
      : `list it under \`was\`, or the authorizer ignores it`;
    const level = was.includes(found.name) ? 'notes' : 'warns';
    draft.findings.push({
      level,
      text: `group ${code(name)} is called ${code(found.name)} in Okta: ${known}`,
    });
    draft.left.push({ kind: 'group', name, why: `exists as ${found.name}` });
    return;
  }
  addStep(draft, {
    action: 'update',
    kind: 'group',
    name,
    changes: [{ what: 'name', from: found.name, to: name }],
    request: {
      method: 'PUT',
      path: ['/api/v1/groups/', ref(groupRef(name))],
      body: { profile: { name } },
      merge: 'profile',
    },
  });
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

function planRule(
  group: DesiredGroup,
  map: string,
  existing: GroupRuleState | undefined,
  draft: Draft,
): void {
  const target = groupRef(group.name);
  const { rule: expression = '' } = group;
  const name = ownedName(map, group.name);
  if (!isKnown(draft, target)) return;
  const targets = existing?.groupIds.join();
  if (!existing || existing.name !== name || targets !== draft.ids.get(target)) {
    if (existing)
      for (const step of removalOf(existing)) addStep(draft, { ...step, replaces: true });
    createRule(name, expression, target, draft, existing !== undefined);
    return;
  }
  const reference = `group rule:${name}`;
  draft.ids.set(reference, existing.id);
  const path = ['/api/v1/groups/rules/', ref(reference)];
  const changes = differences({ expression: [existing.expression, expression] });
  if (changes.length > 0) {
    // Okta changes rules only while they are inactive.
    if (existing.status === 'ACTIVE') {
      const request = { method: 'POST', path: [...path, '/lifecycle/deactivate'] } as const;
      addStep(draft, { action: 'deactivate', kind: 'group rule', name, changes: [], request });
    }
    const body = {
      conditions: { expression: { value: expression, type: 'urn:okta:expression:1.0' } },
    };
    addStep(draft, {
      action: 'update',
      kind: 'group rule',
      name,
      changes,
      request: { method: 'PUT', path, body, merge: 'all' },
    });
  }
  if (changes.length > 0 || existing.status !== 'ACTIVE') activateRule(name, draft);
  else draft.left.push({ kind: 'group rule', name, why: 'is active' });
}

function createRule(
  name: string,
  expression: string,
  target: string,
  draft: Draft,
  replaces: boolean,
): void {
  addStep(draft, {
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
        conditions: { expression: { value: expression, type: 'urn:okta:expression:1.0' } },
        actions: { assignUserToGroups: { groupIds: [ref(target)] } },
      },
    },
    gives: `group rule:${name}`,
    ...(replaces ? { replaces } : {}),
  });
  activateRule(name, draft);
}

function activateRule(name: string, draft: Draft): void {
  const path = ['/api/v1/groups/rules/', ref(`group rule:${name}`), '/lifecycle/activate'];
  addStep(draft, {
    action: 'activate',
    kind: 'group rule',
    name,
    changes: [],
    request: { method: 'POST', path },
    settle: 'active',
  });
}

/** Members that the rule has added stay in the group. */
function removalOf({ id, name, status }: GroupRuleState): readonly Draft['steps'][number][] {
  const path = [`/api/v1/groups/rules/${id}`];
  const common = { kind: 'group rule', name, changes: [] } as const;
  const stop = {
    ...common,
    action: 'deactivate',
    request: { method: 'POST', path: [...path, '/lifecycle/deactivate'] },
  } as const;
  const remove = {
    ...common,
    action: 'delete',
    request: { method: 'DELETE', path },
    settle: 'gone',
  } as const;
  return status === 'ACTIVE' ? [stop, remove] : [remove];
}
