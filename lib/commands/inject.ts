/**
 * `inject`: writes the authorizer into an OpenAPI document, for owners who import their API from
 * one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Document, isAlias, parseDocument } from 'yaml';
import type { AccessMap } from '../access-map/index.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type MapOptions,
  mapOption,
  requiredOption,
  UsageError,
} from './shell/command.ts';
import type { Io } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';

export interface InjectOptions extends MapOptions {
  readonly document?: string;
  readonly output?: string;
  /** The stack's output AuthorizerUri. */
  readonly authorizerUri?: string;
}

const SCHEME = 'okta-groups';
const METHODS: Readonly<Record<string, string>> = {
  get: 'GET',
  head: 'HEAD',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  options: 'OPTIONS',
  'x-amazon-apigateway-any-method': 'ANY',
};

export function runInject(
  { document: file = '', output, map: mapFile, authorizerUri = '' }: InjectOptions,
  io: Io,
): ExitCode {
  if (!/^arn:[^:]+:apigateway:[^:]+:lambda:path\/.+\/invocations$/.test(authorizerUri)) {
    throw new UsageError(
      `expected \`--authorizer-uri\` as the stack's output AuthorizerUri says it, found \`${authorizerUri}\``,
    );
  }
  const map = requireMap(mapFile, io);
  const document = parseDocument(read(file, io));
  if (document.errors.length > 0 || typeof document.get('openapi') !== 'string') {
    throw new UsageError(`expected an OpenAPI 3 document, found something else in \`${file}\``);
  }
  const { problems, protect } = compare(map, writtenOut(document, file));
  if (problems.length > 0) {
    io.err(problems.map((problem) => `${problem}\n`).join(''));
    return EXIT.problem;
  }
  for (const path of [['components'], ['components', 'securitySchemes']])
    if (document.getIn(path) === null) document.deleteIn(path);
  document.setIn(
    ['components', 'securitySchemes', SCHEME],
    document.createNode(scheme(map, authorizerUri)),
  );
  for (const { path, keys } of protect) {
    document.setIn(
      [...path, 'security'],
      document.createNode([...keys, SCHEME].map((name) => ({ [name]: [] }))),
    );
  }
  const json = /^\s*\{/.test(read(file, io));
  const text = json
    ? `${JSON.stringify(document.toJS(), undefined, 2)}\n`
    : document.toString({ lineWidth: 0 });
  if (output === undefined) io.out(text);
  else writeFileSync(resolve(io.cwd, output), text);
  io.err(`${protect.length} routes carry the authorizer\n`);
  return EXIT.good;
}

interface Operation {
  readonly security?: readonly object[];
  readonly 'x-amazon-apigateway-integration'?: { readonly type?: unknown };
}

interface OpenapiPaths {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly security?: readonly object[];
  readonly components?: {
    readonly securitySchemes?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null;
  } | null;
}

/**
 * @throws UsageError where an operation stands for several, so that one of them cannot be changed
 * alone, or is empty
 */
function writtenOut(document: Document, file: string): OpenapiPaths {
  const read = document.toJS() as OpenapiPaths;
  for (const [path, operations] of Object.entries(read.paths ?? {})) {
    const names = Object.keys(operations ?? {}).filter((name) => METHODS[name] !== undefined);
    const alias =
      isAlias(document.getIn(['paths', path], true)) ||
      names.some((name) => isAlias(document.getIn(['paths', path, name], true)));
    if (alias)
      throw new UsageError(
        `expected operations written out, found an alias at \`${path}\` in \`${file}\``,
      );
    const empty = names.find(
      (name) => typeof operations[name] !== 'object' || operations[name] === null,
    );
    if (empty !== undefined)
      throw new UsageError(
        `expected an operation at \`${METHODS[empty]} ${path}\` in \`${file}\`, found none`,
      );
  }
  return read;
}

/**
 * Names of schemes that stand for usage plans' keys, which a method of a REST API asks for beside
 * its authorizer.
 */
function keySchemes({ kind }: AccessMap, { components }: OpenapiPaths): ReadonlySet<string> {
  if (kind !== 'rest') return new Set();
  const isKey = (one: Readonly<Record<string, unknown>>): boolean =>
    one['type'] === 'apiKey' &&
    one['in'] === 'header' &&
    String(one['name']).toLowerCase() === 'x-api-key' &&
    one['x-amazon-apigateway-authtype'] === undefined;
  return new Set(
    Object.entries(components?.securitySchemes ?? {}).flatMap(([name, one]) =>
      isKey(one) ? [name] : [],
    ),
  );
}

/** As attaching leaves it: the gateway answers by itself, and browsers send no token. */
const isPreflight = ({ kind }: AccessMap, method: string, operation: Operation): boolean =>
  kind === 'rest' &&
  method === 'OPTIONS' &&
  String(operation['x-amazon-apigateway-integration']?.type).toLowerCase() === 'mock';

function read(file: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch {
    throw new UsageError(`expected a readable OpenAPI 3 document, found \`${file}\``);
  }
}

interface Comparison {
  readonly problems: readonly string[];
  /** Where the authorizer belongs, and the keys that are asked for there already. */
  readonly protect: readonly {
    readonly path: readonly string[];
    readonly keys: readonly string[];
  }[];
}

/**
 * As attaching does, it never weakens: an operation with another security requirement stops it, and
 * so does one that the map does not have; keys stay.
 */
function compare(map: AccessMap, document: OpenapiPaths): Comparison {
  const { paths = {}, security = [] } = document;
  const apiKeys = keySchemes(map, document);
  const routes = new Map(map.gatewayRoutes.map((route) => [route.key, route.public]));
  const problems: string[] = [];
  const protect: Comparison['protect'][number][] = [];
  const seen = new Set<string>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [name, value] of Object.entries(operations)) {
      const method = METHODS[name];
      if (method === undefined) continue;
      const key = path === '/$default' && method === 'ANY' ? '$default' : `${method} ${path}`;
      seen.add(key);
      const isPublic = routes.get(key);
      const operation = value as Operation;
      const names = (operation.security ?? security).flatMap((requirement) =>
        Object.keys(requirement),
      );
      const others = names.filter((other) => other !== SCHEME && !apiKeys.has(other));
      if (isPublic === undefined && isPreflight(map, method, operation)) continue;
      if (isPublic === undefined)
        problems.push(
          `expected every route in ${map.source}, found \`${key}\` without an entry: add it to \`routes\``,
        );
      else if (others.length > 0)
        problems.push(
          `expected no other security on \`${key}\`, found \`${others[0]}\`: remove it, so that the access map decides`,
        );
      else if (!isPublic)
        protect.push({
          path: ['paths', path, name],
          keys: [...new Set(names)].filter((one) => apiKeys.has(one)),
        });
    }
  }
  const missing = [...routes.keys()].filter((key) => !seen.has(key));
  for (const key of missing)
    problems.push(`expected \`${key}\` of ${map.source} in the document, found no such operation`);
  return { problems, protect };
}

/** Source: API Gateway, "x-amazon-apigateway-authorizer object". */
function scheme({ kind }: AccessMap, authorizerUri: string): unknown {
  const shared = { type: 'request', authorizerUri, authorizerResultTtlInSeconds: 0 };
  const http = {
    ...shared,
    identitySource: '$request.header.Authorization',
    authorizerPayloadFormatVersion: '2.0',
    enableSimpleResponses: false,
  };
  const rest = { ...shared, identitySource: 'method.request.header.Authorization' };
  return {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': kind === 'http' ? http : rest,
  };
}

export const inject = defineCommand<InjectOptions>({
  name: 'inject',
  summary: 'write the authorizer into an OpenAPI document',
  examples: ['inject openapi.yaml -o out.yaml --authorizer-uri "$URI"'],
  declare: (command) =>
    void command
      .argument('<document>', 'OpenAPI 3 document, JSON or YAML')
      .addOption(mapOption())
      .addOption(requiredOption('--authorizer-uri <arn>', 'the output AuthorizerUri of the stack'))
      .option('-o, --output <file>', 'file to write (default: the standard output)'),
  run: runInject,
});
