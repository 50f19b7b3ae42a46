/**
 * Cells whose state changes. A route that only one map has is compared with the route that serves
 * its requests in the other.
 */
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import { METHODS } from '../../../lambda/core/model/model-file.ts';
import {
  type CellState,
  type CellSubject,
  cellSubjects,
  cellsOf,
  levelOf,
  type RouteLevel,
} from '../../verdicts/cells.ts';
import { plainRouter } from '../cache/plain-route.ts';
import { segmentsOf } from '../routes/notation.ts';
import { type Change, changed } from './change.ts';

/**
 * One route of either map, with its index in both, or the index of the route that serves its
 * requests there.
 */
interface Place {
  readonly key: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly levels: readonly [RouteLevel, RouteLevel];
}

export function diffCells(from: AccessModel, to: AccessModel): readonly Change[] {
  const places = placesOf(from, to);
  return [
    ...diffRoutes(from, to),
    ...places.flatMap(diffLevel),
    ...subjectsOf(from, to).flatMap((subject) => diffSubject(subject, places, from, to)),
  ];
}

function diffRoutes(from: AccessModel, to: AccessModel): readonly Change[] {
  const gatewayRoute = ({ routes, routeIndex }: AccessModel, key: string): string | undefined => {
    const index = routeIndex.get(key);
    return index === undefined ? undefined : (routes[index]?.gateway ?? key);
  };
  // Who may call a new route, its cells tell.
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

const RANK: { readonly [state in CellState]: number } = { denied: 0, closed: 1, open: 2 };

function diffSubject(
  subject: CellSubject,
  places: readonly Place[],
  from: AccessModel,
  to: AccessModel,
): readonly Change[] {
  const [before, after] = [statesIn(from, subject), statesIn(to, subject)];
  const name = subject.kind === 'group' ? subject.name : `machine ${subject.name}`;
  return places.flatMap(({ key, from: index, to: next, levels }) => {
    const [was, is] = [before(index), after(next)];
    // Where no group is needed before or after, the level reports what widens. A removed route
    // admits nobody, denied or not.
    const matters = next !== undefined && levels.every((level) => level === 'groups');
    return changed(
      { kind: 'cell', subject: name, route: key },
      was,
      is,
      matters && RANK[is] > RANK[was],
    );
  });
}

/** A subject that a map does not have, and a route that nothing serves, are closed. */
function statesIn(
  model: AccessModel,
  subject: CellSubject,
): (route: number | undefined) => CellState {
  const known =
    subject.kind === 'group' ? model.groups.has(subject.name) : model.machines.has(subject.name);
  const cells = known ? cellsOf(model, subject) : undefined;
  return (route) => (route === undefined || !cells ? 'closed' : cells(route));
}

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

function placesOf(from: AccessModel, to: AccessModel): readonly Place[] {
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
