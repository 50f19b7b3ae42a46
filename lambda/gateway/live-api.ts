/**
 * An API Gateway API as its control plane returns it, and the changes that we make. Used by the
 * attachment function and by the commands.
 */

/**
 * How a route is authorized. Source: API Gateway, `authorizationType` of Route (v2) and Method
 * (v1).
 */
export interface Authorization {
  /** `NONE`, `CUSTOM` (Lambda), `JWT`, `AWS_IAM`, `COGNITO_USER_POOLS`. */
  readonly type: string;
  readonly authorizerId?: string;
  readonly scopes: readonly string[];
}

export interface LiveRoute {
  /** `GET /orders/{id}`, `ANY /files/{proxy+}`, `$default`: as the access map writes it. */
  readonly key: string;
  /** HTTP API: the route's id. REST API: the resource's id and the method. */
  readonly locator: string;
  readonly authorization: Authorization;
  readonly apiKeyRequired: boolean;
  /**
   * An OPTIONS method that the gateway answers itself (MOCK): no back end receives it, and browsers
   * send no token with it.
   */
  readonly preflight: boolean;
}

export interface LiveAuthorizer {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Sources of the token, such as `$request.header.Authorization`. */
  readonly identitySources?: readonly string[];
  /** ARN of the function, with its qualifier if it has one; absent where a variable names it. */
  readonly invokes?: string;
  /** How long answers are kept. */
  readonly ttlSeconds?: number;
  /** HTTP APIs: `1.0` or `2.0`. */
  readonly payloadFormat?: string;
  /** HTTP APIs. */
  readonly simpleResponses?: boolean;
  /** What a JWT authorizer of an HTTP API accepts. */
  readonly jwt?: { readonly issuer: string; readonly audiences: readonly string[] };
}

export interface LiveStage {
  readonly name: string;
  /** HTTP APIs: changes are live immediately. */
  readonly autoDeploy: boolean;
  readonly canary: boolean;
  /** Whether its deployment is the API's newest; a rollback points a stage to an older one. */
  readonly current: boolean;
  /** REST: authorization type by route key in the deployment that the stage serves. */
  readonly served?: ReadonlyMap<string, string>;
  /** REST: keys of served routes whose authorization type the control plane does not tell. */
  readonly untyped?: ReadonlySet<string>;
  /** REST: the stage's export by route key; absent where it could not be read. */
  readonly exported?: ReadonlyMap<string, ExportedRoute>;
  /** REST: keys of the routes that take an API key in the deployment that the stage serves. */
  readonly servedKeyed?: ReadonlySet<string>;
  /**
   * REST: the deployment that a share of the callers gets in place of the stage's; no export holds
   * it.
   */
  readonly canaryServes?: Pick<LiveStage, 'current' | 'served' | 'untyped'>;
}

/** A route as the export of a stage describes it. */
export interface ExportedRoute {
  /** Present for a route with a Lambda authorizer. */
  readonly authorizer?: LiveAuthorizer;
  readonly preflight: boolean;
  /** Type and target of the integration, for comparison. */
  readonly integration: string;
}

export interface LiveApi {
  readonly kind: 'http' | 'rest';
  readonly id: string;
  readonly name: string;
  /** Sorted by key. */
  readonly routes: readonly LiveRoute[];
  readonly authorizers: readonly LiveAuthorizer[];
  /** All. */
  readonly stages: readonly LiveStage[];
  /** REST: the resource policy as JSON text. */
  readonly resourcePolicy?: string;
  /** REST: where the key of a usage plan is taken from: `HEADER` or `AUTHORIZER`. */
  readonly keySource?: string;
  /** HTTP API: whether the gateway answers preflights. */
  readonly hasCors?: boolean;
  /**
   * REST: routes whose integration differs between API and stage, or that only one of the two has.
   */
  readonly pendingEdits: readonly string[];
  /** REST: ids of resources by path. */
  readonly resources?: ReadonlyMap<string, string>;
}

/** The stages that an attachment publishes: HTTP API all, REST API the one that it names. */
export const ownStages = (
  { kind, stages }: Pick<LiveApi, 'kind' | 'stages'>,
  stage: string | undefined,
): readonly LiveStage[] => (kind === 'http' ? stages : stages.filter(({ name }) => name === stage));

export interface ApiControl {
  /** @throws GatewayError for an API or a stage that does not exist. */
  read(): Promise<LiveApi>;
  /** Sets type, authorizer and scopes of one route; everything else stays. */
  authorize(route: LiveRoute, to: Authorization): Promise<void>;
  /** Deploys the API's current state to `stage`. */
  publish(stage: string): Promise<void>;
}

/**
 * The newest deployment, or several: times have a resolution of one second. Empty where there is no
 * deployment.
 */
export function newestDeploymentIds(
  deployments: readonly { readonly id: string | undefined; readonly at: Date | undefined }[],
): ReadonlySet<string> {
  const newest = Math.max(...deployments.map(({ at }) => at?.getTime() ?? 0));
  return new Set(
    deployments
      .filter(({ id, at }) => id !== undefined && (at?.getTime() ?? 0) === newest)
      .map(({ id }) => id ?? ''),
  );
}

/** Stops an attachment: one sentence with cause and fix, for the person who deploys. */
export class GatewayError extends Error {
  override readonly name: string = 'GatewayError';
}

/** The API does not exist (any more). */
export class ApiNotFoundError extends GatewayError {
  override readonly name = 'ApiNotFoundError';
}

const KINDS = {
  http: { name: 'an HTTP API', elsewhere: 'the id of a REST API goes under `restApiId`' },
  rest: { name: 'a REST API', elsewhere: 'the id of an HTTP API goes under `httpApiId`' },
} as const;

/** Rejects with what the control plane answers about an API that does not exist. */
export const apiNotFoundOr =
  (kind: keyof typeof KINDS, id: string) =>
  (cause: unknown): never => {
    if (!isNotFound(cause)) throw cause;
    const { name, elsewhere } = KINDS[kind];
    throw new ApiNotFoundError(
      `expected ${name}, found none with the id \`${id}\`: look up the id in this account and Region; ${elsewhere}`,
      { cause },
    );
  };

/** The REST API exists, but not the stage (any more). */
export class StageNotFoundError extends GatewayError {
  override readonly name = 'StageNotFoundError';
}

/** Whether the control plane answers 404. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && error.name === 'NotFoundException';

export function sameAuthorization(a: Authorization, b: Authorization): boolean {
  return (
    a.type === b.type &&
    a.authorizerId === b.authorizerId &&
    [...a.scopes].sort().join(' ') === [...b.scopes].sort().join(' ')
  );
}

export const byKey = (a: { readonly key: string }, b: { readonly key: string }): number =>
  a.key < b.key ? -1 : 1;

/** `GET /a`, `GET /b` and 3 more. */
export function joinWithLimit(keys: readonly string[], limit = 8): string {
  const shown = keys.slice(0, limit).map((key) => `\`${key}\``);
  return `${shown.join(', ')}${keys.length > limit ? ` and ${keys.length - limit} more` : ''}`;
}
