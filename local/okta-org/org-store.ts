/**
 * What the local org holds. Ids have Okta's form and come in a fixed order, so that runs are alike.
 */
import type { LocalUser } from '../users.ts';
import type { OrgGroup } from './org-group.ts';

export type Entity = Record<string, unknown> & { id: string };

export interface OrgStore {
  readonly servers: Map<string, Entity>;
  /** By server. */
  readonly claims: Map<string, Map<string, Entity>>;
  readonly scopes: Map<string, Map<string, Entity>>;
  readonly policies: Map<string, Map<string, Entity>>;
  /** By policy. */
  readonly rules: Map<string, Map<string, Entity>>;
  readonly groups: Map<string, Entity>;
  readonly groupRules: Map<string, Entity>;
  readonly apps: Map<string, Entity>;
  /** Group ids by app. */
  readonly assignments: Map<string, Set<string>>;
  /** Ids of the users that are assigned directly, by app. */
  readonly assignedUsers: Map<string, Set<string>>;
  readonly origins: Map<string, Entity>;
  readonly users: Map<string, Entity>;
  /** Ids of a user's groups, by the user's id. */
  readonly members: Map<string, Set<string>>;
  newId(prefix: string): string;
}

export interface SeedGroup {
  readonly name: string;
  readonly type?: OrgGroup['type'];
  readonly id?: string;
  readonly description?: string;
  /** Id of the app that imported it. */
  readonly source?: string;
  /** Whether Active Directory is that app. */
  readonly activeDirectory?: boolean;
}

export function createStore(groups: readonly SeedGroup[], users: readonly LocalUser[]): OrgStore {
  let count = 0;
  const store: OrgStore = {
    servers: new Map(),
    claims: new Map(),
    scopes: new Map(),
    policies: new Map(),
    rules: new Map(),
    groups: new Map(),
    groupRules: new Map(),
    apps: new Map(),
    assignments: new Map(),
    assignedUsers: new Map(),
    origins: new Map(),
    users: new Map(),
    members: new Map(),
    newId: (prefix) => `${prefix}1${(++count).toString(36).padStart(16, '0')}`,
  };
  addGroup(store, { name: 'Everyone', type: 'BUILT_IN' });
  for (const group of groups) addGroup(store, group);
  for (const user of users) addUser(store, user);
  return store;
}

export function addGroup(
  store: OrgStore,
  { name, type = 'OKTA_GROUP', id = store.newId('00g'), description = '', ...from }: SeedGroup,
): Entity {
  const { source, activeDirectory } = from;
  const objectClass = activeDirectory ? 'okta:windows_security_principal' : 'okta:user_group';
  const group = {
    id,
    created: CREATED,
    lastUpdated: CREATED,
    lastMembershipUpdated: CREATED,
    objectClass: [objectClass],
    type,
    profile: { name, description },
    ...(source === undefined ? {} : { source: { id: source } }),
  };
  store.groups.set(id, group);
  return group;
}

const CREATED = '2026-01-01T00:00:00.000Z';

/** A user is a member of Everyone, and of every group with a name from its list. */
function addUser(store: OrgStore, { login, uid, groups }: LocalUser): void {
  store.users.set(uid, { id: uid, status: 'ACTIVE', profile: { login, email: login } });
  const ids = [...store.groups.values()]
    .filter((group) => nameOf(group) === 'Everyone' || groups.includes(nameOf(group)))
    .map(({ id }) => id);
  store.members.set(uid, new Set(ids));
}

export const nameOf = (group: Entity): string =>
  (group['profile'] as { readonly name: string }).name;

/** The groups of a user, by id or login. */
export function groupsOfUser(store: OrgStore, idOrLogin: string): readonly OrgGroup[] {
  const user = userOf(store, idOrLogin);
  const ids = user === undefined ? [] : [...(store.members.get(user.id) ?? [])];
  return ids.flatMap((id) => {
    const group = store.groups.get(id);
    return group === undefined ? [] : [orgGroupOf(group)];
  });
}

/** By which assignment a user may use an app, if any: a direct one comes before that of a group. */
export function assignmentOf(
  store: OrgStore,
  appId: string,
  userId: string,
): 'USER' | 'GROUP' | undefined {
  if (store.assignedUsers.get(appId)?.has(userId)) return 'USER';
  const groups = store.assignments.get(appId);
  const memberOf = store.members.get(userId) ?? [];
  return [...memberOf].some((group) => groups?.has(group)) ? 'GROUP' : undefined;
}

function orgGroupOf(group: Entity): OrgGroup {
  const { id: source } = (group['source'] ?? {}) as { readonly id?: string };
  const classes = (group['objectClass'] ?? []) as readonly string[];
  return {
    id: group.id,
    name: nameOf(group),
    type: group['type'] as OrgGroup['type'],
    activeDirectory: classes.includes('okta:windows_security_principal'),
    ...(source === undefined ? {} : { source }),
  };
}

export const loginOf = (user: Entity): string =>
  (user['profile'] as { readonly login: string }).login;

export function userOf(store: OrgStore, idOrLogin: string): Entity | undefined {
  return (
    store.users.get(idOrLogin) ??
    [...store.users.values()].find((user) => loginOf(user) === idOrLogin)
  );
}
