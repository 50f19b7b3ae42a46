/**
 * Which routes take requests away from others: the gateway prefers the more specific template, so
 * that `GET /orders/export` answers what `GET /orders/{id}` would match as well. Source: API
 * Gateway Developer Guide, "Create routes for HTTP APIs".
 */

import { METHODS } from './http-methods.ts';
import { splitRoute, templateOf } from './route-key.ts';
import { isGreedy, isParameter } from './route-template.ts';

interface Template {
  readonly key: string;
  readonly method: string;
  readonly segments: readonly string[];
}

/**
 * The refused routes that match a path which an allowed route also matches, in any case. A client
 * that matches paths against the allowed routes needs them to find the gateway's choice, and what a
 * back end may read the path as.
 */
export function overlappingRoutes(
  allowed: readonly string[],
  refused: readonly string[],
): readonly string[] {
  const withParameters = allowed.map(parse).filter(({ segments }) => segments.some(isParameter));
  return refused.filter((key) => {
    const route = parse(key);
    return withParameters.some(
      (other) => other.method === route.method && shareAPath(route.segments, other.segments),
    );
  });
}

/** The refused routes of `GET` whose handlers may answer an allowed `HEAD`. */
export function routesServingHead(
  allowed: readonly string[],
  refused: readonly string[],
): readonly string[] {
  const heads = allowed.map(parse).filter(({ method }) => method === 'HEAD');
  return refused.filter((key) => {
    const { method, segments } = parse(key);
    return method === 'GET' && heads.some((head) => shareAPath(segments, head.segments));
  });
}

/**
 * Methods that the templates of `routes` do not have: `POST /orders/export` where only GET is
 * there.
 */
export function missingMethods(routes: readonly string[]): readonly string[] {
  const known = new Set(routes);
  const templates = new Set(routes.map(templateOf));
  return [...templates].flatMap((template) =>
    METHODS.map((method) => `${method} ${template}`).filter((key) => !known.has(key)),
  );
}

function parse(key: string): Template {
  const { method, template } = splitRoute(key);
  return {
    key,
    method,
    // To some back ends upper and lower case are one.
    segments: template === '$default' ? ['{all+}'] : template.toLowerCase().split('/').slice(1),
  };
}

/** Both may match one path; which of them is the more specific is for the matcher. */
function shareAPath(a: readonly string[], b: readonly string[]): boolean {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    if (isGreedy(left ?? '') || isGreedy(right ?? '')) return true;
    if (left === undefined || right === undefined) return false;
    if (left !== right && !isParameter(left) && !isParameter(right)) return false;
  }
  return true;
}
