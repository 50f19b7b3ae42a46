/** A REST API as a team would have it before it knows this product: made with the SDK, with authorization of several kinds. */
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  GetAuthorizersCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  type Resource,
} from '@aws-sdk/client-api-gateway';
import type { World } from './world.ts';

export interface LiveRestApi {
  readonly apiId: string;
  readonly stage: string;
  /** Everything about methods and authorizers, in an order of its own. */
  state(): Promise<unknown>;
  method(name: string): Promise<{ readonly authorizationType?: string | undefined; readonly apiKeyRequired?: boolean | undefined }>;
}

export const restClient = ({ emulator }: World): APIGatewayClient => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new APIGatewayClient({ endpoint: emulator.url, region: 'us-east-1', credentials });
};

/** `GET /orders` open, `POST /orders` open with an API key, `DELETE /orders` by IAM, on the stage `prod`. */
export async function makeLiveRestApi(world: World): Promise<LiveRestApi> {
  const client = restClient(world);
  const { id: restApiId = '' } = await client.send(new CreateRestApiCommand({ name: 'rest of another team' }));
  const { items = [] } = await client.send(new GetResourcesCommand({ restApiId }));
  const { id: resourceId = '' } = await client.send(new CreateResourceCommand({ restApiId, parentId: items[0]?.id, pathPart: 'orders' }));
  const make = async (httpMethod: string, authorizationType: string, apiKeyRequired = false) => {
    await client.send(new PutMethodCommand({ restApiId, resourceId, httpMethod, authorizationType, apiKeyRequired }));
    const uri = `${world.upstream}/orders`;
    await client.send(
      new PutIntegrationCommand({ restApiId, resourceId, httpMethod, type: 'HTTP_PROXY', integrationHttpMethod: httpMethod, uri }),
    );
  };
  await make('GET', 'NONE');
  await make('POST', 'NONE', true);
  await make('DELETE', 'AWS_IAM');
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));

  const resources = async (): Promise<readonly Resource[]> =>
    (await client.send(new GetResourcesCommand({ restApiId, embed: ['methods'] }))).items ?? [];
  return {
    apiId: restApiId,
    stage: 'prod',
    async state() {
      const methods = (await resources()).flatMap(({ path, resourceMethods = {} }) =>
        Object.entries(resourceMethods).map(([name, { authorizationType, authorizerId, apiKeyRequired }]) => ({
          key: `${name} ${path}`,
          authorizationType,
          // Without authorization the id is ignored, and the emulator keeps it.
          authorizerId: authorizationType === 'NONE' ? undefined : authorizerId,
          apiKeyRequired,
        })),
      );
      const authorizers = (await client.send(new GetAuthorizersCommand({ restApiId }))).items ?? [];
      return [methods.toSorted((a, b) => a.key.localeCompare(b.key)), authorizers];
    },
    async method(name) {
      const found = (await resources()).find(({ id }) => id === resourceId)?.resourceMethods?.[name];
      if (found === undefined) throw new Error(`the API has no method ${name}`);
      return found;
    },
  };
}
