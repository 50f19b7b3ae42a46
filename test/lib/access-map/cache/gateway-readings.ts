/**
 * What a gateway may make of a request, under every reading that the documentation leaves open.
 * Written without the product's own notions of routes and strings, whose policies it is used to
 * evaluate.
 */
export interface Reading {
  /** Route that the request is given; undefined: no route, so no authorizer is asked. */
  readonly route: string | undefined;
  /** Whether a back end could read a parameter as another route: a fresh decision refuses it. */
  readonly odd: boolean;
  /**
   * `METHOD/path`, as it may stand in the ARN: as sent, or tidied as the gateway does before it
   * looks for a route.
   */
  readonly strings: readonly string[];
  /** The same with its parameters decoded, should the ARN hold them so. */
  readonly decoded: string;
}

const isDefault = (key: string): boolean => key.endsWith(' $default');

interface Match {
  readonly key: string;
  readonly values: readonly string[];
}

/** One of three values, by what stands in a segment of a route. */
const byKind = <T>(part: string, greedy: T, parameter: T, literal: T): T => {
  if (part.endsWith('+}')) return greedy;
  return part.startsWith('{') ? parameter : literal;
};

const asRegExp = (key: string, segment: string, rest: string): RegExp => {
  if (isDefault(key)) return /^.*$/s;
  const source = key
    .split(' ')[1]
    ?.split('/')
    .map((part) => byKind(part, `(${rest})`, `(${segment})`, part))
    .join('/');
  return new RegExp(`^${source}$`);
};

/** Literal before parameter, segment by segment; greedy last, but for the default route. */
const order = (key: string): string =>
  (isDefault(key) ? '2' : '') +
  (key.includes('+}') ? '1' : '0') +
  key
    .split(' ')[1]
    ?.split('/')
    .map((part) => byKind(part, '2', '1', '0'))
    .join('');

function select(routes: readonly string[], method: string, path: string): Match | undefined {
  const candidates = routes
    .filter((key) => key.startsWith(`${method} `))
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  for (const key of candidates) {
    const found = asRegExp(key, '[^/]+', '.+').exec(path);
    if (found) return { key, values: found.slice(1) };
  }
  return undefined;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What the value may become in the hands of servers that decode it once or more. */
const decodings = (value: string): readonly string[] => {
  const all = [value];
  for (let round = 0; round < 5; round++) all.push(decoded(all.at(-1) ?? ''));
  return all;
};

const isOdd = (value: string, greedy: boolean): boolean =>
  value === '' ||
  decodings(value).some(
    (text) =>
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
      /[\\\u0000-\u001f\u007f]|%(c0|c1|u)/i.test(text) ||
      text.split('/').length > (greedy ? value.split('/').length : 1) ||
      text.split('/').some((part) => /^\s*\.{1,2}\s*(;.*)?$/.test(part)),
  );

/** A request as sent: nothing decoded. */
export function readingOf(
  kind: 'http' | 'rest',
  routes: readonly string[],
  method: string,
  path: string,
): Reading {
  const tidy = kind === 'rest' ? path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1') : path;
  const match = select(routes, method, tidy);
  const values = (match?.values ?? []).map((value) => (kind === 'http' ? decoded(value) : value));
  const odd = values.some((value, index) =>
    isOdd(value, (match?.key.includes('+}') ?? false) && index === values.length - 1),
  );
  const strings = [...new Set([`${method}${path}`, `${method}${tidy}`])];
  return { route: match?.key, odd, strings, decoded: `${method}${decoded(tidy)}` };
}

/**
 * Whether a request is plainly written: parameters of one segment, nothing doubled, no slash at the
 * end, nothing encoded.
 */
export const isPlain = (path: string): boolean =>
  path === '/' || /^(\/[A-Za-z0-9_~-]+)+$/.test(path);
