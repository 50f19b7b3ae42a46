/**
 * `npm start -- --okta`: an org beside the local issuer, whose tokens are what the org is set up to
 * give.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, parse, relative, resolve } from 'node:path';
import { AccessMap } from '../../lib/access-map/index.ts';
import type { TokenDecision } from '../issuer/token-grants.ts';
import type { LocalHub } from '../start-hub.ts';
import { SynthError } from '../synth.ts';
import { usersOf } from '../users.ts';
import { type Fault, type LocalOrg, startOktaOrg } from './org-server.ts';
import { addGroup, nameOf } from './org-store.ts';
import { anchored, commandsText, gatewayText, parsed, writeMaps } from './side-maps.ts';

export interface OktaSide {
  readonly org: LocalOrg;
  /** The map that the gateway runs: the user's own, with the ids that the org will give. */
  readonly gatewayMap: string;
  /** Both maps name files from everywhere: the user's own was evaluated where it is. */
  readonly root: string;
  /** The map before its first apply, for the commands. */
  readonly commandMap: string;
  readonly decide: TokenDecision;
  /** Until then the org answers 503. */
  useIssuer(url: string): void;
  /** The hub that the org's hooks may call; deliveries name its org as their source. */
  useHub(hub: LocalHub): void;
  /** What to try. */
  lines(): readonly string[];
}

const project = resolve(import.meta.dirname, '../..');
/** As Okta's ids are: the name `default` is in issuers alone. */
const SERVER_ID = 'aus1local0000000001';

const NOT_READY: Fault = {
  status: 503,
  headers: { 'retry-after': '1' },
  body: JSON.stringify({
    errorCode: 'E0000010',
    errorSummary: 'The local org waits for the local issuer: ask once `npm start` says ready.',
  }),
};

export interface OktaSideOptions {
  /** The access map. Default: that of the project. */
  readonly file?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /**
   * Port of the app of a map without `okta.manage`. Default: 4002, also where any free port
   * is asked for.
   */
  readonly consolePort?: number;
  /** Where the derived maps are written. */
  readonly folder?: string;
}

/**
 * @throws AccessMapError for a bad map, SynthError for one that the local org cannot stand for,
 * PortInUseError
 */
export async function startOktaSide(options: OktaSideOptions = {}): Promise<OktaSide> {
  const { file = join(project, 'access.yaml'), port = 0 } = options;
  const map = AccessMap.fromFile(file, { loopbackIssuer: true, beforeApply: true });
  const text = wholeText(file, map);
  const apps = appsOf(map);
  // Before the org is there, which a map that cannot be used would leave running.
  const gateway = gatewayText(anchored(text, dirname(file)), apps.ids);
  let issuer = '';
  let hub: LocalHub | undefined;
  const org = await startOktaOrg({
    ...seedOf(map),
    appIds: apps.ids,
    firstServerId: SERVER_ID,
    // The local issuer has one server, under the name that every org has one of.
    issuerOf: () => `${issuer}/oauth2/default`,
    hookSource: () => hub?.org,
    port,
  });
  // A server made before then would keep an issuer without a host.
  org.fault = () => (issuer === '' ? NOT_READY : undefined);
  addForeignApps(
    org,
    [...apps.given, ...map.model.machines.map(({ cid }) => cid)],
    Object.values(apps.ids),
  );
  addSameNamedGroup(org, map);
  const paths = writeMaps(options.folder ?? join(project, '.local', 'okta'), {
    gateway,
    commands: commandsText(anchored(text, dirname(file)), map, org.url, {
      labels: apps.labels,
      callback: `http://127.0.0.1:${options.consolePort || 4002}/callback`,
    }),
  });
  return {
    org,
    gatewayMap: paths.gateway,
    root: parse(paths.gateway).root,
    commandMap: paths.commands,
    decide: (request) => org.tokenFor(SERVER_ID, request),
    useIssuer: (url) => {
      issuer = url;
    },
    useHub: (given) => {
      hub = given;
    },
    lines: () => suggestedCommands(org.url, relative(process.cwd(), paths.commands), hub),
  };
}

/** @throws SynthError for a map that the local org cannot stand for */
function wholeText(file: string, { model }: AccessMap): string {
  if (model.okta.length > 1)
    throw new SynthError(
      'expected one okta block in the map, found several: the local org stands for one',
    );
  const text = readFileSync(file, 'utf8');
  if (parsed(text).has('extends'))
    throw new SynthError(
      'expected a whole map for `--okta`, found one that extends another: name its base',
    );
  return text;
}

interface SideApps {
  readonly labels: readonly string[];
  /** Client ids that the map names. */
  readonly given: readonly string[];
  /** Client ids by label, which the org will give. */
  readonly ids: Readonly<Record<string, string>>;
}

function appsOf({ name, oktaSides: [side], model }: AccessMap): SideApps {
  const labels = side?.apps.map(({ label }) => label) ?? [`${name}-web`];
  const [okta] = model.okta;
  const clients = okta?.clients === 'any' ? [] : (okta?.clients ?? []);
  const given = clients.filter((client) => !client.startsWith('app:'));
  const idOf = (index: number): string =>
    (side ? undefined : given[index]) ?? `0oa1local${index + 1}`;
  return {
    labels,
    given,
    ids: Object.fromEntries(labels.map((label, index) => [label, idOf(index)])),
  };
}

function seedOf(map: AccessMap) {
  const prefix = map.model.okta[0]?.groupPrefix ?? '';
  const users = usersOf(map.model).map((user) => ({
    ...user,
    groups: user.groups.map((group) => prefix + group),
  }));
  const names = new Set([...users.flatMap(({ groups }) => groups), 'elsewhere']);
  const own = map.oktaSides[0]?.groups ?? [];
  const ids = new Map(
    own.flatMap(({ name, id }) => (id === undefined ? [] : [[prefix + name, id] as const])),
  );
  return {
    users,
    groups: [...names].map((name) => ({
      name,
      ...(ids.has(name) ? { id: ids.get(name) ?? '' } : {}),
    })),
  };
}

/** Clients that the map names by id are apps that somebody else has made. */
function addForeignApps(
  { store }: LocalOrg,
  clients: readonly string[],
  own: readonly string[],
): void {
  const everyone = [...store.groups.values()].filter((group) => nameOf(group) === 'Everyone');
  for (const id of clients) {
    if (own.includes(id)) continue;
    store.apps.set(id, {
      id,
      label: id,
      name: 'oidc_client',
      status: 'ACTIVE',
      credentials: { oauthClient: { client_id: id } },
    });
    // For everybody, as its maker has said.
    store.assignments.set(id, new Set(everyone.map((group) => group.id)));
  }
}

/** Adds a directory group of the same name with a user who has no rights. */
function addSameNamedGroup({ store }: LocalOrg, { model }: AccessMap): void {
  const [group] = model.groups;
  if (group === undefined) return;
  const { id } = addGroup(store, {
    name: (model.okta[0]?.groupPrefix ?? '') + group.name,
    type: 'APP_GROUP',
  });
  store.members.get('00u1nobody')?.add(id);
}

function suggestedCommands(
  url: string,
  file: string,
  hub: LocalHub | undefined,
): readonly string[] {
  const command = `npx okta-group-authorizer okta`;
  return [
    '',
    `okta org   ${url}; until it is set up, the issuer gives no tokens. In another terminal:`,
    '  export OKTA_CLIENT_TOKEN=local',
    ...(hub?.hook
      ? [`  export OKTA_HOOK_URL=${hub.hook.url} OKTA_HOOK_SECRET=${hub.hook.secret}`]
      : []),
    `  ${command} plan -m ${file}`,
    `  ${command} apply -m ${file} --yes --write`,
    `  ${command} plan -m ${file}     # no changes`,
    `  ${command} verify -m ${file} --as reader@example.com`,
    ...(hub?.hook
      ? [
          '  # then, with a token of the user in use:',
          `  curl -X POST ${url}/_local/users/reader@example.com/deactivate`,
        ]
      : []),
    '',
  ];
}
