/** Serves one HTTP API of a template: a request in, an answer out. Knows no HTTP server. */
import {
  type HttpApiView,
  type RouteView,
  type StageView,
  TemplateError,
} from '../cloud-assembly.ts';
import type { InvocationResult } from '../function-process/function.ts';
import { type AuthorizationSource, type Authorizers, createAuthorizers } from './ask-authorizer.ts';
import { accessLogLine, type Call, type CallOutcome } from './call.ts';
import type { Gateway, GatewayAnswer } from './gateway-server.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './http-api-cors.ts';
import { createIntegration, type Integrate } from './integrations.ts';
import type { MissingValue } from './mappings.ts';
import type { GatewayRequest } from './request.ts';
import { createRouteSelector, type SelectRoute } from './routes.ts';

export interface HttpApiOptions {
  readonly invoke: (functionArn: string, event: string) => Promise<InvocationResult>;
  /** Milliseconds since 1970: of requests and of the authorizer cache. */
  readonly now: () => number;
  /** What a thrown `Unauthorized` gives; undocumented for HTTP APIs. Default 401. */
  readonly httpThrow?: 401 | 500;
  /** Default 10,000 ms, the service's fixed limit. */
  readonly authorizerTimeoutMs?: number;
  /** Default `passThrough`. */
  readonly missingMappingValue?: MissingValue;
  /** Called once for each answered request. */
  readonly onCall?: (record: CallRecord) => void;
}

export interface CallRecord {
  readonly requestId: string;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly routeKey: string | undefined;
  /** Undefined: the route has no authorizer, or none was reached. */
  readonly authorization: AuthorizationSource | undefined;
  readonly error: string | undefined;
  /** The error is not the authorizer's: it let the call pass, or was not asked. */
  readonly integrationFailed?: boolean;
  /** Page that called, by its `Origin`; undefined outside of browsers. */
  readonly origin: string | undefined;
  /** A browser asked whether a page may call. */
  readonly preflight: boolean;
  /** In the stage's format, where the stage writes one. */
  readonly accessLogLine: string | undefined;
}

const messages = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** Request line and headers, in bytes. Source: "Quotas for configuring and running an HTTP API". */
const maxHeadBytes = 10_240;

interface Answered {
  readonly answer: GatewayAnswer;
  readonly call?: Call;
  readonly authorization?: AuthorizationSource;
  readonly errors?: Partial<Pick<CallOutcome, 'authorizerError' | 'integrationError'>>;
}

export interface HttpApiGateway extends Gateway {
  readonly resetAuthorizersCache: () => void;
}

/** @throws TemplateError for an API that cannot be served */
export function createHttpApi(api: HttpApiView, options: HttpApiOptions): HttpApiGateway {
  const serving: Serving = {
    api,
    selectRoute: createRouteSelector(api.routes),
    authorizers: createAuthorizers(options),
    integrations: new Map(
      api.routes.map((route) => [
        route,
        createIntegration(route.integration, {
          invoke: options.invoke,
          missingMappingValue: options.missingMappingValue ?? 'passThrough',
        }),
      ]),
    ),
  };
  if (api.stages.length === 0) throw new TemplateError(`API \`${api.name}\` has no stage`);
  const handle = async (request: GatewayRequest): Promise<GatewayAnswer> => {
    const answered = await serve(serving, request);
    const headers = {
      ...answered.answer.headers,
      ...corsHeaders(api.cors, request),
      'apigw-requestid': request.id,
    };
    return {
      ...answered.answer,
      headers: isPreflight(request)
        ? { ...answered.answer.headers, 'apigw-requestid': request.id }
        : headers,
      onSent: (responseBytes) =>
        options.onCall?.(recordOf(request, answered, responseBytes, options.now())),
    };
  };
  return { handle, now: options.now, resetAuthorizersCache: serving.authorizers.resetCache };
}

interface Serving {
  readonly api: HttpApiView;
  readonly selectRoute: SelectRoute;
  readonly authorizers: Authorizers;
  readonly integrations: ReadonlyMap<RouteView, Integrate>;
}

async function serve(serving: Serving, request: GatewayRequest): Promise<Answered> {
  const { api } = serving;
  if (request.headBytes > maxHeadBytes) return { answer: failure(431) };
  const located = locate(api.stages, request.path);
  if (located === undefined) return { answer: failure(404) };
  const selected = serving.selectRoute(request.method, located.path);
  const call: Call = { apiId: api.apiId, ...located, request, selected, authorizer: undefined };
  // A catch-all route with an authorizer takes preflights as well; any other route leaves them to
  // the gateway.
  const captured = selected?.catchAll === true && selected.route.authorizer !== undefined;
  if (api.cors !== undefined && isPreflight(request) && !captured) {
    return {
      call,
      answer: { status: 204, headers: preflightHeaders(api.cors, request), body: Buffer.alloc(0) },
    };
  }
  if (selected === undefined) return { call, answer: failure(404) };
  const view = selected.route.authorizer;
  if (view === undefined) return integrate(serving, selected.route, call, undefined);
  const authorization = await serving.authorizers.authorize(view, call);
  if (authorization.kind === 'allowed') {
    return integrate(
      serving,
      selected.route,
      { ...call, authorizer: authorization.authorizer },
      authorization.source,
    );
  }
  return {
    call: { ...call, authorizer: authorization.authorizer },
    answer: failure(authorization.status),
    authorization: authorization.source,
    errors: { authorizerError: authorization.error },
  };
}

async function integrate(
  serving: Serving,
  route: RouteView,
  call: Call,
  source: AuthorizationSource | undefined,
): Promise<Answered> {
  const result = await serving.integrations.get(route)?.(call);
  const authorization = source === undefined ? {} : { authorization: source };
  if (result?.kind !== 'answer') {
    return {
      call,
      answer: failure(result?.status ?? 500),
      ...authorization,
      errors: { integrationError: result?.error },
    };
  }
  const { status, body } = result;
  // With managed CORS the service ignores what the back end says of it.
  const isForeign = (name: string): boolean =>
    serving.api.cors === undefined || !name.startsWith('access-control-');
  const headers = Object.fromEntries(
    Object.entries(result.headers).filter(([name]) => isForeign(name)),
  );
  return { call, answer: { status, headers, body }, ...authorization };
}

/** A stage other than `$default` is the path's first segment. */
function locate(
  stages: readonly StageView[],
  path: string,
): { readonly stage: StageView; readonly path: string } | undefined {
  const first = path.split('/')[1] ?? '';
  const named = stages.find((stage) => stage.name === first && stage.name !== '$default');
  if (named !== undefined) return { stage: named, path: path.slice(first.length + 1) || '/' };
  const fallback = stages.find((stage) => stage.name === '$default');
  return fallback && { stage: fallback, path };
}

function failure(status: keyof typeof messages): GatewayAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message: messages[status] })),
  };
}

function recordOf(
  request: GatewayRequest,
  answered: Answered,
  responseBytes: number,
  nowMs: number,
): CallRecord {
  const { answer, call, errors, authorization } = answered;
  const own = Buffer.isBuffer(answer.body) && answer.status in messages && errors !== undefined;
  const outcome: CallOutcome = {
    status: answer.status,
    responseBytes,
    latencyMs: nowMs - request.timeMs,
    integrationStatus: errors === undefined ? answer.status : undefined,
    errorMessage:
      own || call?.selected === undefined
        ? messages[answer.status as keyof typeof messages]
        : undefined,
    authorizerError: errors?.authorizerError,
    integrationError: errors?.integrationError,
  };
  const format = call?.stage.accessLogFormat;
  return {
    requestId: request.id,
    status: answer.status,
    method: request.method,
    path: request.path,
    routeKey: call?.selected?.route.routeKey,
    authorization,
    error: errors?.authorizerError ?? errors?.integrationError,
    integrationFailed: errors?.integrationError !== undefined,
    origin: request.headers.get('origin'),
    preflight: isPreflight(request),
    accessLogLine:
      call === undefined || format === undefined
        ? undefined
        : accessLogLine(format, { ...call, outcome }),
  };
}
