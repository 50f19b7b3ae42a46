/**
 * The operations and security schemes of an OpenAPI document of version 2 (Swagger) or 3: one that
 * a command reads, the body of a template, the export of a stage.
 */
import { EXTENSION } from '../core/contract/openapi-extensions.ts';
import { isObject, membersIn, type Node } from '../core/json/json-object.ts';
import type { RouteKey } from '../core/path/route-key.ts';
import { isMockPreflight } from './preflight.ts';

/** Place of a value in a document: keys from the top down. */
export type DocumentPath = readonly string[];

/**
 * Its method is in capitals, as the document names it: `GET`, `TRACE`; `ANY` for the gateway's
 * extension. Its template is without base path: `/orders/{id}`.
 */
export interface DocumentOperation extends RouteKey {
  readonly path: DocumentPath;
  readonly value: unknown;
}

export interface PathItem {
  /** `/orders/{id}`. */
  readonly template: string;
  readonly path: DocumentPath;
  readonly value: unknown;
}

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

/** What an operation does with its calls. */
export const integrationOf = (operation: unknown): Node =>
  membersIn(membersIn(operation)[EXTENSION.integration]);

/** A preflight that the gateway of a REST API answers itself; browsers send no token with it. */
export const isMockOptions = (method: string, operation: unknown): boolean =>
  isMockPreflight(method, integrationOf(operation)['type']);

/** Place of the security schemes, which version 2 has elsewhere than version 3. */
export const schemesPath = (document: unknown): DocumentPath =>
  membersIn(document)['swagger'] === undefined
    ? ['components', 'securitySchemes']
    : ['securityDefinitions'];

/** The document's security schemes, by name. */
export const schemesOf = (document: unknown): Node =>
  schemesPath(document).reduce((at, key) => membersIn(at[key]), membersIn(document));

/** Undefined also for a name that every object has. */
export function schemeNamed(document: unknown, name: string): unknown {
  const schemes = schemesOf(document);
  return Object.hasOwn(schemes, name) ? schemes[name] : undefined;
}

/** Settings of the authorizer that a scheme stands for; undefined where it is none. */
export function authorizerIn(scheme: unknown): Node | undefined {
  const settings = membersIn(scheme)[EXTENSION.authorizer];
  return isObject(settings) ? settings : undefined;
}

/** Any extension of that name counts: one that is not known yet may decide calls as well. */
export const isAuthorizer = (scheme: unknown): boolean =>
  Object.keys(membersIn(scheme)).some((key) => key.startsWith(EXTENSION.auth));

/** Whether a method asks for signed requests, or for something that is not known yet. */
export function hasAuthentication(operation: unknown): boolean {
  const auth = membersIn(operation)[EXTENSION.auth];
  return auth !== undefined && String(membersIn(auth)['type']).toUpperCase() !== 'NONE';
}

/** What a method requires by the document, its own list before that of the whole document. */
export interface Requirements {
  readonly security: unknown;
  /** Names of all schemes in it, each once. */
  readonly schemes: readonly string[];
}

export function requirementsOf(document: unknown, operation: unknown): Requirements {
  const own = membersIn(operation)['security'];
  // A method's own list replaces the document's, and an empty one removes it.
  const security = own === undefined ? membersIn(document)['security'] : own;
  const names = Array.isArray(security)
    ? security.flatMap((item) => Object.keys(membersIn(item)))
    : [];
  return { security, schemes: [...new Set(names)] };
}
