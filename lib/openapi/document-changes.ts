/** Changes of an OpenAPI document at places in it. */
import { isObject, membersIn } from '../../lambda/core/json/json-object.ts';
import type { DocumentPath } from '../../lambda/gateway/openapi-document.ts';

/** A value of the document and its new value; undefined: it is removed. */
export interface Change {
  readonly path: DocumentPath;
  readonly value: unknown;
}

/** The value at a path; undefined where there is none. */
export const valueAt = (data: unknown, path: DocumentPath): unknown =>
  path.reduce<unknown>(
    (at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : listItem(at, key)),
    data,
  );

const listItem = (at: unknown, key: string): unknown =>
  Array.isArray(at) ? (at[Number(key)] as unknown) : undefined;

/** A copy with another value at a path; only objects on the way are copied. */
export function withValue(data: unknown, [key, ...rest]: DocumentPath, value: unknown): unknown {
  if (key === undefined) return value;
  const { [key]: before, ...others } = membersIn(data);
  const after = withValue(before, rest, value);
  // An overwritten key keeps its place among the others.
  return after === undefined ? others : { ...membersIn(data), [key]: after };
}
