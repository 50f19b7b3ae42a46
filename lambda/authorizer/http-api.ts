/** HTTP API, payload format 2.0: the event in, the IAM answer out. Source: "Control access to HTTP APIs with Lambda authorizers". */
import { REFUSALS, refuse } from '../core/codes.ts';
import type { AuthorizerContext } from '../core/context.ts';
import { type PolicyDocument, requestPolicy } from '../core/policy.ts';
import type { Answer } from './authorize.ts';
import { assertRequestArn, fieldsOf, type GatewayRequest, headerValues, judgeParameters, MalformedEvent, textOf } from './request.ts';

export const isHttpApiEvent = (event: Readonly<Record<string, unknown>>): boolean =>
  event['version'] === '2.0' && event['type'] === 'REQUEST';

/** @throws MalformedEvent */
export function readHttpApiEvent(event: Readonly<Record<string, unknown>>): GatewayRequest {
  const context = fieldsOf(event['requestContext'], 'requestContext');
  const method = textOf(fieldsOf(context['http'], 'requestContext.http')['method'], 'requestContext.http.method');
  const routeKey = textOf(event['routeKey'], 'routeKey');
  if (!answers(routeKey, method)) throw new MalformedEvent(refuse('EVENT_MALFORMED', 'method_disagrees'), 'routeKey');
  const template = templateOf(routeKey);
  const arn = textOf(event['routeArn'], 'routeArn');
  const apiId = textOf(context['apiId'], 'requestContext.apiId');
  assertRequestArn(arn, apiId, method);
  return {
    requestId: textOf(context['requestId'], 'requestContext.requestId'),
    apiId,
    stage: textOf(context['stage'], 'requestContext.stage'),
    route: `${method} ${template}`,
    arn,
    authorization: headerValues(event['headers'], 'authorization'),
    pathRefusal: judgeParameters(template, event['pathParameters']),
  };
}

/** The route that the gateway chose is one for this method. */
const answers = (routeKey: string, method: string): boolean =>
  routeKey === '$default' || [method, 'ANY'].includes(routeKey.split(' ', 1)[0] ?? '');

/** `GET /orders/{id}` and `ANY /orders/{id}` have a template behind the method; `$default` is one itself. */
const templateOf = (routeKey: string): string => routeKey.slice(routeKey.indexOf(' ') + 1);

/** The text that makes API Gateway answer 401; it must be exactly this. */
const UNAUTHORIZED = 'Unauthorized';
/** One fixed text for everything that the gateway shall answer with 500: nothing of the request or of a cause is in it. */
export const AUTHORIZER_FAILURE = 'AuthorizerFailure';

export interface IamAnswer {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  readonly context: AuthorizerContext;
}

/**
 * @param unauthorized how an invalid token is answered: `throw` asks the gateway for 401, `deny` gives 403.
 * @throws Error `Unauthorized` or `AuthorizerFailure`, never another.
 */
export function answerHttpApi({ decision, context }: Answer, arn: string, unauthorized: 'throw' | 'deny'): IamAnswer {
  const status = decision.effect === 'deny' ? REFUSALS[decision.code].status : 200;
  if (status === 500) throw new Error(AUTHORIZER_FAILURE);
  if (status === 401 && unauthorized === 'throw') throw new Error(UNAUTHORIZED);
  const { principalId = '-' } = context;
  return { principalId, policyDocument: requestPolicy(decision.effect, arn), context };
}
