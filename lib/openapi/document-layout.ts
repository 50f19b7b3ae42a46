/** Where things are in an OpenAPI document of version 2 (Swagger) or 3. */
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import { isMockPreflight } from '../../lambda/gateway/preflight.ts';

/** Place of a value in a document: keys from the top down. */
export type DocumentPath = readonly string[];

/** A value of the document and its new value; undefined: it is removed. */
export interface Change {
  readonly path: DocumentPath;
  readonly value: unknown;
}

export interface DocumentOperation {
  /** In capitals, as the document names it: `GET`, `TRACE`; `ANY` for the gateway's extension. */
  readonly method: string;
  /** `/orders/{id}`, as the document writes it, without base path. */
  readonly template: string;
  readonly path: DocumentPath;
  readonly value: unknown;
}

export interface PathItem {
  /** `/orders/{id}`. */
  readonly template: string;
  readonly path: DocumentPath;
  readonly value: unknown;
}

/** Place of the security schemes, which version 2 has elsewhere than version 3. */
export const schemesPath = (document: unknown): DocumentPath =>
  membersIn(document)['swagger'] === undefined
    ? ['components', 'securitySchemes']
    : ['securityDefinitions'];

/** The document's security schemes, by name. */
export const schemesOf = (document: unknown): Node =>
  schemesPath(document).reduce((at, key) => membersIn(at[key]), membersIn(document));

/** Source: OpenAPI Specification 3.2, "Path Item Object". */
const METHODS: ReadonlySet<string> = new Set([
  'get',
  'head',
  'post',
  'put',
  'patch',
  'delete',
  'options',
  'trace',
  'query',
  EXTENSION.anyMethod,
]);

/** The document's paths without its extensions, functions and references. */
export const pathItems = (document: unknown): readonly PathItem[] =>
  Object.entries(membersIn(membersIn(document)['paths'])).flatMap(([template, value]) =>
    /^(?:x-|Fn::|Ref$|\$ref$)/.test(template)
      ? []
      : [{ template, path: ['paths', template], value }],
  );

/** All operations in the order of the document, of which the gateway may be unable to have some. */
export const operationsOf = (document: unknown): readonly DocumentOperation[] =>
  pathItems(document).flatMap(({ template, path, value: item }) =>
    Object.entries(membersIn(item)).flatMap(([name, value]): readonly DocumentOperation[] => {
      const lower = name.toLowerCase();
      if (name === 'additionalOperations')
        return Object.entries(membersIn(value)).map(([method, operation]) => ({
          method: method.toUpperCase(),
          template,
          path: [...path, name, method],
          value: operation,
        }));
      if (!METHODS.has(lower)) return [];
      const method = lower === EXTENSION.anyMethod ? 'ANY' : lower.toUpperCase();
      return [{ method, template, path: [...path, name], value }];
    }),
  );

/** A preflight that the gateway of a REST API answers itself; browsers send no token with it. */
export const isMockOptions = (method: string, operation: unknown): boolean =>
  isMockPreflight(method, membersIn(membersIn(operation)[EXTENSION.integration])['type']);

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
