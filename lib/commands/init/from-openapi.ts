/**
 * A map from an OpenAPI description: its routes, `public` where an operation requires no token, its
 * scopes as permissions.
 */
import { joinWithLimit } from '../../../lambda/gateway/live-api.ts';
import { code } from '../../access-map/report/problems.ts';
import {
  type BasePath,
  type DocumentRoute,
  type DocumentRoutes,
  documentRoutes,
  reasonOf,
} from '../../access-map/routes/document-routes.ts';
import { PERMISSION } from '../../access-map/routes/notation.ts';
import { PLACEHOLDER } from '../../access-map/sections/placeholders.ts';
import type { OpenapiDocument, Operation } from '../../openapi/read-openapi.ts';
import {
  type InitialMap,
  isIssuer,
  type KnownParts,
  type MapParts,
  nameOf,
  writeMap,
} from './initial-map.ts';

export interface FromOpenapi {
  /** The document's file, as the map names it. */
  readonly file: string;
  readonly known: KnownParts;
  /** Given: the map names the document in the place of its routes. */
  readonly basePath?: BasePath | undefined;
  /** The authorizer alone, where no stack of ours could hold the API. */
  readonly authorizerOnly?: boolean;
}

export function mapFromOpenapi(openapi: OpenapiDocument, from: FromOpenapi): InitialMap {
  const kind = openapi.kind ?? 'http';
  const { file, known, basePath } = from;
  const all = documentRoutes(openapi.operations, {
    kind,
    basePath: basePath ?? 'ignore',
    server: openapi.server,
  });
  const routes = all.routes.filter(({ operation }) => kind === 'http' || !operation.isMockOptions);
  const left = [...notesOf({ ...all, routes }), ...authorizerNotes(routes, openapi)];
  const text = writeMap({
    source: file,
    api: { name: nameOf(openapi.title), kind, ...deploymentOf(openapi, from) },
    ...trustOf(openapi, known),
    routes: routes.map(({ key }) => key),
    document: basePath === undefined ? undefined : { openapi: file, basePath },
    notes: [
      ...(openapi.hasSecurity ? [] : [ASKS_NOTHING]),
      ...(from.authorizerOnly ? [TOO_MANY] : []),
      ...left,
    ],
    publicRoutes: routes.filter(({ operation }) => operation.isPublic).map(({ key }) => key),
    publicComment:
      ' Review: the description requires no token for these. Anybody may call the routes that are listed here.',
    permissions: permissionsOf(routes),
  });
  return { text, left };
}

const ASKS_NOTHING =
  'Review: who may call these? The description has no `security`, so they are refused to everybody until `groups` or `public` lists them.';

const TOO_MANY =
  'No stack holds this many routes: `authorizerOnly`, with `inject`, protects the API where it is deployed.';

const deploymentOf = (openapi: OpenapiDocument, from: FromOpenapi): object =>
  from.authorizerOnly ? { authorizerOnly: true } : { upstream: upstreamOf(openapi, from) };

function notesOf({ routes, left }: DocumentRoutes<Operation>): readonly string[] {
  return [
    ...left.map(({ key, detail }) => `left out ${code(key)}: ${reasonOf({ detail })}`),
    ...routes.flatMap(({ key, written }) =>
      written === undefined
        ? []
        : [`${code(written)} is ${code(key)} here: resources of a REST API end with no slash`],
    ),
  ];
}

/** What decides calls today; `inject` keeps it unless `--replace` names it. */
function authorizerNotes(
  routes: readonly DocumentRoute<Operation>[],
  { authorizers }: OpenapiDocument,
): readonly string[] {
  return authorizers.map(({ name, type }) => {
    const keys = routes
      .filter(({ operation }) => operation.schemes.includes(name))
      .map(({ key }) => key);
    return `${joinWithLimit(keys)} ${keys.length === 1 ? 'has' : 'have'} the authorizer ${code(name)} (${type}), which stays until \`inject --replace\` names the route`;
  });
}

/**
 * Whose tokens are accepted: what the command line says, then a JWT authorizer, then the schemes.
 */
function trustOf(
  { issuer, authorizers }: OpenapiDocument,
  known: KnownParts,
): Pick<MapParts, 'issuer' | 'audience' | 'clients'> {
  const jwt = authorizers
    .flatMap((one) => one.jwt ?? [])
    .find((one) => typeof one.issuer === 'string' && isIssuer(one.issuer));
  const audiences = authorizers.flatMap((one) => one.jwt?.audiences ?? []);
  const named = (jwt?.audiences ?? []).find((one) => typeof one === 'string');
  // One that only CloudFormation knows.
  const audience = named ?? (audiences.length > 0 ? PLACEHOLDER.audience : undefined);
  return {
    issuer: known.issuer ?? (typeof jwt?.issuer === 'string' ? jwt.issuer : issuer),
    audience: known.audience ?? audience,
    clients: known.clients,
  };
}

/**
 * The server's URL, where it is the back end's. With its path, where the routes are without: the
 * back end gets what the gateway puts after it.
 */
function upstreamOf(
  { server: { origin, path, isStage } }: OpenapiDocument,
  { known, basePath }: FromOpenapi,
): { readonly url: string } {
  const described = origin === undefined || isStage ? PLACEHOLDER.upstream : origin;
  const below = isStage || origin === undefined || basePath === 'prepend' ? '' : path;
  return { url: known.upstream ?? `${described}${below}` };
}

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
