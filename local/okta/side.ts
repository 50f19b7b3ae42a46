/** `npm start -- --okta`: an org beside the local issuer, whose tokens are what the org is set up to give. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { AccessMap } from '../../lib/access-map/index.ts';
import type { TokenDecision } from '../issuer.ts';
import { SynthError } from '../synth.ts';
import { localUsers } from '../users.ts';
import { type LocalOrg, startOktaOrg } from './org.ts';
import { addGroup } from './store.ts';

export interface OktaSide {
  readonly org: LocalOrg;
  /** The map that the gateway runs: the user's own, with the ids that the org will give. */
  readonly gatewayMap: string;
  /** The map before its first apply, for the commands. */
  readonly commandMap: string;
  readonly decide: TokenDecision;
  useIssuer(url: string): void;
  /** What to try. */
  lines(): readonly string[];
}

const project = resolve(import.meta.dirname, '../..');
/** The gateway is synthesized before the org is set up, so the id of the server is known before. */
const serverId = 'default';

/** @throws AccessMapError for a bad map, PortInUseError */
export async function startOktaSide(
  file = join(project, 'access.yaml'),
  port = 0,
  folder = join(project, '.local', 'okta'),
): Promise<OktaSide> {
  const map = AccessMap.fromFile(file, { loopbackIssuer: true, beforeApply: true });
  if (map.model.okta.length > 1) throw new SynthError('expected one okta block in the map, found several: the local org stands for one');
  const [side] = map.oktaSides;
  const labels = side?.apps.map(({ label }) => label) ?? [`${map.name}-web`];
  const [okta] = map.model.okta;
  const given = okta?.clients === 'any' ? [] : (okta?.clients ?? []).filter((client) => !client.startsWith('app:'));
  const appIds = Object.fromEntries(labels.map((label, index) => [label, (side ? undefined : given[index]) ?? `0oa1local${index + 1}`]));
  let issuer = '';
  const org = await startOktaOrg({ ...seedOf(map), appIds, firstServerId: serverId, issuerOf: (id) => `${issuer}/oauth2/${id}`, port });
  addForeignApps(org, [...given, ...map.model.machines.map(({ cid }) => cid)], Object.values(appIds));
  addNamesake(org, map);
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(file, 'utf8');
  const paths = { gateway: join(folder, 'gateway.yaml'), commands: join(folder, 'access.yaml') };
  writeFileSync(paths.gateway, gatewayText(text, appIds));
  writeFileSync(paths.commands, commandsText(text, map, org.url, labels));
  return {
    org,
    gatewayMap: paths.gateway,
    commandMap: paths.commands,
    decide: (request) => org.tokenFor(serverId, request),
    useIssuer: (url) => {
      issuer = url;
    },
    lines: () => whatToTry(org.url, relative(process.cwd(), paths.commands)),
  };
}

function seedOf(map: AccessMap) {
  const prefix = map.model.okta[0]?.groupPrefix ?? '';
  const users = localUsers(map.model.groups.map(({ name }) => name)).map((user) => ({
    ...user,
    groups: user.groups.map((group) => prefix + group),
  }));
  const names = new Set([...users.flatMap(({ groups }) => groups), 'elsewhere']);
  const own = map.oktaSides[0]?.groups ?? [];
  const ids = new Map(own.flatMap(({ name, id }) => (id === undefined ? [] : [[prefix + name, id] as const])));
  return { users, groups: [...names].map((name) => ({ name, ...(ids.has(name) ? { id: ids.get(name) ?? '' } : {}) })) };
}

/** Clients that the map names by id are apps that somebody else has made. */
function addForeignApps({ store }: LocalOrg, clients: readonly string[], own: readonly string[]): void {
  for (const id of clients) {
    if (own.includes(id)) continue;
    store.apps.set(id, { id, label: id, name: 'oidc_client', status: 'ACTIVE', credentials: { oauthClient: { client_id: id } } });
    store.assignments.set(id, new Set());
  }
}

/** A directory brings a group of the same name, and somebody without rights is in it. */
function addNamesake({ store }: LocalOrg, { model }: AccessMap): void {
  const [group] = model.groups;
  if (group === undefined) return;
  const { id } = addGroup(store, { name: (model.okta[0]?.groupPrefix ?? '') + group.name, type: 'APP_GROUP' });
  store.members.get('00u1nobody')?.add(id);
}

const parsed = (text: string): Document => parseDocument(text, { schema: 'failsafe' });

function gatewayText(text: string, appIds: Readonly<Record<string, string>>): string {
  const document = parsed(text);
  const clients = (document.toJS() as { readonly okta: { readonly clients: unknown } }).okta.clients;
  if (Array.isArray(clients)) {
    const ids = clients.map((client) => appIds[String(client).replace(/^app:\s*/, '')] ?? client);
    document.setIn(['okta', 'clients'], document.createNode(ids));
  }
  if (!document.hasIn(['okta', 'issuer'])) document.setIn(['okta', 'issuer'], 'https://local.example.com/oauth2/default');
  return String(document);
}

/** The map before its first apply. */
function commandsText(text: string, map: AccessMap, org: string, labels: readonly string[]): string {
  const document = parsed(text);
  document.deleteIn(['okta', 'issuer']);
  if (map.oktaSides.length > 0) document.setIn(['okta', 'manage', 'org'], org);
  else {
    const apps = labels.map((label) => ({ label, type: 'spa', redirectUris: ['http://127.0.0.1:4002/callback'] }));
    document.setIn(['okta', 'clients'], document.createNode(labels.map((label) => `app:${label}`)));
    document.setIn(['okta', 'manage'], document.createNode({ org, apps, scopes: 'true' }));
  }
  return String(document);
}

function whatToTry(url: string, file: string): readonly string[] {
  const command = `npx okta-group-authorizer okta`;
  return [
    '',
    `okta org   ${url}; until it is set up, the issuer gives no tokens. In another terminal:`,
    '  export OKTA_CLIENT_TOKEN=local',
    `  ${command} plan -m ${file}`,
    `  ${command} apply -m ${file} --yes --write`,
    `  ${command} plan -m ${file}     # no changes`,
    `  ${command} verify -m ${file} --as reader@example.com`,
    '',
  ];
}
