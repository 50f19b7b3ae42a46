/**
 * What is set on our authorizer, whoever declares it: templates and documents write it, the drift
 * check and `coverage` compare it.
 */

/**
 * Where the gateway takes the token of a call. Source: API Gateway, `identitySource` of
 * CreateAuthorizer, version 2 and version 1.
 */
export const TOKEN_SOURCE = {
  http: '$request.header.Authorization',
  rest: 'method.request.header.Authorization',
} as const;

/**
 * Form of the events that the gateway sends to our authorizer. On an HTTP API 1.0 does not name the
 * path that a greedy route matched; a REST API knows 1.0 alone. Source: API Gateway,
 * `authorizerPayloadFormatVersion` of CreateAuthorizer.
 */
export const PAYLOAD_FORMAT = { http: '2.0', rest: '1.0' } as const;

/**
 * Our answer on an HTTP API is a policy, as on a REST API. Source: API Gateway,
 * `enableSimpleResponses` of CreateAuthorizer.
 */
export const SIMPLE_RESPONSES = false;
