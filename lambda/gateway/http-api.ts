/**
 * HTTP APIs by version 2 of the control plane. The caller passes the client, so that functions and
 * commands share this code.
 */
import {
  type ApiGatewayV2Client,
  CreateDeploymentCommand,
  GetApiCommand,
  type GetApiCommandOutput,
  GetAuthorizersCommand,
  GetDeploymentsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type Authorizer as SdkAuthorizer,
  type Route as SdkRoute,
  type Stage as SdkStage,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { arnInUri } from '../core/contract/authorizer-uri.ts';
import { allPages } from './all-pages.ts';
import {
  type ApiControl,
  apiNotFoundOr,
  byKey,
  GatewayError,
  type LiveApi,
  type LiveAuthorizer,
  type LiveRoute,
  type LiveStage,
  newestDeploymentIds,
} from './live-api.ts';

const PAGE = '100';

export function httpApiControl(client: ApiGatewayV2Client, apiId: string): ApiControl {
  return {
    read: () => readApi(client, apiId),
    async authorize(route, to) {
      await client.send(
        new UpdateRouteCommand({
          ApiId: apiId,
          RouteId: route.locator,
          AuthorizationType: to.type as 'NONE',
          // Empty texts and lists remove the former value; absent ones keep it.
          AuthorizerId: to.authorizerId ?? '',
          AuthorizationScopes: [...to.scopes],
        }),
      );
    },
    async publish(stage) {
      await client.send(
        new CreateDeploymentCommand({
          ApiId: apiId,
          StageName: stage,
          Description: 'okta-group-authorizer',
        }),
      );
    },
  };
}

async function readApi(client: ApiGatewayV2Client, apiId: string): Promise<LiveApi> {
  const { Name: name = apiId, CorsConfiguration } = await apiOf(client, apiId);
  const routes = await itemsOf((at) =>
    client.send(new GetRoutesCommand({ ApiId: apiId, MaxResults: PAGE, ...at })),
  );
  const authorizers = await itemsOf((at) =>
    client.send(new GetAuthorizersCommand({ ApiId: apiId, MaxResults: PAGE, ...at })),
  );
  const stages = await itemsOf((at) =>
    client.send(new GetStagesCommand({ ApiId: apiId, MaxResults: PAGE, ...at })),
  );
  const newest = stages.some(({ AutoDeploy }) => AutoDeploy !== true)
    ? await newestDeployments(client, apiId)
    : new Set<string>();
  return {
    kind: 'http',
    id: apiId,
    name,
    routes: routes.map(liveRoute).sort(byKey),
    authorizers: authorizers.map(liveAuthorizer),
    stages: stages.map((stage) => liveStage(stage, newest)),
    pendingEdits: [],
    hasCors: CorsConfiguration !== undefined,
  };
}

/** @throws GatewayError for an API that does not exist or is no HTTP API. */
async function apiOf(client: ApiGatewayV2Client, apiId: string): Promise<GetApiCommandOutput> {
  const api = await client
    .send(new GetApiCommand({ ApiId: apiId }))
    .catch(apiNotFoundOr('http', apiId));
  if (api.ProtocolType === 'HTTP') return api;
  throw new GatewayError(
    `expected an HTTP API, found that \`${apiId}\` is a ${api.ProtocolType} API: give the id of an HTTP API`,
  );
}

async function newestDeployments(
  client: ApiGatewayV2Client,
  apiId: string,
): Promise<ReadonlySet<string>> {
  const all = await itemsOf((at) =>
    client.send(new GetDeploymentsCommand({ ApiId: apiId, MaxResults: PAGE, ...at })),
  );
  return newestDeploymentIds(all.map(({ DeploymentId: id, CreatedDate: at }) => ({ id, at })));
}

/** The listings of HTTP APIs. */
interface Listed<Item> {
  readonly Items?: Item[] | undefined;
  readonly NextToken?: string | undefined;
}

const itemsOf = <Item>(
  ask: (at: { readonly NextToken?: string }) => Promise<Listed<Item>>,
): Promise<readonly Item[]> =>
  allPages(async (marker) => {
    const { Items, NextToken } = await ask(marker === undefined ? {} : { NextToken: marker });
    return { items: Items, next: NextToken };
  });

const liveRoute = (route: SdkRoute): LiveRoute => ({
  key: route.RouteKey ?? '',
  locator: route.RouteId ?? '',
  authorization: {
    type: route.AuthorizationType ?? 'NONE',
    // A route without authorizer may still have the id of a former one.
    ...(route.AuthorizerId && (route.AuthorizationType ?? 'NONE') !== 'NONE'
      ? { authorizerId: route.AuthorizerId }
      : {}),
    scopes: route.AuthorizationScopes ?? [],
  },
  apiKeyRequired: route.ApiKeyRequired ?? false,
  preflight: false,
});

function liveAuthorizer({
  AuthorizerId,
  Name,
  AuthorizerType,
  IdentitySource,
  JwtConfiguration,
  AuthorizerUri,
  AuthorizerResultTtlInSeconds: ttlSeconds,
  AuthorizerPayloadFormatVersion: payloadFormat,
  EnableSimpleResponses: simpleResponses,
}: SdkAuthorizer): LiveAuthorizer {
  const invokes = arnInUri(AuthorizerUri);
  const jwt =
    JwtConfiguration?.Issuer === undefined
      ? undefined
      : { issuer: JwtConfiguration.Issuer, audiences: JwtConfiguration.Audience ?? [] };
  return {
    id: AuthorizerId ?? '',
    name: Name ?? '',
    type: AuthorizerType ?? '',
    ...(IdentitySource && { identitySources: IdentitySource }),
    ...(jwt && { jwt }),
    ...(invokes !== undefined && { invokes }),
    ...(ttlSeconds !== undefined && { ttlSeconds }),
    ...(payloadFormat !== undefined && { payloadFormat }),
    ...(simpleResponses !== undefined && { simpleResponses }),
  };
}

const liveStage = (stage: SdkStage, newest: ReadonlySet<string>): LiveStage => ({
  name: stage.StageName ?? '',
  autoDeploy: stage.AutoDeploy === true,
  canary: false,
  current: stage.AutoDeploy === true || newest.size === 0 || newest.has(stage.DeploymentId ?? ''),
});
