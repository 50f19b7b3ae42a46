/**
 * REST API: the REQUEST authorizer's event in, the IAM answer out. Source: "Input to a Lambda
 * authorizer", "Output from a Lambda authorizer".
 */
import { type Refusal, refuse } from '../core/contract/codes.ts';
import { parametersOf } from '../core/decision/path-parameter.ts';
import { type AuthorizerResponse, policyResponse } from './answer.ts';
import type { Answer } from './authorize.ts';
import {
  assertRequestArn,
  catchAllPathOf,
  checkParameters,
  type Fields,
  fieldsOf,
  type GatewayRequest,
  headerValues,
  MalformedEvent,
  textOf,
} from './request.ts';

/**
 * REST events have no version; `1.0` is an HTTP API's, and an event of a WebSocket API has no
 * resource.
 */
export const isRestApiEvent = (event: Fields): boolean =>
  event['version'] === undefined &&
  event['type'] === 'REQUEST' &&
  typeof event['resource'] === 'string';

/** @throws MalformedEvent */
export function readRestApiEvent(event: Fields): GatewayRequest {
  const context = fieldsOf(event['requestContext'], 'requestContext');
  const method = textOf(event['httpMethod'], 'httpMethod');
  const template = textOf(event['resource'], 'resource');
  // REST APIs honour X-HTTP-Method-Override; which of the two methods stands where is not
  // documented, so both must be one.
  assertSame(context['httpMethod'], method, 'requestContext.httpMethod');
  if (context['resourcePath'] !== undefined)
    assertSame(context['resourcePath'], template, 'requestContext.resourcePath');
  const arn = textOf(event['methodArn'], 'methodArn');
  const apiId = textOf(context['apiId'], 'requestContext.apiId');
  const stage = textOf(context['stage'], 'requestContext.stage');
  // An answer is kept for a stage, and its policy names the one of the ARN.
  assertRequestArn(arn, { apiId, method, stage, field: 'methodArn' });
  return {
    // Absent where the service is emulated; nothing is decided by it.
    requestId: typeof context['requestId'] === 'string' ? context['requestId'] : '-',
    apiId,
    stage,
    route: `${method} ${template}`,
    routeKeys: [`${method} ${template}`, `ANY ${template}`],
    // Decoded, as HTTP APIs hand them on: a router must not miss a route that the caller has spelt
    // with escapes.
    catchAllPath: catchAllPathOf(
      template,
      decodedParameters(event['pathParameters']),
      typeof event['path'] === 'string' ? event['path'] : '',
    ),
    arn,
    authorization: authorizationOf(event),
    pathRefusal: checkRawParameters(template, event['pathParameters']),
  };
}

function assertSame(value: unknown, expected: string, field: string): void {
  if (textOf(value, field) !== expected)
    throw new MalformedEvent(refuse('EVENT_MALFORMED', 'method_disagrees'), field);
}

/**
 * All values of the header: `headers` holds only the last of several, and `multiValueHeaders` is
 * missing where the service is emulated. A value that only one of the two holds counts as a further
 * one.
 */
function authorizationOf(event: Fields): readonly string[] {
  const listed = headerLists(event['multiValueHeaders'], 'authorization');
  return [
    ...listed,
    ...headerValues(event['headers'], 'authorization').filter((value) => !listed.includes(value)),
  ];
}

function headerLists(headers: unknown, wanted: string): readonly string[] {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.entries(headers).flatMap(([name, values]) =>
    name.toLowerCase() === wanted && Array.isArray(values)
      ? values.filter((value) => typeof value === 'string')
      : [],
  );
}

/**
 * REST hands parameters on as they were sent, so they are judged as sent and as a back end will
 * decode them.
 */
const checkRawParameters = (template: string, values: unknown): Refusal | undefined =>
  checkParameters(template, values) ??
  checkParameters(template, decodedParameters(values)) ??
  checkEscapes(template, values);

/**
 * `%if` is no escape, and a decoder that does not look takes it for a slash. Source: RFC 3986, 2.1.
 */
function checkEscapes(template: string, values: unknown): Refusal | undefined {
  const given = parametersOf(template).map(({ name }) =>
    String(fieldsOf(values, 'pathParameters')[name]),
  );
  return given.some((value) => /%(?![0-9a-f]{2})/i.test(value))
    ? refuse('PATH_REFUSED', 'ambiguous_parameter')
    : undefined;
}

function decodedParameters(values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return values;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decoded(value)]));
}

function decoded(value: unknown): unknown {
  try {
    return decodeURIComponent(String(value));
  } catch {
    // Not UTF-8 in percent-encoding: what a back end makes of it is its own affair, and it has been
    // judged as sent.
    return value;
  }
}

/**
 * A 401 is asked for by throwing on every REST API.
 * @throws Error `Unauthorized` or `AuthorizerFailure`, never another.
 */
export function answerRestApi(answer: Answer): AuthorizerResponse {
  const iam = policyResponse(answer, 'throw');
  // A field of its own, absent on every other refusal: a gateway response can copy a field into a
  // header but cannot test it.
  return iam.context['code'] === 'QUOTA_EXCEEDED'
    ? { ...iam, context: { ...iam.context, retryAfter: iam.context['quotaReset'] ?? '0' } }
    : iam;
}
