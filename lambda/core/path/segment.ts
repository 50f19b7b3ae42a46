/** The literals of a place in the tree that a segment of a path may be read as. */
import type { ReadingClass } from './readings.ts';
import { fold, type Literal, type RouteNode } from './route-tree.ts';

/**
 * A step of a match. `literal` and `end` are exact; `loose:NAME` and `loose` are so to some readers
 * only; a greedy parameter that stands for nothing is a mount point, which many routers take for
 * what lies below it.
 */
export type MatchStep =
  | 'literal'
  | 'parameter'
  | 'greedy'
  | 'default'
  | 'end'
  | 'loose'
  | 'mount'
  | `loose:${string}`;

interface LiteralMatch {
  readonly literal: Literal;
  readonly step: MatchStep;
  readonly readAs: ReadingClass | undefined;
}

/**
 * Literals that the segment may be read as: itself, in any case, or what stands before a `;`, a
 * suffix, or dots and blanks at its end.
 */
export function literalsOf(
  place: RouteNode,
  segment: string,
  last: boolean,
): readonly LiteralMatch[] {
  const matches: LiteralMatch[] = [];
  const consider = (text: string, readAs: ReadingClass | undefined): void => {
    const name = fold(text);
    const literal = place.literals.get(name);
    if (!literal) return;
    const own = literal.spellings.has(text);
    const exact = own && readAs === undefined;
    matches.push({
      literal,
      step: exact ? 'literal' : `loose:${name}`,
      readAs: own ? readAs : (readAs ?? 'case'),
    });
  };
  if (segment.length <= place.longest) consider(segment, undefined);
  for (const { end, readAs } of tailsOf(segment, place.longest, last))
    consider(segment.slice(0, end), readAs);
  return matches;
}

interface Tail {
  readonly end: number;
  readonly readAs: ReadingClass;
}

/**
 * Finds the places where a reader may end the segment early; only the last segment can have a
 * format suffix.
 */
function tailsOf(segment: string, longest: number, last: boolean): readonly Tail[] {
  const tails: Tail[] = [];
  const blankFrom = startOfBlanks(segment);
  // First character at or after the place that is no blank (nor, inside the path, a dot), worked
  // out once from the right.
  let stop = Math.min(longest + 1, segment.length);
  while (stop < segment.length && isFiller(segment[stop], last)) stop++;
  for (let end = Math.min(longest, segment.length - 1); end > 0; end--) {
    const character = segment[end];
    if (!isFiller(character, last)) stop = end;
    if (character !== ' ' && character !== '.' && character !== ';') continue;
    if (end >= blankFrom) tails.push({ end, readAs: 'trailing_dot_or_space' });
    else if (segment[stop] === ';') tails.push({ end, readAs: 'matrix' });
    else if (last && segment[stop] === '.') tails.push({ end, readAs: 'suffix' });
  }
  return tails;
}

const isFiller = (character: string | undefined, last: boolean): boolean =>
  character === ' ' || (!last && character === '.');

function startOfBlanks(segment: string): number {
  let start = segment.length;
  while (start > 0 && (segment[start - 1] === '.' || segment[start - 1] === ' ')) start--;
  return start;
}
