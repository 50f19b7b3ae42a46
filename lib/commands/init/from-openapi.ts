/**
 * A map from an OpenAPI description: its routes, what asks for no token today as `public`, its
 * scopes as permissions.
 */
import { Document } from 'yaml';
import { code } from '../../access-map/report/problems.ts';
import { PERMISSION, parseRoute } from '../../access-map/routes/notation.ts';
import type { OpenapiDocument, Operation } from '../../openapi/openapi-document.ts';
import { CUSTOM_SERVER, comment, type InitialMap, nameOf } from './initial-map.ts';

export function mapFromOpenapi(openapi: OpenapiDocument, file: string): InitialMap {
  const operations = openapi.operations.filter(({ key }) => parseRoute(key) !== undefined);
  const permissions = permissionsOf(operations);
  const publicRoutes = operations.filter((operation) => operation.isPublic).map(({ key }) => key);
  const document = new Document({
    api: {
      name: nameOf(openapi.title),
      kind: 'http',
      upstream: { url: openapi.serverOrigin ?? 'https://upstream.example.com' },
    },
    okta: {
      issuer: issuerOf(openapi),
      audience: `api://${nameOf(openapi.title)}`,
      clients: ['REPLACE-WITH-CLIENT-ID'],
    },
    routes: operations.map(({ key }) => key),
    ...(publicRoutes.length === 0 ? {} : { public: publicRoutes }),
    ...(Object.keys(permissions).length === 0 ? {} : { permissions }),
    groups: groupsOf(permissions),
  });
  document.commentBefore = ` yaml-language-server: $schema=./node_modules/okta-group-authorizer/access.schema.json\n Written from ${file}.`;
  comment(document, 'okta', ' Review: issuer, audience and the client ids of your applications.');
  comment(
    document,
    'public',
    ' Review: these ask for no token in the description. Whoever is listed here is open to everybody.',
  );
  comment(document, 'groups', ' Replace: an example with one group for all permissions.');
  const left = openapi.operations
    .filter(({ key }) => !parseRoute(key))
    .map(({ key }) => `left out ${code(key)}: the gateway cannot have it as a route`);
  return { text: document.toString({ lineWidth: 0 }), left };
}

/** Only an issuer that can be one of a custom authorization server is carried over. */
const issuerOf = ({ issuer }: OpenapiDocument): string =>
  issuer !== undefined && CUSTOM_SERVER.test(issuer)
    ? issuer
    : 'https://example.okta.com/oauth2/default';

/**
 * Scopes with the routes that need them. Routes that need none of them are in no permission, and
 * closed until granted.
 */
function permissionsOf(
  operations: readonly Operation[],
): Readonly<Record<string, readonly string[]>> {
  const scopes = [...new Set(operations.flatMap((operation) => operation.scopes))].filter((scope) =>
    new RegExp(PERMISSION).test(scope),
  );
  return Object.fromEntries(
    scopes
      .map(
        (scope) =>
          [
            scope,
            operations
              .filter((one) => one.scopes.includes(scope) && !one.isPublic)
              .map(({ key }) => key),
          ] as const,
      )
      .filter(([, routes]) => routes.length > 0),
  );
}

const groupsOf = (
  permissions: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.keys(permissions).length === 0 ? {} : { 'api-users': { allow: Object.keys(permissions) } };
