/** What a stage of a REST API serves, as its export describes it. */
import {
  type APIGatewayClient,
  GetExportCommand,
  type Resource,
  type Stage,
} from '@aws-sdk/client-api-gateway';
import { arnInUri } from '../core/contract/authorizer-uri.ts';
import { EXTENSION } from '../core/contract/openapi-extensions.ts';
import type { ExportedRoute, LiveAuthorizer } from './live-api.ts';
import { isMockPreflight } from './preflight.ts';

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
  readonly type?: string | undefined;
  readonly uri?: string | undefined;
}

const textOf = ({ type, uri }: Integration): string => `${type?.toUpperCase() ?? ''} ${uri ?? ''}`;

/** Source: API Gateway, "x-amazon-apigateway-authorizer object". */
interface Scheme {
  readonly [EXTENSION.authorizer]?: {
    readonly type?: string;
    readonly authorizerUri?: string;
    readonly identitySource?: string;
    readonly authorizerResultTtlInSeconds?: number;
  };
}

interface Operation {
  readonly [EXTENSION.integration]?: Integration;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

interface Exported {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, Scheme>> };
}

function exportedRoutes(document: unknown): StageExport {
  const { paths = {}, components = {} } = document as Exported;
  const found = new Map<string, ExportedRoute>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [name, operation] of Object.entries(operations)) {
      if (name === 'parameters') continue;
      const method = name === EXTENSION.anyMethod ? 'ANY' : name.toUpperCase();
      const integration = operation[EXTENSION.integration] ?? {};
      const authorizer = authorizerOf(operation, components.securitySchemes ?? {});
      found.set(`${method} ${path}`, {
        preflight: isMockPreflight(method, integration.type) && authorizer === undefined,
        integration: textOf(integration),
        ...(authorizer && { authorizer }),
      });
    }
  }
  return found;
}

function authorizerOf(
  { security = [] }: Operation,
  schemes: Readonly<Record<string, Scheme>>,
): LiveAuthorizer | undefined {
  const names = security.flatMap((requirement) => Object.keys(requirement));
  const name = names.find((one) => schemes[one]?.[EXTENSION.authorizer]);
  const authorizer = schemes[name ?? '']?.[EXTENSION.authorizer];
  if (name === undefined || authorizer === undefined) return undefined;
  const invokes = arnInUri(authorizer.authorizerUri);
  const { type = '', authorizerResultTtlInSeconds: ttlSeconds, identitySource } = authorizer;
  return {
    // An export has no ids.
    id: '',
    name,
    type: type.toUpperCase(),
    ...(invokes !== undefined && { invokes }),
    ...(ttlSeconds !== undefined && { ttlSeconds }),
    ...(identitySource !== undefined && { identitySources: identitySource.split(',') }),
  };
}
