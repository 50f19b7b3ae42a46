/**
 * HTTP API, payload format 1.0: the event. It has the fields of a REST API's. Source: "Control
 * access to HTTP APIs with Lambda authorizers".
 */

import { decode } from '../core/path/decode.ts';
import { isGreedy, parametersOf } from '../core/path/route-template.ts';
import {
  type EventFields,
  fieldsOf,
  type GatewayRequest,
  MalformedEvent,
  textOf,
} from './gateway-request.ts';
import { readRestApiEvent } from './rest-api-event.ts';

export const isPayload1Event = (event: EventFields): boolean =>
  event['version'] === '1.0' && event['type'] === 'REQUEST';

/**
 * What `resource` holds for a greedy route or `$default` is not documented, so such calls are
 * refused. A call whose fields name different routes is refused too.
 * @throws MalformedEvent
 */
export function readPayload1Event(event: EventFields): GatewayRequest {
  const template = textOf(event['resource'], 'resource');
  if (!template.startsWith('/') || isGreedy(template))
    throw new MalformedEvent('catch_all_in_payload_1', 'resource');
  const context = fieldsOf(event['requestContext'], 'requestContext');
  if (context['resourcePath'] !== template)
    throw new MalformedEvent('method_disagrees', 'requestContext.resourcePath');
  assertParameters(template, event['pathParameters']);
  const request = readRestApiEvent(event);
  const { sent } = request;
  // HTTP APIs decode parameters for back ends. Whether they decode them here is not documented.
  const decoded = sent.paths.map((path) => decode(path, 'strict'));
  return { ...request, sent: { ...sent, paths: [...new Set([...sent.paths, ...decoded])] } };
}

/** A path in place of a template has none of the parameters that the gateway took. */
function assertParameters(template: string, values: unknown): void {
  const given = Object.keys(
    values === null || values === undefined ? {} : fieldsOf(values, 'pathParameters'),
  );
  const expected = parametersOf(template).map(({ name }) => name);
  if (given.toSorted().join() !== expected.toSorted().join())
    throw new MalformedEvent('field_missing', 'pathParameters');
}
