import type { CachePlan } from '../access-map/index.ts';

/**
 * What the cache of an HTTP API tells answers apart by. Every source must be there in each request;
 * else it is 401 without an invocation.
 */
export const httpIdentitySources = (mode: CachePlan['mode']): string[] =>
  mode === 'tokenAndRoute'
    ? ['$request.header.Authorization', '$context.routeKey', '$context.httpMethod']
    : ['$request.header.Authorization'];

/**
 * How a REST API keeps answers, under the names that its authorizers have in CloudFormation and in
 * OpenAPI documents alike.
 */
export interface RestCaching {
  /**
   * Expressions with commas between them; without a cache a missing one does not keep the request
   * from the function.
   */
  readonly identitySource: string;
  /** Seconds; 0: each request is decided anew. */
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
    'method.request.header.Authorization',
    ...(mode === 'tokenAndRoute' ? ['context.httpMethod', 'context.resourcePath'] : []),
  ].join(','),
  authorizerResultTtlInSeconds: ttlSeconds,
});
