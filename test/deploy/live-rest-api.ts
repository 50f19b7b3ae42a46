/**
 * A REST API as a team would have it before it knows this product: made with the SDK, with
 * authorization of several kinds.
 */
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteMethodCommand,
  GetAuthorizersCommand,
  GetGatewayResponsesCommand,
  GetResourcesCommand,
  PutGatewayResponseCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  type PutMethodCommandInput,
  type Resource,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { clientOptions, type World } from './world.ts';

export interface LiveRestApi {
  readonly apiId: string;
  readonly stage: string;
  /** Value of a key that the stage takes. */
  readonly apiKey: string;
  /** Everything about methods, authorizers and gateway responses, in an order of its own. */
  state(): Promise<unknown>;
  method(key: string): Promise<{
    readonly authorizationType?: string | undefined;
    readonly apiKeyRequired?: boolean | undefined;
  }>;
  addMethod(key: string): Promise<void>;
  deleteMethod(key: string): Promise<void>;
  /**
   * As the owner's template does when it is deployed again: CDK writes NONE where a method has no
   * authorizer, and deploys the API.
   */
  redeployWithoutAuthorizer(key: string): Promise<void>;
}

export const REST_ROUTES = [
  ...['GET /orders', 'POST /orders', 'DELETE /orders', 'GET /orders/{id}', 'DELETE /orders/{id}'],
  ...['GET /legacy', 'GET /health'],
];

export const LAMBDA_URI =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:legacy/invocations';

/**
 * `POST /orders` takes an API key, `DELETE /orders` is authorized by IAM, `GET /legacy` by a
 * function of the owner's, `OPTIONS /orders` is a preflight; all others are open. Errors carry a
 * header of the owner's. Stage: `prod`.
 */
export async function makeLiveRestApi(world: World): Promise<LiveRestApi> {
  const client = new APIGatewayClient(clientOptions(world));
  const { id: restApiId = '' } = await client.send(
    new CreateRestApiCommand({ name: 'rest of another team' }),
  );
  const resources = async (): Promise<readonly Resource[]> =>
    (await client.send(new GetResourcesCommand({ restApiId, embed: ['methods'] }))).items ?? [];
  const resourceOf = async (path: string): Promise<string> => {
    const found = (await resources()).find((resource) => resource.path === path)?.id;
    if (found !== undefined) return found;
    const at = path.lastIndexOf('/');
    const parentId =
      at <= 0
        ? (await resources()).find((resource) => resource.path === '/')?.id
        : await resourceOf(path.slice(0, at));
    return (
      (
        await client.send(
          new CreateResourceCommand({ restApiId, parentId, pathPart: path.slice(at + 1) }),
        )
      ).id ?? ''
    );
  };
  const make = async (key: string, more: Partial<PutMethodCommandInput> = {}): Promise<void> => {
    const [httpMethod = '', path = ''] = key.split(' ');
    const at = { restApiId, resourceId: await resourceOf(path), httpMethod };
    await client.send(new PutMethodCommand({ ...at, authorizationType: 'NONE', ...more }));
    const target = {
      type: 'HTTP_PROXY',
      integrationHttpMethod: httpMethod,
      uri: `${world.upstream}${path}`,
    } as const;
    await client.send(
      new PutIntegrationCommand({
        ...at,
        ...(httpMethod === 'OPTIONS' ? { type: 'MOCK' } : target),
      }),
    );
  };
  const publish = () => client.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  await make('GET /orders');
  await make('POST /orders', { apiKeyRequired: true });
  await make('DELETE /orders', { authorizationType: 'AWS_IAM' });
  for (const key of ['GET /orders/{id}', 'DELETE /orders/{id}', 'GET /health', 'OPTIONS /orders'])
    await make(key);
  const legacy = {
    name: 'legacy',
    type: 'TOKEN',
    authorizerUri: LAMBDA_URI,
    identitySource: 'method.request.header.Authorization',
  } as const;
  const { id: authorizerId } = await client.send(
    new CreateAuthorizerCommand({ restApiId, ...legacy }),
  );
  await make('GET /legacy', { authorizationType: 'CUSTOM', authorizerId });
  const responseParameters = { 'gatewayresponse.header.X-Team': "'orders'" };
  await client.send(
    new PutGatewayResponseCommand({ restApiId, responseType: 'DEFAULT_4XX', responseParameters }),
  );
  await publish();
  const apiKey = await makeApiKey(client, restApiId);
  const method = async (key: string) => {
    const [name = '', path = ''] = key.split(' ');
    const found = (await resources()).find((resource) => resource.path === path);
    const detail = found?.resourceMethods?.[name];
    if (detail === undefined) throw new Error(`the API has no method ${key}`);
    return { ...detail, resourceId: found?.id, httpMethod: name };
  };
  return {
    apiId: restApiId,
    stage: 'prod',
    apiKey,
    state: () => stateOf(client, restApiId, resources),
    method,
    addMethod: (key) => make(key),
    async deleteMethod(key) {
      const { resourceId, httpMethod } = await method(key);
      await client.send(new DeleteMethodCommand({ restApiId, resourceId, httpMethod }));
    },
    async redeployWithoutAuthorizer(key) {
      const { resourceId, httpMethod } = await method(key);
      const patchOperations = [
        { op: 'replace' as const, path: '/authorizationType', value: 'NONE' },
      ];
      await client.send(
        new UpdateMethodCommand({ restApiId, resourceId, httpMethod, patchOperations }),
      );
      await publish();
    },
  };
}

async function makeApiKey(client: APIGatewayClient, apiId: string): Promise<string> {
  const value = 'a-key-of-the-owner-of-this-api';
  const { id: keyId } = await client.send(
    new CreateApiKeyCommand({ name: 'partner', value, enabled: true }),
  );
  const { id: usagePlanId } = await client.send(
    new CreateUsagePlanCommand({ name: 'partners', apiStages: [{ apiId, stage: 'prod' }] }),
  );
  await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
  return value;
}

async function stateOf(
  client: APIGatewayClient,
  restApiId: string,
  resources: () => Promise<readonly Resource[]>,
): Promise<unknown> {
  const methods = (await resources()).flatMap(({ path, resourceMethods = {} }) =>
    Object.entries(resourceMethods).map(
      ([name, { authorizationType, authorizerId, apiKeyRequired }]) => ({
        key: `${name} ${path}`,
        authorizationType,
        // Without authorization the id is ignored, and the emulator keeps it.
        authorizerId: authorizationType === 'NONE' ? undefined : authorizerId,
        apiKeyRequired,
      }),
    ),
  );
  const authorizers = (await client.send(new GetAuthorizersCommand({ restApiId }))).items ?? [];
  const responses = (await client.send(new GetGatewayResponsesCommand({ restApiId }))).items ?? [];
  return [methods.toSorted((a, b) => a.key.localeCompare(b.key)), authorizers, responses];
}
