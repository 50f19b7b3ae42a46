/**
 * How routes and patterns are written. A route is the gateway's route key: `GET /orders/{id}`,
 * `ANY /files/{path+}`, `$default`. A pattern is a route in which `*` stands for one segment and a
 * trailing `/**` for zero or more.
 */

import { distance } from 'fastest-levenshtein';
import { METHODS, type Method } from '../../../lambda/core/path/http-methods.ts';
import { closest } from '../report/nearest.ts';
import type { Detail } from '../report/problems.ts';

const ROUTE_METHODS = [...METHODS, 'ANY'] as const;
const LITERAL = "[A-Za-z0-9_~$@!&'()+,;=.-][A-Za-z0-9_~$:@!&'()+,;=.-]*";
const PARAMETER = '\\{[A-Za-z0-9_.-]+\\}';
const GREEDY = '\\{[A-Za-z0-9_.-]+\\+\\}';
const path = (segment: string, last: string): string =>
  `/(?:(?:${segment}/)*(?:${segment}|${last}))?`;
const keyed = (of: string): string => `^(?:\\$default|(?:${ROUTE_METHODS.join('|')}) ${of})$`;
const DOTS = '(?!.*/\\.\\.?(?:/|$))';

/** Regular expression sources, used by the schema as well. */
export const ROUTE = `${DOTS}${keyed(path(`(?:${LITERAL}|${PARAMETER})`, GREEDY))}`;
export const PATTERN = `${DOTS}${keyed(path(`(?:${LITERAL}|${PARAMETER}|\\*)`, `(?:${GREEDY}|\\*\\*)`))}`;
/** A path without parameters. */
export const FIXED_PATH = `^${DOTS}(?:/${LITERAL})+$`;
/**
 * A scope-token of RFC 6749, section 3.3, that cannot be taken for a path, a pattern without its
 * space, or `$default`.
 */
export const PERMISSION = `^(?!/|\\$default$|(?:${ROUTE_METHODS.join('|')})/)[\\x21\\x23-\\x5B\\x5D-\\x7E]+$`;

export interface ParsedRoute {
  readonly method: Method | 'ANY' | undefined;
  /** `$default` for the default route, which has no method. */
  readonly template: string;
}

const isRoute = new RegExp(ROUTE);
const isPattern = new RegExp(PATTERN);

/** Method and template of a well-formed route or pattern, else nothing. */
export function parseRoute(
  text: string,
  notation: 'route' | 'pattern' = 'route',
): ParsedRoute | undefined {
  if (!(notation === 'route' ? isRoute : isPattern).test(text)) return undefined;
  if (text === '$default') return { method: undefined, template: text };
  const [methodName, template = ''] = text.split(' ');
  const method = ROUTE_METHODS.find((candidate) => candidate === methodName);
  return method && { method, template };
}

const METHOD_THEN_PATH = new RegExp(`^(?:${ROUTE_METHODS.join('|')})/`);

/**
 * Whether an item of `allow` or `deny` is meant as a pattern; everything else is the name of a
 * permission (which may be a URL).
 */
export const looksLikePattern = (text: string): boolean =>
  /\s|^\//.test(text) || text === '$default' || METHOD_THEN_PATH.test(text);

export const segmentsOf = (template: string): readonly string[] =>
  template
    .split('/')
    .slice(1)
    .filter((segment) => segment !== '');

/**
 * What is wrong with a text that should be a route or a pattern: expected, and the nearest right
 * spelling where there is one.
 */
export function diagnose(text: string, notation: 'route' | 'pattern'): Omit<Detail, 'found'> {
  const expected =
    notation === 'route'
      ? 'a route such as `GET /orders/{id}`'
      : 'a pattern such as `GET /orders/*`';
  const right = (candidate: string): { nearest?: string } =>
    parseRoute(candidate, notation) ? { nearest: candidate } : {};
  if (text.startsWith('/')) {
    const meant = notation === 'route' ? right(`GET ${text}`) : {};
    // Do not guess a method for a pattern: it would allow other methods, or fail to deny them.
    return { expected: `a method before the path (${ROUTE_METHODS.join(', ')})`, ...meant };
  }
  if (METHOD_THEN_PATH.test(text))
    return { expected: 'a space between method and path', ...right(text.replace('/', ' /')) };
  const [methodName = '', ...rest] = text.trim().split(/\s+/);
  const several = severalRoutes(methodName, rest);
  if (several !== undefined) return { expected, fix: several };
  const target = rest.join('');
  if (!ROUTE_METHODS.some((method) => method === methodName)) {
    return {
      expected: `one of the methods ${ROUTE_METHODS.join(', ')}`,
      ...right(`${intendedMethod(methodName)} ${target}`),
    };
  }
  return diagnosePath(methodName, target, { expected, right });
}

/** Two routes in the place of one: no guess at which is meant. */
function severalRoutes(methodName: string, rest: readonly string[]): string | undefined {
  const isMethod = (part: string): boolean => ROUTE_METHODS.some((method) => method === part);
  if (rest.some(isMethod)) return 'write a comma, or a new line with `-`, between two routes';
  const listed = methodName.split(/[,|/]/);
  return listed.length > 1 && listed.every(isMethod)
    ? 'write one route for each method'
    : undefined;
}

/** A method with one letter wrong. `FETCH` has no suggestion: a guess would allow another route. */
function intendedMethod(name: string): string | undefined {
  if (name === '*') return 'ANY';
  const method = closest(name, ROUTE_METHODS);
  const letters = (text: string): string => [...text.toUpperCase()].sort().join('');
  const isSlip =
    method !== undefined &&
    (distance(name.toUpperCase(), method) <= 1 || letters(name) === letters(method));
  return isSlip ? method : undefined;
}

function diagnosePath(
  method: string,
  path: string,
  {
    expected,
    right,
  }: { readonly expected: string; readonly right: (candidate: string) => { nearest?: string } },
): Omit<Detail, 'found'> {
  const fixed = (next: string): { nearest?: string } => right(`${method} ${next}`);
  if (/^https?:\/\//.test(path) && URL.canParse(path))
    return { expected: 'a path without host', ...fixed(new URL(path).pathname) };
  if (!path.startsWith('/'))
    return { expected: `a path that begins with \`/\` after \`${method}\``, ...fixed(`/${path}`) };
  if (path.endsWith('/'))
    return {
      expected: 'a path without `/` at its end, as the gateway requires',
      ...fixed(path.replace(/\/+$/, '')),
    };
  if (path.includes('//'))
    return { expected: 'a path without `//`', ...fixed(path.replace(/\/+/g, '/')) };
  if (/[?#]/.test(path))
    return { expected: 'a path without query or fragment', ...fixed(path.replace(/[?#].*$/, '')) };
  if (/\/:[^/]+/.test(path))
    return { expected: 'parameters in braces', ...fixed(path.replace(/\/:([^/]+)/g, '/{$1}')) };
  if (/\/<[^/<>]+>/.test(path))
    return { expected: 'parameters in braces', ...fixed(path.replace(/<([^/<>]+)>/g, '{$1}')) };
  if (/\/\.\.?(\/|$)/.test(path)) return { expected: 'a path without dot segments' };
  if (path.includes('%')) return { expected: 'a path without percent-encoding' };
  if (/\{[^}/]*\+\}\//.test(path))
    return { expected: 'a greedy parameter as the last segment only' };
  if (/[^/]\{|\}[^/]/.test(path)) return { expected: 'a parameter that is a whole segment' };
  if (path.includes('*')) return diagnoseWildcard(path, expected);
  return { expected, ...fixed(path) };
}

function diagnoseWildcard(path: string, expected: string): Omit<Detail, 'found'> {
  if (expected.startsWith('a route')) return { expected: `${expected} without wildcards` };
  if (path.includes('**')) return { expected: '`**` as the whole last segment' };
  return { expected: '`*` as a whole segment' };
}
