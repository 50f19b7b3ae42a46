/** Tries changes of a map: the data is changed and compiled, the file is not touched. */
import { stringify } from 'yaml';
import { isObject } from '../../lambda/core/json/json-object.ts';
import { AccessMap, type AccessMapOptions } from './access-map.ts';
import type { Data, MapDocument } from './report/cursor.ts';
import type { MapPath } from './report/map-pointer.ts';
import { pointerTo } from './report/problems.ts';

/** Texts to add to and remove from a list. */
export interface ListEdit {
  readonly path: MapPath;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** Another number. */
export interface NumberEdit {
  readonly path: MapPath;
  readonly set: number;
}

/** A change of one value. */
export interface MapEdit extends ListEdit, Partial<NumberEdit> {
  readonly path: MapPath;
}

export const editedDocument = (document: MapDocument, edits: readonly MapEdit[]): MapDocument => ({
  ...document,
  data: edits.reduce<unknown>((from, edit) => withEdit(from, edit.path, edit), document.data),
});

/** The map of a changed document, or nothing where it would not be valid. */
export const mapOf = (
  { data, source }: MapDocument,
  options: AccessMapOptions = {},
): AccessMap | undefined => AccessMap.checkObject(data, { ...options, source }).map;

/** Pointer of the value, or of its nearest ancestor in the document. */
export function existingPointer({ data }: MapDocument, { path }: Pick<MapEdit, 'path'>): string {
  let value: unknown = data;
  const found: Key[] = [];
  for (const key of path) {
    const next = childOf(value, key);
    if (next === undefined) break;
    found.push(key);
    value = next;
  }
  return pointerTo(found.map(String));
}

type Key = string | number;

function childOf(value: unknown, key: Key): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? value[key] : undefined;
}

function withEdit(value: unknown, [key, ...rest]: readonly Key[], edit: MapEdit): unknown {
  if (key === undefined) return edit.set ?? withItems(value, edit);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === key ? withEdit(item, rest, edit) : item));
  const from: Data = isObject(value) ? value : {};
  return Object.assign(Object.create(null), from, {
    [key]: withEdit(from[key], rest, edit),
  });
}

function withItems(value: unknown, { add = [], remove = [] }: MapEdit): readonly unknown[] {
  const items = listOf(value);
  const kept = items.filter((item) => !remove.some((text) => text === item));
  return [...kept, ...add.filter((text) => !kept.includes(text))];
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The edit as YAML below its keys; a comment on each line says what to do with it. */
export function editAsYaml({ path, add = [], remove = [], set }: MapEdit): readonly string[] {
  const keys = path.flatMap((key) => (typeof key === 'string' ? [key] : []));
  const indent = (depth: number): string => '  '.repeat(depth);
  const heads = keys.map((key, depth) => `${indent(depth)}${scalar(key)}:`);
  const last = heads.pop() ?? '';
  if (set !== undefined) return [...heads, `${last} ${set}`];
  const item = (text: string, mark: string): string =>
    `${indent(keys.length)}- ${scalar(text)}  # ${mark}`;
  return [
    ...heads,
    last,
    ...remove.map((text) => item(text, 'remove')),
    ...add.map((text) => item(text, 'add')),
  ];
}

const scalar = (text: string): string =>
  stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
