import { ACCESS_LOG_FIELD, type AccessLogField } from '../../lambda/core/contract/access-log.ts';
import { contextVariable } from '../../lambda/core/contract/context-fields.ts';
import type { AccessMap } from '../access-map/index.ts';

/**
 * What each field says: caller, route and outcome; never a header, a path or a query string, which
 * may contain secrets.
 */
const VALUES = {
  [ACCESS_LOG_FIELD.requestId]: '$context.requestId',
  [ACCESS_LOG_FIELD.time]: '$context.requestTime',
  [ACCESS_LOG_FIELD.ip]: '$context.identity.sourceIp',
  [ACCESS_LOG_FIELD.route]: '$context.routeKey',
  [ACCESS_LOG_FIELD.status]: '$context.status',
  [ACCESS_LOG_FIELD.protocol]: '$context.protocol',
  [ACCESS_LOG_FIELD.responseLength]: '$context.responseLength',
  [ACCESS_LOG_FIELD.integrationStatus]: '$context.integrationStatus',
  [ACCESS_LOG_FIELD.integrationLatency]: '$context.integrationLatency',
  [ACCESS_LOG_FIELD.integrationError]: '$context.integrationErrorMessage',
  [ACCESS_LOG_FIELD.user]: `$${contextVariable('uid')}`,
  [ACCESS_LOG_FIELD.client]: `$${contextVariable('cid')}`,
  [ACCESS_LOG_FIELD.mapVersion]: `$${contextVariable('mapVersion')}`,
  [ACCESS_LOG_FIELD.code]: `$${contextVariable('code')}`,
  [ACCESS_LOG_FIELD.authorizerError]: '$context.authorizer.error',
  [ACCESS_LOG_FIELD.authorizerLatency]: '$context.authorizer.latency',
} as const satisfies {
  readonly [field in Exclude<AccessLogField, 'principal' | 'responseType'>]: string;
};

/**
 * REST names the route in two fields, the integration's error and the gateway's own in others than
 * HTTP APIs.
 */
const REST_VALUES = {
  [ACCESS_LOG_FIELD.route]: '$context.httpMethod $context.resourcePath',
  [ACCESS_LOG_FIELD.integrationError]: '$context.integration.error',
  [ACCESS_LOG_FIELD.responseType]: '$context.error.responseType',
} as const;

type LogFields = Readonly<Partial<Record<AccessLogField, string>>>;

export const accessLogFields = ({ kind, audit }: Pick<AccessMap, 'kind' | 'audit'>): LogFields => ({
  ...valuesFor(audit),
  ...(kind === 'rest' && REST_VALUES),
});

/**
 * With `audit.hashPrincipal` a digest replaces user and client, the same as in decision records.
 */
function valuesFor({ hashPrincipal }: AccessMap['audit']): LogFields {
  if (!hashPrincipal) return VALUES;
  const { [ACCESS_LOG_FIELD.user]: _user, [ACCESS_LOG_FIELD.client]: _client, ...unnamed } = VALUES;
  return { ...unnamed, [ACCESS_LOG_FIELD.principal]: `$${contextVariable('principal')}` };
}
