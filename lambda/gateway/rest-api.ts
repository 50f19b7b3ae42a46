/**
 * REST APIs by the control plane's version 1. The client is given, so that the same code serves
 * functions and commands.
 */
import {
  type APIGatewayClient,
  CreateDeploymentCommand,
  type Deployment,
  GetAuthorizersCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetExportCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStagesCommand,
  type Method,
  type PatchOperation,
  type Resource,
  type Authorizer as SdkAuthorizer,
  type Stage as SdkStage,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { isNotFound } from './http-api.ts';
import {
  type ApiControl,
  ApiNotFoundError,
  type Authorization,
  byKey,
  type LiveApi,
  type LiveRoute,
  type LiveStage,
  newestDeploymentIds,
  StageNotFoundError,
} from './live-api.ts';

const PAGE_SIZE = 500;

/**
 * @param stage the one that is published and compared; absent: all are read and none can be
 * published.
 */
export function restApiControl(
  client: APIGatewayClient,
  restApiId: string,
  stage?: string,
): ApiControl {
  return {
    read: () => readApi(client, restApiId, stage),
    async authorize(route, to) {
      const [resourceId, httpMethod] = route.locator.split('/');
      // Both in one call: an authorizer id alone is ignored by a method without authorization.
      await client.send(
        new UpdateMethodCommand({
          restApiId,
          resourceId,
          httpMethod,
          patchOperations: patches(route.authorization, to),
        }),
      );
    },
    async publish(stageName) {
      await client.send(
        new CreateDeploymentCommand({ restApiId, stageName, description: 'okta-group-authorizer' }),
      );
    },
  };
}

/**
 * Scopes stay as they are: only Cognito authorizers read them, and they are there when such a one
 * comes back. An id that is no longer meant is emptied, as Terraform's provider does: an authorizer
 * that a method still names cannot be deleted.
 */
function patches(now: Authorization, { type, authorizerId }: Authorization): PatchOperation[] {
  const set: PatchOperation = { op: 'replace', path: '/authorizationType', value: type };
  const id = authorizerId ?? (now.authorizerId === undefined ? undefined : '');
  return id === undefined ? [set] : [set, { op: 'replace', path: '/authorizerId', value: id }];
}

async function readApi(
  client: APIGatewayClient,
  restApiId: string,
  stageName: string | undefined,
): Promise<LiveApi> {
  const api = await client.send(new GetRestApiCommand({ restApiId })).catch((cause: unknown) => {
    if (!isNotFound(cause)) throw cause;
    const fix =
      'look up the id in this account and Region; the id of an HTTP API goes under `httpApiId`';
    throw new ApiNotFoundError(
      `expected a REST API, found none with the id \`${restApiId}\`: ${fix}`,
      { cause },
    );
  });
  const resources = await allPages((at) =>
    client.send(
      new GetResourcesCommand({ restApiId, limit: PAGE_SIZE, embed: ['methods'], ...at }),
    ),
  );
  const authorizers = await allPages((at) =>
    client.send(new GetAuthorizersCommand({ restApiId, limit: PAGE_SIZE, ...at })),
  );
  const stages = wantedStages(
    (await client.send(new GetStagesCommand({ restApiId }))).item ?? [],
    stageName,
  );
  const deployments = await allPages((at) =>
    client.send(new GetDeploymentsCommand({ restApiId, limit: PAGE_SIZE, ...at })),
  );
  const newest = newestDeploymentIds(
    deployments.map(({ id, createdDate }) => ({ id, at: createdDate })),
  );
  const live: LiveStage[] = [];
  for (const stage of stages) live.push(await readStage(client, restApiId, stage, newest));
  return {
    kind: 'rest',
    id: restApiId,
    name: api.name ?? restApiId,
    routes: resources.flatMap(liveRoutes).sort(byKey),
    resources: new Map(resources.map(({ path = '', id = '' }) => [path, id])),
    authorizers: authorizers.map(({ id, name, type }: SdkAuthorizer) => ({
      id: id ?? '',
      name: name ?? '',
      type: type ?? '',
    })),
    stages: live,
    // The API's answer has the quotes of the JSON text escaped.
    ...(api.policy ? { resourcePolicy: api.policy.replaceAll('\\"', '"') } : {}),
    pendingEdits:
      stageName === undefined ? [] : await pendingEdits(client, restApiId, stageName, resources),
  };
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
  stage: SdkStage,
  newest: ReadonlySet<string>,
): Promise<LiveStage> {
  const { deploymentId } = stage;
  const deployment: Deployment =
    deploymentId === undefined
      ? {}
      : await client.send(
          new GetDeploymentCommand({ restApiId, deploymentId, embed: ['apisummary'] }),
        );
  const served = new Map<string, string>();
  const servedKeyed = new Set<string>();
  for (const [path, methods] of Object.entries(deployment.apiSummary ?? {})) {
    for (const [method, { authorizationType, apiKeyRequired }] of Object.entries(methods)) {
      // AWS always says it (also NONE); an emulator that does not is not taken for a stage without
      // authorizers.
      if (authorizationType !== undefined) served.set(`${method} ${path}`, authorizationType);
      if (apiKeyRequired === true) servedKeyed.add(`${method} ${path}`);
    }
  }
  return {
    name: stage.stageName ?? '',
    autoDeploy: false,
    canary: stage.canarySettings !== undefined,
    current: newest.size === 0 || newest.has(deploymentId ?? ''),
    served,
    servedKeyed,
  };
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

interface Integration {
  readonly type?: string | undefined;
  readonly uri?: string | undefined;
}

/**
 * Compares what the stage serves with what the API holds: its methods, and where each of them goes.
 */
async function pendingEdits(
  client: APIGatewayClient,
  restApiId: string,
  stageName: string,
  resources: readonly Resource[],
): Promise<readonly string[]> {
  const parameters = { extensions: 'integrations' };
  const { body } = await client.send(
    new GetExportCommand({
      restApiId,
      stageName,
      exportType: 'oas30',
      parameters,
      accepts: 'application/json',
    }),
  );
  const served = exportedIntegrations(JSON.parse(new TextDecoder().decode(body)));
  const live = new Map<string, Integration>();
  for (const { path = '', resourceMethods = {} } of resources) {
    for (const [method, detail] of Object.entries(resourceMethods))
      live.set(`${method} ${path}`, detail.methodIntegration ?? {});
  }
  const differs = (key: string): boolean => textOf(served.get(key)) !== textOf(live.get(key));
  return [...new Set([...served.keys(), ...live.keys()])].filter(differs).sort();
}

const textOf = (integration: Integration | undefined): string =>
  integration === undefined
    ? 'absent'
    : `${integration.type?.toUpperCase() ?? ''} ${integration.uri ?? ''}`;

function exportedIntegrations(document: unknown): ReadonlyMap<string, Integration> {
  const { paths = {} } = document as {
    readonly paths?: Readonly<
      Record<
        string,
        Readonly<Record<string, { readonly 'x-amazon-apigateway-integration'?: Integration }>>
      >
    >;
  };
  const found = new Map<string, Integration>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [name, operation] of Object.entries(operations)) {
      const method = name === 'x-amazon-apigateway-any-method' ? 'ANY' : name.toUpperCase();
      if (name === 'parameters') continue;
      found.set(`${method} ${path}`, operation['x-amazon-apigateway-integration'] ?? {});
    }
  }
  return found;
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
