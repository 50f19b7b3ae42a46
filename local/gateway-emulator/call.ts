/**
 * What is known of one call while the gateway works on it, and the `$context`, `$request` and
 * `$stageVariables` variables made from it.
 */
import { LOCAL_ACCOUNT, LOCAL_REGION, type StageView } from '../cloud-assembly.ts';
import { commonLogTime, type GatewayRequest } from './request.ts';

/** The route of an HTTP API or the method of a REST API that a call was matched to. */
export interface Selected {
  readonly route: { readonly routeKey: string };
  readonly pathParameters: Readonly<Record<string, string>>;
}

export interface Call {
  readonly apiId: string;
  readonly stage: StageView;
  readonly request: GatewayRequest;
  /** The request's path without the stage. */
  readonly path: string;
  readonly selected: Selected | undefined;
  readonly authorizer: AuthorizerContext | undefined;
  /** Set when the call has been answered. */
  readonly outcome?: CallOutcome;
}

/** What the authorizer's answer says about the caller. */
export interface AuthorizerContext {
  readonly principalId: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface CallOutcome {
  readonly status: number;
  readonly responseBytes: number;
  readonly latencyMs: number;
  readonly integrationStatus: number | undefined;
  /** The gateway's own error message, as the caller got it. */
  readonly errorMessage: string | undefined;
  /** Why the authorizer failed or refused, for the operator. */
  readonly authorizerError: string | undefined;
  readonly integrationError: string | undefined;
  /** Type of a REST API's gateway response. */
  readonly responseType?: string;
}

export function domainName(apiId: string): string {
  return `${apiId}.execute-api.${LOCAL_REGION}.amazonaws.com`;
}

type Variable = (call: Call) => string | number | undefined;

const contextVariables: Readonly<Record<string, Variable>> = {
  accountId: () => LOCAL_ACCOUNT,
  apiId: (call) => call.apiId,
  'authorizer.principalId': (call) => call.authorizer?.principalId,
  'authorizer.error': (call) => call.outcome?.authorizerError,
  dataProcessed: (call) => call.outcome?.responseBytes,
  domainName: (call) => domainName(call.apiId),
  domainPrefix: (call) => call.apiId,
  'error.message': (call) => call.outcome?.errorMessage,
  'error.messageString': (call) => quoted(call.outcome?.errorMessage),
  'error.responseType': (call) =>
    call.outcome?.responseType ?? call.outcome?.errorMessage?.toUpperCase().replaceAll(' ', '_'),
  extendedRequestId: (call) => call.request.id,
  httpMethod: (call) => call.request.method,
  'identity.sourceIp': (call) => call.request.sourceIp,
  'identity.userAgent': (call) => call.request.headers.get('user-agent'),
  'integration.error': (call) => call.outcome?.integrationError,
  integrationErrorMessage: (call) => call.outcome?.integrationError,
  'integration.integrationStatus': (call) => call.outcome?.integrationStatus,
  'integration.status': (call) => call.outcome?.integrationStatus,
  integrationStatus: (call) => call.outcome?.integrationStatus,
  path: (call) => call.request.path,
  protocol: (call) => call.request.protocol,
  requestId: (call) => call.request.id,
  requestTime: (call) => commonLogTime(call.request.timeMs),
  requestTimeEpoch: (call) => call.request.timeMs,
  resourcePath: (call) => call.selected?.route.routeKey.replace(/^\S+ /, ''),
  responseLatency: (call) => call.outcome?.latencyMs,
  responseLength: (call) => call.outcome?.responseBytes,
  routeKey: (call) => call.selected?.route.routeKey,
  stage: (call) => call.stage.name,
  status: (call) => call.outcome?.status,
};

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text);
}

/** The value of `$context.NAME`; undefined when there is none, or no such variable. */
export function contextVariable(call: Call, name: string): string | undefined {
  const known = Object.hasOwn(contextVariables, name) ? contextVariables[name] : undefined;
  if (known !== undefined) return asText(known(call));
  const property = /^authorizer\.(.+)$/.exec(name)?.[1];
  const context = call.authorizer?.context;
  if (property === undefined || context === undefined || !Object.hasOwn(context, property))
    return undefined;
  return asText(context[property]);
}

/**
 * The value of a variable without its `$`, e.g. `request.header.x`; undefined when the call has
 * none.
 */
export function variable(call: Call, name: string): string | undefined {
  const [, scope = '', rest = ''] =
    /^(context|stageVariables|request\.header|request\.querystring|request\.path)(?:\.(.+))?$/.exec(
      name,
    ) ?? [];
  switch (scope) {
    case 'context':
      return contextVariable(call, rest);
    case 'stageVariables':
      return call.stage.variables?.[rest];
    case 'request.header':
      return call.request.headers.get(rest.toLowerCase());
    case 'request.querystring':
      return own(call.request.queryParameters, rest);
    case 'request.path':
      return rest === '' ? call.path : own(call.selected?.pathParameters ?? {}, rest);
    default:
      return undefined;
  }
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** An access log line: each `$context.NAME` of the format replaced, `-` where there is no value. */
export function accessLogLine(format: string, call: Call): string {
  return format.replaceAll(
    /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)/g,
    (_all, name: string) => contextVariable(call, name) ?? '-',
  );
}
