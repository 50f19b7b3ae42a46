/**
 * The contract that unit tests hold the fake of an API to, held against the adapters on the
 * emulator. Replaces no deployment: those are the other scenarios.
 */
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteMethodCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  CreateAuthorizerCommand as RestAuthorizer,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoStore } from '../../lambda/attachment/dynamo-record-store.ts';
import { httpApiControl } from '../../lambda/gateway/http-api.ts';
import { responseControl } from '../../lambda/gateway/response-control.ts';
import { restApiControl } from '../../lambda/gateway/rest-api.ts';
import {
  CONTRACT_ROUTES,
  CONTROL_CONTRACT,
  type ControlSubject,
  EMPTY_THING,
  type Kind,
} from '../support/control-contract.ts';
import { LAMBDA_URI } from './live-rest-api.ts';
import type { Step } from './steps.ts';
import { clientOptions, type World } from './world.ts';

interface Clients {
  readonly http: ApiGatewayV2Client;
  readonly rest: APIGatewayClient;
  readonly dynamo: DynamoDBClient;
}

export async function contract(world: World, step: Step): Promise<void> {
  const options = clientOptions(world);
  const clients = {
    http: new ApiGatewayV2Client(options),
    rest: new APIGatewayClient(options),
    dynamo: new DynamoDBClient(options),
  };
  await clients.dynamo.send(
    new CreateTableCommand({
      TableName: 'contract',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  for (const kind of ['http', 'rest'] as const) {
    for (const { name, kinds, run } of CONTROL_CONTRACT) {
      if (kinds.includes(kind))
        await step(`contract of ${kind} APIs: ${name}`, async () =>
          run(await subjects[kind](clients)),
        );
    }
  }
}

const subjects: Readonly<Record<Kind, (clients: Clients) => Promise<ControlSubject>>> = {
  http: httpSubject,
  rest: restSubject,
};
const SOURCE = 'Authorization';

async function httpSubject({ http, rest, dynamo }: Clients): Promise<ControlSubject> {
  const { ApiId: id = '' } = await http.send(
    new CreateApiCommand({ Name: 'contract', ProtocolType: 'HTTP' }),
  );
  await http.send(new CreateStageCommand({ ApiId: id, StageName: '$default', AutoDeploy: true }));
  const ids = new Map<string, string>();
  const lambda = {
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerUri: LAMBDA_URI,
  } as const;
  const issuer = { Issuer: 'https://acme.okta.com/oauth2/default', Audience: ['api://orders'] };
  const jwt = { AuthorizerType: 'JWT' as const, JwtConfiguration: issuer };
  for (const [Name, detail] of [
    ['acme', jwt],
    ['legacy', lambda],
    ['okta-groups-1', lambda],
  ] as const) {
    const made = await http.send(
      new CreateAuthorizerCommand({
        ApiId: id,
        Name,
        IdentitySource: [`$request.header.${SOURCE}`],
        ...detail,
      }),
    );
    ids.set(Name, made.AuthorizerId ?? '');
  }
  const routes = new Map<string, string>();
  for (const { key, type, authorizer, scopes } of CONTRACT_ROUTES.http) {
    const more = {
      ...(authorizer && { AuthorizerId: ids.get(authorizer) }),
      ...(scopes && { AuthorizationScopes: [...scopes] }),
    };
    const made = await http.send(
      new CreateRouteCommand({
        ApiId: id,
        RouteKey: key,
        AuthorizationType: type as 'NONE',
        ...more,
      }),
    );
    routes.set(key, made.RouteId ?? '');
  }
  return {
    kind: 'http',
    control: ({ apiId = id } = {}) => httpApiControl(http, apiId),
    responses: (apiId = id) => responseControl(rest, apiId),
    store: () => dynamoStore(dynamo, 'contract', id, EMPTY_THING),
    deleteRoute: async (key) =>
      void (await http.send(new DeleteRouteCommand({ ApiId: id, RouteId: routes.get(key) }))),
  };
}

async function restSubject({ rest, dynamo }: Clients): Promise<ControlSubject> {
  const { id = '' } = await rest.send(new CreateRestApiCommand({ name: 'contract' }));
  const { items: [root] = [] } = await rest.send(new GetResourcesCommand({ restApiId: id }));
  const ids = new Map<string, string>();
  for (const name of ['legacy', 'okta-groups-1']) {
    const identitySource = `method.request.header.${SOURCE}`;
    const made = await rest.send(
      new RestAuthorizer({
        restApiId: id,
        name,
        type: 'REQUEST',
        authorizerUri: LAMBDA_URI,
        identitySource,
      }),
    );
    ids.set(name, made.id ?? '');
  }
  const resources = new Map<string, string>();
  for (const { key, type, authorizer, apiKeyRequired = false, preflight } of CONTRACT_ROUTES.rest) {
    const [httpMethod = '', path = ''] = key.split(' ');
    if (!resources.has(path)) {
      const made = await rest.send(
        new CreateResourceCommand({ restApiId: id, parentId: root?.id, pathPart: path.slice(1) }),
      );
      resources.set(path, made.id ?? '');
    }
    const at = { restApiId: id, resourceId: resources.get(path), httpMethod };
    const authorizerId = authorizer && { authorizerId: ids.get(authorizer) };
    await rest.send(
      new PutMethodCommand({ ...at, authorizationType: type, apiKeyRequired, ...authorizerId }),
    );
    const target = {
      type: 'HTTP_PROXY',
      integrationHttpMethod: httpMethod,
      uri: `https://orders.example.com${path}`,
    } as const;
    await rest.send(
      new PutIntegrationCommand({ ...at, ...(preflight ? { type: 'MOCK' } : target) }),
    );
  }
  await rest.send(new CreateDeploymentCommand({ restApiId: id, stageName: 'prod' }));
  return {
    kind: 'rest',
    control: ({ apiId = id, stage = 'prod' } = {}) => restApiControl(rest, apiId, stage),
    responses: (apiId = id) => responseControl(rest, apiId),
    store: () => dynamoStore(dynamo, 'contract', id, EMPTY_THING),
    async deleteRoute(key) {
      const [httpMethod, path = ''] = key.split(' ');
      await rest.send(
        new DeleteMethodCommand({ restApiId: id, resourceId: resources.get(path), httpMethod }),
      );
    },
  };
}
