import { contextVariable } from '../../lambda/core/contract/context.ts';
import type { AccessMap } from '../access-map/index.ts';

/**
 * Fields of the access log: caller, route and outcome; never a header, a path or a query string,
 * which may contain secrets.
 */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  protocol: '$context.protocol',
  responseLength: '$context.responseLength',
  integrationStatus: '$context.integrationStatus',
  integrationLatency: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  uid: `$${contextVariable('uid')}`,
  cid: `$${contextVariable('cid')}`,
  mapVersion: `$${contextVariable('mapVersion')}`,
  code: `$${contextVariable('code')}`,
  authorizerError: '$context.authorizer.error',
  authorizerLatency: '$context.authorizer.latency',
} as const;

/**
 * The fields for a map: with `audit.hashPrincipal` a digest replaces user and client, the same as
 * in decision records.
 */
export function accessLogFields({
  audit,
}: Pick<AccessMap, 'audit'>): Readonly<Record<string, string>> {
  if (!audit.hashPrincipal) return ACCESS_LOG_FIELDS;
  const { uid: _uid, cid: _cid, ...unnamed } = ACCESS_LOG_FIELDS;
  return { ...unnamed, principal: `$${contextVariable('principal')}` };
}
