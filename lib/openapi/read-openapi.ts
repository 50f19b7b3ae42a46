/** Reads an OpenAPI description: operations, tags, required scopes, servers, authorizers. */
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import {
  type DocumentOperation,
  type DocumentPath,
  isMockOptions,
  operationsOf,
  pathItems,
  requirementsOf,
  schemesOf,
} from '../../lambda/gateway/openapi-document.ts';
import { type ApiKind, describedKindOf, likelyKindOf } from './api-kind.ts';
import { type ReadReferenced, resolvePaths } from './document-references.ts';
import { type FoundDocument, findDocument } from './find-document.ts';
import { intrinsicIn } from './intrinsic.ts';
import { OpenapiError } from './openapi-error.ts';
import { parseData } from './parse-document.ts';
import { authorizerOf, type DocumentAuthorizer, foreignIn, isForeignScheme } from './security.ts';
import { type DocumentServer, serverOf } from './server-path.ts';

export { OpenapiError };

export interface Operation extends DocumentOperation {
  readonly tags: readonly string[];
  /** Scopes of all its security requirements. */
  readonly scopes: readonly string[];
  /** The operation asks callers for nothing, in a document that asks elsewhere. */
  readonly isPublic: boolean;
  /** A preflight that the gateway of a REST API answers itself. */
  readonly isMockOptions: boolean;
  /** Names of the schemes that it requires. */
  readonly schemes: readonly string[];
}

export interface OpenapiDocument {
  /** Empty where only CloudFormation knows it. */
  readonly title: string;
  readonly server: DocumentServer;
  readonly operations: readonly Operation[];
  /** From `openIdConnectUrl`, or the URLs of an OAuth flow. */
  readonly issuer: string | undefined;
  /** Some operation asks its callers for something. */
  readonly hasSecurity: boolean;
  /** Authorizers of others that operations require. */
  readonly authorizers: readonly DocumentAuthorizer[];
  /** The kind of API that the document is most likely of. */
  readonly kind: ApiKind['kind'] | undefined;
  /** The kind of API that it describes, imported or not. */
  readonly described: ApiKind | undefined;
}

/** A document, and where it is in its file. */
export interface OpenapiSource {
  readonly at: DocumentPath;
  /** With the path items and operations in the place of references to them. */
  readonly data: Node;
  readonly resource?: FoundDocument['resource'];
}

export interface OpenapiOptions {
  /** Logical id of the resource of a template. */
  readonly resource?: string | undefined;
  readonly read?: ReadReferenced | undefined;
}

/**
 * @param text JSON or YAML
 * @throws OpenapiError
 */
export function readSource(text: string, { resource, read }: OpenapiOptions = {}): OpenapiSource {
  const found = findDocument(parseData(text), resource);
  const { data, problems } = resolvePaths(found.data, read);
  const [problem] = problems;
  if (problem !== undefined) throw new OpenapiError(problem);
  for (const [what, value] of partsOf(data)) {
    const key = intrinsicIn(value);
    if (key !== undefined || !isObject(value))
      throw new OpenapiError(
        `expected ${what}, found ${key === undefined ? 'none' : `\`${key}\`, which only CloudFormation knows: write it into the document`}`,
      );
  }
  return { ...found, data };
}

/** What has to be written in the document, so that its routes can be seen. */
const partsOf = (data: Node): readonly (readonly [what: string, value: unknown])[] => [
  ...(data['paths'] === undefined ? [] : [['`paths`', data['paths']] as const]),
  ...pathItems(data).map(
    ({ template, value }) => [`the path \`${template}\``, value ?? {}] as const,
  ),
  ...operationsOf(data).map(
    ({ method, template, value }) => [`an operation at \`${method} ${template}\``, value] as const,
  ),
];

/** A file, and after `#` the logical id of the resource of a template that has the document. */
export function splitName(name: string): { readonly file: string; readonly resource?: string } {
  const [, file = name, resource] = /^(.+)#([A-Za-z0-9]+)$/.exec(name) ?? [];
  return resource === undefined ? { file: name } : { file, resource };
}

/** @throws OpenapiError */
export function readOpenapi(text: string, options: OpenapiOptions = {}): OpenapiDocument {
  const { data, resource } = readSource(text, options);
  const described = operationsOf(data).map((operation) => describedOperation(data, operation));
  const hasSecurity = described.some(({ asks }) => asks);
  const schemes = Object.values(schemesOf(data)).map(membersIn);
  const required = new Set(described.flatMap((operation) => operation.schemes));
  const title = membersIn(data['info'])['title'];
  return {
    title: typeof title === 'string' ? title : (resource?.name ?? ''),
    server: serverOf(data),
    operations: described.map(({ asks, ...operation }) => ({
      ...operation,
      isPublic: !asks && hasSecurity,
    })),
    issuer: schemes.map(issuerOf).find((issuer) => issuer !== undefined),
    hasSecurity,
    authorizers: [...required]
      .filter((name) => isForeignScheme(data, name))
      .map((name) => authorizerOf(data, name)),
    kind: likelyKindOf({ data, resource }),
    described: describedKindOf({ data, resource }),
  };
}

function describedOperation(
  data: Node,
  operation: DocumentOperation,
): Omit<Operation, 'isPublic'> & { readonly asks: boolean } {
  const { method, value } = operation;
  const { security, schemes } = requirementsOf(data, value);
  const requirements = Array.isArray(security) ? security.map(membersIn) : [];
  return {
    ...operation,
    tags: textsOf(membersIn(value)['tags']),
    scopes: [...new Set(requirements.flatMap((one) => Object.values(one).flatMap(textsOf)))],
    // An empty requirement makes security optional. Source: OpenAPI Specification 3.1, "Operation
    // Object".
    asks:
      foreignIn(data, value, '') !== undefined ||
      (requirements.some((one) => Object.keys(one).length > 0) &&
        requirements.every((one) => Object.keys(one).length > 0)),
    isMockOptions: isMockOptions(method, value),
    schemes,
  };
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** Version 2 has one flow, in the scheme itself. */
const flowsOf = (scheme: Node): readonly Node[] => [
  scheme,
  ...Object.values(membersIn(scheme['flows'])).map(membersIn),
];

function issuerOf(scheme: Node): string | undefined {
  const discovery = scheme['openIdConnectUrl'];
  if (typeof discovery === 'string') return discovery.replace(/\/\.well-known\/.*$/, '');
  const urls = flowsOf(scheme).flatMap((flow) => [flow['tokenUrl'], flow['authorizationUrl']]);
  const url = urls.find((candidate): candidate is string => typeof candidate === 'string');
  return url?.replace(/\/v1\/(?:token|authorize)$/, '');
}
