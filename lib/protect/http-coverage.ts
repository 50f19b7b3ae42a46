import { type CfnResource, Stage } from 'aws-cdk-lib';
import type { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { type ApiFacts, preflightProblems } from '../../lambda/gateway/api-rules.ts';
import type { RouteProtection } from '../../lambda/gateway/route-protection.ts';
import type { AccessMap } from '../access-map/index.ts';
import { opaqueProperties } from '../openapi/resource-facts.ts';
import { type AnyHttpApi, apiResource, matchApi } from '../resources/api-identity.ts';
import { renderedProperties } from '../resources/rendered.ts';
import { isPreflightRoute } from '../template-parts/preflight-route.ts';
import { apiFacts, authorizersOf } from './api-facts.ts';
import { authorizerName, classify, isIam, setAuthorizer } from './authorization.ts';
import { coverByAspects } from './cover-aspects.ts';
import { CoverageReport, type ListedRoute } from './coverage-report.ts';
import { Deployments } from './deployments.ts';
import { noteUnthrottled } from './note-unthrottled.ts';
import { addPreflights, hasCors } from './preflights.ts';
import { reportPublicConfusable } from './public-confusable.ts';
import { Replacing } from './replacing.ts';
import { type RouteResource, routeResource } from './route-resource.ts';
import { assertNoCycle } from './stack-cycle.ts';
import { stagesOf, whyNotServed } from './stages.ts';
import { type DenyUnmapped, denyUnmappedConfusable } from './unmapped-confusable.ts';

export interface CoverageProps {
  readonly httpApi: AnyHttpApi;
  readonly authorizer: CfnAuthorizer;
  /** Lets the API invoke the function. */
  readonly permission: CfnPermission;
  readonly map: AccessMap;
  readonly close: DenyUnmapped;
  /** Where warnings about the API as a whole are shown. */
  readonly reporter: IConstruct;
}

/**
 * Covers all routes of one HTTP API, wherever and whenever the app creates them: one aspect adds
 * the authorizer after all code has run, another evaluates what the template will have after all
 * other aspects. It adds our authorizer to a route that has none, or whose other one it replaces by
 * `replace`. It reports any further route with another one, and leaves it unchanged.
 */
export class HttpCoverage {
  readonly #props: CoverageProps;
  readonly #report: CoverageReport;
  readonly #deployments: Deployments;
  readonly #replacing = new Replacing();
  #protecting = false;
  /** Whether some route has our authorizer. */
  #isUsed = false;
  #present: Set<string> | undefined;

  constructor(props: CoverageProps) {
    this.#props = props;
    this.#report = new CoverageReport(props.map, 'route');
    const { httpApi, authorizer, permission, map } = props;
    this.#deployments = new Deployments({
      api: httpApi,
      follows: [permission, authorizer],
      settings: () => map.version,
      refuse: (at, message) => this.#report.refuse(at, message),
    });
    coverByAspects(httpApi, {
      cover: (node) => this.#cover(node),
      inspect: (node, root) => this.#inspect(node, root),
    });
  }

  /**
   * From now on every route of the API that has no authorizer gets ours, unless the map lists it as
   * public.
   * @param replace routes, or patterns of them, whose other authorizer ours replaces
   */
  protectAll(replace: readonly string[]): void {
    this.#protecting = true;
    this.#replacing.add(replace);
  }

  #cover(node: IConstruct): void {
    this.#deployments.visit(node);
    const route = this.#routeIn(node);
    if (route === undefined) return;
    const outcome = this.#protectionOf(route, this.#replacing);
    const isToCover = this.#protecting && outcome === 'unprotected';
    if (!isToCover && outcome !== 'ours') return;
    const { httpApi, reporter, authorizer } = this.#props;
    assertNoCycle({ api: httpApi, reporter }, route.resource);
    if (isToCover) setAuthorizer(route, authorizer.ref);
    this.#deployments.cover(route.resource);
    if (this.#protecting && hasCors(httpApi))
      addPreflights(httpApi, route, this.#keys(), this.#report.routes);
  }

  /** Keys of all routes of the API, with those that were added for preflights. */
  #keys(): Set<string> {
    this.#present ??= this.#presentKeys();
    return this.#present;
  }

  #presentKeys(): Set<string> {
    const { httpApi } = this.#props;
    const nodes = (Stage.of(httpApi) ?? httpApi.node.root).node.findAll();
    return new Set(nodes.flatMap((node) => this.#routeIn(node)?.routeKey ?? []));
  }

  #inspect(node: IConstruct, root: IConstruct): void {
    const { httpApi } = this.#props;
    if (node === root) this.#inspectAll(root);
    if (this.#isUsed)
      this.#report.reportStage(node, whyNotServed(httpApi, node, this.#deployments));
    const api = apiResource(httpApi);
    if (this.#protecting && api !== undefined && node === api) this.#inspectApi(api, root);
    const route = routeResource(node);
    if (route !== undefined) this.#inspectRoute(route);
  }

  #inspectApi(api: CfnResource, root: IConstruct): void {
    const rendered = renderedProperties(api);
    const body = rendered['Body'] === undefined ? [] : ['Body'];
    for (const property of [...body, ...opaqueProperties(rendered)])
      this.#report.refuseOpaque(api, property);
    const authorizers = authorizersOf(this.#props.httpApi, root.node.findAll()) - 1;
    // Preflights are inspected with each route, since the API is visited before its routes, which
    // add others for them.
    this.#report.reportApi(api, this.#facts(api, authorizers), []);
  }

  #facts(api: CfnResource, authorizers: number): Omit<ApiFacts, 'routes'> {
    const { httpApi, map } = this.#props;
    const rendered = renderedProperties(api);
    return apiFacts({ api: httpApi, rendered, map, authorizers, scheme: undefined });
  }

  #inspectRoute(route: RouteResource): void {
    const { httpApi } = this.#props;
    const { routeKey: key, resource } = route;
    const match = matchApi(httpApi, route.apiId, resource);
    if (match === 'unknown' && this.#protecting)
      this.#report.warnOfUnknownApi(resource, key, httpApi.node.path);
    if (match !== 'this') return;
    const outcome = this.#protectionOf(route);
    if (outcome === 'ours' && key !== undefined) this.#inspectPreflights(key);
    // Without protection of the whole API its owner chooses the routes that have our authorizer.
    if (outcome === 'ours' || this.#protecting)
      this.#report.report(resource, { key, outcome, authorizer: authorizerName(route) });
    else if (outcome === 'unprotected' && this.#isDefault())
      this.#report.reportOptedOut(resource, key);
  }

  #inspectPreflights(key: string): void {
    const { httpApi } = this.#props;
    const api = apiResource(httpApi);
    // Routes that an imported API has elsewhere may take them.
    if (api === undefined) return;
    const problems = preflightProblems({
      ...this.#facts(api, 0),
      routes: [...this.#keys()].map((one) => ({
        key: one,
        isGuarded: one === key,
        isMapped: this.#report.routes.entry(one) !== undefined,
        takesKey: false,
        isMock: false,
      })),
    });
    if (this.#protecting) this.#report.reportProblems(httpApi, problems);
    // Without protection of the whole API its owner chooses the routes that have our authorizer.
    else this.#report.warnOfProblems(httpApi, key, problems);
  }

  #isDefault(): boolean {
    const { httpApi, reporter } = this.#props;
    return 'defaultAuthorizer' in httpApi && Object.is(httpApi.defaultAuthorizer, reporter);
  }

  #routeIn(node: IConstruct): RouteResource | undefined {
    const route = routeResource(node);
    return route !== undefined && matchApi(this.#props.httpApi, route.apiId, node) === 'this'
      ? route
      : undefined;
  }

  /** @param replacing before the authorizer is added: others that ours replaces do not count */
  #protectionOf(route: RouteResource, replacing?: Replacing): RouteProtection {
    return classify(route, {
      ourId: this.#props.authorizer.ref,
      isPreflight: isPreflightRoute(route.resource),
      mapped: this.#report.routes.entry(route.routeKey),
      isReplaced: replacing?.replaces(route.routeKey, isIam(route)) === true,
    });
  }

  #inspectAll(root: IConstruct): void {
    const { httpApi, reporter } = this.#props;
    // Searched here, since the aspect visits the root before the nodes below it.
    const nodes = root.node.findAll();
    for (const node of nodes) this.#deployments.visit(node);
    const routes = nodes.flatMap((node) => this.#routeIn(node) ?? []);
    this.#isUsed = this.#protecting || routes.some((route) => this.#protectionOf(route) === 'ours');
    if (this.#isUsed) this.#closeUnmapped(routes);
    if (!this.#protecting && this.#isDefault())
      this.#report.reportBelowOptedOut(reporter, httpApi.node.path, this.#listed(routes));
    if (!this.#protecting) return;
    const keys = routes.flatMap(({ routeKey }) => routeKey ?? []);
    this.#replacing.reportRedundant(this.#report, reporter, keys);
    noteUnthrottled(reporter, httpApi, nodes);
    // The owner of an imported API makes most of its routes elsewhere: nothing can be said of them.
    if (apiResource(httpApi) === undefined) {
      if (routes.length === 0) this.#report.refuseNothing(reporter, httpApi.node.path);
      return;
    }
    if (stagesOf(httpApi, nodes).length === 0)
      this.#report.warnOfNoDeployment(reporter, httpApi, apiResource(httpApi));
    const listed = this.#listed(routes);
    this.#report.reportMissing(reporter, httpApi.node.path, listed);
    reportPublicConfusable(reporter, listed, { map: this.#props.map, report: this.#report });
    this.#report.warnOfQuota(reporter, httpApi.node.path, keys);
  }

  #listed(routes: readonly RouteResource[]): readonly ListedRoute[] {
    return routes.map((route) => ({
      key: route.routeKey,
      outcome: this.#protectionOf(route, this.#replacing),
      authorizer: authorizerName(route),
    }));
  }

  /**
   * Without protection of the whole API routes without our authorizer are closed to our callers
   * too.
   */
  #closeUnmapped(routes: readonly RouteResource[]): void {
    const { map, close, reporter } = this.#props;
    const listed = this.#protecting
      ? this.#listed(routes)
      : routes.map((route) => {
          const outcome = this.#protectionOf(route);
          return {
            key: route.routeKey,
            outcome: outcome === 'unprotected' ? ('foreign' as const) : outcome,
            authorizer: authorizerName(route),
          };
        });
    denyUnmappedConfusable(reporter, listed, { map, close, report: this.#report });
  }
}
