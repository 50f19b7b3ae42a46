/**
 * An HTTP API as a team would have it before it knows this product: made with the SDK, with
 * authorization of several kinds.
 */
import {
  CreateAuthorizerCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  GetAuthorizersCommand,
  GetRoutesCommand,
  type Route,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { makeOwnedHttpApi } from './owned-http-api.ts';
import type { World } from './world.ts';

export interface LiveHttpApi {
  readonly apiId: string;
  /** Everything about routes and authorizers, in an order of its own. */
  state(): Promise<unknown>;
  route(key: string): Promise<Route>;
  addRoute(key: string): Promise<void>;
  deleteRoute(key: string): Promise<void>;
  /**
   * As the owner's template does when it is deployed again: CDK writes NONE where a route has no
   * authorizer.
   */
  redeployWithoutAuthorizer(key: string): Promise<void>;
}

export const UNPROTECTED_ROUTES = [
  'GET /orders',
  'POST /orders',
  'GET /orders/{id}',
  'DELETE /orders/{id}',
  'GET /reports/{year}',
  'ANY /carts/{id}',
];

export async function makeLiveHttpApi(world: World): Promise<LiveHttpApi> {
  const { client, ApiId, Target, jwt } = await makeOwnedHttpApi(world, 'orders of another team');
  const { AuthorizerId: lambda } = await client.send(
    new CreateAuthorizerCommand({
      ApiId,
      Name: 'legacy',
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerUri:
        'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:legacy/invocations',
    }),
  );
  const make = (RouteKey: string, more: Partial<Route> = {}) =>
    client.send(new CreateRouteCommand({ ApiId, RouteKey, Target, ...more }));
  for (const key of [...UNPROTECTED_ROUTES, 'GET /health']) await make(key);
  await make('GET /me', {
    AuthorizationType: 'JWT',
    AuthorizerId: jwt,
    AuthorizationScopes: ['openid', 'profile'],
  });
  await make('GET /invoices', {
    AuthorizationType: 'JWT',
    AuthorizerId: jwt,
    AuthorizationScopes: ['invoices'],
  });
  await make('POST /invoices', {
    AuthorizationType: 'JWT',
    AuthorizerId: jwt,
    AuthorizationScopes: ['invoices', 'write'],
  });
  await make('POST /internal', { AuthorizationType: 'AWS_IAM' });
  await make('GET /legacy', { AuthorizationType: 'CUSTOM', AuthorizerId: lambda });

  const routes = async (): Promise<readonly Route[]> =>
    (await client.send(new GetRoutesCommand({ ApiId }))).Items ?? [];
  const route = async (key: string): Promise<Route> => {
    const found = (await routes()).find(({ RouteKey }) => RouteKey === key);
    if (found === undefined) throw new Error(`the API has no route ${key}`);
    return found;
  };
  const sorted = <T extends object>(all: readonly T[]): readonly string[] =>
    all.map((one) => JSON.stringify(normalised(one))).sort();
  return {
    apiId: ApiId,
    route,
    state: async () => [
      sorted(await routes()),
      sorted((await client.send(new GetAuthorizersCommand({ ApiId }))).Items ?? []),
    ],
    addRoute: async (key) => void (await make(key)),
    deleteRoute: async (key) =>
      void (await client.send(
        new DeleteRouteCommand({ ApiId, RouteId: (await route(key)).RouteId }),
      )),
    redeployWithoutAuthorizer: async (key) =>
      void (await client.send(
        new UpdateRouteCommand({
          ApiId,
          RouteId: (await route(key)).RouteId,
          AuthorizationType: 'NONE',
          AuthorizerId: '',
        }),
      )),
  };
}

/** An empty list of scopes says what an absent one does. */
const normalised = (one: object): object =>
  Object.fromEntries(
    Object.entries(one)
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .toSorted(),
  );
