/**
 * Request strings as lists of path segments. Every cached policy refuses empty segments, a trailing
 * slash and dot segments (lambda/core/policy/cached-policy.ts). What is left: a literal matches
 * itself; a parameter matches one segment in a plain request, and one or more where a gateway or
 * back end decodes slashes.
 */
import { isGreedy, isParameter } from '../../../lambda/core/path/route-template.ts';
import { segmentsOf } from '../routes/notation.ts';

/** A literal segment, exactly one segment, or any number of them. */
export type Atom =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' };

export type Segments = readonly string[];

const ONE: Atom = { kind: 'one' };
const MANY: Atom = { kind: 'many' };
const literal = (text: string): Atom => ({ kind: 'literal', text });

/** Every request string that the gateway may route to the template, however slashes are decoded. */
export function requestPattern(template: string): readonly Atom[] {
  if (template === '$default') return [MANY];
  return segmentsOf(template).flatMap((segment) =>
    isParameter(segment) ? [ONE, MANY] : [literal(segment)],
  );
}

/** Whether some request belongs to both. */
export function meet(a: readonly Atom[], b: readonly Atom[]): boolean {
  const failed = new Set<number>();
  const from = (i: number, j: number): boolean => {
    const [x, y] = [a[i], b[j]];
    if (!x && !y) return true;
    const key = i * (b.length + 1) + j;
    if (failed.has(key)) return false;
    const found =
      (x?.kind === 'many' && (from(i + 1, j) || (y !== undefined && from(i, j + 1)))) ||
      (y?.kind === 'many' && (from(i, j + 1) || (x !== undefined && from(i + 1, j)))) ||
      (x !== undefined &&
        y !== undefined &&
        x.kind !== 'many' &&
        y.kind !== 'many' &&
        agree(x, y) &&
        from(i + 1, j + 1));
    if (!found) failed.add(key);
    return found;
  };
  return from(0, 0);
}

const agree = (x: Atom, y: Atom): boolean =>
  x.kind !== 'literal' || y.kind !== 'literal' || x.text === y.text;

/**
 * Whether `whole` contains every string of `part`. May answer false for true, never true for false.
 */
export function contains(whole: readonly Atom[], part: readonly Atom[]): boolean {
  const [x, ...restOfWhole] = whole;
  const [y, ...restOfPart] = part;
  if (!x) return !y;
  if (x.kind === 'many')
    return contains(restOfWhole, part) || (y !== undefined && contains(whole, restOfPart));
  if (!y || y.kind === 'many') return false;
  return (
    (x.kind === 'one' || (y.kind === 'literal' && x.text === y.text)) &&
    contains(restOfWhole, restOfPart)
  );
}

/**
 * Plain requests of `template` that `pattern` contains: one for each way to match. Each parameter
 * is one segment, a greedy one as many as can matter. Where any text matches, the segment is one
 * that no template has as a literal.
 */
export function* plainRequestsWithin(
  template: string,
  pattern: readonly Atom[],
): Generator<Segments> {
  const segments = template === '$default' ? ['{+}'] : segmentsOf(template);
  const least = template === '$default' ? 0 : 1;
  const fixed = segments.map((segment) => (isParameter(segment) ? ONE : literal(segment)));
  if (!isGreedy(segments.at(-1) ?? '')) return yield* matches(fixed, pattern);
  for (let length = least; length <= pattern.length + 1; length++) {
    yield* matches([...fixed.slice(0, -1), ...Array.from({ length }, () => ONE)], pattern);
  }
}

/** A plain request of the template, with any text for its parameters. */
export const plainRequestOf = (template: string): Segments =>
  template === '$default'
    ? [ANY_TEXT, ANY_TEXT]
    : segmentsOf(template).map((segment) => (isParameter(segment) ? ANY_TEXT : segment));

function* matches(
  plain: readonly Atom[],
  pattern: readonly Atom[],
  matched: Segments = [],
): Generator<Segments> {
  const [x, ...rest] = plain;
  const [y, ...restOfPattern] = pattern;
  if (!x && !y) yield matched;
  if (y?.kind === 'many') {
    // Free segments first: no more specific route matches them.
    if (x) yield* matches(rest, pattern, [...matched, x.kind === 'literal' ? x.text : ANY_TEXT]);
    yield* matches(plain, restOfPattern, matched);
  } else if (x && y && agree(x, y)) {
    const text = [x, y].find((atom) => atom.kind === 'literal')?.text ?? ANY_TEXT;
    yield* matches(rest, restOfPattern, [...matched, text]);
  }
}

/** Stands for a segment that may hold any text; no template has it as a literal. */
const ANY_TEXT = '*';
