/**
 * REST API: the REQUEST authorizer's event in, the IAM answer out. Source: "Input to a Lambda
 * authorizer", "Output from a Lambda authorizer".
 */
import { type Refusal, refuse } from '../core/contract/codes.ts';
import { isObject } from '../core/json/json-object.ts';
import { decode } from '../core/path/decode.ts';
import { pathWith } from '../core/path/parameters.ts';
import { isGreedy, parametersOf } from '../core/path/route-template.ts';
import type { Answer } from './authorize.ts';
import { type AuthorizerResponse, policyResponse } from './authorizer-response.ts';
import {
  assertRequestArn,
  type EventFields,
  fieldsOf,
  type GatewayRequest,
  headerValues,
  isCustomDomain,
  listedHeaderValues,
  MalformedEvent,
  overridesIn,
  parametersIn,
  textOf,
  textsOf,
} from './gateway-request.ts';

/**
 * Events of a REST API have no version; `1.0` is an HTTP API's. Events of a WebSocket API have no
 * resource.
 */
export const isRestApiEvent = (event: EventFields): boolean =>
  event['version'] === undefined &&
  event['type'] === 'REQUEST' &&
  typeof event['resource'] === 'string';

/** @throws MalformedEvent */
export function readRestApiEvent(event: EventFields): GatewayRequest {
  const context = fieldsOf(event['requestContext'], 'requestContext');
  const method = textOf(event['httpMethod'], 'httpMethod');
  const template = textOf(event['resource'], 'resource');
  // REST APIs honor X-HTTP-Method-Override. Which field then holds which method is not documented,
  // so both must be equal.
  assertSame(context['httpMethod'], method, 'requestContext.httpMethod');
  if (context['resourcePath'] !== undefined)
    assertSame(context['resourcePath'], template, 'requestContext.resourcePath');
  const arn = textOf(event['methodArn'], 'methodArn');
  const apiId = textOf(context['apiId'], 'requestContext.apiId');
  const stage = textOf(context['stage'], 'requestContext.stage');
  // The gateway caches a response per stage, and the policy names the stage of the ARN.
  assertRequestArn(arn, { apiId, method, stage, field: 'methodArn' });
  return {
    // Emulators omit it. No decision depends on it.
    requestId: typeof context['requestId'] === 'string' ? context['requestId'] : '-',
    apiId,
    stage,
    route: `${method} ${template}`,
    routeKeys: [`${method} ${template}`, `ANY ${template}`],
    sent: {
      paths: pathsOf(template, event['pathParameters']),
      others: textsOf(event['path'], context['path']),
      overrides: overridesIn(
        [event['headers'], event['multiValueHeaders']],
        [event['queryStringParameters'], event['multiValueQueryStringParameters']],
      ),
      customDomain: isCustomDomain(context['domainName'], apiId),
    },
    arn,
    authorization: authorizationOf(event),
    pathRefusal: checkEscapes(template, event['pathParameters']),
  };
}

function assertSame(value: unknown, expected: string, field: string): void {
  if (textOf(value, field) !== expected) throw new MalformedEvent('method_disagrees', field);
}

/**
 * All values of the header: `headers` holds only the last of several, and emulators omit
 * `multiValueHeaders`. A value that only one of the two holds counts as a further value.
 */
function authorizationOf(event: EventFields): readonly string[] {
  const listed = listedHeaderValues(event['multiValueHeaders'], 'authorization');
  return [
    ...listed,
    ...headerValues(event['headers'], 'authorization').filter((value) => !listed.includes(value)),
  ];
}

/**
 * `%if` is not an escape, and a decoder that does not check reads it as a slash. Source: RFC 3986,
 * 2.1.
 */
function checkEscapes(template: string, values: unknown): Refusal | undefined {
  const given = parametersOf(template).map(({ name }) =>
    String(parametersIn(template, values)[name]),
  );
  return given.some((value) => /%(?![0-9a-f]{2})/i.test(value))
    ? refuse('PATH_REFUSED', 'ambiguous_parameter')
    : undefined;
}

/**
 * Parameters are passed on undecoded. Below a greedy route the decoded path names the route, as on
 * HTTP APIs: it may be one that the caller has to write with escapes.
 */
function pathsOf(template: string, values: unknown): readonly string[] {
  const given = parametersIn(template, values);
  const raw = pathWith(template, given);
  if (!isGreedy(template)) return [raw];
  const decoded = pathWith(template, parametersIn(template, decodedParameters(given)));
  return decoded === raw ? [raw] : [decoded, raw];
}

function decodedParameters(values: unknown): unknown {
  if (!isObject(values)) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, decode(String(value), 'strict')]),
  );
}

/**
 * An invalid token throws, which a REST API answers with 401.
 * @throws Error `Unauthorized` or `AuthorizerFailure`, never another.
 */
export function answerRestApi(answer: Answer): AuthorizerResponse {
  const iam = policyResponse(answer, 'throw');
  // `retryAfter` is set only for this refusal: a gateway response can copy a field into a header
  // but cannot test it.
  return iam.context.code === 'QUOTA_EXCEEDED'
    ? { ...iam, context: { ...iam.context, retryAfter: iam.context.quotaReset } }
    : iam;
}
