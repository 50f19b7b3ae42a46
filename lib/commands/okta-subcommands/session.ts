/** What the okta commands share: their maps, and the way to the org. */
import { relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { FAILURES } from '../../../lambda/core/contract/failures.ts';
import { type AccessMap, AccessMapError, type OktaSide } from '../../access-map/index.ts';
import { pageInPackage } from '../../access-map/report/pages.ts';
import { code } from '../../access-map/report/problems.ts';
import { credentialsFrom } from '../../okta/credentials.ts';
import { desiredOrg } from '../../okta/desired.ts';
import type { DesiredOrg } from '../../okta/desired-org.ts';
import type { WaitReason } from '../../okta/http-org.ts';
import { OktaError } from '../../okta/okta-error.ts';
import { type OktaResource, type OktaRight, scopeFor } from '../../okta/okta-scopes.ts';
import type { OktaOrg } from '../../okta/org.ts';
import { EXIT, type ExitCode, type JsonOptions, listOption, PROGRAM } from '../shell/command.ts';
import { escapeControls, type Io, redactTokens } from '../shell/io.ts';
import { expandGlobs, locate, readMap } from '../shell/map-file.ts';
import { writeJsonValue } from '../shell/write-json.ts';
import { wantedHooks } from './find-hubs.ts';
import { type HubAws, hubAws } from './hub-aws.ts';

export interface MapsOptions {
  /** Files named with `--map`. Default: the map of the project. */
  readonly map?: readonly string[];
}

/** Options of the commands that read maps and an org. */
export interface SessionOptions extends MapsOptions, JsonOptions {
  readonly maps?: readonly string[];
  readonly block?: string;
}

export const declareMaps = (command: Command): Command =>
  command
    .argument('[maps...]', 'access maps that share an org (default: the map of the project)')
    .addOption(mapsOption())
    .addOption(blockOption());

export const blockOption = (): Option =>
  new Option('--block <name>', 'the okta block, of maps that list several');

export const mapsOption = (): Option =>
  listOption('-m, --map <file>', 'access map; may be repeated (default: the map of the project)');

export interface ManagedMap {
  readonly map: AccessMap;
  readonly side: OktaSide;
}

export interface OktaMaps {
  /** The okta blocks that are worked on, each with its map. */
  readonly sides: readonly ManagedMap[];
  /** Files as they were named or found; an object of `cdk.json` has none. */
  readonly files: readonly string[];
  readonly desired: DesiredOrg;
}

/**
 * Reads maps as they are before the first apply: without issuer, with `app:LABEL` clients.
 * @param block name of the okta block to work on, of maps that list several.
 * @throws AccessMapError, OktaError
 */
export function readMaps(named: readonly string[], block: string | undefined, io: Io): OktaMaps {
  const asked: readonly (string | undefined)[] =
    named.length === 0 ? [undefined] : expandGlobs(named, io);
  const maps = asked.map((file) => readOne(file, io));
  const files = asked.flatMap((file) => {
    const location = locate(file, io.cwd);
    return location.kind === 'file' ? [file ?? relative(io.cwd, location.path)] : [];
  });
  const sides = maps.flatMap((map) => sidesOf(map, block).map((side) => ({ map, side })));
  return { sides, files, desired: desiredOrg(sides.map(({ side }) => side)) };
}

function sidesOf(
  { oktaSides: sides, source }: AccessMap,
  block: string | undefined,
): readonly OktaSide[] {
  if (sides.length === 0)
    throw new OktaError(
      'MAP_UNMANAGED',
      `expected \`okta.manage\` in \`${source}\`, found none: ${pageInPackage('okta')} shows one`,
    );
  const chosen = block === undefined ? sides : sides.filter((side) => side.block === block);
  const names = sides
    .flatMap(({ block: name }) => (name === undefined ? [] : code(name)))
    .join(', ');
  if (chosen.length === 0) {
    const found = names === '' ? 'one block without a name' : names;
    throw new OktaError(
      'MAP_BLOCK_UNKNOWN',
      `expected an okta block ${code(block ?? '')} with \`manage\` in \`${source}\`, found ${found}`,
    );
  }
  const orgs = new Set(chosen.map(({ org }) => org));
  if (orgs.size > 1) {
    throw new OktaError(
      'MAP_SEVERAL_ORGS',
      `the okta blocks of \`${source}\` name ${orgs.size} orgs: choose one of ${names} with \`--block\``,
    );
  }
  return chosen;
}

function readOne(file: string | undefined, io: Io): AccessMap {
  const { map, problems, placeholders } = readMap(file, io, { beforeApply: true });
  if (!map) throw new AccessMapError(problems);
  if (placeholders.length > 0) throw new AccessMapError(placeholders);
  return map;
}

/** What every map has in an org; hooks are there only where a map wants one. */
const RESOURCES: readonly OktaResource[] = [
  'authorizationServers',
  'groups',
  'apps',
  'trustedOrigins',
];
const scopes = (right: OktaRight): readonly string[] =>
  RESOURCES.map((resource) => scopeFor(resource, right));

/** What a command may do in the org: the scopes that it asks for. */
export const RIGHTS = {
  plan: scopes('read'),
  apply: [...scopes('read'), ...scopes('manage')],
  verify: scopes('read'),
  verifyAs: [...scopes('read'), scopeFor('users', 'read')],
} as const;

/** Hooks have scopes of their own, asked for where a map wants one. */
const withHookRights = (rights: readonly string[]): readonly string[] => [
  ...rights,
  scopeFor('eventHooks', 'read'),
  ...(rights.some((right) => right.endsWith('.manage')) ? [scopeFor('eventHooks', 'manage')] : []),
];

/** Maps, and the way to their org. @throws AccessMapError, OktaError */
export async function openSession(
  { maps = [], map = [], block }: SessionOptions,
  rights: readonly string[],
  io: Io,
  aws: HubAws = hubAws,
): Promise<OktaMaps & { readonly org: OktaOrg }> {
  const read = await withHooks(readMaps([...maps, ...map], block, io), io, aws);
  return { ...read, org: await connect(read.desired, rights, io) };
}

/** Looks for the hubs where a map wants a hook, and for nothing else. */
export async function withHooks(maps: OktaMaps, io: Io, aws: HubAws = hubAws): Promise<OktaMaps> {
  const hooks = await wantedHooks(maps.sides, io, aws);
  return hooks.length === 0 ? maps : { ...maps, desired: { ...maps.desired, hooks } };
}

const WAITS: Readonly<Record<WaitReason, string>> = {
  'rate limit': 'rate limit reached',
  reconciling: 'Okta is reconciling what others change',
};

/** @throws OktaError */
export async function connect(
  { org: url, hooks }: Pick<DesiredOrg, 'org' | 'hooks'>,
  rights: readonly string[],
  io: Io,
): Promise<OktaOrg> {
  const credentials = credentialsFrom(io.env, url);
  // Loaded here: no other command needs HTTP and signatures.
  const [{ httpOrg }, { authorizerOf }] = await Promise.all([
    import('../../okta/http-org.ts'),
    import('../../okta/access.ts'),
  ]);
  const now = Date.now;
  const limits = {
    now,
    wait: waitOf(io),
    onWait: (seconds: number, why: WaitReason) =>
      io.err(`${WAITS[why]}, waiting ${seconds} s ...\n`),
  };
  return httpOrg({
    url,
    authorizer: authorizerOf({
      org: url,
      credentials,
      scopes: hooks ? withHookRights(rights) : rights,
      ...limits,
    }),
    ...limits,
  });
}

export const waitOf = (io: Io): ((milliseconds: number) => Promise<void>) =>
  io.wait ?? ((milliseconds) => wait(milliseconds));

/**
 * Runs a command. What Okta or the maps refuse is one sentence, and an object where JSON was asked
 * for: exit code 3 where the org could not be asked, else 1.
 */
export async function withOktaErrors(
  io: Io,
  { json = false }: JsonOptions,
  run: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof OktaError)) throw error;
    const exit = EXIT[FAILURES[error.code]];
    io.err(`${PROGRAM}: ${escapeControls(redactTokens(error.message))}\n`);
    if (!json) return exit;
    const problems = [{ level: 'error', code: error.code, text: error.message }];
    writeJsonValue(io, { ok: false, exit, problems });
    return exit;
  }
}
