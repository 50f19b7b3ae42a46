/**
 * Reads how the back end reads paths: `api.paths`, `api.pathsOf`, `routes.*.paths`, `api.basePaths`
 * and `api.urls`.
 */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { emptyRow, hasBit, type Row, rowToHex, setBit } from '../../../lambda/core/model/bits.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, choice, has, items, text, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { Inventory } from '../routes/inventory.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import type { SectionContext } from './section-context.ts';

const PATH_MODES = ['usual', 'exact', 'report'] as const;
type PathMode = (typeof PATH_MODES)[number];

export interface PathSettings {
  readonly whole: PathMode;
  readonly of: readonly { readonly routes: Row; readonly paths: PathMode }[];
  /** Base paths of custom domains; absent: neither they nor the URLs are declared. */
  readonly basePaths?: readonly string[];
}

type Api = MapSection<'api'>;
type ReaderContext = Pick<SectionContext, 'report' | 'inventory'>;

export function readPathSettings(api: Cursor<Api>, reading: ReaderContext): PathSettings {
  const { inventory, report } = reading;
  const modes = new Map<number, PathMode>();
  const of = items(at(api, 'pathsOf')).flatMap((item) => {
    const paths = choice(at(item, 'paths'), PATH_MODES);
    if (paths === undefined) return [];
    return texts(at(item, 'routes')).flatMap(([pattern, { pointer }]) => {
      const routes = expandOrReport(pattern, pointer, reading);
      if (routes === undefined) return [];
      const twice = inventory.cells.findIndex(
        (_, index) => hasBit(routes, index) && (modes.get(index) ?? paths) !== paths,
      );
      inventory.cells.forEach((_, index) => {
        if (hasBit(routes, index)) modes.set(index, paths);
      });
      if (twice !== -1)
        report.error('KEY_CONFLICT', pointer, {
          expected: `one way to read the paths of ${code(inventory.cells[twice]?.key ?? '')}`,
          found: `${code(paths)} beside another one`,
        });
      return [{ routes, paths }];
    });
  });
  const basePaths = readBasePaths(api);
  return {
    whole: choice(at(api, 'paths'), PATH_MODES) ?? 'usual',
    of,
    ...(basePaths && { basePaths }),
  };
}

/** Those of the map; otherwise what is before the API in its public URLs and on its domain. */
function readBasePaths(api: Cursor<Api>): readonly string[] | undefined {
  const listed = at(api, 'basePaths');
  if (listed.value !== undefined) return texts(listed).map(([path]) => path);
  const domain = at(api, 'domain');
  if (!has(api, 'urls') && domain.value === undefined) return undefined;
  const ofUrls = texts(at(api, 'urls')).map(([url]) =>
    URL.canParse(url) ? new URL(url).pathname : '',
  );
  const ofDomain = text(at(domain, 'basePath')) ?? '';
  const paths = [...ofUrls, ofDomain].map((path) => path.replace(/^\/+|\/+$/g, ''));
  return [...new Set(paths.filter((path) => path !== ''))];
}

/** What the map says of each route's paths; an entry of a route takes precedence. */
export function readPathModes(
  routes: Cursor<MapSection<'routes'>>,
  { whole, of, basePaths }: PathSettings,
  { cells, wordCount }: Inventory,
): Pick<ModelFile, 'exactPaths' | 'reportPaths' | 'basePaths'> {
  const own = new Map(
    items(routes).flatMap((item) =>
      isObject(item.value)
        ? [[text(at(item, 'route')), choice(at(item, 'paths'), PATH_MODES)] as const]
        : [],
    ),
  );
  const modes = cells.map(
    ({ key, gateway }, index): PathMode =>
      own.get(gateway ?? key) ?? of.find((one) => hasBit(one.routes, index))?.paths ?? whole,
  );
  const rowOf = (mode: PathMode): string | undefined => {
    const row = emptyRow(wordCount);
    modes.forEach((one, index) => {
      if (one === mode) setBit(row, index);
    });
    return row.some((bits) => bits !== 0) ? rowToHex(row) : undefined;
  };
  const [exactPaths, reportPaths] = [rowOf('exact'), rowOf('report')];
  return {
    ...(exactPaths === undefined ? {} : { exactPaths }),
    ...(reportPaths === undefined ? {} : { reportPaths }),
    ...(basePaths === undefined ? {} : { basePaths }),
  };
}
