/**
 * `inject`: writes the authorizer into an OpenAPI document, for owners who import their API from
 * one.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AbsentRoute, describeServed } from '../../lambda/gateway/absent-route.ts';
import { type AccessMap, MappedRoutes } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import {
  type DocumentRoutes,
  documentRoutes,
  reasonOf,
} from '../access-map/routes/document-routes.ts';
import { isReplaced, wrongEntry } from '../access-map/routes/replaced-routes.ts';
import { type Change, type DocumentOperation, operationsOf } from '../openapi/document-parts.ts';
import { type EditableDocument, readEditable } from '../openapi/editable-document.ts';
import { type JudgedMethod, judgeDocument } from '../openapi/judge-document.ts';
import { isCovered } from '../openapi/route-protection.ts';
import { methodChanges, schemeChange } from '../openapi/security-scheme.ts';
import { serverOf } from '../openapi/server-path.ts';
import { absentOperations, absentSentence, documentProblems } from './inject-rules.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  listOption,
  type MapOptions,
  mapOption,
  requiredOption,
  UsageError,
} from './shell/command.ts';
import { naming, readDocumentFile } from './shell/document-file.ts';
import { type Io, pluralize } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';

export interface InjectOptions extends MapOptions {
  readonly document?: string;
  readonly output?: string;
  /** The stack's output AuthorizerUri. */
  readonly authorizerUri?: string;
  /** Routes, or patterns of them, whose other authorizer ours replaces. */
  readonly replace?: readonly string[];
}

/** Name of our security scheme in the document. */
const SCHEME = 'okta-groups';

export function runInject(options: InjectOptions, io: Io): ExitCode {
  requireOptions(options);
  const { document: name = '', map: mapFile } = options;
  const map = requireMap(mapFile, io);
  return naming(name, () => {
    const document = readDocumentFile(name, io, readEditable);
    return written(document, compare(map, document, options.replace ?? []), { map, options }, io);
  });
}

function requireOptions({ authorizerUri = '', replace = [] }: InjectOptions): void {
  if (!/^arn:[^:]+:apigateway:[^:]+:lambda:path\/.+\/invocations$/.test(authorizerUri)) {
    throw new UsageError(
      `expected \`--authorizer-uri\` as the stack's output AuthorizerUri says it, found \`${authorizerUri}\``,
    );
  }
  for (const entry of replace) {
    const wrong = wrongEntry(entry);
    if (wrong !== undefined) throw new UsageError(`\`--replace\`: ${wrong}`);
  }
}

interface Injected {
  readonly map: AccessMap;
  readonly options: InjectOptions;
}

/** Nothing is written where something of the document cannot be protected as the map says. */
function written(
  document: EditableDocument,
  comparison: Comparison,
  { map, options: { output, authorizerUri = '' } }: Injected,
  io: Io,
): ExitCode {
  const { left, methods, problems, served } = comparison;
  for (const { key, detail } of left) io.err(`left out ${code(key)}: ${reasonOf({ detail })}\n`);
  if (problems.length > 0) {
    io.err(problems.map((problem) => `${problem}\n`).join(''));
    return EXIT.problem;
  }
  const text = document.changed(changesOf(document, comparison, { map, authorizerUri }));
  if (output === undefined) io.out(text);
  else writeFileSync(resolve(io.cwd, output), text);
  const count = methods.filter(({ outcome }) => isCovered(outcome)).length;
  io.err(`${pluralize(count, 'route')} ${count === 1 ? 'has' : 'have'} the authorizer\n`);
  io.err(served.map((one) => `\`${one.key}\` is ${describeServed(one)}\n`).join(''));
  return EXIT.good;
}

function changesOf(
  { data }: EditableDocument,
  { methods, left }: Comparison,
  { map: { kind }, authorizerUri }: { readonly map: AccessMap; readonly authorizerUri: string },
): readonly Change[] {
  // Answers are not cached: their policies are proven for APIs that the map alone describes.
  const cache = { mode: 'off', ttlSeconds: 0 } as const;
  return [
    schemeChange(data, { name: SCHEME, kind, authorizerUri, cache }),
    ...methods
      .filter(({ outcome }) => outcome === 'unprotected')
      .flatMap((method) => methodChanges(method, SCHEME)),
    ...removals(
      data,
      left.map(({ operation }) => operation),
    ),
  ];
}

/**
 * What the gateway cannot have is not handed to it: without an authorizer it would be open. A path
 * of which nothing is left goes as a whole, since a REST API would make a resource of it.
 */
function removals(data: unknown, left: readonly DocumentOperation[]): readonly Change[] {
  const gone = new Set(left.map(({ path }) => path.join('\n')));
  const kept = new Set(
    operationsOf(data).flatMap(({ template, path }) =>
      gone.has(path.join('\n')) ? [] : [template],
    ),
  );
  const whole = new Set(left.flatMap(({ template }) => (kept.has(template) ? [] : [template])));
  return [
    ...left.filter(({ template }) => !whole.has(template)).map(({ path }) => path),
    ...[...whole].map((template) => ['paths', template]),
  ].map((path) => ({ path, value: undefined }));
}

interface Comparison extends Pick<DocumentRoutes<DocumentOperation>, 'left'> {
  readonly methods: readonly JudgedMethod[];
  readonly problems: readonly string[];
  /** Routes of the map whose rules hold below a catch-all operation. */
  readonly served: readonly AbsentRoute[];
}

/**
 * Never weakens protection: an operation with another authorizer, or one that is not in the map, is
 * a problem.
 */
function compare(
  map: AccessMap,
  { data }: EditableDocument,
  replace: readonly string[],
): Comparison {
  const mapped = new MappedRoutes(map);
  const { kind, basePath } = map;
  const { routes, left } = documentRoutes(operationsOf(data), {
    kind,
    basePath,
    server: serverOf(data),
  });
  const { methods, hidden } = judgeDocument(data, routes, {
    kind,
    scheme: SCHEME,
    noun: 'document',
    entry: (key) => mapped.entry(key),
    replaces: (key, isIam) => isReplaced(replace, key, isIam),
  });
  const absent = absentOperations(map, methods, mapped);
  const problems = [
    ...hidden,
    ...methods.flatMap((method) => problemsOf(method, mapped, map)),
    ...absent.flatMap((one) => absentSentence(one, map.source)),
    ...documentProblems(data, methods, { map, routes: mapped, scheme: SCHEME }),
    ...needlessIn(replace, methods),
  ];
  const none = `expected a route that needs the authorizer, found none: ${map.source} lists every operation of the document as public`;
  const isInVain = problems.length === 0 && !methods.some(({ outcome }) => isCovered(outcome));
  return {
    methods,
    left,
    served: absent.filter(({ kind }) => kind === 'served'),
    problems: isInVain ? [none] : problems,
  };
}

/** What stands for no route of the document, replaces nothing of it. */
const needlessIn = (
  replace: readonly string[],
  methods: readonly JudgedMethod[],
): readonly string[] =>
  replace
    .filter((entry) => !methods.some(({ key }) => isReplaced([entry], key, false)))
    .map((entry) => `expected a route of the document for \`--replace\`, found ${code(entry)}`);

function problemsOf(
  { key, outcome, authorizer }: JudgedMethod,
  routes: MappedRoutes,
  { source, api }: AccessMap,
): readonly string[] {
  if (outcome === 'preflight') return [];
  const unmapped = `expected every route in ${source}, found \`${key}\` without an entry: add it to \`routes\``;
  const foreign = `expected no other security on \`${key}\`, found ${authorizer}: remove it, so that the access map decides, or name the route with \`--replace '${key}'\``;
  return [
    ...(routes.decidesSome(key) ? [] : [unmapped]),
    ...(outcome === 'foreign' && !api.accept.foreign.includes(key) ? [foreign] : []),
  ];
}

export const inject = defineCommand<InjectOptions>({
  name: 'inject',
  summary: 'write the authorizer into an OpenAPI document',
  examples: [
    'inject openapi.yaml -o out.yaml --authorizer-uri "$URI"',
    `inject export.json -o out.json --authorizer-uri "$URI" --replace 'GET /orders'`,
  ],
  declare: (command) =>
    void command
      .argument(
        '<document>',
        'OpenAPI document or template, JSON or YAML; `template.yaml#Api` names one of several',
      )
      .addOption(mapOption())
      .addOption(requiredOption('--authorizer-uri <arn>', 'the output AuthorizerUri of the stack'))
      .addOption(
        listOption(
          '--replace <route>',
          'route whose authorizer ours replaces, e.g. `GET /orders`, or a pattern (not for IAM); may be repeated',
        ),
      )
      .option('-o, --output <file>', 'file to write (default: the standard output)'),
  run: runInject,
});
