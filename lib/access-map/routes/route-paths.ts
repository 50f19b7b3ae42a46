/** What the map says of how the back end reads a route's paths. */
import { hasBit, rowFromHex } from '../../../lambda/core/model/bits.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';

/** @param key of the gateway; a route of the map for any method is read as its methods are. */
export function pathsOfRoute(
  { routes, exactPaths, reportPaths }: Pick<ModelFile, 'routes' | 'exactPaths' | 'reportPaths'>,
  key: string,
): 'usual' | 'exact' | 'report' {
  const wordCount = Math.ceil(routes.length / 32);
  const index = routes.findIndex((route) => (route.gateway ?? route.key) === key);
  const has = (hex: string | undefined): boolean =>
    index >= 0 && hex !== undefined && hasBit(rowFromHex(hex, wordCount), index);
  if (has(exactPaths)) return 'exact';
  return has(reportPaths) ? 'report' : 'usual';
}
