/** The route inventory: the gateway's routes as the map lists them, and the cells that groups are held against. */
import { METHODS, type Method, type ModelRouteFile } from '../../lambda/core/model.ts';
import { at, type Cursor, isData, items, type Report, text } from './cursor.ts';
import { type ParsedRoute, parseRoute, segmentsOf } from './notation.ts';
import { code } from './problems.ts';

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
  /** 32-bit words of a row over the cells. */
  readonly words: number;
}

export function readInventory(routes: Cursor, report: Report): Inventory {
  const gatewayRoutes: InventoryRoute[] = [];
  const seen: Seen = { keys: new Set(), templates: new Map() };
  for (const item of items(routes)) {
    const cursor = isData(item.value) ? at(item, 'route') : item;
    const key = text(cursor);
    const parsed = key === undefined ? undefined : parseRoute(key);
    if (key === undefined || !parsed) continue;
    const route = { ...parsed, key, pointer: cursor.pointer };
    if (isAcceptable(route, seen, report)) gatewayRoutes.push(route);
  }
  reportShadowed(gatewayRoutes, report);
  const cells = cellsOf(gatewayRoutes);
  return { gatewayRoutes, cells, words: Math.ceil(cells.length / 32) };
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
    report.error('ROUTE_INVALID', pointer, { expected: 'each parameter once', found: `${code(twice)} twice in ${code(key)}` });
    return false;
  }
  if (seen.keys.has(key)) {
    report.error('ROUTE_DUPLICATE', pointer, { expected: 'each route once', found: `${code(key)} again` });
    return false;
  }
  seen.keys.add(key);
  const shape = shapeOf(template);
  const twin = seen.templates.get(shape) ?? template;
  seen.templates.set(shape, twin);
  if (twin !== template) {
    const says = `\`${template}\` and \`${twin}\` are the same template with other parameter names`;
    const nearest = key.replace(template, () => twin);
    report.error('TEMPLATE_DUPLICATE', pointer, { says, expected: code(twin), found: code(template), nearest });
  }
  return true;
}

const parametersOf = (template: string): readonly string[] =>
  segmentsOf(template)
    .filter((segment) => segment.startsWith('{'))
    .map((segment) => segment.replace('+}', '}'));

const shapeOf = (template: string): string => template.replace(/\{[^}]*\+\}/g, '{+}').replace(/\{[^}+]*\}/g, '{}');

const isGreedy = (template: string): boolean => template.endsWith('+}');

/** Routes below a greedy one need a router over the raw path, which the authorizer of this version does not have. */
function reportShadowed(routes: readonly InventoryRoute[], report: Report): void {
  const wide = routes.filter(({ method, template }) => method === undefined || isGreedy(template));
  for (const route of routes) {
    const above = wide.find((other) => isBelow(route, other));
    if (!above) continue;
    report.error('NOT_AVAILABLE', route.pointer, {
      says: `${code(route.key)} below ${code(above.key)}: a route below a greedy or default route is not available yet`,
    });
  }
}

function isBelow(route: InventoryRoute, wide: InventoryRoute): boolean {
  if (route === wide || route.template === wide.template) return false;
  // A preflight route beside a greedy or default route is how such an API answers CORS.
  if (route.method === 'OPTIONS' && isGreedy(route.template) && wide.method === undefined) return false;
  if (wide.method === undefined) return true;
  if (route.method !== undefined && route.method !== 'ANY' && wide.method !== 'ANY' && route.method !== wide.method) return false;
  const prefix = segmentsOf(wide.template).slice(0, -1);
  const own = segmentsOf(route.template);
  return route.method !== undefined && own.length > prefix.length && prefix.every((segment, index) => segment === own[index]);
}

function cellsOf(routes: readonly InventoryRoute[]): readonly Cell[] {
  const own = new Set(routes.map(({ key }) => key));
  return routes.flatMap(({ key, method, template }): readonly Cell[] => {
    const segments = segmentsOf(template);
    if (method !== undefined && method !== 'ANY') return [{ key, method, template, segments }];
    const methods = METHODS.filter((candidate) => !own.has(`${candidate} ${template}`));
    return methods.map((candidate) => ({ key: `${candidate} ${template}`, method: candidate, template, segments, gateway: key }));
  });
}
