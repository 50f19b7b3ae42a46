/** Serves one REST API of a template: a request in, an answer out. Knows no HTTP server. */
import type { MethodView, RestApiView, StageView } from '../cloud-assembly.ts';
import { TemplateError } from '../cloud-assembly.ts';
import { type AuthorizationSource, type Authorizers, createAuthorizers } from './ask-authorizer.ts';
import { parseRestAnswer } from './authorizer-answer.ts';
import { accessLogLine, type Call, type CallOutcome } from './call.ts';
import type { GatewayAnswer } from './gateway-server.ts';
import { isPreflight } from './http-api-cors.ts';
import type { GatewayRequest } from './request.ts';
import { restAuthorizerEvent } from './rest-event.ts';
import { FAILURES, type FailureType, gatewayResponse } from './rest-failures.ts';
import { createRestIntegration, type RestIntegrate } from './rest-integrations.ts';
import { createMethodSelector, type SelectMethod } from './rest-resources.ts';
import type { CallRecord, HttpApiGateway, HttpApiOptions } from './serve-http-api.ts';

interface Answered {
  readonly call: Call;
  readonly answer: GatewayAnswer;
  readonly failure?: FailureType;
  readonly authorization?: AuthorizationSource;
  readonly error?: string;
}

interface Serving {
  readonly api: RestApiView;
  readonly stage: StageView;
  readonly select: SelectMethod;
  readonly authorizers: Authorizers;
  readonly integrations: ReadonlyMap<MethodView, RestIntegrate>;
}

/**
 * `httpThrow` does not matter here: a thrown `Unauthorized` gives 401.
 * @throws TemplateError for an API that cannot be served
 */
export function createRestApi(
  api: RestApiView,
  { httpThrow: _httpOnly, ...options }: HttpApiOptions,
): HttpApiGateway {
  const [stage, other] = api.stages;
  if (stage === undefined || other !== undefined)
    throw new TemplateError(`API \`${api.name}\`: expected one stage, found ${api.stages.length}`);
  const integrationOptions = {
    invoke: options.invoke,
    missingMappingValue: options.missingMappingValue ?? 'passThrough',
  } as const;
  const serving: Serving = {
    api,
    stage,
    select: createMethodSelector(api.methods),
    authorizers: createAuthorizers(options, {
      event: restAuthorizerEvent,
      parse: parseRestAnswer,
      requiresIdentitySource: false,
    }),
    integrations: new Map(
      api.methods.map((method) => [
        method,
        createRestIntegration(method.integration, integrationOptions),
      ]),
    ),
  };
  const handle = async (received: GatewayRequest): Promise<GatewayAnswer> => {
    const answered = await serve(serving, overridden(received));
    return {
      ...answered.answer,
      headers: {
        ...answered.answer.headers,
        'x-amzn-requestid': received.id,
        'x-amz-apigw-id': received.id,
      },
      onSent: (responseBytes) => options.onCall?.(recordOf(answered, responseBytes, options.now())),
    };
  };
  return { handle, now: options.now, resetAuthorizersCache: serving.authorizers.resetCache };
}

/**
 * REST APIs take the method from this header ("Known issues" of the Developer Guide), which does
 * not say of which requests. POST is what the header was made for; where the service tells which of
 * the two methods, nobody has recorded, and here the new one is everywhere.
 */
function overridden(request: GatewayRequest): GatewayRequest {
  const method = request.headers.get('x-http-method-override');
  return request.method === 'POST' &&
    method !== undefined &&
    /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method)
    ? { ...request, method }
    : request;
}

async function serve(serving: Serving, request: GatewayRequest): Promise<Answered> {
  const { api, stage } = serving;
  const path = pathInStage(request.path, stage);
  const selected = serving.select(request.method, path);
  const call: Call = {
    apiId: api.apiId,
    stage,
    request,
    path,
    selected: selected && { route: selected.method, pathParameters: selected.pathParameters },
    authorizer: undefined,
  };
  if (selected === undefined)
    return failed(
      serving,
      call,
      request.headers.get('authorization') === undefined
        ? 'MISSING_AUTHENTICATION_TOKEN'
        : 'INVALID_SIGNATURE',
    );
  const view = selected.method.authorizer;
  if (view === undefined) return integrate(serving, selected.method, call);
  const authorization = await serving.authorizers.authorize(view, call);
  const authorized: Call = { ...call, authorizer: authorization.authorizer };
  if (authorization.kind === 'allowed')
    return {
      ...(await integrate(serving, selected.method, authorized)),
      authorization: authorization.source,
    };
  const type = ({ 401: 'UNAUTHORIZED', 403: 'ACCESS_DENIED', 500: 'AUTHORIZER_FAILURE' } as const)[
    authorization.status
  ];
  return {
    ...failed(serving, authorized, type, authorization.error),
    authorization: authorization.source,
  };
}

/**
 * The API's own URL has the stage as its first segment; behind a custom domain that is mapped to
 * the stage it has not.
 */
function pathInStage(path: string, stage: StageView): string {
  const inStage =
    path === `/${stage.name}` || path.startsWith(`/${stage.name}/`)
      ? path.slice(stage.name.length + 1)
      : path;
  // Slashes before the resource are gone from the event's path and from the ARN; in between and at
  // the end they stay.
  return `/${inStage.replace(/^\/+/, '')}`;
}

async function integrate(serving: Serving, method: MethodView, call: Call): Promise<Answered> {
  const result = await serving.integrations.get(method)?.(call);
  if (result?.kind === 'answer')
    return { call, answer: { status: result.status, headers: result.headers, body: result.body } };
  return failed(serving, call, result?.type ?? 'DEFAULT_5XX', result?.error);
}

function failed({ api }: Serving, call: Call, failure: FailureType, error?: string): Answered {
  return {
    call,
    failure,
    answer: gatewayResponse(failure, call, api.gatewayResponses),
    ...(error === undefined ? {} : { error }),
  };
}

function recordOf(
  { call, answer, failure, authorization, error }: Answered,
  responseBytes: number,
  nowMs: number,
): CallRecord {
  const { request, stage } = call;
  const refused =
    failure === 'UNAUTHORIZED' || failure === 'ACCESS_DENIED' || failure === 'AUTHORIZER_FAILURE';
  const outcome: CallOutcome = {
    status: answer.status,
    responseBytes,
    latencyMs: nowMs - request.timeMs,
    integrationStatus: failure === undefined ? answer.status : undefined,
    errorMessage: failure === undefined ? undefined : FAILURES[failure].message,
    authorizerError: refused ? error : undefined,
    integrationError: refused ? undefined : error,
    ...(failure === undefined ? {} : { responseType: failure }),
  };
  const format = stage.accessLogFormat;
  return {
    requestId: request.id,
    status: answer.status,
    method: request.method,
    path: request.path,
    routeKey: call.selected?.route.routeKey,
    authorization,
    error,
    integrationFailed: !refused && error !== undefined,
    origin: request.headers.get('origin'),
    preflight: isPreflight(request),
    accessLogLine: format === undefined ? undefined : accessLogLine(format, { ...call, outcome }),
  };
}
