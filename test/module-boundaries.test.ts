import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import { BUNDLE_BOUNDS_KB, bundleBytes, bundleParts } from './support/bundle-bytes.ts';
import {
  closesCycle,
  cyclesOf,
  folderGraphOf,
  importsIn,
  importsOf,
  sourceFiles,
  topFolderOf,
} from './support/folder-graph.ts';

const { lambdaBuildOptions } = createRequire(resolve('package.json'))(
  './scripts/bundle-lambda.cjs',
) as {
  lambdaBuildOptions(entryFile: string, storeClient?: 'light' | 'sdk'): BuildOptions;
};

type Inputs = Metafile['inputs'];

/** What the bundler really takes in; type imports are seen by the lint rule. */
const read = (options: BuildOptions): Inputs =>
  buildSync({
    ...lambdaBuildOptions(resolve('lambda/authorizer/index.ts')),
    minify: false,
    ...options,
    write: false,
    metafile: true,
  }).metafile?.inputs ?? {};

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder).map((name) => `${folder}/${name}`);

const CORE = readdirSync('lambda/core', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `lambda/core/${name}`);
const FUNCTIONS = filesOf('lambda')
  .map((folder) => `${folder}/index.ts`)
  .filter((entry) => existsSync(entry));
const COMMANDS = ['bin/cli.ts', 'bin/run-cli.ts', 'lib/commands/index.ts'];
const OPENAPI = filesOf('lib/openapi');
const MIDDLEWARE = 'middleware/index.ts';
const WRITER = '*/package/write-package.ts';

/** All entries in one build, which leaves out packages, modules of Node and the writer. */
const inputs = read({
  entryPoints: [...CORE, ...FUNCTIONS, ...COMMANDS, ...OPENAPI, MIDDLEWARE],
  packages: 'external',
  external: [WRITER],
});

/** Own files of an entry, itself among them, and names of what is left out. */
function inputsOf(entry: string): readonly string[] {
  const seen = new Set([entry]);
  for (const file of seen) for (const { path } of inputs[file]?.imports ?? []) seen.add(path);
  return [...seen];
}

/** Packages and modules of Node that an entry and its own files import, now or later. */
const packagesOf = (entry: string): readonly string[] =>
  inputsOf(entry).filter((name) => !(name in inputs));

const own = (names: readonly string[]) => names.filter((name) => !name.includes('node_modules/'));

describe('the boundaries between modules', () => {
  test('the authorizer imports nothing of the layers above', () => {
    const files = inputsOf('lambda/authorizer/index.ts').filter((name) => name in inputs);
    expect(files.filter((path) => !path.startsWith('lambda/'))).toEqual([]);
  });

  test.each(FUNCTIONS)('%s holds nothing of what commands print', (entry) => {
    const printed = ['failures', 'json-output', 'okta-findings'].map(
      (name) => `lambda/core/contract/${name}.ts`,
    );
    expect(inputsOf(entry).filter((path) => printed.includes(path))).toEqual([]);
  });

  test.each(CORE)('%s imports the core alone', (file) => {
    expect(inputsOf(file).filter((path) => !path.startsWith('lambda/core/'))).toEqual([]);
  });

  test('the access map reaches neither CDK nor network, and files from read/ alone', () => {
    const whole = read({ entryPoints: ['lib/access-map/index.ts'] });
    const imports = Object.entries(whole).flatMap(([from, { imports }]) =>
      imports.map(({ path }) => ({ from, path })),
    );
    const forbidden =
      /aws-cdk-lib|constructs|@aws-sdk|@smithy|^(?:node:)?(?:https?|http2|net|tls)$/;
    expect(imports.filter(({ path }) => forbidden.test(path))).toEqual([]);
    expect(
      own(imports.filter(({ path }) => /^(?:node:)?fs\b/.test(path)).map(({ from }) => from)),
    ).toEqual(['lib/access-map/read/map-files.ts']);
  });

  test.each(COMMANDS)(
    '%s never loads the CDK, which users of the commands may lack, but for `package`',
    (entry) => {
      const packages = packagesOf(entry);
      expect(packages).toContain('commander');
      expect(packages.filter((name) => /^(?:aws-cdk-lib|constructs)\b/.test(name))).toEqual([]);
    },
  );

  // The build above leaves the writer out, whoever imports it and however.
  test('`package` alone loads the writer of packages, and that when it runs', () => {
    const writer = Object.entries(inputs).flatMap(([from, { imports }]) =>
      imports
        .filter(({ path }) => path.endsWith(WRITER.slice(1)))
        .map(({ kind }) => ({ from, kind })),
    );
    expect(writer).toEqual([{ from: 'lib/commands/package.ts', kind: 'dynamic-import' }]);
  });

  test('the command line of `npm start` loads the run when it is good', () => {
    const whole = read({
      entryPoints: ['local/start.ts'],
      packages: 'external',
      external: ['./run.ts'],
    });
    expect(Object.keys(whole).toSorted()).toEqual([
      'lambda/core/contract/loopback.ts',
      'local/start-options.ts',
      'local/start.ts',
    ]);
    const imported = whole['local/start.ts']?.imports ?? [];
    expect(imported.filter(({ path }) => path.endsWith('run.ts'))).toMatchObject([
      { kind: 'dynamic-import' },
    ]);
  });

  test.each(OPENAPI)('%s imports parsers of YAML and nothing else', (file) => {
    expect(packagesOf(file).filter((name) => !/^(?:js-)?yaml$/.test(name))).toEqual([]);
  });

  test('the middleware for back ends imports its own files alone', () => {
    expect(inputsOf(MIDDLEWARE).filter((path) => !path.startsWith('middleware/'))).toEqual([]);
  });

  // On Node 24 an ES module that imports one of these loads much more with it (25 ms and 4 ms of
  // CPU).
  test.each(['authorizer', 'permissions'] as const)(
    'the %s function imports neither node:http nor node:fs at its start',
    (name) => {
      const imports = Object.values(bundleParts(name)).flatMap((output) => output.imports);
      const atStart = imports.filter(({ kind }) => kind === 'import-statement');
      const names = atStart.map(({ path }) => path.replace('node:', ''));
      expect(names).toContain('https');
      expect(names.filter((path) => ['http', 'fs', 'util'].includes(path))).toEqual([]);
    },
  );

  test.each([
    ['light', 'node_modules/@aws-sdk/client-dynamodb/', 'node_modules/aws4/'],
    ['sdk', 'node_modules/aws4/', 'node_modules/@aws-sdk/client-dynamodb/'],
  ] as const)(
    'the asset with the %s client holds nothing of the other',
    (storeClient, other, own) => {
      const parts = Object.values(bundleParts('authorizer', storeClient));
      const taken = parts.flatMap((part) => Object.keys(part.inputs));
      expect(taken.filter((path) => path.includes(other))).toEqual([]);
      expect(taken.some((path) => path.includes(own))).toBe(true);
    },
  );

  test('what every cold start loads stays within its bound; the store’s client is a part of its own', () => {
    const { atStart, whole } = bundleBytes();
    // 2026-11-29, in KB: 17 the evaluator of paths, which every map with a parameter needs, 14
    // aws-jwt-verify, 9 tokens, 9 the decision and its order, 8 the decision record with its rule,
    // sampling and metrics, 7 the three kinds of event, 6 keys, 4 the model, 2 the composition, 1
    // what is rehearsed.
    expect(atStart).toBeGreaterThan(10_000);
    expect(atStart).toBeLessThan(BUNDLE_BOUNDS_KB.atStart * 1_024);
    // Of which 25 KB are the store and its client.
    expect(whole).toBeLessThan(BUNDLE_BOUNDS_KB.whole * 1_024);
    const sdk = bundleBytes('sdk');
    expect(sdk.atStart).toBeLessThan(BUNDLE_BOUNDS_KB.atStart * 1_024);
    expect(sdk.whole).toBeLessThan(BUNDLE_BOUNDS_KB.wholeWithSdk * 1_024);
  });
});

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, at) => names.indexOf(name) !== at);

/** The roots of what runs: here, in AWS, in a browser, in a back end. */
const PRODUCT = ['lambda', 'lib', 'bin', 'local', 'client/src', 'middleware'];

/** A command's parts lie in a folder of its name, beside it. */
const isOfCommand = (folder: string): boolean => folder.startsWith('lib/commands/');
/**
 * Folders beside them: commands below `okta`, since lib/okta is a folder, and what several share.
 */
const NOT_OF_ONE_COMMAND = ['live', 'log-input', 'okta-subcommands', 'shell'];

describe('the folders of the code', () => {
  const roots = ['lambda', 'lib', 'bin'];
  const imports = importsIn(roots);
  const { folders, edges } = folderGraphOf(imports, sourceFiles(roots));

  /** Leaves whose edges say nothing of who knows whom: each folder may import them. */
  const LEAVES: Readonly<Record<string, string>> = {
    'lambda/core/contract': 'every side of a wire takes its names from there',
    'lambda/core/json': 'what a value of JSON is; it imports nothing',
  };

  test('what each folder may import imports nothing but such folders', () => {
    const onward = edges.filter((edge) => (edge.split(' -> ')[0] ?? '') in LEAVES);
    expect(onward).toEqual(['lambda/core/contract -> lambda/core/json']);
  });

  // Fewer is better: lower these numbers when they fall. A new edge wants a reason; those to
  // leaves have one.
  test('there are no more of them, and no more edges between them, than there were', () => {
    // 2026-11-28: three more, the evaluator of paths, the writer of packages for other tools, and
    // HCL. Four more: the rules of revoked tokens, the hub that writes them, its constructs, and
    // `revoke`.
    expect(folders.length).toBeLessThanOrEqual(63);
    const counted = edges.filter((edge) => !((edge.split(' -> ')[1] ?? '') in LEAVES));
    // Two more: okta and package write HCL in one folder.
    // One more: an asset holds the model packed.
    // Six more: cells and tests of a map have one home, which matrix, token, check and synthesis
    // ask; so have placeholders, which init writes.
    // Three more: what a gateway serves is told by the tree of routes that decides, and commands
    // that read a live API evaluate it as the drift check does, with the settings that templates
    // write. Three more: the rules of an attachment have one home, which protect, our own APIs and
    // check ask. Three more: check finds what a template cannot hold, inject what attach
    // refuses. Two more: recorded paths are evaluated again by the evaluator itself; inject asks
    // for the rules. Three more: what is packaged for other tools is the stack of a map, and a
    // command writes it. One more: alarms name the page of the runbook as messages name pages. One
    // more: what a typed path means is asked of the evaluator, not of a rule beside it. Two more:
    // the authorizer follows revoked tokens by their rules, and so do its adapters. One more: which
    // requests a route of all methods takes is said in one place. Six more: a hub of revoked tokens
    // is functions of its own, which write as `revoke` does, and what a hook of Okta asks for is
    // the table of events that they read. Two more: its constructs. Two more: an authorizer makes
    // its own hub, and its alarm says the bound of the map. Seven more: the command `revoke`, of
    // whose hub, list and logins it asks the folders that know. One more: login says why an issuer
    // cannot be reached as the Okta side does. Three more: check and synthesis find what the check
    // of an attachment cannot hold. Two more: smoke compares deployed code with the files that the
    // authorizer is made of. Three folders and 17 edges fewer: a folder of one file lies beside its
    // command, what a stack keeps of its map is written and read in access-map, and the size of a
    // stack is told by stack. Two more: what is loaded later is counted too, the writer of packages
    // by its command, and what reads quotas by the permissions function. Three more: how a template
    // writes parameters is said beside the tree of routes, also to policies, the permissions
    // function, our own APIs and smoke. Two folders and eleven edges more: helpers that are no wire
    // left the contract, whose edges do not count, for folders about JSON, HTTP, paths and
    // gateways.
    // One more: what a reference of a template names is told in one place, to apps and templates.
    expect(counted.length).toBeLessThanOrEqual(259);
  });

  // The measure of docs/decisions/0093: folders below a folder belong to it, and edges out of lib
  // do not count. One comes later: a command loads the writer of packages when it runs.
  test('nor are there more between the folders right below lib', () => {
    const inLib = imports.filter(
      ({ from, to }) => from.startsWith('lib/') && to.startsWith('lib/'),
    );
    const graph = folderGraphOf(inLib, sourceFiles(['lib']), topFolderOf);
    expect(graph.folders.length).toBeLessThanOrEqual(22);
    expect(graph.edges.length).toBeLessThanOrEqual(67);
    expect(cyclesOf(graph.edges)).toEqual([]);
  });

  /**
   * Types that a folder takes of one from which it is reached, so that neither can be understood
   * alone. They cost nothing at run time; a new one wants a reason.
   */
  const CYCLES_OF_TYPES: Readonly<Record<string, string>> = {
    'lib/openapi -> lib/access-map':
      'a map reads its routes off a document; a document is evaluated by the routes of a map',
    'lib/template-parts -> lib/access-map':
      'our authorizer is written into documents as templates have it; both have settings of a map',
    'lib/watch -> lib/authorizer':
      'each construct makes its own alarms; Watch gathers those of an authorizer, whose type it names',
  };

  test('types close no cycle of folders but these', () => {
    const known = new Set(folderGraphOf(imports, [], topFolderOf).edges);
    const withTypes = imports.map((one) => ({ ...one, typeOnly: false }));
    const all = folderGraphOf(withTypes, [], topFolderOf).edges;
    const closing = all.filter((edge) => !known.has(edge) && closesCycle(edge, all));
    expect(closing).toEqual(Object.keys(CYCLES_OF_TYPES));
  });

  test('no folder reaches itself over others', () => {
    expect(cyclesOf(edges)).toEqual([]);
  });

  /** Entries of functions, exports of folders and pages keep the name that their tools look for. */
  const ENTRIES = ['index', 'main'];

  test('no two files of the product have one name', () => {
    const names = sourceFiles(PRODUCT).map((file) => basename(file, extname(file)));
    expect(repeated(names.filter((name) => !ENTRIES.includes(name)))).toEqual([]);
  });

  /** Folders of one name, with the reason. */
  const ONE_NAME: Readonly<Record<string, string>> = {
    attachment: 'lib deploys the functions of lambda/attachment',
    authorizer: 'lib deploys the function of lambda/authorizer',
    hub: 'lib deploys the functions of lambda/hub',
    permissions: 'lib deploys the function of lambda/permissions',
  };

  test('no two folders of the product have one name but these', () => {
    const all = [...new Set(sourceFiles(PRODUCT).map((file) => dirname(file)))];
    const names = all.map((folder) => basename(folder));
    expect(repeated(names).toSorted()).toEqual(Object.keys(ONE_NAME));
    const both = Object.keys(ONE_NAME).flatMap((name) => [`lambda/${name}`, `lib/${name}`]);
    expect(both.filter((folder) => !all.includes(folder))).toEqual([]);
  });

  test('a folder of a command has the name of the command', () => {
    const parts = folders.filter(isOfCommand).map((folder) => basename(folder));
    const commands = new Set(
      sourceFiles(['lib/commands']).filter((file) => dirname(file) === 'lib/commands'),
    );
    expect(parts.filter((name) => !commands.has(`lib/commands/${name}.ts`)).sort()).toEqual(
      NOT_OF_ONE_COMMAND,
    );
  });

  test('a cycle is found, and a chain is none', () => {
    expect(cyclesOf(['a -> b', 'b -> c', 'x -> a'])).toEqual([]);
    expect(cyclesOf(['a -> b', 'b -> c', 'c -> b', 'c -> d'])).toEqual(['b -> c', 'c -> b']);
    const edges = ['a -> b', 'b -> c', 'c -> d', 'd -> b'];
    expect(edges.map((edge) => closesCycle(edge, edges))).toEqual([false, true, true, true]);
  });

  test.each([
    ["import { a, type B } from './b.ts';", false],
    ["import type { B } from './b.ts';", true],
    ["import { type A, type B } from './b.ts';", true],
    ["export { type A, b } from './b.ts';", false],
    ["import * as b from './b.ts';", false],
    ["const { b } = await import('./b.ts');", false],
    ["const b = import(\n  './b.ts',\n);", false],
  ])('%s takes types alone: %s', (line, typeOnly) => {
    expect(importsOf('x/a.ts', line)).toEqual([{ from: 'x/a.ts', to: 'x/b.ts', typeOnly }]);
  });

  test('the type of a module takes nothing in', () => {
    expect(importsOf('x/a.ts', "type B = typeof import('./b.ts');")).toEqual([]);
  });
});
