/**
 * Cells whose state changes. A route that only one map has is compared with the route that serves
 * its requests in the other.
 */

import { METHODS } from '../../lambda/core/contract/http-methods.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { plainRouter } from '../access-map/cache/plain-route.ts';
import { segmentsOf } from '../access-map/routes/notation.ts';
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
 * One route of either map, with its index in both, or the index of the route that serves its
 * requests there.
 */
export interface Place {
  readonly key: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
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
function diffLevel({ key, levels: [was, is] }: Place): readonly Change[] {
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

/** A change of what the map grants a subject on a route. */
export interface GrantChange {
  /** A group, or `machine CID`. */
  readonly subject: string;
  readonly was: GrantState;
  readonly is: GrantState;
  readonly place: Place;
}

export const grantChanges = (from: AccessModel, to: AccessModel): readonly GrantChange[] =>
  changesAt(placesOf(from, to), from, to);

function changesAt(
  places: readonly Place[],
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

type CellTexts = (rule: GrantState, index: number | undefined) => string;

/** Cells as text, with what the gateway does beside them. */
function cellTexts(model: AccessModel): CellTexts {
  const cells = cellsFor(model, {});
  return (rule, index) => {
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
  // Where no group is needed before or after, the level reports what widens. A removed route
  // admits nobody, denied or not.
  const matters = to !== undefined && levels.every((level) => level === 'groups');
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
): (route: number | undefined) => GrantState {
  const known = knows(model, subject);
  const grants = known ? grantsOf(model, subject) : undefined;
  return (route) => (route === undefined || !grants ? 'closed' : grants(route));
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

export function placesOf(from: AccessModel, to: AccessModel): readonly Place[] {
  const [before, after] = [serving(from), serving(to)];
  return keysOf(from, to).map((key) => {
    const [index, next] = [before(key), after(key)];
    const level = (model: AccessModel, at: number | undefined): RouteLevel =>
      at === undefined ? 'groups' : levelOf(model, at);
    return { key, from: index, to: next, levels: [level(from, index), level(to, next)] };
  });
}

/** The route of this key, else the one that serves a plain request of it. */
function serving(model: AccessModel): (key: string) => number | undefined {
  const routers = new Map(
    METHODS.map((method) => [method as string, plainRouter(routesOf(model, method))]),
  );
  return (key) => {
    const [method = '', template = ''] = key.split(' ');
    const segments =
      template === '$default'
        ? ['*', '*']
        : segmentsOf(template).map((segment) => (segment.startsWith('{') ? '*' : segment));
    return model.routeIndex.get(key) ?? routers.get(method)?.(segments)?.index;
  };
}

const routesOf = ({ routes }: AccessModel, method: string) =>
  routes.flatMap(({ key }, index) =>
    key.startsWith(`${method} `) ? [{ index, template: key.slice(method.length + 1) }] : [],
  );
