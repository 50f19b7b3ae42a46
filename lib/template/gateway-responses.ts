/** What a REST API's gateway answers by itself: on an API of ours, and on one that we attach to. */

import type { WantedResponse } from '../../lambda/core/contract/attachment-request.ts';
import { contextVariable } from '../../lambda/core/contract/context.ts';
import type { ApiSettings } from '../access-map/index.ts';

export type Cors = NonNullable<ApiSettings['cors']>;
type Node = Readonly<Record<string, unknown>>;

export const literal = (text: string): string => `'${text}'`;

/**
 * `*` where several are listed: a static header holds one value, and no credentials are used that
 * `*` would forbid.
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
 * Errors that the gateway itself answers: readable by browsers of the listed origins; the 403 of a
 * decision tells its code.
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
 * Of an API that exists, only the answers that our authorizer causes. The message stays the
 * gateway's own, since methods of others are answered by it too. Source: API Gateway, "Gateway
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
