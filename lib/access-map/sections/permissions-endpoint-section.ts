/** Reads `permissionsEndpoint`: the route at which a caller asks what it may do. */
import { setBit } from '../../../lambda/core/model/bits.ts';
import type { PermissionsEndpointFile } from '../../../lambda/core/model/model-file.ts';
import { writtenRoutes } from '../../../lambda/core/path/route-choice.ts';
import { isCatchAll, routeTree } from '../../../lambda/core/path/route-tree.ts';
import { at, type Cursor, is, text } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { InventoryRoute } from '../routes/inventory.ts';
import type { MapSection } from '../schema/schema.ts';
import type { ApiSettings } from './api-section.ts';
import type { AccessRule } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

export interface PermissionsEndpoint extends PermissionsEndpointFile {
  /** Without parameters: `/permissions`. */
  readonly path: string;
}

export function readPermissionsEndpoint(
  endpoint: Cursor<MapSection<'permissionsEndpoint'>>,
): PermissionsEndpoint | undefined {
  const path = text(at(endpoint, 'path'));
  if (path === undefined) return undefined;
  return { path, route: `GET ${path}`, exposeGroups: is(at(endpoint, 'exposeGroups'), true) };
}

/**
 * The endpoint as a route of the gateway, for the rules that hold for all of them.
 * @param pointer where the map has its path.
 */
export const asRoute = (
  endpoint: PermissionsEndpoint | undefined,
  pointer: string,
): readonly Pick<InventoryRoute, 'key' | 'method' | 'template' | 'pointer'>[] =>
  endpoint === undefined
    ? []
    : [{ key: endpoint.route, method: 'GET', template: endpoint.path, pointer }];

/** The endpoint as the model has it. */
export function endpointFile(
  { route, exposeGroups }: PermissionsEndpoint,
  kind: 'http' | 'rest',
  { cors }: Pick<ApiSettings, 'cors'>,
): PermissionsEndpointFile {
  return {
    route,
    exposeGroups,
    ...(kind === 'rest' && cors !== undefined && { origins: cors.origins }),
  };
}

/**
 * The rule that allows the endpoint for any valid token. Its bit follows those of the inventory, so
 * no pattern matches it: `deny: GET /**` refuses every route of the API and still leaves the
 * endpoint.
 * @param pointer where the map has its path.
 */
export function endpointRule(
  endpoint: PermissionsEndpoint,
  pointer: string,
  { document, report, inventory }: SectionContext,
): AccessRule {
  const taken = takenBy(inventory.gatewayRoutes, endpoint.path);
  if (taken) {
    report.error('ENDPOINT_TAKEN', pointer, {
      expected: 'a path that no route serves',
      found: `${code(endpoint.path)}, which ${code(taken.key)} serves`,
    });
  }
  const routes = new Uint32Array(inventory.wordCount);
  setBit(routes, inventory.cells.length);
  return {
    subject: { kind: 'signedIn', name: 'signedIn' },
    effect: 'allow',
    pattern: endpoint.route,
    place: document.placeOf(pointer),
    routes,
  };
}

/**
 * Catch-all routes serve only what no other route serves, so a fixed endpoint may be beside
 * them.
 */
function takenBy(routes: readonly InventoryRoute[], path: string): InventoryRoute | undefined {
  const called = routes.filter(({ method }) => method === 'GET' || method === 'ANY');
  const tree = routeTree(new Set(called.map(({ template }) => template)));
  const chosen = writtenRoutes(tree, path).find((template) => !isCatchAll(template));
  return called.find(({ template }) => template === chosen);
}
