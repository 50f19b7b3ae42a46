/**
 * What a REST API requires of routes beyond the notation: it has a tree of resources, and allows
 * fewer characters in path parts.
 */
import { isGreedy, isParameter } from '../../../lambda/core/path/route-template.ts';
import { code } from '../report/problems.ts';
import { segmentsOf } from './notation.ts';
import { type Admission, ONE_ROUTE, type RouteRefusal } from './route-refusal.ts';

/** What CreateResource takes, apart from parameters. */
const PATH_PART = /^[A-Za-z0-9._:-]+$/;

/**
 * Evaluates routes one after the other.
 * @param keys routes that were given before, to which no suggestion leads.
 */
export function restAdmission(keys: ReadonlySet<string>): Admission {
  const children = new Map<string, string>();
  return ({ key, method, template }) => {
    if (method === undefined) {
      const fix = 'REST APIs have no default route, write `ANY /` and `ANY /{proxy+}`';
      const detail = { expected: 'a method and a path', found: code(key), fix };
      return { code: 'ROUTE_INVALID', detail };
    }
    const segments = segmentsOf(template);
    return oddPart(segments, key) ?? siblingOf(segments, key, { children, keys });
  };
}

function oddPart(segments: readonly string[], key: string): RouteRefusal | undefined {
  const odd = segments.find((segment) => !isParameter(segment) && !PATH_PART.test(segment));
  if (odd === undefined) return undefined;
  const expected = 'path parts of letters, digits and `.` `_` `-` `:`, as REST APIs require';
  return { code: 'ROUTE_INVALID', detail: { expected, found: `${code(odd)} in ${code(key)}` } };
}

/** A resource has at most one parameter below it: `/a/{id}` and `/a/{key}/b` cannot both exist. */
function siblingOf(
  segments: readonly string[],
  key: string,
  {
    children,
    keys,
  }: { readonly children: Map<string, string>; readonly keys: ReadonlySet<string> },
): RouteRefusal | undefined {
  for (const [index, segment] of segments.entries()) {
    if (!isParameter(segment)) continue;
    const parent = `/${segments.slice(0, index).join('/')}`;
    const known = children.get(parent) ?? segment;
    children.set(parent, known);
    if (known === segment) continue;
    const says = `${code(segment)} and ${code(known)} below \`${parent}\`: a resource of a REST API has one parameter below it`;
    const renamed = key.replace(segment, () => known);
    const hasGreedy = isGreedy(known) || isGreedy(segment);
    const nearest = hasGreedy || keys.has(renamed) ? undefined : renamed;
    const fix = fixOf(hasGreedy, nearest);
    const detail = { says, expected: code(known), found: code(segment), nearest, ...fix };
    return { code: 'TEMPLATE_DUPLICATE', detail };
  }
  return undefined;
}

/** What to do where no route by the other name is suggested. */
function fixOf(hasGreedy: boolean, nearest: string | undefined): { readonly fix?: string } {
  if (nearest !== undefined) return {};
  return { fix: hasGreedy ? 'keep one of the two, or change what precedes them' : ONE_ROUTE };
}
