/**
 * The routes of one method as a tree over their segments, and the routes that a path may mean there to a back end that ignores case
 * and what stands at the end of a segment.
 */
import type { ReadingClass } from './readings.ts';

export interface RouteNode {
  /** By the segment in folded case. */
  readonly literals: Map<string, Literal>;
  parameter: RouteNode | undefined;
  /** Templates of the routes that end here, and of the greedy ones below: several where they differ in case alone. */
  readonly routes: string[];
  readonly greedy: string[];
  /** The default route, at the root alone. */
  fallback: string | undefined;
  /** Length of the longest literal, which bounds the comparisons with a segment of any length. */
  longest: number;
}

interface Literal {
  readonly node: RouteNode;
  /** As the templates write it; several where they differ in case alone. */
  readonly spellings: Set<string>;
}

export interface Match {
  readonly template: string;
  readonly by: readonly ReadingClass[];
  /** How each segment was matched, from the first on (`Step`). */
  readonly steps: readonly string[];
}

const node = (): RouteNode => ({
  literals: new Map(),
  parameter: undefined,
  routes: [],
  greedy: [],
  fallback: undefined,
  longest: 0,
});

/** @param templates `/orders/{id}`, `/files/{path+}`, `$default` */
export function routeTree(templates: Iterable<string>): RouteNode {
  const root = node();
  for (const template of templates) insert(root, template);
  return root;
}

function insert(root: RouteNode, template: string): void {
  if (template === '$default') {
    root.fallback = template;
    return;
  }
  let place = root;
  for (const segment of template.split('/').slice(1)) {
    if (segment.endsWith('+}')) {
      place.greedy.push(template);
      return;
    }
    if (segment === '') continue;
    place = segment.startsWith('{') ? parameterOf(place) : literalOf(place, segment);
  }
  place.routes.push(template);
}

function parameterOf(place: RouteNode): RouteNode {
  place.parameter ??= node();
  return place.parameter;
}

function literalOf(place: RouteNode, segment: string): RouteNode {
  const name = fold(segment);
  const literal = place.literals.get(name) ?? { node: node(), spellings: new Set() };
  literal.spellings.add(segment);
  place.literals.set(name, literal);
  place.longest = Math.max(place.longest, name.length);
  return literal.node;
}

/**
 * Case folded as widely as any back end does it: `ſ` (U+017F) is an `s` to those that compare in upper case, `K` (U+212A) a `k` to those
 * that compare in lower case.
 */
export const fold = (text: string): string => (IN_LOWER_CASE.test(text) ? text : text.toLowerCase().toUpperCase().toLowerCase());

const IN_LOWER_CASE = /^[\x20-\x40\x5b-\x7e]*$/;

/**
 * A step of a match. `literal` and `end` are exact; `loose:NAME` and `loose` are so to some readers only; a greedy parameter that stands
 * for nothing is a mount point, which many routers take for what lies below it.
 */
type Step = 'literal' | 'parameter' | 'greedy' | 'default' | 'end' | 'loose' | 'mount' | `loose:${string}`;

/** Routes that the path may mean; of two that differ only in how closely they name it, the closer. */
export function matchesOf(root: RouteNode, path: string): readonly Match[] {
  const found: Match[] = [];
  walk({ path, found }, { place: root, start: 1, steps: [], by: [], mixed: false });
  if (root.fallback !== undefined) found.push({ template: root.fallback, by: [], steps: ['default'] });
  return found.length < 2 ? found : found.filter((match) => !found.some((other) => isCloser(other.steps, match.steps)));
}

/** The route that the path means as it is written, as gateways choose: literal before parameter before greedy before default. */
export function exactMatch(matches: readonly Match[]): Match | undefined {
  const exact = matches.filter(({ steps }) => steps.every((step) => step in RANK));
  return exact.toSorted((a, b) => compareSteps(a.steps, b.steps))[0];
}

const RANK: Readonly<Record<string, number>> = { literal: 3, end: 3, parameter: 2, greedy: 1, default: 0 };
const rankOf = (step: string | undefined): number => (step === undefined ? -1 : (RANK[step] ?? -1));

function compareSteps(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((step, index) => step !== b[index]);
  return differing === -1 ? 0 : rankOf(b[differing]) - rankOf(a[differing]);
}

/** Whether whoever reads the path as `b` could as well, and so would, read it as `a`. */
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

/** A mount point is the weakest of what it competes with; another loose step is another reading, which nothing beats. */
const otherRank = (step: string | undefined): number => (step === 'mount' ? 0 : (RANK[step ?? ''] ?? Number.POSITIVE_INFINITY));

interface Walk {
  readonly path: string;
  readonly found: Match[];
}

interface Position {
  readonly place: RouteNode;
  readonly start: number;
  readonly steps: readonly Step[];
  readonly by: readonly ReadingClass[];
  /** Whether a literal on the way is written in several cases, so that the path's own has to be compared. */
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
    for (const { literal, step, readAs } of literalsOf(place, path.slice(start, stop), stop + 1 >= path.length)) {
      const read = readAs === undefined ? by : withClass(by, readAs);
      walk(on, { place: literal.node, start: stop + 1, steps: [...steps, step], by: read, mixed: mixed || literal.spellings.size > 1 });
    }
  }
  if (place.parameter) walk(on, { place: place.parameter, start: stop + 1, steps: [...steps, 'parameter'], by, mixed });
}

/** A parameter that stands for nothing, `/orders/` as `/orders/{id}`: Fastify and others route so. */
function withEmpty(on: Walk, { place, start, steps, by, mixed }: Position): void {
  if (!place.parameter) return;
  walk(on, { place: place.parameter, start: start + 1, steps: [...steps, 'loose:'], by: withClass(by, 'slashes'), mixed });
}

function end(on: Walk, position: Position): void {
  const { place, start } = position;
  if (start === on.path.length && start > 1) withEmpty(on, position);
  const exact = start > on.path.length || start === 1;
  emit(on, position, { templates: place.routes, step: exact ? 'end' : 'loose', readAs: exact ? undefined : 'trailing_slash' });
  emit(on, position, { templates: place.greedy, step: 'mount', readAs: 'trailing_slash' });
}

interface Ending {
  readonly templates: readonly string[];
  readonly step: Step;
  readonly readAs: ReadingClass | undefined;
}

function emit({ path, found }: Walk, { steps, by, mixed }: Position, { templates, step, readAs }: Ending): void {
  const read = readAs === undefined ? by : withClass(by, readAs);
  for (const template of templates) {
    const spelt = !mixed || isSpelt(template, path);
    found.push({ template, by: spelt ? read : withClass(read, 'case'), steps: [...steps, spelt ? step : 'loose'] });
  }
}

/** Whether the literals of a template stand in the path in their own case. */
function isSpelt(template: string, path: string): boolean {
  const segments = path.split('/', template.length);
  return template.split('/').every((segment, index) => segment.startsWith('{') || segment === segments[index]);
}

const withClass = (by: readonly ReadingClass[], next: ReadingClass): readonly ReadingClass[] => (by.includes(next) ? by : [...by, next]);

interface LiteralMatch {
  readonly literal: Literal;
  readonly step: Step;
  readonly readAs: ReadingClass | undefined;
}

/** Literals that the segment may be read as: itself, in any case, or what stands before a `;`, a suffix, or dots and blanks at its end. */
function literalsOf(place: RouteNode, segment: string, last: boolean): readonly LiteralMatch[] {
  const matches: LiteralMatch[] = [];
  const consider = (text: string, readAs: ReadingClass | undefined): void => {
    const name = fold(text);
    const literal = place.literals.get(name);
    if (!literal) return;
    const own = literal.spellings.has(text);
    const exact = own && readAs === undefined;
    matches.push({ literal, step: exact ? 'literal' : `loose:${name}`, readAs: own ? readAs : (readAs ?? 'case') });
  };
  if (segment.length <= place.longest) consider(segment, undefined);
  for (const { end, readAs } of tailsOf(segment, place.longest, last)) consider(segment.slice(0, end), readAs);
  return matches;
}

interface Tail {
  readonly end: number;
  readonly readAs: ReadingClass;
}

/** Where a reader may end the segment before its end; a format suffix is one of the last segment alone. */
function tailsOf(segment: string, longest: number, last: boolean): readonly Tail[] {
  const tails: Tail[] = [];
  const blankFrom = startOfBlanks(segment);
  // First character at or after the place that is no blank (nor, inside the path, a dot), worked out once from the right.
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

const isFiller = (character: string | undefined, last: boolean): boolean => character === ' ' || (!last && character === '.');

function startOfBlanks(segment: string): number {
  let start = segment.length;
  while (start > 0 && (segment[start - 1] === '.' || segment[start - 1] === ' ')) start--;
  return start;
}
