/**
 * A map from a live API: its routes, what is open today as `public`, issuer, audience and scopes of
 * its JWT authorizer.
 */
import { Document } from 'yaml';
import { joinWithLimit, type LiveApi, type LiveRoute } from '../../../lambda/gateway/live-api.ts';
import { PERMISSION, parseRoute } from '../../access-map/routes/notation.ts';
import { CUSTOM_SERVER, comment, type InitialMap, nameOf } from './initial-map.ts';

export function mapFromLiveApi(api: LiveApi): InitialMap {
  const routes = api.routes.filter(
    ({ key, preflight }) => !preflight && parseRoute(key) !== undefined,
  );
  const jwts = api.authorizers.flatMap(({ id, name, jwt }) =>
    jwt === undefined ? [] : [{ id, name, jwt }],
  );
  const [first, ...others] = jwts.filter(({ jwt }) => CUSTOM_SERVER.test(jwt.issuer));
  const publicRoutes = routes
    .filter(({ authorization }) => authorization.type === 'NONE')
    .map(({ key }) => key);
  const permissions = permissionsOf(
    routes.filter(({ authorization }) => authorization.authorizerId === first?.id),
  );
  const foreign = routes
    .filter(({ authorization }) => authorization.type !== 'NONE')
    .map(({ key }) => key);
  const stage = api.stages.length === 1 ? (api.stages[0]?.name ?? 'prod') : 'REPLACE-WITH-STAGE';
  const name = nameOf(api.name);
  const document = new Document({
    api: {
      name,
      kind: api.kind,
      attachTo: api.kind === 'http' ? { httpApiId: api.id } : { restApiId: api.id, stage },
    },
    okta: {
      issuer: first?.jwt.issuer ?? 'https://example.okta.com/oauth2/default',
      audience: first?.jwt.audiences[0] ?? `api://${name}`,
      clients: ['REPLACE-WITH-CLIENT-ID'],
    },
    routes: routes.map(({ key }) => key),
    ...(publicRoutes.length > 0 && { public: publicRoutes }),
    ...(Object.keys(permissions).length > 0 && { permissions }),
    groups:
      Object.keys(permissions).length === 0
        ? {}
        : { 'api-users': { allow: Object.keys(permissions) } },
  });
  document.commentBefore = ` yaml-language-server: $schema=./node_modules/okta-group-authorizer/access.schema.json\n Written from the ${api.kind === 'http' ? 'HTTP' : 'REST'} API ${api.id}.`;
  comment(document, 'okta', ' Review: issuer, audience and the client ids of your applications.');
  comment(
    document,
    'public',
    ' Review: these have no authorizer today. Whatever stays here stays open to everybody.',
  );
  comment(document, 'groups', ' Replace: an example with one group for all permissions.');
  const strange = jwts.filter(({ jwt }) => !CUSTOM_SERVER.test(jwt.issuer));
  return {
    text: document.toString({ lineWidth: 0 }),
    left: [
      ...api.routes
        .filter(({ key }) => parseRoute(key) === undefined)
        .map(({ key }) => `left out \`${key}\`: a map cannot have it as a route`),
      ...(foreign.length === 0
        ? []
        : [
            `${joinWithLimit(foreign)} have an authorizer, which stays until \`api.attachTo.replace\` lists the route`,
          ]),
      ...others.map(
        (one) =>
          `JWT authorizer \`${one.name}\` has another issuer or audience, which the map does not have`,
      ),
      ...strange.map(
        (one) =>
          `JWT authorizer \`${one.name}\`: \`${one.jwt.issuer}\` is no custom authorization server of Okta`,
      ),
      ...(first !== undefined && first.jwt.audiences.length > 1
        ? ['the JWT authorizer accepts several audiences, the map has the first']
        : []),
    ],
  };
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
