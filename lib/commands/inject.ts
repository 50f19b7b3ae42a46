/** `inject`: writes the authorizer into an OpenAPI document, for owners who import their API from one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { AccessMap } from '../access-map/index.ts';
import { defineCommand, EXIT, type ExitCode, type MapOptions, mapOption, requiredOption, UsageError } from './shell/command.ts';
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

export function runInject({ document: file = '', output, map: mapFile, authorizerUri = '' }: InjectOptions, io: Io): ExitCode {
  if (!/^arn:[^:]+:apigateway:[^:]+:lambda:path\/.+\/invocations$/.test(authorizerUri)) {
    throw new UsageError(`expected \`--authorizer-uri\` as the stack's output AuthorizerUri says it, found \`${authorizerUri}\``);
  }
  const map = requireMap(mapFile, io);
  const document = parseDocument(read(file, io));
  if (document.errors.length > 0 || typeof document.get('openapi') !== 'string') {
    throw new UsageError(`expected an OpenAPI 3 document, found something else in \`${file}\``);
  }
  const { problems, protect } = compare(map, document.toJS() as OpenapiPaths);
  if (problems.length > 0) {
    io.err(problems.map((problem) => `${problem}\n`).join(''));
    return EXIT.problem;
  }
  document.setIn(['components', 'securitySchemes', SCHEME], document.createNode(scheme(map, authorizerUri)));
  for (const path of protect) document.setIn([...path, 'security'], document.createNode([{ [SCHEME]: [] }]));
  const json = /^\s*\{/.test(read(file, io));
  const text = json ? `${JSON.stringify(document.toJS(), undefined, 2)}\n` : document.toString({ lineWidth: 0 });
  if (output === undefined) io.out(text);
  else writeFileSync(resolve(io.cwd, output), text);
  io.err(`${protect.length} routes carry the authorizer\n`);
  return EXIT.good;
}

interface OpenapiPaths {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly security?: readonly unknown[];
}

function read(file: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch {
    throw new UsageError(`expected a readable OpenAPI 3 document, found \`${file}\``);
  }
}

/** As attaching does, it never weakens: an operation with another security requirement stops it, and so does one that the map does not have. */
function compare(
  map: AccessMap,
  { paths = {}, security = [] }: OpenapiPaths,
): { readonly problems: readonly string[]; readonly protect: readonly (readonly string[])[] } {
  const routes = new Map(map.gatewayRoutes.map((route) => [route.key, route.public]));
  const problems: string[] = [];
  const protect: (readonly string[])[] = [];
  const seen = new Set<string>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [name, operation] of Object.entries(operations)) {
      const method = METHODS[name];
      if (method === undefined) continue;
      const key = path === '/$default' && method === 'ANY' ? '$default' : `${method} ${path}`;
      seen.add(key);
      const open = routes.get(key);
      const own = (operation as { readonly security?: readonly object[] } | null)?.security ?? (security as readonly object[]);
      const others = own.flatMap((requirement) => Object.keys(requirement)).filter((other) => other !== SCHEME);
      if (open === undefined)
        problems.push(`expected every route in ${map.source}, found \`${key}\` without an entry: add it to \`routes\``);
      else if (others.length > 0)
        problems.push(`expected no other security on \`${key}\`, found \`${others[0]}\`: remove it, so that the access map decides`);
      else if (!open) protect.push(['paths', path, name]);
    }
  }
  const missing = [...routes.keys()].filter((key) => !seen.has(key));
  for (const key of missing) problems.push(`expected \`${key}\` of ${map.source} in the document, found no such operation`);
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
