/**
 * Routes that opted out of our authorizer on an API where no route has it: no coverage sees such an
 * API.
 */
import { AspectPriority, Aspects, Stage } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import { elementOf } from '../resources/api-identity.ts';
import { isPreflightRoute } from '../template-parts/preflight-route.ts';
import { classify } from './authorization.ts';
import { CoverageReport } from './coverage-report.ts';
import { type RouteResource, routeResource } from './route-resource.ts';

export interface DefaultAuthorizer {
  readonly authorizer: IConstruct;
  readonly map: AccessMap;
  /** Whether another one reports what is on the API. */
  isCovered(api: IConstruct): boolean;
}

export function reportOptedOut({ authorizer, map, isCovered }: DefaultAuthorizer): void {
  const report = new CoverageReport(map, 'route');
  const visit = (node: IConstruct): void => {
    const route = routeResource(node);
    const api = route && elementOf(node, route.apiId)?.node.scope;
    if (route === undefined || api === undefined || isCovered(api)) return;
    if (!Object.is((api as Partial<HttpApi>).defaultAuthorizer, authorizer)) return;
    if (isUnprotected(route, report)) report.reportOptedOut(node, route.routeKey);
  };
  const root = Stage.of(authorizer) ?? authorizer.node.root;
  Aspects.of(root).add({ visit }, { priority: AspectPriority.READONLY });
}

const isUnprotected = (route: RouteResource, { routes }: CoverageReport): boolean =>
  classify(route, {
    ourId: '',
    isPreflight: isPreflightRoute(route.resource),
    mapped: routes.entry(route.routeKey),
  }) === 'unprotected';
