/**
 * The routes of a tree that a path may mean, to a back end that ignores case and what stands at the
 * end of a segment as well.
 */
import { type ReadingClass, withClass } from './readings.ts';
import { isParameter } from './route-template.ts';
import type { RouteNode } from './route-tree.ts';
import { literalsOf, type MatchStep } from './segment.ts';

export interface Match {
  readonly template: string;
  readonly by: readonly ReadingClass[];
  /** How each segment was matched, from the first on (`MatchStep`). */
  readonly steps: readonly string[];
}

/**
 * Routes that the path may mean; of two that differ only in how closely they name it, the closer.
 */
export function matchesOf(root: RouteNode, path: string): readonly Match[] {
  const found: Match[] = [];
  walk({ path, found }, { place: root, start: 1, steps: [], by: [], mixed: false });
  if (root.fallback !== undefined)
    found.push({ template: root.fallback, by: [], steps: ['default'] });
  return found.length < 2
    ? found
    : found.filter((match) => !found.some((other) => isCloser(other.steps, match.steps)));
}

/**
 * Routes that the path means as it is written, the one that HTTP APIs choose first: full match
 * before greedy before default, then literal before parameter. Of two of which neither names the
 * path more closely throughout, the choice is not documented where both are full matches, or both
 * greedy: there the first differing segment decides. Source: API Gateway Developer Guide, "Create
 * routes for HTTP APIs".
 */
export const exactMatches = (matches: readonly Match[]): readonly Match[] =>
  matches.filter(({ steps }) => steps.every((step) => step in RANK)).toSorted(bySpecificity);

/** How a match ends: rank of a full match, of a greedy one, of the default route. */
export const endingOf = ({ steps }: Match): number => rankOf(steps.at(-1));

const RANK: Readonly<Record<string, number>> = {
  literal: 3,
  end: 3,
  parameter: 2,
  greedy: 1,
  default: 0,
};
const rankOf = (step: string | undefined): number => (step === undefined ? -1 : (RANK[step] ?? -1));

function bySpecificity(a: Match, b: Match): number {
  const ending = endingOf(b) - endingOf(a);
  if (ending !== 0) return ending;
  const differing = a.steps.findIndex((step, index) => step !== b.steps[index]);
  return differing === -1 ? 0 : rankOf(b.steps[differing]) - rankOf(a.steps[differing]);
}

/** Whether a back end that reads the path as `b` prefers to read it as `a`. */
function isCloser(a: readonly string[], b: readonly string[]): boolean {
  let closer = false;
  for (let index = 0; index < a.length; index++) {
    if (a[index] === b[index]) continue;
    const [own, other] = [rankOf(a[index]), index < b.length ? otherRank(b[index]) : -1];
    if (own < 0 || own <= other) return false;
    closer = true;
  }
  return closer;
}

/**
 * A mount point loses to every other step. Any other loose step is a reading of its own, which
 * nothing beats.
 */
const otherRank = (step: string | undefined): number =>
  step === 'mount' ? 0 : (RANK[step ?? ''] ?? Number.POSITIVE_INFINITY);

interface Walk {
  readonly path: string;
  readonly found: Match[];
}

interface Position {
  readonly place: RouteNode;
  readonly start: number;
  readonly steps: readonly MatchStep[];
  readonly by: readonly ReadingClass[];
  /**
   * Whether a literal on the way is written in several cases, so that the path's own has to be
   * compared.
   */
  readonly mixed: boolean;
}

function walk(on: Walk, position: Position): void {
  const { place, start, steps, by, mixed } = position;
  const { path } = on;
  if (start >= path.length) {
    end(on, position);
    return;
  }
  const slash = path.indexOf('/', start);
  const stop = slash === -1 ? path.length : slash;
  emit(on, position, { templates: place.greedy, step: 'greedy', readAs: undefined });
  if (stop === start) {
    withEmpty(on, position);
    return;
  }
  if (place.literals.size > 0) {
    for (const { literal, step, readAs } of literalsOf(
      place,
      path.slice(start, stop),
      stop + 1 >= path.length,
    )) {
      const read = readAs === undefined ? by : withClass(by, readAs);
      walk(on, {
        place: literal.node,
        start: stop + 1,
        steps: [...steps, step],
        by: read,
        mixed: mixed || literal.spellings.size > 1,
      });
    }
  }
  if (place.parameter)
    walk(on, {
      place: place.parameter,
      start: stop + 1,
      steps: [...steps, 'parameter'],
      by,
      mixed,
    });
}

/**
 * A parameter that stands for nothing, `/orders/` as `/orders/{id}`: Fastify and others route so.
 */
function withEmpty(on: Walk, { place, start, steps, by, mixed }: Position): void {
  if (!place.parameter) return;
  walk(on, {
    place: place.parameter,
    start: start + 1,
    steps: [...steps, 'loose:'],
    by: withClass(by, 'slashes'),
    mixed,
  });
}

function end(on: Walk, position: Position): void {
  const { place, start } = position;
  if (start === on.path.length && start > 1) withEmpty(on, position);
  const exact = start > on.path.length || start === 1;
  emit(on, position, {
    templates: place.routes,
    step: exact ? 'end' : 'loose',
    readAs: exact ? undefined : 'trailing_slash',
  });
  emit(on, position, { templates: place.greedy, step: 'mount', readAs: 'trailing_slash' });
}

interface Ending {
  readonly templates: readonly string[];
  readonly step: MatchStep;
  readonly readAs: ReadingClass | undefined;
}

function emit(
  { path, found }: Walk,
  { steps, by, mixed }: Position,
  { templates, step, readAs }: Ending,
): void {
  const read = readAs === undefined ? by : withClass(by, readAs);
  for (const template of templates) {
    const spelt = !mixed || isSpelt(template, path);
    found.push({
      template,
      by: spelt ? read : withClass(read, 'case'),
      steps: [...steps, spelt ? step : 'loose'],
    });
  }
}

/** Whether the literals of a template stand in the path in their own case. */
function isSpelt(template: string, path: string): boolean {
  const segments = path.split('/', template.length);
  return template
    .split('/')
    .every((segment, index) => isParameter(segment) || segment === segments[index]);
}
