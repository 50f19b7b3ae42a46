/**
 * The route inventory: the gateway's routes as the map lists them, and the cells that rules allow
 * and deny.
 */

import { isObject } from '../../../lambda/core/json/json-object.ts';
import { emptyRow, type Row, setBit } from '../../../lambda/core/model/bits.ts';
import type { ModelRouteFile } from '../../../lambda/core/model/model-file.ts';
import { METHODS, type Method } from '../../../lambda/core/path/http-methods.ts';
import { isGreedy } from '../../../lambda/core/path/route-template.ts';
import { isCatchAll } from '../../../lambda/core/path/route-tree.ts';
import type { Operation } from '../../openapi/read-openapi.ts';
import { at, type Cursor, items, type Report, text } from '../report/cursor.ts';
import type { MapSection } from '../schema/schema.ts';
import type { BasePath, DocumentRoute } from './document-routes.ts';
import { type ParsedRoute, parseRoute, segmentsOf } from './notation.ts';
import { type ReadFile, readDocumentRoutes } from './openapi-inventory.ts';
import { routeAdmission } from './route-admission.ts';
import type { RouteRefusal } from './route-refusal.ts';

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
  /** What an import of the OpenAPI file does with the path of its server. */
  readonly basePath: BasePath;
  /** Operations of the OpenAPI file, where it can be read. */
  readonly operations?: readonly MappedOperation[];
}

/** An operation of the OpenAPI file that is a route. */
export interface MappedOperation extends Pick<Operation, 'tags' | 'scopes'> {
  /** The gateway's route key. */
  readonly key: string;
}

export interface InventoryOptions {
  /**
   * Routes beside those of the map: each has a bit of a row after the cells, which no pattern
   * matches.
   */
  readonly reserved: readonly InventoryRoute[];
  readonly readFile: ReadFile | undefined;
  readonly kind: 'http' | 'rest';
  /** Of an API that we deploy. */
  readonly hasUpstream: boolean;
}

export function readInventory(
  routes: Cursor<MapSection<'routes'>>,
  report: Report,
  { reserved, readFile, kind, hasUpstream }: InventoryOptions,
): Inventory {
  const described = readDocumentRoutes(routes, { kind, hasUpstream, readFile }, report);
  const admit = routeAdmission(kind);
  const gatewayRoutes = writtenRoutes(routes, described?.routes ?? []).filter((route) =>
    isAcceptable(route, admit(route), report),
  );
  // The reader of the endpoint reports a route that is there twice.
  for (const route of reserved) {
    const refusal = admit(route);
    if (refusal?.code === 'ROUTE_INVALID')
      report.error(refusal.code, route.pointer, refusal.detail);
  }
  const cells = cellsOf(gatewayRoutes);
  const underCatchAll = hasRouteUnderCatchAll(gatewayRoutes);
  const places = new Map(cells.map(({ key }, index) => [key, index]));
  const wordCount = Math.ceil((cells.length + reserved.length) / 32);
  return {
    gatewayRoutes,
    cells,
    places,
    wordCount,
    underCatchAll,
    namesOpenapi: isObject(routes.value),
    basePath: described?.basePath ?? 'ignore',
    ...(described && { operations: described.routes.map(mapped) }),
  };
}

/** Those that the map lists, then those of its document. */
function writtenRoutes(
  routes: Cursor<MapSection<'routes'>>,
  described: readonly DocumentRoute<Operation>[],
): readonly InventoryRoute[] {
  const { pointer } = at(routes, 'openapi');
  const listed = items(routes).map((item) => (isObject(item.value) ? at(item, 'route') : item));
  const ofDocument = described.map(({ key }): Cursor<string> => ({ value: key, pointer }));
  return [...listed, ...ofDocument].flatMap((cursor) => {
    const key = text(cursor);
    const parsed = key === undefined ? undefined : parseRoute(key);
    return key === undefined || !parsed ? [] : [{ ...parsed, key, pointer: cursor.pointer }];
  });
}

const mapped = ({ key, operation }: DocumentRoute<Operation>): MappedOperation => ({
  key,
  tags: operation.tags,
  scopes: operation.scopes,
});

/** @returns whether the route is one of the inventory, right or not. */
function isAcceptable(
  route: InventoryRoute,
  refusal: RouteRefusal | undefined,
  report: Report,
): boolean {
  if (refusal === undefined) return true;
  report.error(refusal.code, route.pointer, refusal.detail);
  return refusal.code !== 'ROUTE_DUPLICATE';
}

/**
 * Whether some route lies under a catch-all (greedy or default) route: the gateway may deliver its
 * requests as the catch-all's.
 */
function hasRouteUnderCatchAll(routes: readonly InventoryRoute[]): boolean {
  const catchAll = routes.filter(({ template }) => isCatchAll(template));
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

/** A row of the cells that are such. */
export function rowWhere(
  inventory: Inventory,
  is: (cell: Inventory['cells'][number]) => boolean,
): Row {
  const row = emptyRow(inventory.wordCount);
  inventory.cells.forEach((cell, index) => {
    if (is(cell)) setBit(row, index);
  });
  return row;
}
