/**
 * `inject`: writes the authorizer into an OpenAPI document, for owners who import their API from
 * one.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { arnInUri } from '../../lambda/core/contract/authorizer-uri.ts';
import { DOCUMENT_SCHEME } from '../../lambda/core/contract/own-names.ts';
import { describeServed } from '../../lambda/gateway/absent-route.ts';
import { type DocumentOperation, operationsOf } from '../../lambda/gateway/openapi-document.ts';
import { isCovered } from '../../lambda/gateway/route-protection.ts';
import type { AccessMap } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { reasonOf } from '../access-map/routes/document-routes.ts';
import { wrongEntry } from '../access-map/routes/replaced-routes.ts';
import type { Change } from '../openapi/document-changes.ts';
import { type EditableDocument, readEditable } from '../openapi/editable-document.ts';
import { methodChanges, schemeChange } from '../openapi/security-scheme.ts';
import { type Comparison, compareDocument } from './inject-comparison.ts';
import { injectJson } from './inject-json.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  listOption,
  type MapOptions,
  mapOption,
  requiredOption,
  UsageError,
} from './shell/command.ts';
import { naming, readDocumentFile } from './shell/document-file.ts';
import { type Io, pluralize } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { writeJson } from './shell/write-json.ts';

export interface InjectOptions extends MapOptions, JsonOptions {
  readonly document?: string;
  readonly output?: string;
  /** The stack's output AuthorizerUri. */
  readonly authorizerUri?: string;
  /** Routes, or patterns of them, whose other authorizer ours replaces. */
  readonly replace?: readonly string[];
}

export function runInject(options: InjectOptions, io: Io): ExitCode {
  requireOptions(options);
  const { document: name = '', map: mapFile } = options;
  const map = requireMap(mapFile, io);
  return naming(name, () => {
    const document = readDocumentFile(name, io, readEditable);
    const comparison = compareDocument(map, document, options.replace ?? []);
    return written(document, comparison, { map, options }, io);
  });
}

function requireOptions({ authorizerUri = '', replace = [] }: InjectOptions): void {
  if (arnInUri(authorizerUri) === undefined) {
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
  { map, options }: Injected,
  io: Io,
): ExitCode {
  const { output, authorizerUri = '' } = options;
  const ok = comparison.problems.length === 0;
  if (ok) {
    const text = document.changed(changesOf(document, comparison, { map, authorizerUri }));
    if (output === undefined) io.out(text);
    else writeFileSync(resolve(io.cwd, output), text);
  }
  // Without `--output` the standard output is the document, where there is one.
  if (options.json && !(ok && output === undefined))
    writeJson(io, 'inject', injectJson(comparison, output));
  else report(comparison, io);
  return ok ? EXIT.good : EXIT.problem;
}

function report({ left, methods, problems, served }: Comparison, io: Io): void {
  for (const { key, detail } of left) io.err(`left out ${code(key)}: ${reasonOf({ detail })}\n`);
  if (problems.length > 0) {
    io.err(problems.map(({ message }) => `${message}\n`).join(''));
    return;
  }
  const count = methods.filter(({ outcome }) => isCovered(outcome)).length;
  io.err(`${pluralize(count, 'route')} ${count === 1 ? 'has' : 'have'} the authorizer\n`);
  const kept = methods.filter(
    ({ outcome, authorizer }) => outcome === 'public' && authorizer !== '',
  );
  io.err(
    kept
      .map(
        ({ key, authorizer }) =>
          `\`${key}\` is public by the map: ${authorizer} stands before it\n`,
      )
      .join(''),
  );
  io.err(served.map((one) => `\`${one.key}\` is ${describeServed(one)}\n`).join(''));
}

function changesOf(
  { data }: EditableDocument,
  { methods, left }: Comparison,
  { map: { kind }, authorizerUri }: { readonly map: AccessMap; readonly authorizerUri: string },
): readonly Change[] {
  // Answers are not cached: their policies are proven for APIs that the map alone describes.
  const cache = { mode: 'off', ttlSeconds: 0 } as const;
  return [
    schemeChange(data, { name: DOCUMENT_SCHEME, kind, authorizerUri, cache }),
    ...methods
      .filter(({ outcome }) => outcome === 'unprotected')
      .flatMap((method) => methodChanges(method, DOCUMENT_SCHEME)),
    ...removals(
      data,
      left.map(({ operation }) => operation),
    ),
  ];
}

/**
 * Leaves out routes that the gateway cannot have: they would have no authorizer. A path
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
