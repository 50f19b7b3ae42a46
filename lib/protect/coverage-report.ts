import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import { routeCells } from '../access-map/routes/route-cells.ts';

/** What is said of a REST API's methods at synthesis: what stops it, and what is worth knowing. */
export class CoverageReport {
  readonly #map: AccessMap;
  readonly #inventory: ReadonlyMap<string, { readonly public: boolean }>;
  /** Method and template of everything that the map decides. */
  readonly #cells: ReadonlySet<string>;

  constructor(map: AccessMap) {
    this.#map = map;
    this.#inventory = new Map(map.gatewayRoutes.map((route) => [route.key, route]));
    this.#cells = new Set(map.model.routes.map(({ key }) => key));
  }

  /** What the map says of a route; undefined for one that it does not have. */
  mapped(key: string | undefined): { readonly public: boolean } | undefined {
    return key === undefined ? undefined : this.#inventory.get(key);
  }

  refuse(at: IConstruct, message: string): void {
    Annotations.of(at).addError(message);
  }

  refuseForeign(at: IConstruct, key: string | undefined, authorizer: string): void {
    this.refuse(
      at,
      `${describe(key)} has an authorizer of its own (${authorizer}): expected none, so that the access map decides; ` +
        'it is left as it is; remove that authorizer, or do not protect this API as a whole',
    );
  }

  /** Something has taken our authorizer off again: an aspect of the app that comes after ours. */
  refuseUnprotected(at: IConstruct, key: string | undefined): void {
    this.refuse(
      at,
      `${describe(key)} has no authorizer, though the access map does not list it as public: expected ours, which something in this app has taken away; ` +
        'look for an aspect or an override that sets its authorization',
    );
  }

  warnIfUnmapped(at: IConstruct, key: string | undefined): void {
    if (this.#refuseUnproven(at, key) || key === undefined || this.#inventory.has(key)) return;
    if (key === this.#map.permissionsEndpoint?.route) return;
    Annotations.of(at).addWarningV2(
      `okta-group-authorizer:routeUnmapped:${key}`,
      `${describe(key)} is not in the routes of ${this.#map.source}: every call of it will be refused (403 ROUTE_UNMAPPED); add it to \`routes\``,
    );
  }

  /**
   * One policy for all routes of a token is proven over the cells of the map: a string of another
   * could be let in by it.
   */
  #refuseUnproven(at: IConstruct, key: string | undefined): boolean {
    const map = this.#map;
    if (
      map.cache.mode !== 'token' ||
      (key !== undefined && routeCells(key).every((cell) => this.#cells.has(cell)))
    )
      return false;
    this.refuse(
      at,
      `${describe(key)} is not in the routes of ${map.source}, or not with all its methods: expected every method with the authorizer there ` +
        'while answers are cached per token; add it to `routes`, or set `api.cache` to `off`',
    );
    return true;
  }

  warnOfMissing(at: IConstruct, apiPath: string, present: ReadonlySet<string | undefined>): void {
    for (const key of this.#inventory.keys()) {
      if (present.has(key)) continue;
      Annotations.of(at).addWarningV2(
        `okta-group-authorizer:routeMissing:${key}`,
        `route \`${key}\` of ${this.#map.source} is not a method of the API \`${apiPath}\`; add it to the API or remove it from \`routes\``,
      );
    }
  }
}

export const describe = (key: string | undefined): string =>
  `method \`${key ?? 'known at deploy time only'}\``;

/**
 * A route or a method whose API is told at deploy time only may belong to the one that is
 * protected.
 */
export function warnOfUnknownApi(at: IConstruct, what: string, apiPath: string): void {
  Annotations.of(at).addWarningV2(
    `okta-group-authorizer:apiUnknown:${apiPath}`,
    `${what} belongs to an API whose id is known at deploy time only: expected one that tells whether it is \`${apiPath}\`, and it gets no authorizer; ` +
      'write the API’s own id, or acknowledge this where it is another API',
  );
}
