import { routeCells } from '../../../lambda/core/path/route-cells.ts';

/** What the map says of a route. */
export interface MappedRoute {
  readonly public: boolean;
}

/** The parts of an access map that this reads. */
export interface RoutesOfMap {
  readonly gatewayRoutes: readonly (MappedRoute & { readonly key: string })[];
  readonly model: { readonly routes: readonly { readonly key: string }[] };
}

/**
 * The routes of an API, compared with the access map. The authorizer decides by method and
 * template, so an `ANY` route of one side meets the methods of the other.
 */
export class MappedRoutes {
  readonly #entries: ReadonlyMap<string, MappedRoute>;
  /** Method and template of every request that the map decides. */
  readonly #cells: ReadonlySet<string>;

  constructor({ gatewayRoutes, model }: RoutesOfMap) {
    this.#entries = new Map(gatewayRoutes.map((route) => [route.key, route]));
    this.#cells = new Set(model.routes.map(({ key }) => key));
  }

  /** The map's entry of exactly this key, e.g. `ANY /orders`. */
  entry(key: string | undefined): MappedRoute | undefined {
    return key === undefined ? undefined : this.#entries.get(key);
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
  missingFrom(
    keys: Iterable<string>,
  ): readonly { readonly key: string; readonly isPublic: boolean }[] {
    const answered = new Set([...keys].flatMap(routeCells));
    return [...this.#entries]
      .filter(([key]) => !routeCells(key).some((cell) => answered.has(cell)))
      .map(([key, entry]) => ({ key, isPublic: entry.public }));
  }
}
