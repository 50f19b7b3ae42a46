import { TOKEN_SOURCE } from '../../lambda/core/contract/identity-source.ts';
import type { CachePlan } from '../access-map/index.ts';

/**
 * Cache keys of the answers on an HTTP API. The gateway answers 401 to a request without one of
 * them, and does not invoke the function.
 */
export const httpIdentitySources = (mode: CachePlan['mode']): string[] =>
  mode === 'tokenAndRoute'
    ? [TOKEN_SOURCE.http, '$context.routeKey', '$context.httpMethod']
    : [TOKEN_SOURCE.http];

/**
 * How a REST API caches answers. CloudFormation and OpenAPI documents use the same names for these
 * settings of an authorizer.
 */
export interface RestCaching {
  /**
   * Expressions, separated by commas. Without a cache the function is invoked although one of them
   * is missing.
   */
  readonly identitySource: string;
  /** Seconds; 0: no cache. */
  readonly authorizerResultTtlInSeconds: number;
}

/**
 * Source: API Gateway REST API reference, "Authorizer": `identitySource` of a REQUEST authorizer
 * takes headers and `$context` variables.
 */
export const restCaching = ({
  mode,
  ttlSeconds,
}: Pick<CachePlan, 'mode' | 'ttlSeconds'>): RestCaching => ({
  identitySource: [
    TOKEN_SOURCE.rest,
    ...(mode === 'tokenAndRoute' ? ['context.httpMethod', 'context.resourcePath'] : []),
  ].join(','),
  authorizerResultTtlInSeconds: ttlSeconds,
});
