/** Classes of routes: routes that every caller may call all of or none of, because their columns in the map are equal. */
import { hasBit } from '../../../lambda/core/model/bits.ts';
import { type AccessModel, type Grants, METHODS, type Method } from '../../../lambda/core/model/model.ts';
import { type Atom, widestWords } from './request-words.ts';

export interface CacheRoute {
  readonly index: number;
  /** `GET /orders/{id}`. */
  readonly key: string;
  readonly method: Method;
  readonly template: string;
  readonly widest: readonly Atom[];
}

/** Who opens and who closes the routes of a class: indices into the subjects (`subjectsOf`). */
export interface RouteClass {
  readonly routes: readonly CacheRoute[];
  readonly signedIn: boolean;
  readonly allow: ReadonlySet<number>;
  readonly deny: ReadonlySet<number>;
  /** Permissions that have the routes; only where scopes can narrow a caller (`scopes: intersect`), else undefined. */
  readonly permissions: ReadonlySet<number> | undefined;
}

/** What can be held alone or together: every group, then every machine with rules of its own. */
export const subjectsOf = (model: AccessModel): readonly Grants[] => [
  ...model.groups.values(),
  ...[...model.machines.values()].filter(({ groups }) => groups.length === 0).map(({ own }) => own),
];

/** All routes of the model, public ones among them: they take requests away from others. */
export function routesOf(model: AccessModel): readonly CacheRoute[] {
  return model.routes.map(({ key }, index) => {
    const [word = '', template = ''] = key.split(' ');
    const method = METHODS.find((candidate) => candidate === word) ?? 'GET';
    return { index, key, method, template, widest: widestWords(template) };
  });
}

/** Public routes are in no class: they have no authorizer. */
export function classesOf(model: AccessModel, routes: readonly CacheRoute[]): readonly RouteClass[] {
  const subjects = subjectsOf(model);
  const found = new Map<string, { readonly columns: Omit<RouteClass, 'routes'>; readonly routes: CacheRoute[] }>();
  for (const route of routes) {
    if (hasBit(model.public, route.index)) continue;
    const columns = columnsOf(model, subjects, route.index);
    const { signedIn, allow, deny, permissions } = columns;
    // What is open to every valid token is open whatever the groups say.
    const key = signedIn ? 'signed in' : JSON.stringify([[...allow], [...deny], permissions && [...permissions]]);
    const known = found.get(key) ?? { columns, routes: [] };
    known.routes.push(route);
    found.set(key, known);
  }
  return [...found.values()].map(({ columns, routes: members }) => ({ ...columns, routes: members }));
}

function columnsOf(model: AccessModel, subjects: readonly Grants[], route: number): Omit<RouteClass, 'routes'> {
  const allow = new Set<number>();
  const deny = new Set<number>();
  subjects.forEach((subject, index) => {
    if (hasBit(subject.allow, route)) allow.add(index);
    if (hasBit(subject.deny, route)) deny.add(index);
  });
  const permissions =
    model.scopes === 'intersect'
      ? new Set(model.permissions.flatMap((permission, index) => (hasBit(permission.routes, route) ? [index] : [])))
      : undefined;
  return { signedIn: hasBit(model.signedIn, route), allow, deny, permissions };
}

/**
 * Whether some caller may call `open` and not `closed`. Groups can be held in any union, so it is enough to look at one that opens the
 * one, alone and beside one that closes the other: never at all unions. Over-approximates for machines, which hold fixed groups.
 */
export function canDiffer(open: RouteClass, closed: RouteClass): boolean {
  if (open === closed || closed.signedIn) return false;
  // A valid token without groups.
  if (open.signedIn) return true;
  if (open.permissions && closed.permissions) {
    if (open.permissions.size === 0) return false;
    const { permissions } = closed;
    if ([...open.permissions].some((permission) => !permissions.has(permission))) return hasOpener(open);
  }
  const closedAlone = [...closed.deny].some((subject) => !open.deny.has(subject));
  for (const subject of open.allow) {
    if (open.deny.has(subject)) continue;
    if (closedAlone || !closed.allow.has(subject) || closed.deny.has(subject)) return true;
  }
  return false;
}

const hasOpener = ({ allow, deny }: RouteClass): boolean => [...allow].some((subject) => !deny.has(subject));

/** Whether any caller may call the class at all. */
export const canBeOpen = (one: RouteClass): boolean => one.signedIn || (hasOpener(one) && one.permissions?.size !== 0);
