import { CfnRoute, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';

const preflightRoutes = new WeakSet<IConstruct>();

/**
 * Adds an OPTIONS route without authorizer beside a route that would otherwise get the preflight
 * and refuse it: browsers send no token with a preflight. Source: API Gateway, "Configuring CORS
 * for an HTTP API with a $default route and an authorizer".
 */
export function addPreflightRoute(httpApi: HttpApi, path: string, target: string): void {
  const routeKey = `OPTIONS ${path}`;
  preflightRoutes.add(
    new CfnRoute(httpApi, routeKey, {
      apiId: httpApi.apiId,
      routeKey,
      target,
      authorizationType: 'NONE',
    }),
  );
}

/** Whether `addPreflightRoute` made the resource. */
export function isPreflightRoute(resource: IConstruct): boolean {
  return preflightRoutes.has(resource);
}
