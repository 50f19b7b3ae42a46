/**
 * What a REST API requires of routes beyond the notation: it has a tree of resources, and allows
 * fewer characters in path parts.
 */
import type { Report } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { InventoryRoute } from './inventory.ts';
import { segmentsOf } from './notation.ts';

/** What CreateResource takes, apart from parameters. */
const PATH_PART = /^[A-Za-z0-9._:-]+$/;

export function checkRestRoutes(
  routes: readonly Pick<InventoryRoute, 'key' | 'method' | 'template' | 'pointer'>[],
  report: Report,
): void {
  const children = new Map<string, string>();
  for (const { key, method, template, pointer } of routes) {
    if (method === undefined) {
      const fix = 'REST APIs have no default route, write `ANY /` and `ANY /{proxy+}`';
      report.error('ROUTE_INVALID', pointer, {
        expected: 'a method and a path',
        found: code(key),
        fix,
      });
      continue;
    }
    const segments = segmentsOf(template);
    const odd = segments.find((segment) => !segment.startsWith('{') && !PATH_PART.test(segment));
    if (odd !== undefined) {
      const expected = 'path parts of letters, digits and `.` `_` `-` `:`, as REST APIs demand';
      report.error('ROUTE_INVALID', pointer, { expected, found: `${code(odd)} in ${code(key)}` });
    }
    checkSiblings(segments, { key, pointer }, children, report);
  }
}

/** A resource has at most one parameter below it: `/a/{id}` and `/a/{key}/b` cannot both exist. */
function checkSiblings(
  segments: readonly string[],
  { key, pointer }: Pick<InventoryRoute, 'key' | 'pointer'>,
  children: Map<string, string>,
  report: Report,
): void {
  for (const [index, segment] of segments.entries()) {
    if (!segment.startsWith('{')) continue;
    const parent = `/${segments.slice(0, index).join('/')}`;
    const known = children.get(parent) ?? segment;
    children.set(parent, known);
    if (known === segment) continue;
    const says = `${code(segment)} and ${code(known)} below \`${parent}\`: a resource of a REST API has one parameter below it`;
    const nearest =
      known.endsWith('+}') || segment.endsWith('+}')
        ? undefined
        : key.replace(segment, () => known);
    report.error('TEMPLATE_DUPLICATE', pointer, {
      says,
      expected: code(known),
      found: code(segment),
      nearest,
    });
    return;
  }
}
