/** What a map says of routes whose calls a back end may read as others of the API. */
import { MappedRoutes, type RoutesOfMap } from './mapped-routes.ts';
import { pathsOfRoute } from './route-paths.ts';

/** The parts of an access map that this reads. */
interface NeighboursOfMap extends RoutesOfMap {
  readonly model: Parameters<typeof pathsOfRoute>[0];
  readonly permissionsEndpoint?: { readonly route: string } | undefined;
}

interface MapNeighbours {
  /** Whether the map has a method of a template, such as `GET /orders`. */
  readonly hasCell: (cell: string) => boolean;
  /** @param key of the gateway */
  readonly pathsOf: (key: string) => ReturnType<typeof pathsOfRoute>;
}

/** The permissions endpoint is a function of ours: no back end reads a call as one of it. */
export function mapNeighbours(map: NeighboursOfMap): MapNeighbours {
  const routes = new MappedRoutes(map);
  const endpoint = map.permissionsEndpoint?.route;
  return {
    hasCell: (cell) => cell === endpoint || routes.decidesSome(cell),
    pathsOf: (key) => pathsOfRoute(map.model, key),
  };
}
