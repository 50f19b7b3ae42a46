/**
 * Classes of routes: every caller may call all routes of a class or none, because the map grants
 * them alike.
 */

import { emptyRow, hasBit, routesIn } from '../../../lambda/core/model/bits.ts';
import type { AccessModel, Grants } from '../../../lambda/core/model/model.ts';
import { METHODS, type Method } from '../../../lambda/core/path/http-methods.ts';
import { splitRoute } from '../../../lambda/core/path/route-key.ts';
import { type Atom, requestPattern } from './request-segments.ts';

export interface CacheRoute {
  readonly index: number;
  /** `GET /orders/{id}`. */
  readonly key: string;
  readonly method: Method;
  readonly template: string;
  readonly pattern: readonly Atom[];
}

/** Which subjects allow and deny the routes of a class: indices into `subjectsOf`. */
export interface RouteClass {
  readonly routes: readonly CacheRoute[];
  readonly signedIn: boolean;
  readonly allow: ReadonlySet<number>;
  readonly deny: ReadonlySet<number>;
  /** The conflicts that refuse callers on the routes: indices into `conflicts` of the model. */
  readonly conflicts: ReadonlySet<number>;
  /**
   * Permissions that have the routes; only where scopes can narrow a caller (`scopes: intersect`),
   * else undefined.
   */
  readonly permissions: ReadonlySet<number> | undefined;
}

/**
 * The subjects that have grants: every group, then every machine with rules of its own, then what
 * every user holds, once for its allows and once for its denies, since users of some okta blocks
 * hold these alone and machines neither.
 */
function subjectsOf({ groups, machines, everyone, signedIn }: AccessModel): readonly Grants[] {
  const none = emptyRow(signedIn.length);
  return [
    ...groups.values(),
    ...[...machines.values()].filter((one) => one.groups.length === 0).map(({ own }) => own),
    ...(everyone
      ? [
          { ...everyone, deny: none },
          { ...everyone, allow: none },
        ]
      : []),
  ];
}

/**
 * All routes of the model. Public ones are included because they can match requests before others
 * do.
 */
export function routesOf(model: AccessModel): readonly CacheRoute[] {
  return model.routes.map(({ key }, index) => {
    const { method: methodName, template } = splitRoute(key);
    const method = METHODS.find((candidate) => candidate === methodName) ?? 'GET';
    return { index, key, method, template, pattern: requestPattern(template) };
  });
}

/** Public routes are in no class: they have no authorizer. */
export function classesOf(
  model: AccessModel,
  routes: readonly CacheRoute[],
): readonly RouteClass[] {
  const subjects = subjectsOf(model);
  const byRoute = {
    allow: subjectsByRoute(model, subjects, 'allow'),
    deny: subjectsByRoute(model, subjects, 'deny'),
  };
  const found = new Map<
    string,
    { readonly columns: Omit<RouteClass, 'routes'>; readonly routes: CacheRoute[] }
  >();
  for (const route of routes) {
    if (hasBit(model.public, route.index)) continue;
    const columns = columnsOf(model, byRoute, route.index);
    const { signedIn, allow, deny, conflicts, permissions } = columns;
    // A route for every valid token is allowed whatever the groups say.
    const key = signedIn
      ? 'signed in'
      : JSON.stringify([[...allow], [...deny], [...conflicts], permissions && [...permissions]]);
    const known = found.get(key) ?? { columns, routes: [] };
    known.routes.push(route);
    found.set(key, known);
  }
  return [...found.values()].map(({ columns, routes: members }) => ({
    ...columns,
    routes: members,
  }));
}

const NOBODY: ReadonlySet<number> = new Set();

/** Lists the subjects that name each route: a row has few of a thousand routes. */
function subjectsByRoute(
  { routes }: AccessModel,
  subjects: readonly Grants[],
  effect: 'allow' | 'deny',
): readonly ReadonlySet<number>[] {
  const columns = routes.map(() => new Set<number>());
  for (const [index, subject] of subjects.entries())
    for (const route of routesIn(subject[effect])) columns[route]?.add(index);
  return columns;
}

function columnsOf(
  model: AccessModel,
  byRoute: { readonly [Effect in 'allow' | 'deny']: readonly ReadonlySet<number>[] },
  route: number,
): Omit<RouteClass, 'routes'> {
  const [allow = NOBODY, deny = NOBODY] = [byRoute.allow[route], byRoute.deny[route]];
  const permissions =
    model.scopes === 'intersect'
      ? new Set(
          model.permissions.flatMap((permission, index) =>
            hasBit(permission.routes, route) ? [index] : [],
          ),
        )
      : undefined;
  const conflicts = new Set(
    model.conflicts.flatMap(({ routes }, index) => (hasBit(routes, route) ? [index] : [])),
  );
  return { signedIn: hasBit(model.signedIn, route), allow, deny, conflicts, permissions };
}

/**
 * Whether some caller may call `allowed` and not `notAllowed`. Callers can hold any union of
 * groups, so one group that allows the first, alone or with one that denies the second, is enough;
 * unions need no enumeration. Over-approximates for machines, whose groups are fixed.
 */
export function canDiffer(allowed: RouteClass, notAllowed: RouteClass): boolean {
  if (allowed === notAllowed || notAllowed.signedIn) return false;
  // A valid token without groups.
  if (allowed.signedIn) return true;
  if (allowed.permissions && notAllowed.permissions) {
    if (allowed.permissions.size === 0) return false;
    const { permissions } = notAllowed;
    if ([...allowed.permissions].some((permission) => !permissions.has(permission)))
      return hasAllowingSubject(allowed);
  }
  // Two groups that conflict there alone, beside one that allows the first.
  if ([...notAllowed.conflicts].some((conflict) => !allowed.conflicts.has(conflict)))
    return hasAllowingSubject(allowed);
  const deniedAlone = [...notAllowed.deny].some((subject) => !allowed.deny.has(subject));
  for (const subject of allowed.allow) {
    if (allowed.deny.has(subject)) continue;
    if (deniedAlone || !notAllowed.allow.has(subject) || notAllowed.deny.has(subject)) return true;
  }
  return false;
}

const hasAllowingSubject = ({ allow, deny }: RouteClass): boolean =>
  [...allow].some((subject) => !deny.has(subject));

/** Whether any caller may call the class at all. */
export const canBeAllowed = (one: RouteClass): boolean =>
  one.signedIn || (hasAllowingSubject(one) && one.permissions?.size !== 0);
