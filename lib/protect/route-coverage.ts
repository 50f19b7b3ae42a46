import { Annotations, AspectPriority, Aspects, type IAspect, Stage } from 'aws-cdk-lib';
import type { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import { routeCells } from '../access-map/routes/route-cells.ts';
import { type AnyHttpApi, apiResource, matchApi } from '../template/api-identity.ts';
import { isPreflightRoute } from '../template/preflight-route.ts';
import { hasNoAuthorizer, hasOurAuthorizer, setAuthorizer } from './authorization.ts';
import { warnOfUnknownApi } from './coverage-report.ts';
import { type RouteResource, routeResource } from './route-resource.ts';

export interface CoverageProps {
  readonly httpApi: AnyHttpApi;
  readonly authorizer: CfnAuthorizer;
  readonly map: AccessMap;
  /** Where warnings about the API as a whole are shown. */
  readonly reporter: IConstruct;
}

/**
 * Keeps watch over one API's routes, wherever in the app they are made and whenever: an aspect sees
 * them after all code has run. It only ever adds our authorizer to a route that has none; a route
 * with another one is reported and left as it is.
 */
export class RouteCoverage {
  readonly #props: CoverageProps;
  readonly #inventory: ReadonlyMap<string, { readonly public: boolean }>;
  /** Method and template of everything that the map decides. */
  readonly #cells: ReadonlySet<string>;
  #protecting = false;

  constructor(props: CoverageProps) {
    this.#props = props;
    this.#inventory = new Map(props.map.gatewayRoutes.map((route) => [route.key, route]));
    this.#cells = new Set(props.map.model.routes.map(({ key }) => key));
    // Aspects do not cross a stage's boundary, and neither do references to the API.
    const root = Stage.of(props.httpApi) ?? props.httpApi.node.root;
    const aspects = Aspects.of(root);
    aspects.add(
      { visit: (node) => this.#visitRoute(node, (route) => this.#cover(route)) },
      { priority: AspectPriority.MUTATING },
    );
    // After other aspects have had their turn at the route.
    const inspect: IAspect = {
      visit: (node) => {
        this.#visitRoute(node, (route) => {
          this.#refuseIfOpen(route);
          this.#warnIfUnmapped(route);
        });
        this.#warnIfUnknown(node);
        if (node === root) this.#warnOfMissing(root);
      },
    };
    aspects.add(inspect, { priority: AspectPriority.READONLY });
  }

  /**
   * From now on every route of the API that has no authorizer gets ours, unless the map lists it as
   * public.
   */
  protectAll(): void {
    this.#protecting = true;
  }

  #visitRoute(node: IConstruct, visit: (route: RouteResource) => void): void {
    const route = routeResource(node);
    if (route !== undefined && matchApi(this.#props.httpApi, route.apiId, node) === 'this')
      visit(route);
  }

  #warnIfUnknown(node: IConstruct): void {
    const route = this.#protecting ? routeResource(node) : undefined;
    if (route === undefined || matchApi(this.#props.httpApi, route.apiId, node) !== 'unknown')
      return;
    warnOfUnknownApi(node, describe(route), this.#props.httpApi.node.path);
  }

  #carriesOurAuthorizer(route: RouteResource): boolean {
    return hasOurAuthorizer(route, this.#props.authorizer.ref);
  }

  #cover(route: RouteResource): void {
    if (!this.#protecting || this.#carriesOurAuthorizer(route) || isPreflightRoute(route.resource))
      return;
    if (!hasNoAuthorizer(route)) {
      Annotations.of(route.resource).addError(
        `${describe(route)} has an authorizer of its own (${String(route.authorizationType)}): expected none, so that the access map decides; ` +
          'it is left as it is; remove that authorizer, or do not protect this API as a whole',
      );
      return;
    }
    if (route.routeKey !== undefined && this.#inventory.get(route.routeKey)?.public === true)
      return;
    setAuthorizer(route, this.#props.authorizer.ref);
  }

  /**
   * Something has taken our authorizer off again, or kept it from being set: an aspect of the app,
   * or a default that was not applied.
   */
  #refuseIfOpen(route: RouteResource): void {
    if (!this.#protecting || !hasNoAuthorizer(route) || isPreflightRoute(route.resource)) return;
    if (route.routeKey !== undefined && this.#inventory.get(route.routeKey)?.public === true)
      return;
    Annotations.of(route.resource).addError(
      `${describe(route)} has no authorizer, though the access map does not list it as public: expected ours, which something in this app has taken away; ` +
        'look for an aspect or an override that sets its authorization',
    );
  }

  #warnIfUnmapped(route: RouteResource): void {
    if (!this.#carriesOurAuthorizer(route) || route.routeKey === undefined) return;
    if (route.routeKey === this.#props.map.permissionsEndpoint?.route) return;
    const cells = routeCells(route.routeKey);
    // One policy for all routes of a token is proven over the cells of the map: a string of another
    // could be let in by it.
    if (this.#props.map.cache.mode === 'token' && !cells.every((cell) => this.#cells.has(cell))) {
      Annotations.of(route.resource).addError(
        `${describe(route)} is not in the routes of ${this.#props.map.source}, or not with all its methods: expected every route with the authorizer there ` +
          'while answers are cached per token; add it to `routes`, or set `api.cache` to `off`',
      );
      return;
    }
    // The function looks up method and template: an `ANY` route of the API is decided by what the
    // map has for each method.
    if (cells.some((cell) => this.#cells.has(cell))) return;
    Annotations.of(route.resource).addWarningV2(
      'okta-group-authorizer:routeUnmapped',
      `${describe(route)} is not in the routes of ${this.#props.map.source}: every call of it will be refused (403 ROUTE_UNMAPPED); add it to \`routes\``,
    );
  }

  #warnOfMissing(root: IConstruct): void {
    const { httpApi, map, reporter } = this.#props;
    // Most routes of an imported API are made elsewhere, and nothing can be said about them here.
    if (!this.#protecting || apiResource(httpApi) === undefined) return;
    const answered = new Set<string>();
    const take = ({ routeKey }: RouteResource): void => {
      for (const cell of routeKey === undefined ? [] : routeCells(routeKey)) answered.add(cell);
    };
    for (const node of root.node.findAll()) this.#visitRoute(node, take);
    for (const key of this.#inventory.keys()) {
      if (routeCells(key).some((cell) => answered.has(cell))) continue;
      Annotations.of(reporter).addWarningV2(
        `okta-group-authorizer:routeMissing:${key}`,
        `route \`${key}\` of ${map.source} is not a route of the API \`${httpApi.node.path}\`; add it to the API or remove it from \`routes\``,
      );
    }
  }
}

const describe = (route: RouteResource): string =>
  `route \`${route.routeKey ?? 'known at deploy time only'}\``;
