/**
 * A map from a live API: its routes, `public` where a route has no authorizer, issuer, audience and
 * scopes of its JWT authorizer.
 */
import {
  joinWithLimit,
  type LiveApi,
  type LiveAuthorizer,
  type LiveRoute,
} from '../../../lambda/gateway/live-api.ts';
import { PERMISSION, parseRoute } from '../../access-map/routes/notation.ts';
import { PLACEHOLDER } from '../../access-map/sections/placeholders.ts';
import { type InitialMap, isIssuer, type KnownParts, nameOf, writeMap } from './initial-map.ts';

export function mapFromLiveApi(api: LiveApi, known: KnownParts = {}): InitialMap {
  const routes = api.routes.filter(
    ({ key, preflight }) => !preflight && parseRoute(key) !== undefined,
  );
  const [first] = jwtAuthorizers(api).filter(({ jwt }) => isIssuer(jwt.issuer));
  const stage = api.stages.length === 1 ? (api.stages[0]?.name ?? 'prod') : PLACEHOLDER.stage;
  const text = writeMap({
    source: `the ${api.kind === 'http' ? 'HTTP' : 'REST'} API ${api.id}`,
    api: {
      name: nameOf(api.name),
      kind: api.kind,
      attachTo: api.kind === 'http' ? { httpApiId: api.id } : { restApiId: api.id, stage },
    },
    issuer: known.issuer ?? first?.jwt.issuer,
    audience: known.audience ?? first?.jwt.audiences[0],
    clients: known.clients,
    routes: routes.map(({ key }) => key),
    publicRoutes: routes.filter(isUnprotected).map(({ key }) => key),
    publicComment:
      ' Review: these have no authorizer today. Anybody may call the routes that stay here.',
    permissions: permissionsOf(
      routes.filter(({ authorization }) => authorization.authorizerId === first?.id),
    ),
  });
  return { text, left: [...routesLeft(api, routes), ...authorizersLeft(api)] };
}

const isUnprotected = ({ authorization }: LiveRoute): boolean => authorization.type === 'NONE';

type JwtAuthorizer = LiveAuthorizer & Required<Pick<LiveAuthorizer, 'jwt'>>;

const jwtAuthorizers = ({ authorizers }: LiveApi): readonly JwtAuthorizer[] =>
  authorizers.flatMap((one) => (one.jwt === undefined ? [] : [{ ...one, jwt: one.jwt }]));

/** Routes that are not in the map, and those in it whose authorizer stays. */
function routesLeft(api: LiveApi, routes: readonly LiveRoute[]): readonly string[] {
  const left = api.routes
    .filter(({ key }) => parseRoute(key) === undefined)
    .map(({ key }) => `left out \`${key}\`: a map cannot have it as a route`);
  const foreign = routes.filter((route) => !isUnprotected(route)).map(({ key }) => key);
  if (foreign.length === 0) return left;
  return [
    ...left,
    `${joinWithLimit(foreign)} have an authorizer, which stays until \`api.attachTo.replace\` lists the route`,
  ];
}

/** JWT authorizers that the map does not take over: it has one issuer and one audience. */
function authorizersLeft(api: LiveApi): readonly string[] {
  const jwts = jwtAuthorizers(api);
  const [first, ...others] = jwts.filter(({ jwt }) => isIssuer(jwt.issuer));
  const strange = jwts.filter(({ jwt }) => !isIssuer(jwt.issuer));
  return [
    ...others.map(
      ({ name }) =>
        `JWT authorizer \`${name}\` has another issuer or audience, which the map does not have`,
    ),
    ...strange.map(
      ({ name, jwt }) =>
        `JWT authorizer \`${name}\`: \`${jwt.issuer}\` is no custom authorization server of Okta`,
    ),
    ...(first !== undefined && first.jwt.audiences.length > 1
      ? ['the JWT authorizer accepts several audiences, the map has the first']
      : []),
  ];
}

function permissionsOf(routes: readonly LiveRoute[]): Readonly<Record<string, readonly string[]>> {
  const all = new Set(routes.flatMap(({ authorization }) => authorization.scopes));
  const named = [...all].filter((scope) => new RegExp(PERMISSION).test(scope)).sort();
  return Object.fromEntries(
    named.map((scope) => [
      scope,
      routes.filter((route) => route.authorization.scopes.includes(scope)).map(({ key }) => key),
    ]),
  );
}
