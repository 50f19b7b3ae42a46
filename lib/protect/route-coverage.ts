import type { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import type { Outcome } from '../openapi/outcome.ts';
import { type AnyHttpApi, apiResource, matchApi } from '../template/api-identity.ts';
import { isPreflightRoute } from '../template/preflight-route.ts';
import { authorizerName, judge, setAuthorizer } from './authorization.ts';
import { coverByAspects } from './cover-aspects.ts';
import { CoverageReport } from './coverage-report.ts';
import { type RouteResource, routeResource } from './route-resource.ts';

export interface CoverageProps {
  readonly httpApi: AnyHttpApi;
  readonly authorizer: CfnAuthorizer;
  readonly map: AccessMap;
  /** Where warnings about the API as a whole are shown. */
  readonly reporter: IConstruct;
}

/**
 * Covers all routes of one HTTP API, wherever and whenever the app creates them: one aspect adds
 * the authorizer after all code has run, another judges what the template will have after all other
 * aspects. It adds our authorizer to a route that has none. It reports a route with another one,
 * and leaves it unchanged.
 */
export class RouteCoverage {
  readonly #props: CoverageProps;
  readonly #report: CoverageReport;
  #protecting = false;

  constructor(props: CoverageProps) {
    this.#props = props;
    this.#report = new CoverageReport(props.map, 'route');
    coverByAspects(props.httpApi, {
      cover: (node) => this.#cover(node),
      inspect: (node, root) => this.#inspect(node, root),
    });
  }

  /**
   * From now on every route of the API that has no authorizer gets ours, unless the map lists it as
   * public.
   */
  protectAll(): void {
    this.#protecting = true;
  }

  #cover(node: IConstruct): void {
    const route = this.#protecting ? this.#routeIn(node) : undefined;
    if (route !== undefined && this.#outcomeOf(route) === 'unprotected')
      setAuthorizer(route, this.#props.authorizer.ref);
  }

  #inspect(node: IConstruct, root: IConstruct): void {
    if (node === root) this.#warnOfMissing(root);
    const route = routeResource(node);
    if (route === undefined) return;
    const { httpApi } = this.#props;
    const { routeKey: key } = route;
    const match = matchApi(httpApi, route.apiId, node);
    if (match === 'unknown' && this.#protecting)
      this.#report.warnOfUnknownApi(node, key, httpApi.node.path);
    if (match !== 'this') return;
    const outcome = this.#outcomeOf(route);
    // Without protection of the whole API its owner chooses the routes that have our authorizer.
    if (outcome === 'ours' || this.#protecting)
      this.#report.report(node, { key, outcome, authorizer: authorizerName(route) });
  }

  #routeIn(node: IConstruct): RouteResource | undefined {
    const route = routeResource(node);
    return route !== undefined && matchApi(this.#props.httpApi, route.apiId, node) === 'this'
      ? route
      : undefined;
  }

  #outcomeOf(route: RouteResource): Outcome {
    return judge(route, {
      ourId: this.#props.authorizer.ref,
      isPublic: this.#report.routes.entry(route.routeKey)?.public === true,
      isPreflight: isPreflightRoute(route.resource),
    });
  }

  #warnOfMissing(root: IConstruct): void {
    const { httpApi, reporter } = this.#props;
    // The owner of an imported API makes most of its routes elsewhere: nothing can be said of them.
    if (!this.#protecting || apiResource(httpApi) === undefined) return;
    const keys = root.node.findAll().flatMap((node) => this.#routeIn(node)?.routeKey ?? []);
    this.#report.warnOfMissing(reporter, httpApi.node.path, keys);
  }
}
