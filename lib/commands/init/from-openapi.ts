/**
 * A map from an OpenAPI description: its routes, `public` where an operation requires no token, its
 * scopes as permissions.
 */
import { code } from '../../access-map/report/problems.ts';
import {
  type DocumentRoute,
  documentRoutes,
  reasonOf,
} from '../../access-map/routes/document-routes.ts';
import { PERMISSION } from '../../access-map/routes/notation.ts';
import { PLACEHOLDER } from '../../access-map/sections/placeholders.ts';
import type { OpenapiDocument, Operation } from '../../openapi/openapi-document.ts';
import { type InitialMap, type KnownParts, nameOf, writeMap } from './initial-map.ts';

export function mapFromOpenapi(
  openapi: OpenapiDocument,
  file: string,
  known: KnownParts = {},
): InitialMap {
  const kind = openapi.kind ?? 'http';
  const { routes, left } = documentRoutes(openapi.operations, {
    kind,
    basePath: 'ignore',
    server: openapi.server,
  });
  const text = writeMap({
    source: file,
    api: {
      name: nameOf(openapi.title),
      kind,
      upstream: { url: known.upstream ?? upstreamOf(openapi.server) ?? PLACEHOLDER.upstream },
    },
    issuer: known.issuer ?? openapi.issuer,
    audience: known.audience,
    clients: known.clients,
    routes: routes.map(({ key }) => key),
    publicRoutes: routes.filter(({ operation }) => operation.isPublic).map(({ key }) => key),
    publicComment:
      ' Review: the description requires no token for these. Anybody may call the routes that are listed here.',
    permissions: permissionsOf(routes),
  });
  return {
    text,
    left: left.map(({ key, detail }) => `left out ${code(key)}: ${reasonOf({ detail })}`),
  };
}

/**
 * The server's URL, where it is the back end's. With its path, which the routes are without: the
 * back end gets what the gateway puts behind it.
 */
const upstreamOf = ({ origin, path, isStage }: OpenapiDocument['server']): string | undefined =>
  origin === undefined || isStage ? undefined : `${origin}${path}`;

/**
 * Scopes with the routes that need them. A route without a scope is in no permission, and denied
 * until a group is granted it.
 */
function permissionsOf(
  routes: readonly DocumentRoute<Operation>[],
): Readonly<Record<string, readonly string[]>> {
  const scopes = [...new Set(routes.flatMap(({ operation }) => operation.scopes))].filter((scope) =>
    new RegExp(PERMISSION).test(scope),
  );
  const routesOf = (scope: string): readonly string[] =>
    routes
      .filter(({ operation }) => operation.scopes.includes(scope) && !operation.isPublic)
      .map(({ key }) => key);
  return Object.fromEntries(
    scopes
      .map((scope) => [scope, routesOf(scope)] as const)
      .filter(([, routes]) => routes.length > 0),
  );
}
