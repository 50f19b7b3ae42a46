/**
 * Reads the map's data without trusting its shape: what the schema has already reported is skipped
 * here.
 */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import {
  type Detail,
  escapePointer,
  type Place,
  type Problem,
  type ProblemCode,
  problem,
} from './problems.ts';
import { nameFix } from './unusual-characters.ts';

/**
 * Plain data of a map, and where each of its parts is. Objects have no prototype, so that every
 * key is just a name.
 */
export interface MapDocument {
  readonly source: string;
  readonly data: unknown;
  /** Place of a value, or of its key, by JSON pointer. */
  placeOf(pointer: string, of?: 'value' | 'key'): Place;
}

declare const shape: unique symbol;

/**
 * One value of the map and its JSON pointer. `Shape` is the schema's type for it: the compiler
 * checks keys against it. The value itself is not trusted and stays unknown.
 */
export interface Cursor<Shape = unknown> {
  readonly value: unknown;
  readonly pointer: string;
  /** Exists for the compiler only; no cursor has it. */
  readonly [shape]?: Shape;
}

/** Keys that the schema allows in a mapping; of alternatives, the keys of each. */
export type KeyOf<Shape> = Shape extends readonly unknown[]
  ? never
  : Shape extends object
    ? keyof Shape & string
    : never;

/** The schema's type for the value of a key. */
export type ShapeAt<Shape, Key> = Shape extends readonly unknown[]
  ? never
  : Shape extends object
    ? Key extends keyof Shape
      ? Exclude<Shape[Key], undefined>
      : never
    : never;

/** The schema's type for the items of a list. */
export type ItemOf<Shape> = Shape extends readonly (infer Item)[] ? Item : never;

export type Data = { readonly [key: string]: unknown };

/** The value of a key; undefined where the cursor is no mapping or has no such key. */
export function at<Shape, Key extends KeyOf<Shape>>(
  { value, pointer }: Cursor<Shape>,
  key: Key,
): Cursor<ShapeAt<Shape, Key>> {
  return {
    value: isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined,
    pointer: `${pointer}/${escapePointer(key)}`,
  };
}

/** Whether the mapping has the key, whatever its value. */
export const has = <Shape>(cursor: Cursor<Shape>, key: KeyOf<Shape>): boolean =>
  at(cursor, key).value !== undefined;

/** Whether the value is this one of those that the schema allows. */
export const is = <Shape>(
  cursor: Cursor<Shape>,
  value: NoInfer<Extract<Shape, string | boolean>>,
): boolean => cursor.value === value;

/** The items of a list; none if it is not one. */
export function items<Shape>({ value, pointer }: Cursor<Shape>): readonly Cursor<ItemOf<Shape>>[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown, index) => ({ value: item, pointer: `${pointer}/${index}` }));
}

/** The items of a list, or the one value that is in place of a list. */
export const oneOrMore = <Shape>(
  cursor: Cursor<Shape>,
): readonly Cursor<ItemOf<Shape> | Exclude<Shape, readonly unknown[]>>[] =>
  Array.isArray(cursor.value) ? items(cursor) : [{ value: cursor.value, pointer: cursor.pointer }];

/** The entries of a mapping in the order of the file; none if it is not one. */
export function entries<Shape>({
  value,
  pointer,
}: Cursor<Shape>): readonly (readonly [string, Cursor<ShapeAt<Shape, KeyOf<Shape>>>])[] {
  if (!isObject(value)) return [];
  return Object.keys(value).map((key) => [
    key,
    { value: value[key], pointer: `${pointer}/${escapePointer(key)}` },
  ]);
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

/** The value where it is one of `choices`, all of which the schema allows there. */
export const choice = <Shape, Choice extends Extract<Shape, string>>(
  cursor: Cursor<Shape>,
  choices: readonly Choice[],
): Choice | undefined => choices.find((candidate) => candidate === cursor.value);

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
    const found = problem(
      severity,
      code,
      document.placeOf(pointer, of),
      withUnusualCharacter(detail),
    );
    if (!messages.has(found.message)) problems.push(found);
    messages.add(found.message);
  };
  return {
    problems,
    error: (...problem) => add('error', ...problem),
    warn: (...problem) => add('warning', ...problem),
  };
}

/** Names what in a text is not what it seems, where nothing else is said of it. */
function withUnusualCharacter(detail: Detail): Detail {
  const { found, nearest, fix } = detail;
  return found === undefined || fix !== undefined
    ? detail
    : { ...detail, ...nameFix(found.replace(/^`|`$/g, ''), nearest) };
}

/** Errors and warnings in the order of the file. */
export function inFileOrder<Found extends Pick<Problem, 'place'>>(
  problems: readonly Found[],
): readonly Found[] {
  return problems.toSorted(
    (a, b) =>
      (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0),
  );
}
