/** What a stage of a REST API serves, as its export describes it. */
import {
  type APIGatewayClient,
  type Authorizer,
  GetExportCommand,
  type Resource,
  type Stage,
} from '@aws-sdk/client-api-gateway';
import type { ExportedRoute, LiveAuthorizer } from './live-api.ts';
import { liveAuthorizer } from './live-authorizer.ts';
import {
  authorizerIn,
  hasAuthentication,
  integrationOf,
  isAuthorizer,
  isMockOptions,
  operationsOf,
  requirementsOf,
  schemeNamed,
} from './openapi-document.ts';

export type StageExport = ReadonlyMap<string, ExportedRoute>;

/** Exports by what they are of, for a minute: the control plane is shared by the whole account. */
export interface ExportCache {
  get(key: string, read: () => Promise<StageExport>): Promise<StageExport>;
}

const KEPT_MS = 60_000;

export function exportCache(now: () => number = Date.now): ExportCache {
  const kept = new Map<string, { readonly at: number; readonly content: Promise<StageExport> }>();
  return {
    get(key, read) {
      const known = kept.get(key);
      if (known !== undefined && now() - known.at < KEPT_MS) return known.content;
      const content = read();
      kept.set(key, { at: now(), content });
      content.catch(() => kept.delete(key));
      return content;
    },
  };
}

/** A stage serves the same until it gets another deployment. */
export function exportOf(
  client: APIGatewayClient,
  restApiId: string,
  { stageName = '', deploymentId }: Stage,
  cache: ExportCache,
): Promise<StageExport> {
  return cache.get([restApiId, stageName, deploymentId].join('/'), async () => {
    const { body } = await client.send(
      new GetExportCommand({
        restApiId,
        stageName,
        exportType: 'oas30',
        parameters: { extensions: 'integrations,authorizers' },
        accepts: 'application/json',
      }),
    );
    return exportedRoutes(JSON.parse(new TextDecoder().decode(body)));
  });
}

/**
 * Routes that differ between the stage and the API: that only one of the two has, or whose
 * integration is another.
 */
export function pendingRestEdits(
  served: StageExport,
  resources: readonly Resource[],
): readonly string[] {
  const live = new Map<string, string>();
  for (const { path = '', resourceMethods = {} } of resources) {
    for (const [method, detail] of Object.entries(resourceMethods))
      live.set(`${method} ${path}`, textOf(detail.methodIntegration ?? {}));
  }
  const differs = (key: string): boolean => served.get(key)?.integration !== live.get(key);
  return [...new Set([...served.keys(), ...live.keys()])].filter(differs).sort();
}

interface Integration {
  readonly type?: unknown;
  readonly uri?: unknown;
}

const textOf = ({ type, uri = '' }: Integration): string =>
  `${typeof type === 'string' ? type.toUpperCase() : ''} ${uri}`;

const exportedRoutes = (document: unknown): StageExport =>
  new Map(
    operationsOf(document).map(({ method, template, value }) => [
      `${method} ${template}`,
      exportedRoute(document, method, value),
    ]),
  );

function exportedRoute(document: unknown, method: string, operation: unknown): ExportedRoute {
  const integration = integrationOf(operation);
  const { schemes } = requirementsOf(document, operation);
  const decides = (name: string): boolean => isAuthorizer(schemeNamed(document, name));
  const authorizer = authorizerOf(document, schemes);
  return {
    preflight:
      isMockOptions(method, operation) && !hasAuthentication(operation) && !schemes.some(decides),
    integration: textOf(integration),
    ...(authorizer && { authorizer }),
  };
}

function authorizerOf(document: unknown, schemes: readonly string[]): LiveAuthorizer | undefined {
  for (const name of schemes) {
    const settings: Partial<Authorizer> | undefined = authorizerIn(schemeNamed(document, name));
    if (settings === undefined) continue;
    // An export has no ids, and types in small letters.
    const type = settings.type?.toUpperCase() as Authorizer['type'];
    return liveAuthorizer({ ...settings, id: '', name, type });
  }
  return undefined;
}
