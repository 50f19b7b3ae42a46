/** Groups and their rules as resources. */
import { code } from '../access-map/report/problems.ts';
import type { HclReference } from '../hcl/hcl-values.ts';
import type { DesiredGroup, DesiredOrg } from './desired-org.ts';
import { ownedName, withoutMark } from './ownership.ts';
import { findGroup } from './plan-groups.ts';
import type { GroupState, OrgState } from './state.ts';
import { idOf, type Names, type Resources, resource } from './terraform-names.ts';

export interface GroupResources {
  readonly resources: readonly Resources[];
  readonly problems: readonly string[];
}

export function groupBlocks(desired: DesiredOrg, state: OrgState, names: Names): GroupResources {
  const all = desired.groups.map((group) => ({ group, found: findGroup(group, state.allGroups) }));
  const problems = all.flatMap(({ group: { name }, found }) =>
    typeof found === 'object' || found === 'absent'
      ? []
      : [`group ${code(name)} (${found}): say which one by its id (\`groups.NAME.id\`)`],
  );
  const groups = all.map(({ group, found }) =>
    groupResource(group, typeof found === 'object' ? found : undefined, names),
  );
  const rules = all.flatMap(({ group, found }) =>
    ruleResources(group, typeof found === 'object' ? found : undefined, state, names),
  );
  return { resources: [...everyone(desired), ...groups, ...rules], problems };
}

const isImported = ({ type }: Pick<GroupState, 'type'>): boolean => type !== 'OKTA_GROUP';

function groupResource(
  { name }: DesiredGroup,
  found: GroupState | undefined,
  { groups }: Names,
): Resources {
  const local = groups.get(name) ?? name;
  if (found && isImported(found))
    return { block: { type: 'data', labels: ['okta_group', local], attributes: { id: found.id } } };
  const description = withoutMark(found?.description ?? '');
  return resource(
    'okta_group',
    local,
    { name, ...(description === '' ? {} : { description }) },
    found?.id,
  );
}

/** The id of a group, wherever it is. */
export function groupId(
  name: string,
  { groups }: Names,
  state: OrgState,
  desired: DesiredOrg,
): HclReference {
  const local = groups.get(name) ?? name;
  const wanted = desired.groups.find((group) => group.name === name);
  const found = wanted && findGroup(wanted, state.allGroups);
  const isRead = name === 'Everyone' || (typeof found === 'object' && isImported(found));
  return idOf(isRead ? 'data.okta_group' : 'okta_group', local);
}

/** Apps that are for everybody name the group that every org has. */
function everyone({ apps }: DesiredOrg): readonly Resources[] {
  if (!apps.some(({ groups }) => groups.includes('Everyone'))) return [];
  const attributes = { name: 'Everyone', type: 'BUILT_IN' };
  return [{ block: { type: 'data', labels: ['okta_group', 'Everyone'], attributes } }];
}

function ruleResources(
  { name, rule, ruleMaps }: DesiredGroup,
  found: GroupState | undefined,
  { groupRules }: OrgState,
  { groups }: Names,
): readonly Resources[] {
  if (rule === undefined) return [];
  const local = groups.get(name) ?? name;
  const sound = groupRules.filter(
    ({ groupIds, status }) => status !== 'INVALID' && found && groupIds.join() === found.id,
  );
  const owned = ruleMaps.map((map) => ownedName(map, name));
  // One of ours has the expression of an earlier map until it is applied.
  const existing =
    sound.find(({ expression }) => expression === rule) ??
    sound.find((each) => owned.includes(each.name));
  const type = found && isImported(found) ? 'data.okta_group' : 'okta_group';
  return [
    resource(
      'okta_group_rule',
      local,
      {
        name: existing?.name ?? `fill ${name}`.slice(0, 50),
        status: 'ACTIVE',
        expression_value: rule,
        group_assignments: [idOf(type, local)],
        ...(existing && existing.excludedUsers.length > 0
          ? { users_excluded: existing.excludedUsers }
          : {}),
      },
      existing?.id,
    ),
  ];
}
