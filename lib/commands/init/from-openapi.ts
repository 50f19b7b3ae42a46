/**
 * A map from an OpenAPI description: its routes, `public` where an operation requires no token, its
 * scopes as permissions.
 */
import { code } from '../../access-map/report/problems.ts';
import { PERMISSION, parseRoute } from '../../access-map/routes/notation.ts';
import { PLACEHOLDER } from '../../access-map/sections/placeholders.ts';
import type { OpenapiDocument, Operation } from '../../openapi/openapi-document.ts';
import { type InitialMap, type KnownParts, nameOf, writeMap } from './initial-map.ts';

export function mapFromOpenapi(
  openapi: OpenapiDocument,
  file: string,
  known: KnownParts = {},
): InitialMap {
  const operations = openapi.operations.filter(({ key }) => parseRoute(key) !== undefined);
  const text = writeMap({
    source: file,
    api: {
      name: nameOf(openapi.title),
      kind: 'http',
      upstream: { url: known.upstream ?? openapi.serverOrigin ?? PLACEHOLDER.upstream },
    },
    issuer: known.issuer ?? openapi.issuer,
    audience: known.audience,
    clients: known.clients,
    routes: operations.map(({ key }) => key),
    publicRoutes: operations.filter(({ isPublic }) => isPublic).map(({ key }) => key),
    publicComment:
      ' Review: the description requires no token for these. Anybody may call the routes that are listed here.',
    permissions: permissionsOf(operations),
  });
  const left = openapi.operations
    .filter(({ key }) => !parseRoute(key))
    .map(({ key }) => `left out ${code(key)}: the gateway cannot have it as a route`);
  return { text, left };
}

/**
 * Scopes with the routes that need them. A route without a scope is in no permission, and denied
 * until a group is granted it.
 */
function permissionsOf(
  operations: readonly Operation[],
): Readonly<Record<string, readonly string[]>> {
  const scopes = [...new Set(operations.flatMap((operation) => operation.scopes))].filter((scope) =>
    new RegExp(PERMISSION).test(scope),
  );
  const routesOf = (scope: string): readonly string[] =>
    operations.filter((one) => one.scopes.includes(scope) && !one.isPublic).map(({ key }) => key);
  return Object.fromEntries(
    scopes
      .map((scope) => [scope, routesOf(scope)] as const)
      .filter(([, routes]) => routes.length > 0),
  );
}
