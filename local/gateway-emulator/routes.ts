/**
 * Selects the route of a request as HTTP APIs do: full match before greedy match before `$default`,
 * and ANY for methods without a route of their own. A template's segment matches exactly one
 * non-empty segment, so there is no tolerance for trailing slashes. Source: API Gateway Developer
 * Guide, "Create routes for HTTP APIs".
 */
import type { RouteView } from '../cloud-assembly.ts';
import { TemplateError } from '../cloud-assembly.ts';

export interface SelectedRoute {
  readonly route: RouteView;
  /** Decoded, as HTTP APIs hand them on. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Matched by a `{name+}` route or by `$default`. */
  readonly catchAll: boolean;
}

export type SelectRoute = (method: string, path: string) => SelectedRoute | undefined;

interface Segment {
  readonly kind: 'literal' | 'parameter' | 'greedy';
  readonly text: string;
}

interface Candidate {
  readonly route: RouteView;
  readonly method: string;
  readonly segments: readonly Segment[];
}

const rank: Readonly<Record<Segment['kind'], number>> = { literal: 0, parameter: 1, greedy: 2 };

/** @throws TemplateError for a route key that API Gateway would refuse */
export function createRouteSelector(routes: readonly RouteView[]): SelectRoute {
  const fallback = routes.find((route) => route.routeKey === '$default');
  const candidates = routes
    .filter((route) => route !== fallback)
    .map(parseRoute)
    .toSorted(bySpecificity);
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const candidate of candidates) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters !== undefined) {
        return {
          route: candidate.route,
          pathParameters,
          catchAll: candidate.segments.some((segment) => segment.kind === 'greedy'),
        };
      }
    }
    return fallback && { route: fallback, pathParameters: {}, catchAll: true };
  };
}

function parseRoute(route: RouteView): Candidate {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const wellFormed = /^(ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*$/.test(route.routeKey);
  if (!wellFormed || (path.length > 1 && path.endsWith('/'))) {
    throw new TemplateError(
      `route key: expected METHOD /path without a trailing slash, found \`${route.routeKey}\``,
    );
  }
  return { route, method, segments: path.split('/').slice(1).map(parseSegment) };
}

function parseSegment(text: string): Segment {
  const name = /^\{([^}+]+)(\+?)\}$/.exec(text);
  if (name === null) return { kind: 'literal', text };
  return { kind: name[2] === '+' ? 'greedy' : 'parameter', text: name[1] ?? '' };
}

/**
 * The first differing segment decides, literal before parameter before greedy; then a method before
 * ANY.
 */
function bySpecificity(a: Candidate, b: Candidate): number {
  const greedy = Number(isGreedy(a)) - Number(isGreedy(b));
  if (greedy !== 0) return greedy;
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const left = a.segments[index];
    const right = b.segments[index];
    const difference = (left ? rank[left.kind] : 3) - (right ? rank[right.kind] : 3);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function isGreedy(candidate: Candidate): boolean {
  return candidate.segments.some((segment) => segment.kind === 'greedy');
}

function matchSegments(
  template: readonly Segment[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: [string, string][] = [];
  for (const [index, segment] of template.entries()) {
    const text = segments[index];
    if (segment.kind === 'greedy') {
      const rest = segments.slice(index).join('/');
      if (rest === '') return undefined;
      return Object.fromEntries([...parameters, [segment.text, decode(rest)]]);
    }
    if (text === undefined || (segment.kind === 'literal' ? text !== segment.text : text === ''))
      return undefined;
    if (segment.kind === 'parameter') parameters.push([segment.text, decode(text)]);
  }
  return template.length === segments.length ? Object.fromEntries(parameters) : undefined;
}

/** A text that is not valid percent-encoding stays as it was sent. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
