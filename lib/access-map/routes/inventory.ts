/**
 * The route inventory: the gateway's routes as the map lists them, and the cells that rules allow
 * and deny.
 */
import { isObject } from '../../../lambda/core/contract/json-object.ts';
import {
  METHODS,
  type Method,
  type ModelRouteFile,
} from '../../../lambda/core/model/model-file.ts';
import type { Operation } from '../../openapi/openapi-document.ts';
import { at, type Cursor, items, type Report, text } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { type ParsedRoute, parseRoute, segmentsOf } from './notation.ts';
import { type ReadFile, readOperations } from './openapi-inventory.ts';

export interface Cell extends ModelRouteFile {
  readonly method: Method;
  readonly template: string;
  readonly segments: readonly string[];
}

export interface InventoryRoute extends ParsedRoute {
  /** The gateway's route key. */
  readonly key: string;
  readonly pointer: string;
}

export interface Inventory {
  readonly gatewayRoutes: readonly InventoryRoute[];
  /** One for each method and template; `ANY` has one for each method without a route of its own. */
  readonly cells: readonly Cell[];
  /** Index of each cell by its key: a pattern that is a key matches that cell alone. */
  readonly places: ReadonlyMap<string, number>;
  /** 32-bit words of a row over the cells and the reserved bits after them. */
  readonly wordCount: number;
  readonly underCatchAll: boolean;
  /** Whether the map names an OpenAPI file, readable or not. */
  readonly namesOpenapi: boolean;
  /** Of the OpenAPI file, where it can be read. */
  readonly operations?: readonly Operation[];
}

export interface InventoryOptions {
  /** Bits of a row after those of the cells, which no pattern matches. */
  readonly reserved: number;
  readonly readFile: ReadFile | undefined;
}

export function readInventory(
  routes: Cursor<MapSection<'routes'>>,
  report: Report,
  { reserved, readFile }: InventoryOptions,
): Inventory {
  const operations = readOperations(routes, readFile, report);
  const gatewayRoutes: InventoryRoute[] = [];
  const seen: Seen = { keys: new Set(), templates: new Map() };
  const listed = items(routes).map((item) => (isObject(item.value) ? at(item, 'route') : item));
  const described = (operations ?? []).map(
    ({ key }): Cursor<string> => ({
      value: key,
      pointer: at(routes, 'openapi').pointer,
    }),
  );
  for (const cursor of [...listed, ...described]) {
    const key = text(cursor);
    const parsed = key === undefined ? undefined : parseRoute(key);
    if (key === undefined || !parsed) continue;
    const route = { ...parsed, key, pointer: cursor.pointer };
    if (isAcceptable(route, seen, report)) gatewayRoutes.push(route);
  }
  const cells = cellsOf(gatewayRoutes);
  const underCatchAll = hasRouteUnderCatchAll(gatewayRoutes);
  const places = new Map(cells.map(({ key }, index) => [key, index]));
  const wordCount = Math.ceil((cells.length + reserved) / 32);
  return {
    gatewayRoutes,
    cells,
    places,
    wordCount,
    underCatchAll,
    namesOpenapi: isObject(routes.value),
    ...(operations && { operations }),
  };
}

interface Seen {
  readonly keys: Set<string>;
  /** The first template of each shape. */
  readonly templates: Map<string, string>;
}

function isAcceptable(route: InventoryRoute, seen: Seen, report: Report): boolean {
  const { key, pointer, template } = route;
  const parameters = parametersOf(template);
  const twice = parameters.find((parameter, index) => parameters.indexOf(parameter) !== index);
  if (twice !== undefined) {
    report.error('ROUTE_INVALID', pointer, {
      expected: 'each parameter once',
      found: `${code(twice)} twice in ${code(key)}`,
    });
    return false;
  }
  if (seen.keys.has(key)) {
    report.error('ROUTE_DUPLICATE', pointer, {
      expected: 'each route once',
      found: `${code(key)} again`,
    });
    return false;
  }
  seen.keys.add(key);
  const shape = shapeOf(template);
  const twin = seen.templates.get(shape) ?? template;
  seen.templates.set(shape, twin);
  if (twin !== template) {
    const says = `\`${template}\` and \`${twin}\` are the same template with other parameter names`;
    const nearest = key.replace(template, () => twin);
    report.error('TEMPLATE_DUPLICATE', pointer, {
      says,
      expected: code(twin),
      found: code(template),
      nearest,
    });
  }
  return true;
}

const parametersOf = (template: string): readonly string[] =>
  segmentsOf(template)
    .filter((segment) => segment.startsWith('{'))
    .map((segment) => segment.replace('+}', '}'));

const shapeOf = (template: string): string =>
  template.replace(/\{[^}]*\+\}/g, '{+}').replace(/\{[^}+]*\}/g, '{}');

const isGreedy = (template: string): boolean => template.endsWith('+}');

/**
 * Whether some route lies under a catch-all (greedy or default) route: the gateway may deliver its
 * requests as the catch-all's.
 */
function hasRouteUnderCatchAll(routes: readonly InventoryRoute[]): boolean {
  const catchAll = routes.filter(
    ({ method, template }) => method === undefined || isGreedy(template),
  );
  return routes.some((route) => catchAll.some((other) => isUnderCatchAll(route, other)));
}

function isUnderCatchAll(route: InventoryRoute, catchAll: InventoryRoute): boolean {
  if (route === catchAll || route.template === catchAll.template) return false;
  // A preflight route under a catch-all route is the documented way to answer CORS.
  if (route.method === 'OPTIONS' && isGreedy(route.template) && catchAll.method === undefined)
    return false;
  if (catchAll.method === undefined) return true;
  if (
    route.method !== undefined &&
    route.method !== 'ANY' &&
    catchAll.method !== 'ANY' &&
    route.method !== catchAll.method
  )
    return false;
  const prefix = segmentsOf(catchAll.template).slice(0, -1);
  const own = segmentsOf(route.template);
  return (
    route.method !== undefined &&
    own.length > prefix.length &&
    prefix.every((segment, index) => segment === own[index])
  );
}

function cellsOf(routes: readonly InventoryRoute[]): readonly Cell[] {
  const own = new Set(routes.map(({ key }) => key));
  return routes.flatMap(({ key, method, template }): readonly Cell[] => {
    const segments = segmentsOf(template);
    if (method !== undefined && method !== 'ANY') return [{ key, method, template, segments }];
    const methods = METHODS.filter((candidate) => !own.has(`${candidate} ${template}`));
    return methods.map((candidate) => ({
      key: `${candidate} ${template}`,
      method: candidate,
      template,
      segments,
      gateway: key,
    }));
  });
}
