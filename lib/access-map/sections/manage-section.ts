/** Reads `okta.manage` of each block: what `okta plan`, `apply` and `verify` work from. */
import { isSafeOrigin } from '../../../lambda/core/contract/loopback.ts';
import { orgFault } from '../../../lambda/core/contract/okta-hosts.ts';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { OktaModel } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, choice, has, is, type Report, text, texts } from '../report/cursor.ts';
import { readDuration } from '../report/durations.ts';
import { code } from '../report/problems.ts';
import { appLabel, type ManagedApp, readApps } from './managed-apps.ts';
import type { ManagedGroup } from './managed-groups.ts';
import type { ManageInput, OktaBlock } from './okta-section.ts';

/** What one okta block of a map says about the org it is used with. */
export interface OktaSide {
  /**
   * The mark of owned objects: `api.name`, and for a further block `api.name` and the block's name.
   */
  readonly map: string;
  /** Name of the block where several are listed. */
  readonly block?: string;
  /** Former values of `api.name`: this map owns the objects that carry their marks. */
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
  /** Whether the map sets it; else it is left to Okta after the creation of the rule. */
  readonly tokenLifetimeNamed: boolean;
  /** 0: without end. Absent: left to Okta after the creation of the rule. */
  readonly refreshTokenMinutes?: number;
  /** Fields in Okta that the map accepts as they are, such as `rule.actions.token.inlineHook`. */
  readonly accepted: readonly string[];
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

/** What the Okta side uses of the other sections of the map. */
export interface MapNames {
  /** `api.name`. */
  readonly api: string;
  readonly groups: readonly ManagedGroup[];
  readonly machines: readonly string[];
  readonly permissions: readonly string[];
}

export const isManaged = (block: OktaBlock | undefined): boolean =>
  block !== undefined && isObject(at(block, 'manage').value);

/** One for each block with `manage`. @param models the compiled blocks, in order. */
export function readOktaSides(
  blocks: readonly OktaBlock[],
  models: readonly OktaModel[],
  names: MapNames,
  report: Report,
): readonly OktaSide[] {
  return blocks.flatMap((block, index): readonly OktaSide[] => {
    const model = models[index];
    if (!model || !isManaged(block)) return [];
    const groups = groupsOf(model, names.groups, index);
    return [
      readSide({ block, index, isList: blocks.length > 1, model }, { ...names, groups }, report),
    ];
  });
}

/** Ids and rules are one org's: the first block's. */
function groupsOf(
  { groups }: OktaModel,
  all: readonly ManagedGroup[],
  index: number,
): readonly ManagedGroup[] {
  const listed = all.filter(({ name }) => groups?.includes(name) !== false);
  return index === 0
    ? listed
    : listed.map(({ name, was, allows, denies }) => ({ name, was, allows, denies }));
}

interface Block {
  readonly block: OktaBlock;
  readonly index: number;
  readonly isList: boolean;
  readonly model: OktaModel;
}

function readSide(
  { block, index, isList, model }: Block,
  { api, groups, machines, permissions }: MapNames,
  report: Report,
): OktaSide {
  const manage = at(block, 'manage');
  const map = ownerName(api, index, model.name);
  const issuerMode = choice(at(manage, 'issuerMode'), ['ORG_URL', 'CUSTOM_URL', 'DYNAMIC']);
  const { issuers, audience, clients, groupsClaims, groupPrefix, maxTokenLifetimeSeconds } = model;
  const names = groups.map(({ name }) => name);
  const side = {
    ...{ issuers, audience, clients, groupsClaims, groupPrefix, maxTokenLifetimeSeconds },
    map,
    ...(isList && model.name !== undefined ? { block: model.name } : {}),
    was: texts(at(manage, 'was')).map(([name]) => ownerName(name, index, model.name)),
    org: readOrg(at(manage, 'org'), report),
    server: text(at(manage, 'server')) ?? map,
    ...(issuerMode === undefined ? {} : { issuerMode }),
    machines,
    machinesElsewhere: isList,
    apps: readApps(at(manage, 'apps'), names, report),
    tokenLifetimeMinutes: readLifetime(at(manage, 'tokenLifetime'), model, report),
    tokenLifetimeNamed: has(manage, 'tokenLifetime'),
    ...readRefreshLifetime(at(manage, 'refreshTokenLifetime'), report),
    accepted: texts(at(manage, 'accepted')).map(([field]) => field),
    ...readSwitches(manage),
    groups,
    permissions,
  };
  checkClients(block, side, report);
  return side;
}

const readSwitches = (
  manage: Cursor<ManageInput>,
): Pick<OktaSide, 'createGroups' | 'idTokenGroups' | 'scopes'> => ({
  createGroups: is(at(manage, 'createGroups'), true),
  idTokenGroups: is(at(manage, 'idTokenGroups'), true),
  scopes: is(at(manage, 'scopes'), true),
});

/** The administrator token is sent to this host, so it is checked as strictly as an issuer. */
function readOrg(cursor: Cursor, report: Report): string {
  const org = text(cursor) ?? '';
  if (org === '') return '';
  const url = URL.canParse(org) ? new URL(org) : undefined;
  if (url && isSafeOrigin(org.replace(/\/$/, ''))) {
    const fault = orgFault(url.host);
    if (fault === undefined) return url.origin;
    const nearest = fault.nearest && `${url.protocol}//${fault.nearest}`;
    report.error('VALUE_INVALID', cursor.pointer, { ...fault, found: code(org), nearest });
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

/** Bounds of Okta: from 10 minutes to 5 years. */
function readRefreshLifetime(
  cursor: Cursor,
  report: Report,
): Pick<OktaSide, 'refreshTokenMinutes'> {
  const written = text(cursor);
  if (written === undefined) return {};
  if (written === 'unlimited') return { refreshTokenMinutes: 0 };
  const bounds = { otherwise: '30d', least: '10m', most: '1825d' };
  const seconds = readDuration(cursor, bounds, report);
  if (seconds % 60 !== 0)
    report.error('DURATION_RANGE', cursor.pointer, {
      expected: 'whole minutes',
      found: code(written),
    });
  return { refreshTokenMinutes: Math.ceil(seconds / 60) };
}

function checkClients(
  block: OktaBlock,
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
