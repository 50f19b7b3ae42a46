/** Reads `permissionsEndpoint`: the route at which a caller asks what it may do. */
import { setBit } from '../../../lambda/core/model/bits.ts';
import type { PermissionsEndpointFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, text } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { InventoryRoute } from '../routes/inventory.ts';
import { segmentsOf } from '../routes/notation.ts';
import type { ApiSettings } from './api-section.ts';
import type { AccessRule, SectionContext } from './rules-section.ts';

export interface PermissionsEndpoint extends PermissionsEndpointFile {
  /** Without parameters: `/permissions`. */
  readonly path: string;
}

export function readPermissionsEndpoint(root: Cursor): PermissionsEndpoint | undefined {
  const endpoint = at(root, 'permissionsEndpoint');
  const path = text(at(endpoint, 'path'));
  if (path === undefined) return undefined;
  return { path, route: `GET ${path}`, exposeGroups: at(endpoint, 'exposeGroups').value === true };
}

/** The endpoint as a route of the gateway, for what is demanded of all of them. */
export const asRoute = (
  endpoint: PermissionsEndpoint | undefined,
): readonly Pick<InventoryRoute, 'key' | 'method' | 'template' | 'pointer'>[] =>
  endpoint === undefined
    ? []
    : [
        {
          key: endpoint.route,
          method: 'GET',
          template: endpoint.path,
          pointer: '/permissionsEndpoint/path',
        },
      ];

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
 * The rule that opens the endpoint to any valid token. Its bit is the one behind those of the
 * inventory, so that no pattern reaches it: a deny for `GET /**` closes the API, never the question
 * what is open.
 */
export function endpointRule(
  endpoint: PermissionsEndpoint,
  { document, report, inventory }: SectionContext,
): AccessRule {
  const pointer = '/permissionsEndpoint/path';
  const taken = inventory.gatewayRoutes.find((route) => serves(route, endpoint.path));
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
 * Greedy and default routes serve what no other route does, so the endpoint takes nothing from them
 * that they could not do without.
 */
function serves({ method, template }: InventoryRoute, path: string): boolean {
  if (method !== 'GET' && method !== 'ANY') return false;
  const own = segmentsOf(path);
  const segments = segmentsOf(template);
  return (
    segments.length === own.length &&
    segments.every((segment, at) => /^\{[^+]*\}$/.test(segment) || segment === own[at])
  );
}
