/**
 * Where the gateway takes the token of a call: the identity source of our authorizer. Templates set
 * it, the drift check and `coverage` compare it. Source: API Gateway, `identitySource` of
 * CreateAuthorizer, version 2 and version 1.
 */
export const TOKEN_SOURCE = {
  http: '$request.header.Authorization',
  rest: 'method.request.header.Authorization',
} as const;
