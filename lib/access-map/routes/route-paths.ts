/** What the map says of how the back end reads a route's paths. */
import { hasBit, rowFromHex } from '../../../lambda/core/model/bits.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import { routeCells } from '../../../lambda/core/path/route-cells.ts';
import { mayReachAnother } from '../../../lambda/core/path/route-template.ts';

/**
 * How paths of a route are read. A route for any method is `exact` where the map says so of all
 * methods, and `report` where it says `exact` or `report` of all. OPTIONS does not count: no
 * pattern for any method matches it.
 * @param key of the gateway
 */
export function pathsOfRoute(
  { routes, exactPaths, reportPaths }: Pick<ModelFile, 'routes' | 'exactPaths' | 'reportPaths'>,
  key: string,
): 'usual' | 'exact' | 'report' {
  const wordCount = Math.ceil(routes.length / 32);
  const indexes = new Map(routes.map((route, index) => [route.key, index]));
  const hasIn = (hex: string | undefined): ((cell: string) => boolean) => {
    const row = hex === undefined ? undefined : rowFromHex(hex, wordCount);
    return (cell) => {
      const index = indexes.get(cell);
      return row !== undefined && index !== undefined && hasBit(row, index);
    };
  };
  const [isExact, isReport] = [hasIn(exactPaths), hasIn(reportPaths)];
  const all = routeCells(key);
  const cells = all.length === 1 ? all : all.filter((cell) => !cell.startsWith('OPTIONS '));
  if (cells.every(isExact)) return 'exact';
  return cells.every((cell) => isExact(cell) || isReport(cell)) ? 'report' : 'usual';
}

/**
 * Keys of public routes whose calls may reach another route in a back end, and whose paths the map
 * says to be read exactly, or to be no more than reported.
 */
export const uncheckedPublicRoutes = ({
  model,
  gatewayRoutes,
}: {
  readonly model: Parameters<typeof pathsOfRoute>[0];
  readonly gatewayRoutes: readonly { readonly key: string; readonly public: boolean }[];
}): readonly string[] =>
  gatewayRoutes
    .filter((route) => route.public && mayReachAnother(route.key))
    .map(({ key }) => key)
    .filter((key) => pathsOfRoute(model, key) !== 'usual');
