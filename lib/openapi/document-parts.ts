/** Where things stand in an OpenAPI document, version 2 (Swagger) or 3, that API Gateway imports. */
import type { AccessMap } from '../access-map/index.ts';
import { nodeOf } from '../template/values.ts';

export interface DocumentOperation {
  /** Route key of the gateway: `GET /orders/{id}`, `ANY /{proxy+}`, `$default` of an HTTP API. */
  readonly key: string;
  readonly path: DocumentPath;
  readonly value: unknown;
}

/** Place of a value in a document: keys from the top down. */
export type DocumentPath = readonly string[];

/**
 * AWS: authentication of one method, `NONE` or `AWS_IAM`. Whether it or `security` wins is not
 * documented.
 */
export const AUTH = 'x-amazon-apigateway-auth';

/** Place of the security schemes, which version 2 has elsewhere than version 3. */
export const schemesPath = (document: unknown): DocumentPath =>
  nodeOf(document)['swagger'] === undefined
    ? ['components', 'securitySchemes']
    : ['securityDefinitions'];

export interface PathItem {
  /** `/orders/{id}`. */
  readonly template: string;
  readonly path: DocumentPath;
  readonly value: unknown;
}

const ANY_METHOD = 'x-amazon-apigateway-any-method';
const METHODS: ReadonlySet<string> = new Set([
  'get',
  'head',
  'post',
  'put',
  'patch',
  'delete',
  'options',
  ANY_METHOD,
]);

/** The document's paths without its extensions, functions and references. */
export const pathItems = (document: unknown): readonly PathItem[] =>
  Object.entries(nodeOf(nodeOf(document)['paths'])).flatMap(([template, value]) =>
    /^(?:x-|Fn::|Ref$|\$ref$)/.test(template)
      ? []
      : [{ template, path: ['paths', template], value }],
  );

/** @param kind of the API that is imported from the document */
export const operationsOf = (
  document: unknown,
  kind: AccessMap['kind'],
): readonly DocumentOperation[] =>
  pathItems(document).flatMap(({ template, path, value: item }) =>
    Object.entries(nodeOf(item)).flatMap(([name, value]) =>
      METHODS.has(name.toLowerCase())
        ? [{ key: routeKey(kind, name.toLowerCase(), template), path: [...path, name], value }]
        : [],
    ),
  );

/** Source: API Gateway, "Working with OpenAPI definitions for HTTP APIs": `/$default`. */
function routeKey(kind: AccessMap['kind'], name: string, template: string): string {
  if (name !== ANY_METHOD) return `${name.toUpperCase()} ${template}`;
  return kind === 'http' && template === '/$default' ? '$default' : `ANY ${template}`;
}
