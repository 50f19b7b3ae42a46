/**
 * Cells whose state changes. A route that only one map has is compared with the route that serves
 * its requests in the other.
 */

import type { AccessModel } from '../../lambda/core/model/model.ts';
import { METHODS } from '../../lambda/core/path/http-methods.ts';
import { splitRoute } from '../../lambda/core/path/route-key.ts';
import { plainRouter } from '../access-map/cache/plain-route.ts';
import { plainRequestOf } from '../access-map/cache/request-segments.ts';
import {
  type CellSubject,
  cellSubjects,
  cellsFor,
  cellText,
  type GrantState,
  grantsOf,
  levelOf,
  type RouteLevel,
} from '../verdicts/cells.ts';
import { type Change, changed } from './change.ts';

/**
 * One route of either map, with its index in both, or the indexes of the routes on which a caller
 * of its requests must be allowed there; none where nothing serves them.
 */
export interface RoutePair {
  readonly key: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly levels: readonly [RouteLevel, RouteLevel];
}

export function diffCells(from: AccessModel, to: AccessModel): readonly Change[] {
  const places = placesOf(from, to);
  const [before, after] = [cellTexts(from), cellTexts(to)];
  return [
    ...diffRoutes(from, to),
    ...places.flatMap(diffLevel),
    ...changesAt(places, from, to).flatMap((change) => cellChange(change, before, after)),
  ];
}

function diffRoutes(from: AccessModel, to: AccessModel): readonly Change[] {
  const gatewayRoute = ({ routes, routeIndex }: AccessModel, key: string): string | undefined => {
    const index = routeIndex.get(key);
    return index === undefined ? undefined : (routes[index]?.gateway ?? key);
  };
  // The cells of a new route show who may call it.
  return keysOf(from, to).flatMap((key) =>
    changed(
      { kind: 'route', subject: 'routes', route: key },
      gatewayRoute(from, key),
      gatewayRoute(to, key),
      false,
    ),
  );
}

const LEVEL: { readonly [level in RouteLevel]: number } = { groups: 0, signedIn: 1, public: 2 };

/** `public` and `signedIn`: the change is reported under the wider level. */
function diffLevel({ key, levels: [was, is] }: RoutePair): readonly Change[] {
  const widened = LEVEL[is] > LEVEL[was];
  const wider = widened ? is : was;
  return changed(
    { kind: wider === 'signedIn' ? 'signedIn' : 'public', subject: wider, route: key },
    was,
    is,
    widened,
  );
}

const RANK: { readonly [state in GrantState]: number } = { denied: 0, closed: 1, allowed: 2 };

const least = <T extends string>(
  values: readonly T[],
  rank: { readonly [value in T]: number },
): T | undefined => values.toSorted((a, b) => rank[a] - rank[b])[0];

/** A change of what the map grants a subject on a route. */
export interface GrantChange {
  /** A group, or `machine CID`. */
  readonly subject: string;
  readonly was: GrantState;
  readonly is: GrantState;
  readonly place: RoutePair;
}

export const grantChanges = (from: AccessModel, to: AccessModel): readonly GrantChange[] =>
  changesAt(placesOf(from, to), from, to);

function changesAt(
  places: readonly RoutePair[],
  from: AccessModel,
  to: AccessModel,
): readonly GrantChange[] {
  return subjectsOf(from, to).flatMap((one) => {
    const [before, after] = [statesIn(from, one), statesIn(to, one)];
    const subject = one.kind === 'machine' ? `machine ${one.name}` : one.name;
    return places.flatMap((place) => {
      const [was, is] = [before(place.from), after(place.to)];
      return was === is ? [] : [{ subject, was, is, place }];
    });
  });
}

type CellTexts = (rule: GrantState, routes: readonly number[]) => string;

/** Cells as text, with what the gateway does beside them. */
function cellTexts(model: AccessModel): CellTexts {
  const cells = cellsFor(model, {});
  return (rule, [index]) => {
    const key = index === undefined ? undefined : model.routes[index]?.key;
    return key === undefined ? rule : cellText({ ...cells(key), rule });
  };
}

/**
 * The rules say whether a change widens, in shadow mode too: what they grant holds once they are
 * enforced.
 */
function cellChange(
  { subject, was, is, place }: GrantChange,
  before: CellTexts,
  after: CellTexts,
): readonly Change[] {
  const { key, from, to, levels } = place;
  // If no group is needed before or after, the level reports what widens. A removed route
  // admits nobody, denied or not.
  const matters = to.length > 0 && levels.every((level) => level === 'groups');
  return changed(
    { kind: 'cell', subject, route: key },
    before(was, from),
    after(is, to),
    matters && RANK[is] > RANK[was],
  );
}

/** A subject that a map does not have, and a route that nothing serves, are closed. */
function statesIn(
  model: AccessModel,
  subject: CellSubject,
): (routes: readonly number[]) => GrantState {
  const known = knows(model, subject);
  const grants = known ? grantsOf(model, subject) : undefined;
  return (routes) => {
    const states = grants ? routes.map(grants) : [];
    return least(states, RANK) ?? 'closed';
  };
}

const knows = (
  { groups, machines, everyone }: AccessModel,
  { kind, name }: CellSubject,
): boolean => {
  if (kind === 'everyone') return everyone !== undefined;
  return kind === 'group' ? groups.has(name) : machines.has(name);
};

const subjectsOf = (from: AccessModel, to: AccessModel): readonly CellSubject[] => [
  ...new Map(
    [...cellSubjects(from), ...cellSubjects(to)].map((subject) => [
      `${subject.kind} ${subject.name}`,
      subject,
    ]),
  ).values(),
];

const keysOf = (from: AccessModel, to: AccessModel): readonly string[] => [
  ...new Set([...from.routes, ...to.routes].map(({ key }) => key)),
];

export function placesOf(from: AccessModel, to: AccessModel): readonly RoutePair[] {
  const [before, after] = [serving(from), serving(to)];
  return keysOf(from, to).map((key) => {
    const [was, is] = [before(key), after(key)];
    return { key, from: was.routes, to: is.routes, levels: [was.level, is.level] };
  });
}

interface Serving {
  readonly routes: readonly number[];
  readonly level: RouteLevel;
}

/**
 * The route of this key, else those that a plain request of it names. Of several the caller must be
 * allowed on all, so that those with the narrowest level decide.
 */
function serving(model: AccessModel): (key: string) => Serving {
  const routers = new Map(
    METHODS.map((method) => [method as string, plainRouter(routesOf(model, method))]),
  );
  const named = (key: string): readonly number[] => {
    const { method, template } = splitRoute(key);
    return (
      routers
        .get(method)?.(plainRequestOf(template))
        .map(({ index }) => index) ?? []
    );
  };
  return (key) => {
    const own = model.routeIndex.get(key);
    const routes = own === undefined ? named(key) : [own];
    const level = least(
      routes.map((index) => levelOf(model, index)),
      LEVEL,
    );
    return {
      routes: routes.filter((index) => levelOf(model, index) === level),
      level: level ?? 'groups',
    };
  };
}

const routesOf = ({ routes }: AccessModel, method: string) =>
  routes.flatMap(({ key }, index) =>
    key.startsWith(`${method} `) ? [{ index, template: key.slice(method.length + 1) }] : [],
  );
