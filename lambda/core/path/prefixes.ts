/** What may stand before a path: the stage, and the base paths of custom domains. */
import { decode } from './decode.ts';
import { fold } from './route-tree.ts';

export interface Prefixes {
  /** Paths that may stand before: `/prod`, `/shop/v1`. */
  readonly texts: readonly string[];
  /** So many first segments may be a base path that nobody declared; 0: none. */
  readonly segments: 0 | 1 | 2 | 3;
  /**
   * What was taken off the path as it stands, since it is the stage: `/prod`. Absent: nothing was.
   */
  readonly taken?: string | undefined;
}

export interface PrefixFacts {
  /** `$default` stands before no path. */
  readonly stage: string;
  /** `api.basePaths`, or the paths of `api.urls`; absent: neither is declared. */
  readonly basePaths: readonly string[] | undefined;
  /** Whether the request came in by another domain than the API's own. */
  readonly customDomain: boolean;
}

/**
 * The stage once and twice, and each base path; on a custom domain without declaration the first
 * one, two and three segments.
 */
export function prefixesOf({ stage, basePaths, customDomain }: PrefixFacts): Prefixes {
  const stages = stage === '$default' ? [] : [`/${stage}`, `/${stage}/${stage}`];
  const declared = (basePaths ?? [])
    .map((path) => `/${path.replace(/^\/+|\/+$/g, '')}`)
    .filter((path) => path !== '/');
  return {
    texts: [...new Set([...stages, ...declared])],
    segments: basePaths === undefined && customDomain ? 3 : 0,
  };
}

/**
 * The path as it stands, where something was taken off it, and without each of the prefixes that it
 * has.
 */
export const otherFrames = (path: string, prefixes: Prefixes): readonly string[] =>
  prefixes.taken === undefined
    ? withoutPrefixes(path, prefixes)
    : [prefixes.taken + path, ...withoutPrefixes(path, prefixes)];

/**
 * Without each of the prefixes, and without each two of them: a base path and the stage may both
 * stand before it.
 */
export function withoutPrefixes(path: string, { texts, segments }: Prefixes): readonly string[] {
  const once = withoutTexts(path, texts);
  const rests = [...once, ...once.flatMap((rest) => withoutTexts(rest, texts))];
  let from = 0;
  for (let count = 0; count < segments; count++) {
    from = path.indexOf('/', from + 1);
    if (from === -1) break;
    rests.push(path.slice(from));
  }
  return [...new Set(rests)];
}

const withoutTexts = (path: string, texts: readonly string[]): readonly string[] =>
  texts
    .filter((text) => {
      const ends = path.length === text.length || path[text.length] === '/';
      return ends && fold(path.slice(0, text.length)) === fold(text);
    })
    .map((text) => path.slice(text.length) || '/');

/**
 * The path of another field of the event, without the stage or base path before it; nothing where
 * it names another path than the one that is evaluated. Gateways decode one of the two, drop a
 * slash at the end and collapse several.
 */
export function sameFrame(path: string, other: string, prefixes: Prefixes): string | undefined {
  // Nearly every request; what is below takes ten times as long.
  if (other === path || prefixes.texts.some((text) => other === text + path)) return path;
  const wanted = tidied(path);
  return [other, ...withoutPrefixes(other, { ...prefixes, segments: 3 })].find(
    (rest) => tidied(rest) === wanted || tidied(decode(rest, 'strict')) === wanted,
  );
}

/** The path with one slash for several, and none at its end. */
export const tidied = (path: string): string =>
  path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
