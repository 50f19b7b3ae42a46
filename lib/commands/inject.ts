/**
 * `inject`: writes the authorizer into an OpenAPI document, for owners who import their API from
 * one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AbsentRoute, describeServed } from '../../lambda/gateway/absent-route.ts';
import { type AccessMap, MappedRoutes } from '../access-map/index.ts';
import { type EditableDocument, readEditable } from '../openapi/editable-document.ts';
import { type JudgedMethod, judgeDocument } from '../openapi/judge-document.ts';
import { OpenapiError } from '../openapi/openapi-document.ts';
import { type Change, methodChanges, schemeChange } from '../openapi/security-scheme.ts';
import { absentOperations, absentSentence, documentProblems } from './inject-rules.ts';
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

/** Name of our security scheme in the document. */
const SCHEME = 'okta-groups';

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
  return naming(file, () => {
    const document = readEditable(read(file, io), map.kind);
    const { methods, problems, served } = compare(map, document.data);
    if (problems.length > 0) {
      io.err(problems.map((problem) => `${problem}\n`).join(''));
      return EXIT.problem;
    }
    const text = document.changed(changesOf(document, methods, { map, authorizerUri }));
    if (output === undefined) io.out(text);
    else writeFileSync(resolve(io.cwd, output), text);
    const covered = methods.filter(
      ({ outcome }) => outcome === 'ours' || outcome === 'unprotected',
    );
    io.err(`${covered.length} routes have the authorizer\n`);
    io.err(served.map((one) => `\`${one.key}\` is ${describeServed(one)}\n`).join(''));
    return EXIT.good;
  });
}

function read(file: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch {
    throw new UsageError(`expected a readable OpenAPI 3 document, found \`${file}\``);
  }
}

/** @throws UsageError that names the file whose document cannot be used */
function naming<Result>(file: string, use: () => Result): Result {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof OpenapiError)) throw error;
    throw new UsageError(`\`${file}\`: ${error.message}`, { cause: error });
  }
}

function changesOf(
  { data }: EditableDocument,
  methods: readonly JudgedMethod[],
  { map: { kind }, authorizerUri }: { readonly map: AccessMap; readonly authorizerUri: string },
): readonly Change[] {
  // Answers are not cached: their policies are proven for APIs that the map alone describes.
  const cache = { mode: 'off', ttlSeconds: 0 } as const;
  return [
    schemeChange(data, { name: SCHEME, kind, authorizerUri, cache }),
    ...methods
      .filter(({ outcome }) => outcome === 'unprotected')
      .flatMap((method) => methodChanges(method, SCHEME)),
  ];
}

interface Comparison {
  readonly methods: readonly JudgedMethod[];
  readonly problems: readonly string[];
  /** Routes of the map whose rules hold below a catch-all operation. */
  readonly served: readonly AbsentRoute[];
}

/**
 * Never weakens protection: an operation with another security requirement, or one that is not in
 * the map, is a problem.
 */
function compare(map: AccessMap, document: unknown): Comparison {
  const routes = new MappedRoutes(map);
  const { methods, hidden } = judgeDocument(document, {
    kind: map.kind,
    scheme: SCHEME,
    noun: 'document',
    entry: (key) => routes.entry(key),
  });
  const absent = absentOperations(map, methods, routes);
  return {
    methods,
    served: absent.filter(({ kind }) => kind === 'served'),
    problems: [
      ...hidden,
      ...methods.flatMap((method) => problemsOf(method, routes, map)),
      ...absent.flatMap((one) => absentSentence(one, map.source)),
      ...documentProblems(document, methods, { map, routes, scheme: SCHEME }),
    ],
  };
}

function problemsOf(
  { key, outcome, authorizer }: JudgedMethod,
  routes: MappedRoutes,
  { source, api }: AccessMap,
): readonly string[] {
  if (outcome === 'preflight') return [];
  const unmapped = `expected every route in ${source}, found \`${key}\` without an entry: add it to \`routes\``;
  const foreign = `expected no other security on \`${key}\`, found ${authorizer}: remove it, so that the access map decides`;
  return [
    ...(routes.decidesSome(key) ? [] : [unmapped]),
    ...(outcome === 'foreign' && !api.accept.foreign.includes(key) ? [foreign] : []),
  ];
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
