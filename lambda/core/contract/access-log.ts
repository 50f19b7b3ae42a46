/**
 * Fields of the access log of an API of ours: one JSON line for each call, answered or refused. The
 * stage's settings name them, the audit log and the saved queries read them. An operator's own
 * queries use the names, so they never change. docs/reference/audit.md explains them.
 */
export const ACCESS_LOG_FIELD = {
  /** The decision record of the same call has the same id. */
  requestId: 'requestId',
  time: 'time',
  ip: 'ip',
  route: 'routeKey',
  status: 'status',
  protocol: 'protocol',
  responseLength: 'responseLength',
  integrationStatus: 'integrationStatus',
  integrationLatency: 'integrationLatency',
  integrationError: 'integrationError',
  user: 'uid',
  client: 'cid',
  /** In place of user and client where the map asks for a digest of both. */
  principal: 'principal',
  mapVersion: 'mapVersion',
  code: 'code',
  authorizerError: 'authorizerError',
  authorizerLatency: 'authorizerLatency',
  /** REST: the kind of the gateway's own answer. */
  responseType: 'responseType',
} as const;

export type AccessLogField = (typeof ACCESS_LOG_FIELD)[keyof typeof ACCESS_LOG_FIELD];
