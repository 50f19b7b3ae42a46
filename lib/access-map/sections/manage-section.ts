/**
 * Reads what the Okta side needs: `okta.manage`, and of the groups their former names, ids and
 * rules.
 */
import { orgOfAdminHost } from '../../../lambda/core/contract/okta-hosts.ts';
import type { OktaModel } from '../../../lambda/core/model/model-file.ts';
import {
  at,
  type Cursor,
  entries,
  isData,
  items,
  type Report,
  text,
  texts,
} from '../report/cursor.ts';
import { readDuration } from '../report/durations.ts';
import { nearest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';

export type AppType = 'spa' | 'native' | 'web' | 'service';

export interface ManagedApp {
  readonly label: string;
  readonly type: AppType;
  readonly redirectUris: readonly string[];
  /** Groups that are assigned to the app, by their names in the map, or `Everyone`. */
  readonly groups: readonly string[];
}

export interface ManagedGroup {
  /** Key in the map, without the prefix. */
  readonly name: string;
  readonly was: readonly string[];
  readonly id?: string;
  /** Okta expression of a group rule. */
  readonly rule?: string;
  readonly denies: boolean;
}

/** What one okta block of a map says about the org it is used with. */
export interface OktaSide {
  /**
   * What owned objects are marked with: `api.name`, and of a further block `api.name` and the
   * block's name.
   */
  readonly map: string;
  /** Name of the block where several are listed. */
  readonly block?: string;
  /** Former values of `api.name`: what carries their mark is this map's. */
  readonly was: readonly string[];
  /** Origin of the org without a slash at its end. */
  readonly org: string;
  /** Name of the authorization server. */
  readonly server: string;
  readonly issuerMode?: 'ORG_URL' | 'CUSTOM_URL' | 'DYNAMIC';
  /** Empty before the first apply. */
  readonly issuers: readonly string[];
  readonly audience: string;
  /** Client ids and `app:LABEL` as written. */
  readonly clients: readonly string[] | 'any';
  readonly machines: readonly string[];
  /** Whether `machines` may be clients of another block's org. */
  readonly machinesElsewhere: boolean;
  readonly groupsClaims: readonly string[];
  readonly groupPrefix: string;
  readonly maxTokenLifetimeSeconds: number;
  readonly apps: readonly ManagedApp[];
  readonly tokenLifetimeMinutes: number;
  readonly createGroups: boolean;
  readonly idTokenGroups: boolean;
  readonly scopes: boolean;
  readonly groups: readonly ManagedGroup[];
  readonly permissions: readonly string[];
}

/**
 * The mark of a block: the first one's is the map's own name, so that a block that becomes a list
 * keeps what it owns.
 */
export const ownerName = (api: string, index: number, block = ''): string =>
  index === 0 ? api : `${api}-${block.replaceAll(/[^A-Za-z0-9-]/g, '-')}`;

/** One for each block with `manage`. @param models the compiled blocks, in order. */
export function readOktaSides(
  root: Cursor,
  models: readonly OktaModel[],
  report: Report,
): readonly OktaSide[] {
  const okta = at(root, 'okta');
  const blocks = (Array.isArray(okta.value) ? items(okta) : [okta]).filter(({ value }) =>
    isData(value),
  );
  const groups = readGroups(root, report);
  const isManaged = (block: Cursor | undefined): boolean =>
    block !== undefined && isData(at(block, 'manage').value);
  if (!isManaged(blocks[0])) refuseUnused(root, report);
  return blocks.flatMap((block, index): readonly OktaSide[] => {
    const model = models[index];
    if (!model || !isManaged(block)) return [];
    // Ids and rules are one org's: the first block's.
    const listed = groups.filter(({ name }) => model.groups?.includes(name) !== false);
    const own =
      index === 0 ? listed : listed.map(({ name, was, denies }) => ({ name, was, denies }));
    return [readSide({ root, block, index, isList: blocks.length > 1 }, model, own, report)];
  });
}

interface Block {
  readonly root: Cursor;
  readonly block: Cursor;
  readonly index: number;
  readonly isList: boolean;
}

function readSide(
  { root, block, index, isList }: Block,
  model: OktaModel,
  groups: readonly ManagedGroup[],
  report: Report,
): OktaSide {
  const manage = at(block, 'manage');
  const api = text(at(root, 'api', 'name')) ?? '';
  const map = ownerName(api, index, model.name);
  const issuerMode = (['ORG_URL', 'CUSTOM_URL', 'DYNAMIC'] as const).find(
    (mode) => mode === at(manage, 'issuerMode').value,
  );
  const { issuers, audience, clients, groupsClaims, groupPrefix, maxTokenLifetimeSeconds } = model;
  const side = {
    ...{ issuers, audience, clients, groupsClaims, groupPrefix, maxTokenLifetimeSeconds },
    map,
    ...(isList && model.name !== undefined ? { block: model.name } : {}),
    was: texts(at(manage, 'was')).map(([name]) => ownerName(name, index, model.name)),
    org: readOrg(at(manage, 'org'), report),
    server: text(at(manage, 'server')) ?? map,
    ...(issuerMode === undefined ? {} : { issuerMode }),
    machines: entries(at(root, 'machines')).map(([cid]) => cid),
    machinesElsewhere: isList,
    apps: readApps(at(manage, 'apps'), groups, report),
    tokenLifetimeMinutes: readLifetime(at(manage, 'tokenLifetime'), model, report),
    createGroups: at(manage, 'createGroups').value === true,
    idTokenGroups: at(manage, 'idTokenGroups').value === true,
    scopes: at(manage, 'scopes').value === true,
    groups,
    permissions: entries(at(root, 'permissions')).map(([name]) => name),
  };
  checkClients(block, side, report);
  return side;
}

/** Nothing would act on them: an author who writes a rule expects it to run. */
function refuseUnused(root: Cursor, report: Report): void {
  for (const [, group] of entries(at(root, 'groups'))) {
    for (const key of ['id', 'rule'] as const) {
      const { value, pointer } = at(group, key);
      if (value === undefined || value === null) continue;
      report.error(
        'KEY_CONFLICT',
        pointer,
        { expected: '`okta.manage` in the map', found: `${code(key)} without it` },
        'key',
      );
    }
  }
}

/** The token that manages the org is sent there, so the host is held as tightly as an issuer. */
function readOrg(cursor: Cursor, report: Report): string {
  const org = text(cursor) ?? '';
  if (org === '') return '';
  const url = URL.canParse(org) ? new URL(org) : undefined;
  const loopback = url !== undefined && /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback);
  if (url && secure && url.origin === org.replace(/\/$/, '')) {
    const orgHost = orgOfAdminHost(url.hostname);
    if (orgHost === undefined) return url.origin;
    const nearest = `https://${orgHost}`;
    report.error('VALUE_INVALID', cursor.pointer, {
      expected: 'the org, not its admin console',
      found: code(org),
      nearest,
    });
    return '';
  }
  report.error('VALUE_INVALID', cursor.pointer, {
    expected: 'the https origin of the org, such as `https://acme.okta.com`',
    found: code(org),
  });
  return '';
}

function readLifetime(
  cursor: Cursor,
  { maxTokenLifetimeSeconds }: OktaModel,
  report: Report,
): number {
  const seconds = readDuration(cursor, { otherwise: '15m', least: '5m', most: '24h' }, report);
  const written = code(text(cursor) ?? '15m');
  if (seconds % 60 !== 0)
    report.error('DURATION_RANGE', cursor.pointer, { expected: 'whole minutes', found: written });
  if (seconds > maxTokenLifetimeSeconds) {
    const expected = `at most \`okta.maxTokenLifetime\` (${maxTokenLifetimeSeconds} s), the authorizer refuses longer ones`;
    report.error('DURATION_RANGE', cursor.pointer, { expected, found: written });
  }
  return Math.ceil(seconds / 60);
}

function readGroups(root: Cursor, report: Report): readonly ManagedGroup[] {
  const all = entries(at(root, 'groups'));
  const names = new Map(all.map(([name]) => [name, name]));
  return all.map(([name, cursor]) => {
    const was = texts(at(cursor, 'was'));
    for (const [old, { pointer }] of was) {
      const owner = names.get(old);
      if (owner !== undefined) {
        const fix = 'a name stands for one group';
        report.error('KEY_CONFLICT', pointer, {
          expected: 'a former name',
          found: `${code(old)}, which ${code(owner)} has`,
          fix,
        });
      }
      names.set(old, name);
    }
    const id = text(at(cursor, 'id'));
    const rule = text(at(cursor, 'rule'));
    return {
      name,
      was: was.map(([old]) => old),
      denies: items(at(cursor, 'deny')).length > 0,
      ...(id === undefined ? {} : { id }),
      ...(rule === undefined ? {} : { rule }),
    };
  });
}

function readApps(
  cursor: Cursor,
  groups: readonly ManagedGroup[],
  report: Report,
): readonly ManagedApp[] {
  const known = new Set(['Everyone', ...groups.map(({ name }) => name)]);
  const labels = new Set<string>();
  return items(cursor).flatMap((app): readonly ManagedApp[] => {
    const label = text(at(app, 'label'));
    const type = (['spa', 'native', 'web', 'service'] as const).find(
      (candidate) => candidate === at(app, 'type').value,
    );
    if (label === undefined || type === undefined) return [];
    if (labels.has(label))
      report.error('VALUE_DUPLICATE', app.pointer, {
        expected: 'each label once',
        found: `${code(label)} again`,
      });
    labels.add(label);
    const redirectUris = readRedirectUris(at(app, 'redirectUris'), type, app, report);
    const own = texts(at(app, 'groups'));
    for (const [name, { pointer }] of own) {
      if (!known.has(name))
        report.error('GROUP_UNKNOWN', pointer, {
          expected: 'a group under `groups`, or `Everyone`',
          found: code(name),
          nearest: nearest(name, known),
        });
    }
    const assigned = own.length > 0 ? own.map(([name]) => name) : groups.map(({ name }) => name);
    return [{ label, type, redirectUris, groups: type === 'service' ? [] : assigned }];
  });
}

function readRedirectUris(
  cursor: Cursor,
  type: AppType,
  app: Cursor,
  report: Report,
): readonly string[] {
  const uris = texts(cursor);
  if (type === 'service') {
    if (uris.length > 0)
      report.error(
        'KEY_CONFLICT',
        cursor.pointer,
        { expected: 'no `redirectUris`', found: 'an app of type `service`' },
        'key',
      );
    return [];
  }
  if (uris.length === 0) {
    report.error('KEY_MISSING', app.pointer, {
      expected: 'the key `redirectUris`',
      found: `an app of type \`${type}\` without it`,
    });
  }
  for (const [uri, { pointer }] of uris) {
    const web = /^https?:$/.test(URL.canParse(uri) ? new URL(uri).protocol : '');
    const wrong =
      !URL.canParse(uri) || uri.includes('*') || uri.includes('#') || (type !== 'native' && !web);
    if (wrong)
      report.error('VALUE_INVALID', pointer, {
        expected: 'a whole URL without `*` and fragment',
        found: code(uri),
      });
  }
  return uris.map(([uri]) => uri);
}

function checkClients(
  block: Cursor,
  { clients, apps }: Pick<OktaSide, 'clients' | 'apps'>,
  report: Report,
): void {
  if (clients === 'any') return;
  for (const [client, { pointer }] of texts(at(block, 'clients'))) {
    const label = appLabel(client);
    if (label === undefined || apps.some((app) => app.label === label)) continue;
    report.error('VALUE_INVALID', pointer, {
      expected: 'the label of an app under `okta.manage.apps`',
      found: code(client),
    });
  }
}

/** `orders-web` of `app:orders-web`; nothing for a client id. */
export const appLabel = (client: string): string | undefined =>
  client.startsWith('app:') ? client.slice(4).trim() : undefined;
