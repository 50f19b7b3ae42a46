/**
 * HTTP API, payload format 2.0: the event. Source: "Control access to HTTP APIs with Lambda
 * authorizers".
 */
import { pathWith } from '../core/path/parameters.ts';
import { methodOf, templateOf } from '../core/path/route-key.ts';
import {
  assertRequestArn,
  type EventFields,
  fieldsOf,
  type GatewayRequest,
  headerValues,
  isCustomDomain,
  MalformedEvent,
  overridesIn,
  parametersIn,
  textOf,
  textsOf,
} from './gateway-request.ts';

export const isHttpApiEvent = (event: EventFields): boolean =>
  event['version'] === '2.0' && event['type'] === 'REQUEST';

/** @throws MalformedEvent */
export function readHttpApiEvent(event: EventFields): GatewayRequest {
  const context = fieldsOf(event['requestContext'], 'requestContext');
  const http = fieldsOf(context['http'], 'requestContext.http');
  const method = textOf(http['method'], 'requestContext.http.method');
  const routeKey = textOf(event['routeKey'], 'routeKey');
  if (!answers(routeKey, method)) throw new MalformedEvent('method_disagrees', 'routeKey');
  const template = templateOf(routeKey);
  const arn = textOf(event['routeArn'], 'routeArn');
  const apiId = textOf(context['apiId'], 'requestContext.apiId');
  assertRequestArn(arn, { apiId, method, field: 'routeArn' });
  return {
    requestId: textOf(context['requestId'], 'requestContext.requestId'),
    apiId,
    stage: textOf(context['stage'], 'requestContext.stage'),
    route: `${method} ${template}`,
    routeKeys: [routeKey],
    sent: {
      paths: [pathOf(template, event)],
      others: textsOf(event['rawPath'], http['path']),
      overrides: overridesIn([event['headers']], [event['queryStringParameters']]),
      customDomain: isCustomDomain(context['domainName'], apiId),
    },
    arn,
    authorization: headerValues(event['headers'], 'authorization'),
    pathRefusal: undefined,
  };
}

/** The path that the matched route stands for; `$default` has no template and takes all of it. */
function pathOf(template: string, event: EventFields): string {
  const { rawPath, requestContext, pathParameters } = event;
  if (template !== '$default') return pathWith(template, parametersIn(template, pathParameters));
  return pathWithoutStage(rawPath, fieldsOf(requestContext, 'requestContext')['stage']);
}

/**
 * A named stage is before the path. Source: API Gateway Developer Guide, "Working with stages
 * for HTTP APIs".
 */
function pathWithoutStage(rawPath: unknown, stage: unknown): string {
  const path = typeof rawPath === 'string' ? rawPath : '';
  return stage !== '$default' && path.startsWith(`/${stage}/`)
    ? path.slice(`/${stage}`.length)
    : path;
}

/** The route that the gateway chose is one for this method. */
const answers = (routeKey: string, method: string): boolean =>
  [method, 'ANY', '$default'].includes(methodOf(routeKey));
