/**
 * Reads the map's data without trusting its shape: what the schema has already reported is skipped
 * here.
 */
import {
  type Detail,
  escapePointer,
  type Place,
  type Problem,
  type ProblemCode,
  problem,
} from './problems.ts';

/**
 * Plain data of a map, and where each of its parts stands. Objects have no prototype, so that every
 * key is just a name.
 */
export interface MapDocument {
  readonly source: string;
  readonly data: unknown;
  /** Place of a value, or of its key, by JSON pointer. */
  placeOf(pointer: string, of?: 'value' | 'key'): Place;
}

/** One value of the map and its JSON pointer. */
export interface Cursor {
  readonly value: unknown;
  readonly pointer: string;
}

export type Data = { readonly [key: string]: unknown };

export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function at(cursor: Cursor, ...keys: readonly string[]): Cursor {
  return keys.reduce<Cursor>((from, key) => {
    const value =
      isData(from.value) && Object.hasOwn(from.value, key) ? from.value[key] : undefined;
    return { value, pointer: `${from.pointer}/${escapePointer(key)}` };
  }, cursor);
}

/** The items of a list; none if it is not one. */
export function items(cursor: Cursor): readonly Cursor[] {
  if (!Array.isArray(cursor.value)) return [];
  return cursor.value.map((value: unknown, index) => ({
    value,
    pointer: `${cursor.pointer}/${index}`,
  }));
}

/** The entries of a mapping in the order of the file; none if it is not one. */
export function entries(cursor: Cursor): readonly (readonly [string, Cursor])[] {
  if (!isData(cursor.value)) return [];
  return Object.keys(cursor.value).map((key) => [key, at(cursor, key)] as const);
}

/** Non-blank text, else nothing. */
export function text(cursor: Cursor): string | undefined {
  return typeof cursor.value === 'string' && cursor.value.trim() !== '' ? cursor.value : undefined;
}

export function integer(cursor: Cursor): number | undefined {
  return Number.isSafeInteger(cursor.value) ? (cursor.value as number) : undefined;
}

/** The text items of a list, or the one text. */
export function texts(cursor: Cursor): readonly (readonly [string, Cursor])[] {
  const all = typeof cursor.value === 'string' ? [cursor] : items(cursor);
  return all.flatMap((item) => {
    const value = text(item);
    return value === undefined ? [] : [[value, item] as const];
  });
}

/** One of `words`, or `otherwise` where the value is absent or not one of them. */
export function oneOf<Choice extends string>(
  cursor: Cursor,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  return choices.find((candidate) => candidate === cursor.value) ?? otherwise;
}

/** Collects the problems of one reading of a map. */
export interface Report {
  readonly problems: readonly Problem[];
  error(code: ProblemCode, pointer: string, detail: Detail, of?: 'value' | 'key'): void;
  warn(code: ProblemCode, pointer: string, detail: Detail, of?: 'value' | 'key'): void;
}

export function newReport(document: Pick<MapDocument, 'placeOf'>): Report {
  const problems: Problem[] = [];
  const messages = new Set<string>();
  const add = (
    severity: Problem['severity'],
    ...[code, pointer, detail, of]: Parameters<Report['error']>
  ): void => {
    const found = problem(severity, code, document.placeOf(pointer, of), detail);
    if (!messages.has(found.message)) problems.push(found);
    messages.add(found.message);
  };
  return {
    problems,
    error: (...problem) => add('error', ...problem),
    warn: (...problem) => add('warning', ...problem),
  };
}

/** Errors and warnings in the order of the file. */
export function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    (a, b) =>
      (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0),
  );
}
