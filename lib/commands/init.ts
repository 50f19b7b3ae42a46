/** `init`: writes a complete access map of an API as it is today, or a small one to begin with. */
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { GatewayError } from '../../lambda/gateway/live-api.ts';
import { AccessMap, type CheckedMap, filesIn, mapPointer } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { readOpenapi } from '../openapi/read-openapi.ts';
import { fitsOneStack } from './check/check-findings.ts';
import { firstMap } from './init/first-map.ts';
import { mapFromLiveApi } from './init/from-live-api.ts';
import { type FromOpenapi, mapFromOpenapi } from './init/from-openapi.ts';
import type { InitialMap, KnownParts } from './init/initial-map.ts';
import {
  httpApiOption,
  type LiveApiRef,
  type LiveAws,
  type LiveOptions,
  liveAws,
  refOf,
  restApiOption,
  stageOption,
} from './live/live-aws.ts';
import {
  CommandError,
  defineCommand,
  EXIT,
  type ExitCode,
  listOption,
  UsageError,
} from './shell/command.ts';
import { readDocumentFile } from './shell/document-file.ts';
import type { Io } from './shell/io.ts';
import { requireIssuer } from './shell/issuer-option.ts';
import { type OutputOptions, outputOption, writeOutput } from './shell/output.ts';
import { requireName } from './shell/require-name.ts';

export interface InitOptions extends OutputOptions, LiveOptions {
  readonly openapi?: string;
  /** What the import does with the path of the document's server. */
  readonly basePath?: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** Client ids; repeatable. */
  readonly client?: readonly string[];
  readonly upstream?: string;
}

const knownParts = ({ issuer, audience, client, upstream }: InitOptions): KnownParts => ({
  issuer,
  audience,
  clients: client,
  upstream,
});

export async function runInit(
  options: InitOptions,
  io: Io,
  aws: LiveAws = liveAws,
): Promise<ExitCode> {
  checkKnown(options);
  const ref = refOf(options);
  if (ref !== undefined) return initFromLiveApi(ref, options, io, aws);
  const { openapi } = options;
  if (openapi !== undefined) return initFromOpenapi(openapi, options, io);
  const { basePath, stage, output } = options;
  if (basePath !== undefined || stage !== undefined)
    throw new UsageError(
      'expected `--openapi <file>`, `--http-api <id>` or `--rest-api <id>`, found no such option: see `--help`',
    );
  return printMap(firstMap(knownParts(options)), output, io);
}

function initFromOpenapi(openapi: string, options: InitOptions, io: Io): ExitCode {
  const { output, basePath } = options;
  if (basePath !== undefined && basePath !== 'ignore' && basePath !== 'prepend')
    throw new UsageError(
      `expected \`--base-path ignore\` or \`--base-path prepend\`, found ${code(basePath)}${basePath === 'split' ? ': a stage that an import splits off is no part of a route' : ''}`,
    );
  const folder = dirname(resolve(io.cwd, output ?? 'access.yaml'));
  const file = relative(folder, resolve(io.cwd, openapi)).split(sep).join('/');
  const document = readDocumentFile(openapi, io, readOpenapi);
  const from: FromOpenapi = {
    file: basePath === undefined ? basename(openapi) : file,
    known: knownParts(options),
    basePath,
  };
  const map = mapFromOpenapi(document, from);
  const fits = document.operations.length < LARGE || isDeployable(map, output, io);
  return printMap(
    fits ? map : mapFromOpenapi(document, { ...from, authorizerOnly: true }),
    output,
    io,
  );
}

/**
 * Operations below which any stack holds them: compiling the map for nothing would take its time.
 */
const LARGE = 400;

function isDeployable({ text }: InitialMap, output: string | undefined, io: Io): boolean {
  const { map } = checkedMap(text, output, io);
  return map === undefined || fitsOneStack(map);
}

/**
 * @throws UsageError for an issuer that no map can have, which a placeholder would silently
 * replace.
 */
function checkKnown({ issuer, client = [] }: InitOptions): void {
  for (const cid of client) requireName(cid, 'client');
  // No local run: the map is for Okta.
  if (issuer !== undefined) requireIssuer(issuer);
}

/**
 * Reports what the map leaves out and its problems on the standard error; one that `check` would
 * call invalid is not written.
 */
function printMap({ text, left }: InitialMap, output: string | undefined, io: Io): ExitCode {
  const { map, problems } = checkedMap(text, output, io);
  if (map !== undefined) writeOutput(text, output, io, true);
  for (const note of left) io.err(`${note}\n`);
  const ofRoutes = map === undefined ? problems.filter(isOfRoutes) : [];
  for (const problem of problems) if (!ofRoutes.includes(problem)) io.err(`${problem.message}\n`);
  if (ofRoutes.length > 0) throw new CommandError('API_WITHOUT_ROUTES', NO_ROUTES, { prefix: '' });
  return map === undefined ? EXIT.problem : EXIT.good;
}

const isOfRoutes = ({ place }: CheckedMap['problems'][number]): boolean =>
  place.path === mapPointer('routes');

const NO_ROUTES = 'expected a route that a map can have, found none: no map is written';

function checkedMap(text: string, output: string | undefined, io: Io): CheckedMap {
  const name = output ?? 'access.yaml';
  const readFile = filesIn(dirname(resolve(io.cwd, name)), io.root && resolve(io.cwd, io.root));
  return AccessMap.checkText(text, name, { readFile });
}

async function initFromLiveApi(
  ref: LiveApiRef,
  options: InitOptions,
  io: Io,
  aws: LiveAws,
): Promise<ExitCode> {
  try {
    return printMap(mapFromLiveApi(await aws.read(ref), knownParts(options)), options.output, io);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new CommandError('API_UNREADABLE', error.message, { prefix: '', cause: error });
  }
}

export const init = defineCommand<InitOptions>({
  name: 'init',
  summary: 'write an access map of an API as it is today, or one to begin with',
  examples: [
    'init -o access.yaml',
    'init --openapi openapi.yaml -o access.yaml',
    'init --http-api a1b2c3d4e5 -o access.yaml',
  ],
  declare: (command) =>
    void command
      .option('--openapi <file>', 'OpenAPI description or template, JSON or YAML')
      .option(
        '--base-path <mode>',
        'what the import does with the base path of the document, `ignore` or `prepend`; the map then names the document',
      )
      .option('--issuer <url>', 'issuer of the authorization server, if the API does not name it')
      .option('--audience <text>', 'audience of its tokens')
      .addOption(
        listOption('--client <cid>', 'client id that tokens may come from; may be repeated'),
      )
      .option('--upstream <url>', 'URL of the back end, if the API does not name it')
      .addOption(httpApiOption())
      .addOption(restApiOption())
      .addOption(stageOption())
      .addOption(outputOption()),
  run: (options, io) => runInit(options, io),
});
