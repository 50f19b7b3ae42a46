/**
 * The table of what back ends make of a path, and its closure: every order of every rule, until
 * nothing new comes out.
 *
 * Rules that may move a segment's border or end the path are applied to the text here. Those that
 * only shorten or respell one segment (case, what follows `;`, a format suffix, a dot, blank or
 * slash at the end) are rules of comparison, applied where a reading meets the routes (segment.ts):
 * they would multiply the readings and change no border.
 */
import { decode } from './decode.ts';
import { FEATURE, featuresOf } from './features.ts';

/** The kinds of reading, as records and documents name them. */
const READING_CLASSES = [
  /** As it is written: a value that is a sibling's own text. */
  'plain',
  /** Percent-decoding, once or several times. */
  'decode',
  /** Overlong UTF-8 (`%c0%af`) and `%u002f` taken for the character. */
  'overlong',
  /** Upper and lower case are one. */
  'case',
  /** `;…` stripped from a segment (path parameters, RFC 3986, 3.3). */
  'matrix',
  /** `//` is `/`. */
  'slashes',
  /** `.` and `..` resolved. */
  'dots',
  /** `/` at the end stripped; also a mount point that answers for what lies below it. */
  'trailing_slash',
  /** Dots and blanks at the end of a segment stripped. */
  'trailing_dot_or_space',
  /** `.json` and the like at the end of the path taken for a format. */
  'suffix',
  /** `\` is `/`. */
  'backslash',
  /** The path ends at a NUL. */
  'nul',
  /** The path ends at a decoded `?` or `#`. */
  'query',
  /** A stage or base path before it stripped. */
  'prefix',
  /** Another method: `HEAD` as `GET`, or an override. */
  'method',
] as const;
export type ReadingClass = (typeof READING_CLASSES)[number];

export interface PathReading {
  readonly path: string;
  /** Features of the path (features.ts). */
  readonly features: number;
  /** What a back end must do to read it so: one way of several, each class once. */
  readonly by: readonly ReadingClass[];
}

export interface Readings {
  /** From the path as written on; at most 64. */
  readonly readings: readonly PathReading[];
  /**
   * Whether there may be more: the path has too many readings, is escaped too often, or takes too
   * long to read.
   */
  readonly unbounded: boolean;
}

/** Distinct readings of one path. Real identifiers have fewer. */
export const MAX_READINGS = 64;
/**
 * A gateway, a proxy and a framework may each decode once; real identifiers are never escaped more
 * often than this.
 */
export const MAX_DECODINGS = 4;
/**
 * Characters that are read in all, over every rule and reading: keeps the worst path of 8 KB below
 * 1 ms.
 */
export const MAX_WORK = 24_576;

interface Rule {
  readonly class: ReadingClass;
  /** Features of which a path must have one for the rule to change it. */
  readonly when: number;
  readonly read: (path: string) => string;
}

const RULES: readonly Rule[] = [
  { class: 'decode', when: FEATURE.escape, read: (path) => decode(path, 'strict') },
  { class: 'decode', when: FEATURE.escapedSlash, read: (path) => decode(path, 'slashes') },
  { class: 'overlong', when: FEATURE.lenient, read: (path) => decode(path, 'lenient') },
  { class: 'matrix', when: FEATURE.semicolon, read: withoutMatrix },
  // `;` before a query, as Fastify 4 reads it.
  { class: 'matrix', when: FEATURE.semicolon, read: (path) => before(path, ';') },
  { class: 'backslash', when: FEATURE.backslash, read: (path) => path.replaceAll('\\', '/') },
  { class: 'query', when: FEATURE.question, read: (path) => before(path, '?') },
  { class: 'query', when: FEATURE.hash, read: (path) => before(path, '#') },
  { class: 'nul', when: FEATURE.nul, read: (path) => before(path, '\0') },
  { class: 'slashes', when: FEATURE.empty, read: withoutEmpty },
  { class: 'dots', when: FEATURE.dots, read: withoutDots },
  // For segments of dots and blanks only: the rest may be a dot segment, or nothing. segment.ts
  // handles other segments.
  { class: 'trailing_dot_or_space', when: FEATURE.blank, read: (path) => withoutFiller(path, ' ') },
  { class: 'trailing_dot_or_space', when: FEATURE.blank, read: (path) => withoutFiller(path, '.') },
];

/**
 * Everything that a usual back end may read the paths as; several where the gateway hands on
 * several forms of one request's path.
 */
export function readingsOf(paths: readonly string[]): Readings {
  const known = new Map<string, TracedReading>();
  let work = 0;
  const add = (path: string, by: readonly ReadingClass[], decodings: number): void => {
    if (known.has(path)) return;
    work += path.length;
    known.set(path, { path, features: featuresOf(path), by, decodings });
  };
  for (const path of paths) add(path, [], 0);
  // A map may grow while it is walked; what is added is visited too.
  for (const reading of known.values()) {
    for (const rule of reading.features === 0 ? [] : RULES) {
      if ((reading.features & rule.when) === 0) continue;
      work += reading.path.length;
      const decodings = reading.decodings + (rule.when & DECODED ? 1 : 0);
      if (work > MAX_WORK || known.size > MAX_READINGS || decodings > MAX_DECODINGS)
        return bounded(known);
      add(rule.read(reading.path), withClass(reading.by, rule.class), decodings);
    }
    const bare = withoutSuffixOfBlank(reading.path);
    if (bare !== undefined) add(bare, withClass(reading.by, 'suffix'), reading.decodings);
  }
  return known.size > MAX_READINGS
    ? bounded(known)
    : { readings: [...known.values()], unbounded: false };
}

interface TracedReading extends PathReading {
  /** How often it has been decoded. */
  readonly decodings: number;
}

const DECODED = FEATURE.escape | FEATURE.escapedSlash | FEATURE.lenient;

const bounded = (known: ReadonlyMap<string, PathReading>): Readings => ({
  readings: [...known.values()].slice(0, MAX_READINGS),
  unbounded: true,
});

export const withClass = (
  by: readonly ReadingClass[],
  next: ReadingClass,
): readonly ReadingClass[] => (by.includes(next) ? by : [...by, next]);

const before = (path: string, end: string): string => path.slice(0, path.indexOf(end));

/** `;...` off every segment. */
function withoutMatrix(path: string): string {
  let kept = '';
  let from = 0;
  for (let at = path.indexOf(';'); at !== -1; at = path.indexOf(';', from)) {
    kept += path.slice(from, at);
    from = path.indexOf('/', at);
    if (from === -1) return kept;
  }
  return kept + path.slice(from);
}

/** `//` as `/`. */
function withoutEmpty(path: string): string {
  let kept = '';
  let from = 0;
  for (let at = path.indexOf('//'); at !== -1; at = path.indexOf('//', from)) {
    kept += path.slice(from, at);
    from = at + 1;
    while (path[from + 1] === '/') from++;
  }
  return kept + path.slice(from);
}

/** Source: RFC 3986, 5.2.4; empty segments count, as there. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (let index = 1; index < segments.length; index++) {
    const segment = segments[index] ?? '';
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === '.' || last === '..') kept.push('');
  return `/${kept.join('/')}`;
}

const BLANK = /^[ .]+$/;

/** Not by a regular expression: it would start over at each dot. */
function withoutDotsAtEnd(segment: string): string {
  let end = segment.length;
  while (segment[end - 1] === '.') end--;
  return segment.slice(0, end);
}

/**
 * Segments that are dots and blanks alone without the dots, or without the blanks, at their end;
 * blanks go from the beginning as well, which some trim.
 */
function withoutFiller(path: string, filler: '.' | ' '): string {
  const segments = path.split('/');
  for (let index = 1; index < segments.length; index++) {
    const segment = segments[index] ?? '';
    if (BLANK.test(segment))
      segments[index] = filler === ' ' ? segment.trim() : withoutDotsAtEnd(segment);
  }
  return segments.join('/');
}

/**
 * `/a/...json` as `/a/..`: a format suffix hides a dot segment. A suffix of nothing, `/a/.json`, is
 * a name.
 */
function withoutSuffixOfBlank(path: string): string | undefined {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const start = path.lastIndexOf('/', end - 1) + 1;
  let stop = start;
  while (stop < end && (path[stop] === '.' || path[stop] === ' ')) stop++;
  // The suffix begins at the last of the leading dots and blanks.
  return stop < end && stop - start > 1 && path[stop - 1] === '.'
    ? path.slice(0, stop - 1) + path.slice(end)
    : undefined;
}
