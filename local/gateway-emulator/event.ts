/**
 * The events that functions get from an HTTP API. What a call does not have is left out, as in the
 * real events. Source: API Gateway Developer Guide, "Control access to HTTP APIs with Lambda
 * authorizers" and "Work with Lambda proxy integrations".
 */
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../cloud-assembly.ts';
import { type Call, domainName } from './call.ts';
import { commonLogTime } from './request.ts';
import { requestFacts } from './request-context.ts';

/** The ARN that policies are evaluated against. */
export function requestArn(call: Call): string {
  return `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${call.apiId}/${call.stage.name}/${call.request.method}${call.path}`;
}

/** The authorizer's event in payload format 2.0. */
export function authorizerEvent(
  call: Call,
  identitySource: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: requestArn(call),
    identitySource,
    ...requestFields(call, {}),
  };
}

export interface EventBody {
  readonly text: string;
  readonly base64: boolean;
}

/** An integration's event in payload format 2.0. */
export function integrationEvent(
  call: Call,
  body: EventBody | undefined,
): Readonly<Record<string, unknown>> {
  const authorizer =
    call.authorizer === undefined ? {} : { authorizer: { lambda: call.authorizer.context } };
  return {
    version: '2.0',
    ...requestFields(call, authorizer),
    ...(body === undefined ? {} : { body: body.text }),
    isBase64Encoded: body?.base64 ?? false,
  };
}

function requestFields(
  call: Call,
  authorizer: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { request } = call;
  const routeKey = call.selected?.route.routeKey;
  return {
    routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...present('cookies', request.cookies),
    headers: eventHeaders(call),
    ...present('queryStringParameters', request.queryParameters),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: call.apiId,
      ...authorizer,
      domainName: domainName(call.apiId),
      domainPrefix: call.apiId,
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers.get('user-agent') ?? '',
      },
      requestId: request.id,
      routeKey,
      stage: call.stage.name,
      time: commonLogTime(request.timeMs),
      timeEpoch: request.timeMs,
    },
    ...present('pathParameters', call.selected?.pathParameters ?? {}),
    ...present('stageVariables', call.stage.variables ?? {}),
  };
}

function present(
  name: string,
  value: readonly unknown[] | Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

/** Cookies travel in their own field; the gateway adds what it knows of the connection. */
function eventHeaders(call: Call): Readonly<Record<string, string>> {
  const { request } = call;
  const forwardedFor = request.headers.get('x-forwarded-for');
  return {
    ...Object.fromEntries([...request.headers].filter(([name]) => name !== 'cookie')),
    'x-amzn-trace-id': `Root=1-${Math.floor(request.timeMs / 1000).toString(16)}-${Buffer.from(request.id).toString('hex').slice(0, 24)}`,
    'x-forwarded-for':
      forwardedFor === undefined ? request.sourceIp : `${forwardedFor}, ${request.sourceIp}`,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
}

/** An integration's event in payload format 1.0, the form of REST APIs. */
export function integrationEventV1(
  call: Call,
  body: EventBody | undefined,
): Readonly<Record<string, unknown>> {
  const { request } = call;
  const headers = {
    ...eventHeaders(call),
    ...(request.headers.has('cookie') ? { cookie: request.headers.get('cookie') } : {}),
  };
  const resource = call.selected?.route.routeKey.replace(/^\S+ /, '') ?? '$default';
  return {
    version: '1.0',
    resource,
    path: request.path,
    httpMethod: request.method,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    queryStringParameters: orNull(request.queryParameters),
    multiValueQueryStringParameters: orNull(
      Object.fromEntries(
        Object.entries(request.queryParameters).map(([name, value]) => [name, value.split(',')]),
      ),
    ),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: call.apiId,
      authorizer: call.authorizer && {
        principalId: call.authorizer.principalId,
        ...call.authorizer.context,
      },
      ...requestFacts(call, resource),
    },
    pathParameters: orNull(call.selected?.pathParameters ?? {}),
    stageVariables: call.stage.variables ?? null,
    body: body?.text ?? null,
    isBase64Encoded: body?.base64 ?? false,
  };
}

function orNull(
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | null {
  return Object.keys(values).length === 0 ? null : values;
}
