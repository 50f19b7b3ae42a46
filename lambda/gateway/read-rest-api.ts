/** A REST API as the control plane shows it. */
import {
  type APIGatewayClient,
  type Deployment,
  GetAuthorizersCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  type GetRestApiCommandOutput,
  GetStagesCommand,
  type Method,
  type Resource,
  type Authorizer as SdkAuthorizer,
  type Stage as SdkStage,
} from '@aws-sdk/client-api-gateway';
import {
  ApiNotFoundError,
  type Authorization,
  byKey,
  isNotFound,
  type LiveApi,
  type LiveAuthorizer,
  type LiveRoute,
  type LiveStage,
  newestDeploymentIds,
  StageNotFoundError,
} from './live-api.ts';
import { pendingRestEdits } from './pending-rest-edits.ts';

const PAGE_SIZE = 500;

/**
 * @param stageName the stage that is read and compared; undefined: all stages are read.
 * @throws GatewayError for an API or a stage that does not exist.
 */
export async function readRestApi(
  client: APIGatewayClient,
  restApiId: string,
  stageName: string | undefined,
): Promise<LiveApi> {
  const api = await getApi(client, restApiId);
  const resources = await allPages((at) =>
    client.send(
      new GetResourcesCommand({ restApiId, limit: PAGE_SIZE, embed: ['methods'], ...at }),
    ),
  );
  const authorizers = await allPages((at) =>
    client.send(new GetAuthorizersCommand({ restApiId, limit: PAGE_SIZE, ...at })),
  );
  const stages = await readStages(client, restApiId, stageName);
  return {
    kind: 'rest',
    id: restApiId,
    name: api.name ?? restApiId,
    routes: resources.flatMap(liveRoutes).sort(byKey),
    resources: new Map(resources.map(({ path = '', id = '' }) => [path, id])),
    authorizers: authorizers.map(liveAuthorizer),
    stages,
    // The API's answer has the quotes of the JSON text escaped.
    ...(api.policy ? { resourcePolicy: api.policy.replaceAll('\\"', '"') } : {}),
    pendingEdits:
      stageName === undefined
        ? []
        : await pendingRestEdits(client, restApiId, stageName, resources),
  };
}

function getApi(client: APIGatewayClient, restApiId: string): Promise<GetRestApiCommandOutput> {
  return client.send(new GetRestApiCommand({ restApiId })).catch((cause: unknown) => {
    if (!isNotFound(cause)) throw cause;
    const fix =
      'look up the id in this account and Region; the id of an HTTP API goes under `httpApiId`';
    throw new ApiNotFoundError(
      `expected a REST API, found none with the id \`${restApiId}\`: ${fix}`,
      { cause },
    );
  });
}

const liveAuthorizer = ({ id, name, type }: SdkAuthorizer): LiveAuthorizer => ({
  id: id ?? '',
  name: name ?? '',
  type: type ?? '',
});

async function readStages(
  client: APIGatewayClient,
  restApiId: string,
  stageName: string | undefined,
): Promise<readonly LiveStage[]> {
  const { item: all = [] } = await client.send(new GetStagesCommand({ restApiId }));
  const stages = wantedStages(all, stageName);
  const deployments = await allPages((at) =>
    client.send(new GetDeploymentsCommand({ restApiId, limit: PAGE_SIZE, ...at })),
  );
  const newest = newestDeploymentIds(
    deployments.map(({ id, createdDate }) => ({ id, at: createdDate })),
  );
  const live: LiveStage[] = [];
  for (const stage of stages) live.push(await readStage(client, restApiId, stage, newest));
  return live;
}

function wantedStages(
  stages: readonly SdkStage[],
  wanted: string | undefined,
): readonly SdkStage[] {
  if (wanted === undefined) return stages;
  const found = stages.filter(({ stageName }) => stageName === wanted);
  if (found.length > 0) return found;
  const names = stages.map(({ stageName }) => `\`${stageName}\``).join(', ');
  throw new StageNotFoundError(
    `expected the stage \`${wanted}\`, found ${names === '' ? 'no stage at all' : names}: correct \`attachTo.stage\``,
  );
}

async function readStage(
  client: APIGatewayClient,
  restApiId: string,
  { stageName, deploymentId, canarySettings }: SdkStage,
  newest: ReadonlySet<string>,
): Promise<LiveStage> {
  const deployment: Deployment =
    deploymentId === undefined
      ? {}
      : await client.send(
          new GetDeploymentCommand({ restApiId, deploymentId, embed: ['apisummary'] }),
        );
  return {
    name: stageName ?? '',
    autoDeploy: false,
    canary: canarySettings !== undefined,
    current: newest.size === 0 || newest.has(deploymentId ?? ''),
    ...servedRoutes(deployment),
  };
}

function servedRoutes({
  apiSummary = {},
}: Deployment): Required<Pick<LiveStage, 'served' | 'servedKeyed'>> {
  const served = new Map<string, string>();
  const servedKeyed = new Set<string>();
  for (const [path, methods] of Object.entries(apiSummary)) {
    for (const [method, { authorizationType, apiKeyRequired }] of Object.entries(methods)) {
      // AWS always says it, `NONE` too; an emulator that does not must not count as a stage without
      // authorizers.
      if (authorizationType !== undefined) served.set(`${method} ${path}`, authorizationType);
      if (apiKeyRequired === true) servedKeyed.add(`${method} ${path}`);
    }
  }
  return { served, servedKeyed };
}

function liveRoutes({ id, path = '', resourceMethods = {} }: Resource): readonly LiveRoute[] {
  return Object.entries(resourceMethods).map(([method, detail]) => ({
    key: `${method} ${path}`,
    locator: `${id}/${method}`,
    authorization: authorizationOf(detail),
    apiKeyRequired: detail.apiKeyRequired ?? false,
    preflight:
      method === 'OPTIONS' &&
      detail.methodIntegration?.type === 'MOCK' &&
      (detail.authorizationType ?? 'NONE') === 'NONE',
  }));
}

function authorizationOf({
  authorizationType = 'NONE',
  authorizerId,
  authorizationScopes = [],
}: Method): Authorization {
  const id = authorizerId && authorizationType !== 'NONE' ? { authorizerId } : {};
  return { type: authorizationType, ...id, scopes: authorizationScopes };
}

interface Page<T> {
  readonly items?: T[] | undefined;
  readonly position?: string | undefined;
}

async function allPages<T>(
  next: (at: { position?: string }) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let position: string | undefined;
  do {
    const page = await next(position === undefined ? {} : { position });
    all.push(...(page.items ?? []));
    position = page.position;
  } while (position);
  return all;
}
