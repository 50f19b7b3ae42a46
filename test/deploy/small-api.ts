/**
 * An API of another team with `GET /orders` (open) and `GET /me` (behind an authorizer of theirs).
 */
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateAuthorizerCommand as CreateRestAuthorizer,
  GetResourcesCommand,
  GetAuthorizersCommand as GetRestAuthorizers,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateMethodCommand,
  UpdateAuthorizerCommand as UpdateRestAuthorizer,
} from '@aws-sdk/client-api-gateway';
import {
  CreateRouteCommand,
  GetAuthorizersCommand,
  GetRoutesCommand,
  UpdateAuthorizerCommand,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { LAMBDA_URI } from './live-rest-api.ts';
import { makeOwnedHttpApi } from './owned-http-api.ts';
import { clientOptions, type World } from './world.ts';

export interface SmallApi {
  readonly kind: 'http' | 'rest';
  readonly apiId: string;
  readonly stage?: string;
  /** As a deployment of the owner: the route has their authorizer. */
  giveBack(key: string): Promise<void>;
  /** Our authorizer with payload format 1.0 (HTTP), or of type TOKEN (REST). */
  setUpOtherwise(key: string): Promise<void>;
}

export const makeSmallApi = (world: World, kind: 'http' | 'rest'): Promise<SmallApi> =>
  kind === 'http' ? smallHttpApi(world) : smallRestApi(world);

async function smallHttpApi(world: World): Promise<SmallApi> {
  const { client, ApiId, Target, jwt } = await makeOwnedHttpApi(world, 'small');
  const theirs = { AuthorizationType: 'JWT', AuthorizerId: jwt } as const;
  await client.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /orders', Target }));
  await client.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /me', Target, ...theirs }));
  return {
    kind: 'http',
    apiId: ApiId,
    async giveBack(key) {
      const { Items = [] } = await client.send(new GetRoutesCommand({ ApiId }));
      const RouteId = Items.find(({ RouteKey }) => RouteKey === key)?.RouteId;
      await client.send(new UpdateRouteCommand({ ApiId, RouteId, ...theirs }));
    },
    async setUpOtherwise() {
      const { Items = [] } = await client.send(new GetAuthorizersCommand({ ApiId }));
      const ours = Items.find(({ Name }) => Name?.startsWith('okta-groups-'));
      await client.send(
        new UpdateAuthorizerCommand({
          ApiId,
          AuthorizerId: ours?.AuthorizerId,
          AuthorizerPayloadFormatVersion: '1.0',
        }),
      );
    },
  };
}

async function smallRestApi(world: World): Promise<SmallApi> {
  const client = new APIGatewayClient(clientOptions(world));
  const { id: restApiId = '' } = await client.send(new CreateRestApiCommand({ name: 'small' }));
  const { items = [] } = await client.send(new GetResourcesCommand({ restApiId }));
  const { id: authorizerId } = await client.send(
    new CreateRestAuthorizer({
      restApiId,
      name: 'legacy',
      type: 'TOKEN',
      authorizerUri: LAMBDA_URI,
      identitySource: 'method.request.header.Authorization',
    }),
  );
  const resources = new Map<string, string | undefined>();
  const make = async (path: string, authorization: object): Promise<void> => {
    const { id: resourceId } = await client.send(
      new CreateResourceCommand({ restApiId, parentId: items[0]?.id, pathPart: path.slice(1) }),
    );
    resources.set(`GET ${path}`, resourceId);
    const at = { restApiId, resourceId, httpMethod: 'GET' };
    await client.send(new PutMethodCommand({ ...at, authorizationType: 'NONE', ...authorization }));
    const target = { type: 'HTTP_PROXY', integrationHttpMethod: 'GET' } as const;
    await client.send(
      new PutIntegrationCommand({ ...at, ...target, uri: `${world.upstream}${path}` }),
    );
  };
  await make('/orders', {});
  await make('/me', { authorizationType: 'CUSTOM', authorizerId });
  const publish = (stageName: string) =>
    client.send(new CreateDeploymentCommand({ restApiId, stageName }));
  for (const stage of ['prod', 'dev']) await publish(stage);
  return {
    kind: 'rest',
    apiId: restApiId,
    stage: 'prod',
    async giveBack(key) {
      const patchOperations = [
        { op: 'replace' as const, path: '/authorizationType', value: 'CUSTOM' },
        { op: 'replace' as const, path: '/authorizerId', value: authorizerId },
      ];
      const at = { restApiId, resourceId: resources.get(key), httpMethod: 'GET' };
      await client.send(new UpdateMethodCommand({ ...at, patchOperations }));
      await publish('prod');
    },
    async setUpOtherwise() {
      const { items: all = [] } = await client.send(new GetRestAuthorizers({ restApiId }));
      const ours = all.find(({ name }) => name?.startsWith('okta-groups-'));
      const patchOperations = [{ op: 'replace' as const, path: '/type', value: 'TOKEN' }];
      await client.send(
        new UpdateRestAuthorizer({ restApiId, authorizerId: ours?.id, patchOperations }),
      );
      await publish('prod');
    },
  };
}
