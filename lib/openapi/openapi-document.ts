/** Reads the operations of an OpenAPI 3 description: methods, templates, tags, required scopes. */
import { type Document, parseDocument } from 'yaml';
import { isObject } from '../../lambda/core/contract/json-object.ts';
import { METHODS, type Method } from '../../lambda/core/model/model-file.ts';
import { type Node, nodeOf } from '../template/values.ts';
import { OpenapiError } from './openapi-error.ts';
import { requireNoTags } from './yaml-tags.ts';

export { OpenapiError };

export interface Operation {
  /** `GET /v1/orders/{id}`, base path included. */
  readonly key: string;
  readonly method: Method;
  readonly template: string;
  readonly tags: readonly string[];
  /** Scopes of all its security requirements. */
  readonly scopes: readonly string[];
  /** The operation requires no token. */
  readonly isPublic: boolean;
}

export interface OpenapiDocument {
  readonly title: string;
  /** Base URL of the first server, without its path; undefined where the URL is relative. */
  readonly serverOrigin: string | undefined;
  readonly operations: readonly Operation[];
  /** From `openIdConnectUrl`, or the URLs of an OAuth flow. */
  readonly issuer: string | undefined;
  /** Scopes as the security schemes name them. */
  readonly scopes: readonly string[];
}

/**
 * @param text JSON or YAML.
 * @throws OpenapiError
 */
export function readOpenapi(text: string): OpenapiDocument {
  const root = parsed(text);
  const version = root['openapi'];
  if (typeof version !== 'string' || !version.startsWith('3.')) {
    throw new OpenapiError(`expected an OpenAPI 3 description, found ${foundVersion(version)}`);
  }
  const server = serverOf(root['servers']);
  const schemes = Object.values(nodeOf(nodeOf(root['components'])['securitySchemes'])).map(nodeOf);
  return {
    title: String(nodeOf(root['info'])['title'] ?? ''),
    serverOrigin: server.origin,
    operations: Object.entries(nodeOf(root['paths'])).flatMap(([path, item]) =>
      describedOperations(root, path, itemOf(root, path, nodeOf(item))),
    ),
    issuer: schemes.map(issuerOf).find((issuer) => issuer !== undefined),
    scopes: [
      ...new Set(
        schemes.flatMap((scheme) =>
          flowsOf(scheme).flatMap((flow) => Object.keys(nodeOf(flow['scopes']))),
        ),
      ),
    ],
  };
}

/** Nothing but a version is quoted. */
function foundVersion(version: unknown): string {
  if (typeof version !== 'string') return 'no `openapi` key';
  return /^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(version) ? `version ${version}` : 'another version';
}

function parsed(text: string): Node {
  // `core` keeps dates and the like as text; anchors are bounded by the parser.
  const document = parseDocument(text, { schema: 'core', resolveKnownTags: false });
  // The parser's own messages quote the text, which may be that of another file.
  const [error] = document.errors;
  if (error) {
    const before = text.slice(0, error.pos[0]);
    throw new OpenapiError(
      `expected JSON or YAML, found something else in line ${before.split('\n').length}`,
    );
  }
  requireNoTags(document);
  const data = dataOf(document);
  if (isObject(data)) return data;
  throw new OpenapiError('expected an OpenAPI 3 description, found no mapping');
}

/** The parser refuses aliases that repeat more than 100 times what they stand for. */
function dataOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new OpenapiError('expected few aliases, found one without its anchor or too many');
  }
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** The path item itself, or the one in this file that it refers to. */
function itemOf(root: Node, path: string, item: Node): Node {
  const ref = item['$ref'];
  if (typeof ref !== 'string') return item;
  const keys = ref.startsWith('#/') ? ref.slice(2).split('/') : [];
  const found = keys.reduce(
    (from, key) => nodeOf(from[key.replaceAll('~1', '/').replaceAll('~0', '~')]),
    root,
  );
  if (Object.keys(found).length > 0 && found['$ref'] === undefined && keys.length > 0)
    return { ...found, ...item };
  throw new OpenapiError(
    `expected the operations of \`${path}\` in this file, found \`$ref\` to \`${ref}\`: bundle the description`,
  );
}

/** The first server's origin and path, its variables at their defaults. */
function serverOf(servers: unknown): {
  readonly origin: string | undefined;
  readonly path: string;
} {
  const server = nodeOf(Array.isArray(servers) ? servers[0] : undefined);
  const variables = nodeOf(server['variables']);
  const url = String(server['url'] ?? '/').replace(/\{([^}]*)\}/g, (_, name: string) =>
    String(nodeOf(variables[name])['default'] ?? ''),
  );
  const absolute = /^https?:\/\//.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  const path = (absolute?.pathname ?? url).replace(/\/+$/, '');
  // A relative URL without a slash is relative to where the description is served.
  return {
    origin: absolute?.origin,
    path: path === '' || path.startsWith('/') ? path : `/${path.replace(/^\.\//, '')}`,
  };
}

function describedOperations(root: Node, path: string, item: Node): readonly Operation[] {
  return METHODS.flatMap((method): readonly Operation[] => {
    const operation = item[method.toLowerCase()];
    if (!isObject(operation)) return [];
    const security = operation['security'] ?? root['security'];
    // The nearest servers count. Source: OpenAPI Specification 3.1, "Path Item Object", "Operation
    // Object".
    const template =
      serverOf(operation['servers'] ?? item['servers'] ?? root['servers']).path + path;
    const requirements = Array.isArray(security) ? security.map(nodeOf) : [];
    return [
      {
        key: `${method} ${template}`,
        method,
        template,
        tags: textsOf(operation['tags']),
        scopes: [
          ...new Set(
            requirements.flatMap((requirement) => Object.values(requirement).flatMap(textsOf)),
          ),
        ],
        // An empty requirement makes security optional. Source: OpenAPI Specification 3.1,
        // "Operation Object".
        isPublic:
          requirements.length === 0 ||
          requirements.some((requirement) => Object.keys(requirement).length === 0),
      },
    ];
  });
}

const flowsOf = (scheme: Node): readonly Node[] =>
  Object.values(nodeOf(scheme['flows'])).map(nodeOf);

function issuerOf(scheme: Node): string | undefined {
  const discovery = scheme['openIdConnectUrl'];
  if (typeof discovery === 'string') return discovery.replace(/\/\.well-known\/.*$/, '');
  const urls = flowsOf(scheme).flatMap((flow) => [flow['tokenUrl'], flow['authorizationUrl']]);
  const url = urls.find((candidate): candidate is string => typeof candidate === 'string');
  return url?.replace(/\/v1\/(?:token|authorize)$/, '');
}
