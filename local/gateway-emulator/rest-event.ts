/**
 * The events that functions get from a REST API. What a call does not have is null, as in the real
 * events. Source: API Gateway Developer Guide, "Input to a Lambda authorizer" and "Lambda proxy
 * integrations in API Gateway".
 */
import { LOCAL_ACCOUNT } from '../cloud-assembly.ts';
import type { Call } from './call.ts';
import { type EventBody, requestArn } from './event.ts';
import { requestFacts } from './request-context.ts';

type EventFields = Readonly<Record<string, unknown>>;

/** The REQUEST authorizer's event. */
export function restAuthorizerEvent(call: Call): EventFields {
  return { type: 'REQUEST', methodArn: requestArn(call), ...requestFields(call, {}) };
}

/** A Lambda proxy integration's event. */
export function restIntegrationEvent(call: Call, body: EventBody | undefined): EventFields {
  const { authorizer } = call;
  const context =
    authorizer === undefined
      ? {}
      : { authorizer: { principalId: authorizer.principalId, ...stringified(authorizer.context) } };
  return {
    ...requestFields(call, context),
    body: body?.text ?? null,
    isBase64Encoded: body?.base64 ?? false,
  };
}

/** Downstream every value of the context is text. */
const stringified = (context: EventFields): EventFields =>
  Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));

function requestFields(call: Call, context: EventFields): EventFields {
  const { request } = call;
  const resource = call.selected?.route.routeKey.replace(/^\S+ /, '');
  const headers = headersOf(call);
  const query = queryOf(request.query);
  return {
    resource,
    path: call.path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: orNull(lastOf(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(call.selected?.pathParameters ?? {}),
    stageVariables: call.stage.variables ?? null,
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: call.apiId,
      ...context,
      ...requestFacts(call, resource),
      extendedRequestId: request.id,
    },
  };
}

type Lists = Readonly<Record<string, readonly string[]>>;

/** Names in the case that they were sent in. */
function headersOf({ request }: Call): Lists {
  const lists = new Map<string, string[]>();
  const raw = request.message.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    lists.set(name, [...(lists.get(name) ?? []), raw[index + 1] ?? '']);
  }
  return {
    ...Object.fromEntries(lists),
    'X-Forwarded-For': [request.sourceIp],
    'X-Forwarded-Port': ['443'],
    'X-Forwarded-Proto': ['https'],
  };
}

function queryOf(query: string): Lists {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]),
  );
}

const lastOf = (lists: Lists): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1) ?? '']));

const orNull = (values: EventFields): EventFields | null =>
  Object.keys(values).length === 0 ? null : values;
