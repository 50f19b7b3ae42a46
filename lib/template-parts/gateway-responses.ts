/** Responses of a REST API's gateway itself: of an API that we deploy, and of one we attach to. */

import type { WantedResponse } from '../../lambda/core/contract/attachment-request.ts';
import { contextVariable } from '../../lambda/core/contract/context-fields.ts';
import type { Node } from '../../lambda/core/json/json-object.ts';
import type { ApiSettings } from '../access-map/index.ts';

export type Cors = NonNullable<ApiSettings['cors']>;

export const literal = (text: string): string => `'${text}'`;

/**
 * `*` where the map lists several origins: a static header holds one value. `*` forbids
 * credentials, which these APIs do not use.
 */
export const originOf = ({ origins }: Cors): string =>
  origins.length === 1 ? (origins[0] ?? '*') : '*';

const corsHeaders = (cors: Cors | undefined): Readonly<Record<string, string>> =>
  cors === undefined ? {} : { 'Access-Control-Allow-Origin': literal(originOf(cors)) };

const deniedHeaders = (
  cors: Cors | undefined,
  retryAfterHeader: boolean,
): Readonly<Record<string, string>> => ({
  ...corsHeaders(cors),
  ...(retryAfterHeader && { 'Retry-After': contextVariable('retryAfter') }),
  ...(retryAfterHeader &&
    cors !== undefined && { 'Access-Control-Expose-Headers': literal('Retry-After') }),
});

const deniedBody = (message: string): string =>
  `{"message":${message},"code":"$${contextVariable('code')}","quotaReset":"$${contextVariable('quotaReset')}"}`;

/**
 * Errors that the gateway itself answers. Browsers of the listed origins can read them; the 403 of
 * a decision has its code.
 */
export function gatewayResponses(cors: Cors | undefined, retryAfterHeader: boolean): Node {
  const shared = responseHeaders(corsHeaders(cors));
  const denied = responseHeaders(deniedHeaders(cors, retryAfterHeader));
  return {
    ACCESS_DENIED: {
      statusCode: 403,
      responseParameters: denied,
      responseTemplates: { 'application/json': deniedBody('"Forbidden"') },
    },
    UNAUTHORIZED: {
      statusCode: 401,
      responseParameters: shared,
      responseTemplates: { 'application/json': '{"message":$context.error.messageString}' },
    },
    DEFAULT_4XX: { responseParameters: shared },
    DEFAULT_5XX: { responseParameters: shared },
  };
}

const responseHeaders = (headers: Readonly<Record<string, string>>): Node =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value]),
  );

/**
 * Changes only the responses of an existing API that our authorizer causes. The message stays the
 * gateway's own, since methods with other authorizers get it too. Source: API Gateway, "Gateway
 * response types".
 */
export function attachedResponses(
  cors: Cors | undefined,
  retryAfterHeader: boolean,
): readonly WantedResponse[] {
  const body = deniedBody('$context.error.messageString');
  const denied = {
    type: 'ACCESS_DENIED',
    statusCode: '403',
    headers: deniedHeaders(cors, retryAfterHeader),
    template: body,
  };
  if (cors === undefined) return [denied];
  const readable = (type: string, statusCode: string): WantedResponse => ({
    type,
    statusCode,
    headers: corsHeaders(cors),
  });
  return [
    denied,
    readable('UNAUTHORIZED', '401'),
    readable('AUTHORIZER_FAILURE', '500'),
    readable('AUTHORIZER_CONFIGURATION_ERROR', '500'),
  ];
}
