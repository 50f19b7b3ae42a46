/** Covers the routes of a class with few resources of a policy. */
import { isParameter, parametersOf } from '../../../lambda/core/path/route-template.ts';
import { allowedResource, deniedResource } from '../../../lambda/core/policy/cached-policy.ts';
import type { CacheRoute } from './classes.ts';
import { contains } from './request-segments.ts';

/**
 * Resources that match every request string of `routes` and none of `others`, except strings that
 * both share. A route inside another route's pattern needs no resource. Routes with a common prefix
 * share one `METHOD/prefix*` where no other route has that prefix.
 */
export function coverOf(
  routes: readonly CacheRoute[],
  others: readonly CacheRoute[],
  effect: 'allow' | 'deny',
): readonly string[] {
  const resourceOf = effect === 'allow' ? allowedResource : deniedResource;
  const resources: string[] = [];
  for (const method of new Set(routes.map((route) => route.method))) {
    const alike = others.filter((other) => other.method === method);
    let left = withoutContained(routes.filter((route) => route.method === method));
    for (const prefix of prefixesOf(left)) {
      const covered = left.filter((route) => beginsWith(route, prefix));
      if (covered.length < 2 || alike.some((other) => mayBeginWith(other, prefix))) continue;
      resources.push(`${method}${prefix}*`);
      left = left.filter((route) => !covered.includes(route));
    }
    resources.push(...left.map(({ key }) => resourceOf(key)));
  }
  return resources;
}

function withoutContained(routes: readonly CacheRoute[]): readonly CacheRoute[] {
  return routes.filter(
    (route, index) =>
      !routes.some(
        (other, at) =>
          other !== route &&
          contains(other.pattern, route.pattern) &&
          !(at > index && contains(route.pattern, other.pattern)),
      ),
  );
}

/** The part of a template before its first parameter: what all strings of the route begin with. */
function literalStart({ template }: CacheRoute): string {
  if (template === '$default') return '/';
  const segments = template.split('/');
  const first = segments.findIndex(isParameter);
  return first < 0 ? template : [...segments.slice(0, first), ''].join('/');
}

const isLiteral = ({ template }: CacheRoute): boolean =>
  template !== '$default' && parametersOf(template).length === 0;

/** Shortest first: they cover most. */
function prefixesOf(routes: readonly CacheRoute[]): readonly string[] {
  const prefixes = new Set<string>();
  for (const route of routes) {
    const start = literalStart(route);
    for (const { index } of start.matchAll(/\//g)) {
      prefixes.add(start.slice(0, index + 1));
      if (index > 0) prefixes.add(start.slice(0, index));
    }
    prefixes.add(start);
  }
  // Never the whole API: a prefix has at least one literal segment.
  prefixes.delete('/');
  return [...prefixes].toSorted((a, b) => a.length - b.length);
}

const beginsWith = (route: CacheRoute, prefix: string): boolean =>
  literalStart(route).startsWith(prefix);

/** Whether some request string of the route has this prefix; a parameter matches any text. */
function mayBeginWith(route: CacheRoute, prefix: string): boolean {
  return beginsWith(route, prefix) || (!isLiteral(route) && prefix.startsWith(literalStart(route)));
}
