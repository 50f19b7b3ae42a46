/**
 * Which route the gateway selects for a plainly written request: literal before parameter, full
 * match before greedy, greedy before `$default`.
 */
import { segmentsOf } from '../routes/notation.ts';
import type { Segments } from './request-segments.ts';

function rankOf(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (segment.endsWith('+}')) return 2;
  return segment.startsWith('{') ? 1 : 0;
}

interface Candidate<Route> {
  readonly route: Route;
  readonly segments: readonly string[];
  readonly greedy: boolean;
}

/**
 * The route of a request among routes of one method. Source: API Gateway Developer Guide, "Create
 * routes for HTTP APIs"; the first differing segment decides between full matches.
 */
export function plainRouter<Route extends { readonly template: string }>(
  routes: readonly Route[],
): (request: Segments) => Route | undefined {
  const fallback = routes.find(({ template }) => template === '$default');
  const candidates = routes
    .filter((route) => route !== fallback)
    .map((route) => {
      const segments = segmentsOf(route.template);
      return { route, segments, greedy: segments.at(-1)?.endsWith('+}') ?? false };
    })
    .toSorted(bySpecificity);
  return (request) => candidates.find((candidate) => serves(candidate, request))?.route ?? fallback;
}

function bySpecificity(a: Candidate<unknown>, b: Candidate<unknown>): number {
  if (a.greedy !== b.greedy) return a.greedy ? 1 : -1;
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
    const difference = rankOf(a.segments[index]) - rankOf(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function serves({ segments, greedy }: Candidate<unknown>, request: Segments): boolean {
  if (greedy ? request.length < segments.length : request.length !== segments.length) return false;
  return segments.every((segment, index) => segment.startsWith('{') || segment === request[index]);
}
