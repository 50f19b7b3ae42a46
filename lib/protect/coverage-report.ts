import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import {
  type AbsentRoute,
  absentProblem,
  describeServed,
  ruleHolds,
} from '../../lambda/gateway/absent-route.ts';
import {
  type ApiFacts,
  type ApiProblem,
  apiProblems,
  unacceptedOf,
} from '../../lambda/gateway/api-rules.ts';
import { quotaWarning } from '../../lambda/gateway/gateway-quotas.ts';
import { isCovered, type RouteProtection } from '../../lambda/gateway/route-protection.ts';
import { type AccessMap, MappedRoutes } from '../access-map/index.ts';
import { routeFacts } from '../openapi/document-facts.ts';
import { addInfo } from '../resources/add-info.ts';
import { absentFrom } from './absent-from.ts';
import { accepts } from './accepts.ts';
import { type CoveredRoute, foreignAuthorizerRefusal } from './refuse-foreign-authorizer.ts';

/** A route as far as rules of the whole API ask for it. */
export interface ListedRoute {
  readonly key: string | undefined;
  readonly outcome: RouteProtection;
  /** Another authorizer on the route, public or not; empty where there is none. */
  readonly authorizer: string;
  /** A preflight that the gateway of a REST API answers: no back end reads it. Default: false. */
  readonly isMock?: boolean;
}

export interface ListedMethod extends ListedRoute {
  readonly takesKey: boolean;
  readonly isMock: boolean;
}

/**
 * What synthesis says of the routes of one API: errors, which stop it, and warnings. The same for
 * both kinds of API; only the noun differs.
 */
export class CoverageReport {
  readonly routes: MappedRoutes;
  readonly kind: AccessMap['kind'];
  readonly #map: AccessMap;
  readonly #noun: 'route' | 'method';

  constructor(map: AccessMap, noun: 'route' | 'method') {
    this.routes = new MappedRoutes(map);
    this.kind = map.kind;
    this.#map = map;
    this.#noun = noun;
  }

  /** ``route `GET /orders` ``. */
  describe(key: string | undefined): string {
    return `${this.#noun} \`${key ?? 'known at deploy time only'}\``;
  }

  refuse(at: IConstruct, message: string): void {
    Annotations.of(at).addError(message);
  }

  /** @param property of an HTTP API that gives it routes */
  refuseOpaque(at: IConstruct, property: string): void {
    this.refuse(
      at,
      `the API has routes by \`${property}\`, which cannot be seen: expected routes as resources of the app; add them as routes`,
    );
  }

  report(at: IConstruct, classified: CoveredRoute): void {
    const { key, outcome } = classified;
    if (outcome === 'ours') this.reportOurs(at, key);
    const foreign = foreignAuthorizerRefusal(this.routes, this.describe(key), classified);
    if (foreign !== undefined) this.refuse(at, foreign);
    if (outcome === 'public') this.#reportPublic(at, classified);
    // Another aspect of the app, which runs after ours, removed our authorizer.
    if (outcome === 'unprotected')
      this.refuse(
        at,
        `${this.describe(key)} has no authorizer, though the access map does not list it as public: expected ours, which something in this app removed; ` +
          'look for an aspect or an override that sets its authorization',
      );
  }

  /** A public route stays as it is, whatever stands before it. */
  #reportPublic(at: IConstruct, { key = '', authorizer }: CoveredRoute): void {
    if (authorizer === '' || this.routes.acceptsForeign(key)) return;
    Annotations.of(at).addWarningV2(
      `okta-group-authorizer:publicForeign:${key}`,
      `${this.describe(key)} is public in ${this.#map.source} and has an authorizer of its own (${authorizer}), which decides its calls: ` +
        'remove that authorizer, take the route from `public`, or list it under `api.accept.foreign`',
    );
  }

  /** What the map decides of a route that has our authorizer. */
  reportOurs(at: IConstruct, key: string | undefined): void {
    if (key !== undefined && key === this.#map.permissionsEndpoint?.route) return;
    // With one cached policy for all routes of a token, the proof covers the requests of the map.
    // The policy could let in a request of another route.
    if (this.#map.cache.mode === 'token' && (key === undefined || !this.routes.decidesAll(key)))
      this.refuse(
        at,
        `${this.describe(key)} is not in the routes of ${this.#map.source}, or not with all its methods: expected every ${this.#noun} with the authorizer in the map ` +
          'while answers are cached; add it, or set `api.cache` to `off`',
      );
    else if (key === undefined) this.#warnOfUnknownKey(at);
    else if (this.routes.entry(key)?.public === true)
      Annotations.of(at).addWarningV2(
        `okta-group-authorizer:publicCovered:${key}`,
        `${this.describe(key)} is public in ${this.#map.source} and has the authorizer: calls without a token get 401; ` +
          'leave the authorizer off the route (`new HttpNoneAuthorizer()`), or take the route from `public`',
      );
    else if (!this.routes.decidesSome(key))
      Annotations.of(at).addWarningV2(
        `okta-group-authorizer:routeUnmapped:${key}`,
        `${this.describe(key)} is not in the routes of ${this.#map.source}: every call of it will be refused (403 ROUTE_UNMAPPED); add it to \`routes\``,
      );
  }

  #warnOfUnknownKey(at: IConstruct): void {
    Annotations.of(at).addWarningV2(
      `okta-group-authorizer:routeUnknown:${at.node.path}`,
      `the ${this.#noun} \`${at.node.path}\` has a key that is known at deploy time only: expected one of ${this.#map.source}; ` +
        'where the map does not have it, every call of it will be refused (403 ROUTE_UNMAPPED)',
    );
  }

  /** A route that its owner took out of the API's default authorizer, which is ours. */
  reportOptedOut(at: IConstruct, key: string | undefined): void {
    if (key !== undefined && !this.routes.decidesSome(key)) return;
    this.refuse(
      at,
      `${this.describe(key)} has no authorizer, though ${this.#map.source} protects it and this authorizer is the default of its API: ` +
        'remove its `HttpNoneAuthorizer`, or list the route under `public`',
    );
  }

  /** The same of rules that the API lacks: such a route takes their calls. */
  reportBelowOptedOut(at: IConstruct, apiPath: string, present: readonly ListedRoute[]): void {
    const optedOut = new Set(
      present.flatMap(({ key, outcome }) => (outcome === 'unprotected' ? [key] : [])),
    );
    for (const absent of absentFrom(present, this, (outcome) => outcome === 'ours'))
      if (optedOut.has(absent.by) && absent.kind === 'unprotected')
        this.#refuseUnprotected(at, absent, apiPath);
  }

  /** @param present all routes of the API that the app has */
  reportMissing(at: IConstruct, apiPath: string, present: readonly ListedRoute[]): void {
    for (const absent of absentFrom(present, this, isCovered)) {
      if (absent.kind === 'unprotected') this.#refuseUnprotected(at, absent, apiPath);
      else this.#warnOfAbsent(at, absent, apiPath);
    }
  }

  #refuseUnprotected(at: IConstruct, absent: AbsentRoute, apiPath: string): void {
    this.refuse(at, `${this.#absent(absent, apiPath)}; ${absentProblem(absent)}`);
  }

  #absent({ key }: AbsentRoute, apiPath: string): string {
    return `route \`${key}\` of ${this.#map.source} is not a ${this.#noun} of the API \`${apiPath}\``;
  }

  #warnOfAbsent(at: IConstruct, absent: AbsentRoute, apiPath: string): void {
    const says = this.#absent(absent, apiPath);
    const { kind, key, nearest } = absent;
    if (ruleHolds(absent) && nearest === undefined)
      addInfo(at, `okta-group-authorizer:routeServed:${key}`, `${says}: ${describeServed(absent)}`);
    else
      Annotations.of(at).addWarningV2(
        `okta-group-authorizer:routeMissing:${key}`,
        kind === 'missing' && nearest === undefined
          ? `${says}; add it to the API or remove it from \`routes\``
          : `${says}; ${absentProblem(absent) ?? describeServed(absent)}`,
      );
  }

  reportProblems(at: IConstruct, problems: readonly ApiProblem[]): void {
    for (const { says } of this.#unaccepted(problems)) this.refuse(at, says);
  }

  warnOfProblems(at: IConstruct, key: string, problems: readonly ApiProblem[]): void {
    for (const { finding, says } of this.#unaccepted(problems))
      if (finding !== undefined)
        Annotations.of(at).addWarningV2(`okta-group-authorizer:${finding}:${key}`, says);
  }

  #unaccepted(problems: readonly ApiProblem[]): readonly ApiProblem[] {
    return unacceptedOf(problems, this.#map.api.accept.findings);
  }

  /** @param methods all of the API that the app has */
  reportApi(
    at: IConstruct,
    facts: Omit<ApiFacts, 'routes'>,
    methods: readonly ListedMethod[],
  ): void {
    const routes = methods.flatMap(({ key, ...method }) =>
      key === undefined ? [] : [routeFacts({ key, ...method }, this.routes)],
    );
    this.reportProblems(at, apiProblems({ ...facts, routes }));
  }

  /** @param keys of all routes of the API */
  warnOfQuota(at: IConstruct, apiPath: string, keys: readonly string[]): void {
    const says = quotaWarning(this.#map.kind, keys);
    if (says !== undefined)
      Annotations.of(at).addWarningV2(`okta-group-authorizer:quota:${apiPath}`, says);
  }

  /** @param why what `whyNotServed` says of a stage */
  reportStage(at: IConstruct, why: string | undefined): void {
    if (why === undefined || accepts(this.#map, 'otherStages')) return;
    this.refuse(at, why);
  }

  /** An API of another app without a route in this one: no template reaches its routes. */
  refuseNothing(at: IConstruct, apiPath: string): void {
    this.refuse(
      at,
      `API \`${apiPath}\` is imported and has no ${this.#noun} in this app, so that \`protect\` protects nothing: ` +
        `expected \`attach\`, which covers the ${this.#noun}s of other stacks while this stack is deployed`,
    );
  }

  /** @param resource undefined for an imported API */
  warnOfNoDeployment(at: IConstruct, api: IConstruct, resource: IConstruct | undefined): void {
    const { path } = api.node;
    const what = resource === undefined ? 'is imported' : 'has no deployment in this app';
    Annotations.of(at).addWarningV2(
      `okta-group-authorizer:notDeployed:${path}`,
      `API \`${path}\` ${what}: its ${this.#noun}s of this app, and the authorizer on them, are live after the API's next deployment only`,
    );
  }

  /** A route whose API is known at deploy time only may belong to the one that is protected. */
  warnOfUnknownApi(at: IConstruct, key: string | undefined, apiPath: string): void {
    Annotations.of(at).addWarningV2(
      `okta-group-authorizer:apiUnknown:${apiPath}`,
      `${this.describe(key)} belongs to an API whose id is known at deploy time only: it gets no authorizer. ` +
        `Write the id of \`${apiPath}\` itself, or acknowledge this where it is another API`,
    );
  }
}
