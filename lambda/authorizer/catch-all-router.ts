/**
 * Routes below a catch-all (greedy or `$default`) route: the gateway matched only that route, so
 * the router finds the map's route from the path. Loaded only for maps with such routes.
 *
 * The path is the caller's, and the back end routes it once more by rules of its own. So a path
 * that could name another route to a back end that is less strict (decodes, ignores case, a slash
 * at the end, or what follows a semicolon) is refused, not normalised.
 */
import findMyWay from 'find-my-way';
import { type Refusal, refuse } from '../core/contract/codes.ts';
import { decodeOrKeep } from '../core/decision/path-parameter.ts';
import type { AccessModel } from '../core/model/model.ts';
import { METHODS, type Method } from '../core/model/model-file.ts';
import type { CatchAllPath } from './request.ts';

/** The most specific route that the path matches, or the matched catch-all route. */
export type CatchAllRouter = (matched: string, catchAllPath: CatchAllPath) => string | Refusal;

type Lookup = (method: Method, path: string) => string | undefined;

export function createCatchAllRouter({ routes }: Pick<AccessModel, 'routes'>): CatchAllRouter {
  const keys = routes.map(({ key }) => key);
  const exact = lookupOf(keys, (text) => text);
  const folded = lookupOf(keys, (text) => text.toLowerCase());
  return (matched, { path, sent }) => {
    const [methodName = ''] = matched.split(' ', 1);
    const method = METHODS.find((candidate) => candidate === methodName);
    const ambiguous = refuse('PATH_REFUSED', 'ambiguous_path');
    if (!method || isAmbiguous(path) || isAmbiguous(sent) || UNNECESSARY_ESCAPE.test(sent))
      return ambiguous;
    const route = exact(method, path) ?? matched;
    const agree = lenientReadings(path).every(
      (reading) => (folded(method, reading) ?? matched.toLowerCase()) === route.toLowerCase(),
    );
    return agree ? route : ambiguous;
  };
}

/**
 * An unreserved character that needs no encoding; a client that encodes it may try to evade
 * matching. Source: RFC 3986, section 2.3.
 */
const UNNECESSARY_ESCAPE = /%(?:2[de]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/i;

/**
 * Empty and dot segments, encoded slashes, backslashes and dots, control characters, encodings that
 * cannot be decoded, and `?` or `#` inside the path: whoever decodes them sees the path end there.
 */
function isAmbiguous(path: string): boolean {
  if (!path.startsWith('/') || /\/\/|[\\?#]|%(?:2f|5c|25|3f|23|0|1|7f)/i.test(path)) return true;
  return (
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
    /[\u0000-\u001f\u007f]|%(?![0-9a-f]{2})/i.test(path) ||
    path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))
  );
}

/** The path as a lenient back end reads it, in lower case. */
function lenientReadings(path: string): readonly string[] {
  const decoded = path.replace(/(?:%[0-9a-f]{2})+/gi, decodeOrKeep);
  const bare = decoded.replace(/;[^/]*/g, '');
  return [path, decoded, bare, bare.replace(/(.)\/$/, '$1')].map((reading) =>
    reading.toLowerCase(),
  );
}

/** Static before parameter before greedy, as the gateway itself chooses. */
function lookupOf(keys: readonly string[], normalize: (key: string) => string): Lookup {
  const router = findMyWay({
    caseSensitive: true,
    ignoreTrailingSlash: false,
    maxParamLength: 10_000,
  });
  const known = new Set<string>();
  for (const key of keys) {
    const [methodName = '', template = ''] = key.split(' ');
    const method = METHODS.find((candidate) => candidate === methodName);
    const path = normalize(pathOf(template));
    // Two templates may become one where case is ignored; the gateway has them apart, and a path
    // that is both is refused by either.
    if (!method || template === '$default' || known.has(`${method} ${path}`)) continue;
    known.add(`${method} ${path}`);
    router.on(method, path, () => undefined, { key: normalize(key) });
  }
  return (method, path) => {
    // The router decodes what it matches, and takes `?`, `#` and `;` for ends of the path: each
    // must stand for itself.
    const found = router.find(
      method,
      path.replace(/[%?#;]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    );
    return found ? (found.store as { readonly key: string }).key : undefined;
  };
}

/**
 * `/a/{id}` as the router writes it: `/a/:p1`. Names do not matter, and colons in literals are
 * doubled.
 */
const pathOf = (template: string): string => template.split('/').map(routerSegment).join('/');

function routerSegment(segment: string, index: number): string {
  if (segment.endsWith('+}')) return '*';
  return segment.startsWith('{') ? `:p${index}` : segment.replaceAll(':', '::');
}
