import { routeCells } from '../../../lambda/core/path/route-cells.ts';

/** What the map says of a route. */
export interface MappedRoute {
  readonly public: boolean;
}

/** The parts of an access map that this reads. */
export interface RoutesOfMap {
  readonly gatewayRoutes: readonly (MappedRoute & { readonly key: string })[];
  readonly model: { readonly routes: readonly { readonly key: string }[] };
  readonly api: { readonly accept: { readonly foreign: readonly string[] } };
}

/** A route of the map that an API lacks. */
export interface MissingRoute {
  readonly key: string;
  readonly isPublic: boolean;
  /** Whether the map accepts that the authorizer of somebody else decides its calls. */
  readonly acceptsForeign: boolean;
}

/**
 * The routes of an API, compared with the access map. The authorizer decides by method and
 * template, so an `ANY` route of one side meets the methods of the other.
 */
export class MappedRoutes {
  readonly #foreign: readonly string[];
  readonly #entries: ReadonlyMap<string, MappedRoute>;
  /** Method and template of every request that the map decides. */
  readonly #cells: ReadonlySet<string>;

  constructor({ gatewayRoutes, model, api }: RoutesOfMap) {
    this.#foreign = api.accept.foreign;
    this.#entries = new Map(gatewayRoutes.map((route) => [route.key, route]));
    this.#cells = new Set(model.routes.map(({ key }) => key));
  }

  /** The map's entry of exactly this key, e.g. `ANY /orders`. */
  entry(key: string | undefined): MappedRoute | undefined {
    return key === undefined ? undefined : this.#entries.get(key);
  }

  /** Whether the map accepts the authorizer of somebody else on a route. */
  acceptsForeign(key: string | undefined): boolean {
    return key !== undefined && this.#foreign.includes(key);
  }

  /** Whether the map decides at least one request of the route. */
  decidesSome(key: string): boolean {
    return routeCells(key).some((cell) => this.#cells.has(cell));
  }

  /** Whether the map decides every request of the route. */
  decidesAll(key: string): boolean {
    return routeCells(key).every((cell) => this.#cells.has(cell));
  }

  /** The map's routes, no request of which any route of these keys answers. */
  missingFrom(keys: Iterable<string>): readonly MissingRoute[] {
    const answered = new Set([...keys].flatMap(routeCells));
    return [...this.#entries]
      .filter(([key]) => !routeCells(key).some((cell) => answered.has(cell)))
      .map(([key, entry]) => ({
        key,
        isPublic: entry.public,
        acceptsForeign: this.acceptsForeign(key),
      }));
  }
}
