import { CfnRoute, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';

const preflightRoutes = new WeakSet<IConstruct>();

/**
 * An OPTIONS route without authorizer beside a route that would else catch the preflight and refuse
 * it, since browsers send no token with it. Source: API Gateway, "Configuring CORS for an HTTP API
 * with a $default route and an authorizer".
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

/** Whether `resource` was made by `addPreflightRoute`. */
export function isPreflightRoute(resource: IConstruct): boolean {
  return preflightRoutes.has(resource);
}
