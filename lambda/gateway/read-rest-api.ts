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
  type Stage as SdkStage,
} from '@aws-sdk/client-api-gateway';
import { allPages } from './all-pages.ts';
import {
  type Authorization,
  apiNotFoundOr,
  byKey,
  type LiveApi,
  type LiveRoute,
  type LiveStage,
  newestDeploymentIds,
  StageNotFoundError,
} from './live-api.ts';
import { liveAuthorizer } from './live-authorizer.ts';
import { isMockPreflight } from './preflight.ts';
import { type ExportCache, exportOf, pendingRestEdits } from './stage-export.ts';

const PAGE_SIZE = 500;

export interface RestReading {
  /** The stage that is compared with the API, and must exist; absent: none. */
  readonly stage?: string;
  readonly exports: ExportCache;
}

/** @throws GatewayError for an API or a stage that does not exist. */
export async function readRestApi(
  client: APIGatewayClient,
  restApiId: string,
  reading: RestReading,
): Promise<LiveApi> {
  const api = await getApi(client, restApiId);
  const resources = await itemsOf((at) =>
    client.send(
      new GetResourcesCommand({ restApiId, limit: PAGE_SIZE, embed: ['methods'], ...at }),
    ),
  );
  const authorizers = await itemsOf((at) =>
    client.send(new GetAuthorizersCommand({ restApiId, limit: PAGE_SIZE, ...at })),
  );
  const stages = await readStages(client, restApiId, reading);
  const compared = stages.find(({ name }) => name === reading.stage)?.exported;
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
    ...(api.apiKeySource === undefined ? {} : { keySource: api.apiKeySource }),
    pendingEdits: compared === undefined ? [] : pendingRestEdits(compared, resources),
  };
}

function getApi(client: APIGatewayClient, restApiId: string): Promise<GetRestApiCommandOutput> {
  return client.send(new GetRestApiCommand({ restApiId })).catch(apiNotFoundOr('rest', restApiId));
}

async function readStages(
  client: APIGatewayClient,
  restApiId: string,
  { stage: own, exports }: RestReading,
): Promise<readonly LiveStage[]> {
  const { item: stages = [] } = await client.send(new GetStagesCommand({ restApiId }));
  if (own !== undefined) assertStage(stages, own);
  const deployments = await itemsOf((at) =>
    client.send(new GetDeploymentsCommand({ restApiId, limit: PAGE_SIZE, ...at })),
  );
  const newest = newestDeploymentIds(
    deployments.map(({ id, createdDate }) => ({ id, at: createdDate })),
  );
  const live: LiveStage[] = [];
  for (const stage of stages) {
    const read = await readStage(client, restApiId, stage, newest);
    const exported = await exportFor(stage, read);
    live.push({ ...read, ...(exported && { exported }) });
  }
  return live;

  /**
   * Reads which function decides, and whether the gateway answers an OPTIONS method itself. Reads
   * our own stage always, and other stages where only the export says what is there.
   */
  async function exportFor(stage: SdkStage, live: LiveStage): Promise<LiveStage['exported']> {
    if (live.name === own) return exportOf(client, restApiId, stage, exports);
    if (!needsExport(live)) return undefined;
    // What another stage serves is then not known, which the evaluation says.
    return exportOf(client, restApiId, stage, exports).catch(() => undefined);
  }
}

const needsExport = ({ served = new Map<string, string>() }: LiveStage): boolean =>
  [...served].some(
    ([key, type]) => type === 'CUSTOM' || (type === 'NONE' && key.startsWith('OPTIONS ')),
  );

function assertStage(stages: readonly SdkStage[], wanted: string): void {
  if (stages.some(({ stageName }) => stageName === wanted)) return;
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
  const served = async (id: string | undefined): Promise<ServedDeployment> => ({
    current: newest.size === 0 || newest.has(id ?? ''),
    ...servedRoutes(await getDeployment(client, restApiId, id)),
  });
  const canaryId = canarySettings?.deploymentId;
  return {
    name: stageName ?? '',
    autoDeploy: false,
    canary: canarySettings !== undefined,
    ...(await served(deploymentId)),
    ...(canaryId !== undefined &&
      canaryId !== deploymentId && { canaryServes: await served(canaryId) }),
  };
}

type ServedDeployment = Pick<LiveStage, 'current'> & ServedRoutes;
type ServedRoutes = Required<Pick<LiveStage, 'served' | 'untyped' | 'servedKeyed'>>;

const getDeployment = async (
  client: APIGatewayClient,
  restApiId: string,
  deploymentId: string | undefined,
): Promise<Deployment> =>
  deploymentId === undefined
    ? {}
    : client.send(new GetDeploymentCommand({ restApiId, deploymentId, embed: ['apisummary'] }));

function servedRoutes({ apiSummary = {} }: Deployment): ServedRoutes {
  const served = new Map<string, string>();
  const untyped = new Set<string>();
  const servedKeyed = new Set<string>();
  for (const [path, methods] of Object.entries(apiSummary)) {
    for (const [method, { authorizationType, apiKeyRequired }] of Object.entries(methods)) {
      const key = `${method} ${path}`;
      // AWS always says it, `NONE` too; an emulator may not.
      if (authorizationType === undefined) untyped.add(key);
      else served.set(key, authorizationType);
      if (apiKeyRequired === true) servedKeyed.add(key);
    }
  }
  return { served, untyped, servedKeyed };
}

function liveRoutes({ id, path = '', resourceMethods = {} }: Resource): readonly LiveRoute[] {
  return Object.entries(resourceMethods).map(([method, detail]) => ({
    key: `${method} ${path}`,
    locator: `${id}/${method}`,
    authorization: authorizationOf(detail),
    apiKeyRequired: detail.apiKeyRequired ?? false,
    preflight:
      isMockPreflight(method, detail.methodIntegration?.type) &&
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

/** The listings of REST APIs. */
interface Listed<Item> {
  readonly items?: Item[] | undefined;
  readonly position?: string | undefined;
}

const itemsOf = <Item>(
  ask: (at: { readonly position?: string }) => Promise<Listed<Item>>,
): Promise<readonly Item[]> =>
  allPages(async (marker) => {
    const { items, position } = await ask(marker === undefined ? {} : { position: marker });
    return { items, next: position };
  });
