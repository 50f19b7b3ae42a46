/** HTTP API, payload format 2.0: the event. Source: "Control access to HTTP APIs with Lambda authorizers". */
import { assertRequestArn, type Fields, fieldsOf, type GatewayRequest, headerValues, judgeParameters, textOf } from './request.ts';

export const isHttpApiEvent = (event: Fields): boolean => event['version'] === '2.0' && event['type'] === 'REQUEST';

/** @throws MalformedEvent */
export function readHttpApiEvent(event: Fields): GatewayRequest {
  const context = fieldsOf(event['requestContext'], 'requestContext');
  const method = textOf(fieldsOf(context['http'], 'requestContext.http')['method'], 'requestContext.http.method');
  const template = templateOf(textOf(event['routeKey'], 'routeKey'));
  const arn = textOf(event['routeArn'], 'routeArn');
  assertRequestArn(arn, method, 'routeArn');
  return {
    requestId: textOf(context['requestId'], 'requestContext.requestId'),
    apiId: textOf(context['apiId'], 'requestContext.apiId'),
    stage: textOf(context['stage'], 'requestContext.stage'),
    route: `${method} ${template}`,
    arn,
    authorization: headerValues(event['headers'], 'authorization'),
    pathRefusal: judgeParameters(template, event['pathParameters']),
  };
}

/** `GET /orders/{id}` and `ANY /orders/{id}` have a template behind the method; `$default` is one itself. */
const templateOf = (routeKey: string): string => routeKey.slice(routeKey.indexOf(' ') + 1);
