/** Plans groups: created if wanted, renamed if they are ours, never deleted. */
import { code } from '../access-map/report/problems.ts';
import type { DesiredGroup, DesiredOrg } from './desired-org.ts';
import { everyoneOf } from './matching-groups.ts';
import { ownedBy, ownersIn } from './ownership.ts';
import { planGroupRules } from './plan-group-rules.ts';
import {
  doing,
  finding,
  joined,
  known,
  leaving,
  NOTHING,
  type PlanPart,
  partOf,
} from './plan-part.ts';
import { groupRef, referencesOf } from './references.ts';
import type { GroupState, OrgState } from './state.ts';
import { ref } from './step.ts';

/** Groups, and the rules that fill them. */
export function planGroups(desired: DesiredOrg, state: OrgState): PlanPart {
  const everyone = everyoneOf(state.groups);
  const groups = joined(
    everyone ? known(groupRef('Everyone'), everyone.id) : NOTHING,
    ...desired.groups.map((group) => planGroup(group, state.groups)),
  );
  return joined(groups, planGroupRules(desired, state, referencesOf(groups)));
}

function planGroup(group: DesiredGroup, groups: readonly GroupState[]): PlanPart {
  const found = findGroup(group, groups);
  if (typeof found === 'object') return planExisting(group, found);
  if (found === 'absent' && group.create) return createGroup(group);
  return finding('faults', CODE_OF[found], `group ${code(group.name)} ${whyNot(found, group)}`);
}

function planExisting(group: DesiredGroup, found: GroupState): PlanPart {
  const { name } = group;
  const isOurs = ownersIn(found.description) !== undefined;
  const why = found.type === 'APP_GROUP' ? 'exists, imported' : 'exists';
  return joined(
    known(groupRef(name), found.id),
    isOurs ? NOTHING : partOf({ foreign: [groupRef(name)] }),
    found.name === name ? leaving('group', name, why) : planRename(group, found, isOurs),
  );
}

const createGroup = ({ name, maps }: DesiredGroup): PlanPart =>
  doing({
    action: 'create',
    kind: 'group',
    name,
    changes: [],
    request: {
      method: 'POST',
      path: ['/api/v1/groups'],
      body: { profile: { name, description: ownedBy(...maps) } },
    },
    gives: groupRef(name),
  });

const CODE_OF = {
  absent: 'GROUP_ABSENT',
  'unknown id': 'GROUP_ID_UNKNOWN',
  imported: 'GROUP_IMPORTED',
  ambiguous: 'GROUP_AMBIGUOUS',
} as const;

type NotFound = keyof typeof CODE_OF;

/**
 * An id decides; else the one group of that name that was made in Okta: an administrator of a
 * directory must not decide.
 */
export function findGroup(
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
 * The owner names a group that is not ours: the authorizer accepts the former name while the map
 * lists it.
 */
function planRename({ name, was }: DesiredGroup, found: GroupState, isOurs: boolean): PlanPart {
  if (isOurs) return renameGroup(name, found.name);
  const isListed = was.includes(found.name);
  const text = `group ${code(name)} is called ${code(found.name)} in Okta`;
  return joined(
    isListed
      ? finding('notes', 'GROUP_FORMER_NAME', `${text}: the authorizer accepts both`)
      : finding(
          'faults',
          'GROUP_RENAMED',
          `${text}: list it under \`was\`, or the authorizer ignores it`,
        ),
    leaving('group', name, `exists as ${found.name}`),
  );
}

const renameGroup = (name: string, from: string): PlanPart =>
  doing({
    action: 'update',
    kind: 'group',
    name,
    changes: [{ what: 'name', from, to: name }],
    request: {
      method: 'PUT',
      path: ['/api/v1/groups/', ref(groupRef(name))],
      body: { profile: { name } },
      merge: 'profile',
    },
  });
