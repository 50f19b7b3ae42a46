/**
 * Reads the access model from its file: names become look-ups, hexadecimal rows become bit rows.
 */

import { MODEL_FILE_NAME } from '../contract/environment.ts';
import { emptyRow, type Row, type RowHex } from './bits.ts';
import { lazyMap } from './lazy-map.ts';
import type { AccessModel, Grants, Machine, Quota } from './model.ts';
import {
  type BlockedFile,
  type CacheClassFile,
  type CacheFile,
  EVERYONE,
  type ModelFile,
  type QuotaFile,
} from './model-file.ts';
import { type PackedModel, type RowReader, type RowRef, rowReader } from './packed-model.ts';
import { readRules } from './packed-rules.ts';

/** The model file cannot be trusted; no decision is made with it. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

type ModelJson = ModelFile | PackedModel;
type ReadRow = (hex: RowHex) => Row;
type Subject = Pick<Grants, 'kind' | 'name' | 'at'>;

interface GrantsJson {
  readonly allow: RowRef;
  readonly deny: RowRef;
  readonly quota?: string;
}

interface GrantsReader {
  /** @throws ModelError or RangeError where they cannot be read. */
  check(from: GrantsJson): void;
  read(from: GrantsJson, subject: Subject): Grants;
}

/**
 * Reads the content of `access-model.json`, or the model that the compiler makes.
 * @throws ModelError for anything that the compiler of this version did not write: a broken model
 * denies everything.
 */
export function parseModel(json: unknown): AccessModel {
  const file = json as ModelJson;
  if (file?.format !== 1)
    throw new ModelError(
      `${MODEL_FILE_NAME}: expected format 1 as written by the compiler of this version`,
    );
  try {
    return loadModel(file);
  } catch (cause) {
    throw new ModelError(`${MODEL_FILE_NAME}: not written by the compiler of this version`, {
      cause,
    });
  }
}

function loadModel(file: ModelJson): AccessModel {
  const { routes } = file;
  const wordCount = Math.ceil(routes.length / 32);
  const rows = rowReader('rows' in file ? file.rows : undefined, wordCount);
  const row = rows.read;
  const quotas = new Map(file.quotas.map((one, rank) => [one.name, loadQuota(one, rank, row)]));
  const grants = grantsReader(quotas, rows);
  return {
    ...file,
    quotas,
    routeIndex: loadRouteIndex(routes),
    public: row(file.public),
    signedIn: row(file.signedIn),
    blocked: loadBlocked(file.blocked),
    revocation: file.revocation ?? [],
    groups: loadGroups(file, grants),
    machines: loadMachines(file, grants),
    everyone:
      file.everyone && grants.read(file.everyone, { kind: EVERYONE, name: EVERYONE, at: 0 }),
    conflicts: (file.conflicts ?? []).map((one) => ({ ...one, routes: row(one.routes) })),
    permissions: file.permissions.map((one) => ({ name: one.name, routes: row(one.routes) })),
    cache: loadCache(file),
    hasRoutesBelow: file.routesBelow ?? false,
    permissionsEndpoint: file.permissionsEndpoint,
    shadow: file.shadow && {
      whole: file.shadow.whole ?? false,
      routes: row(file.shadow.routes),
      prior: file.shadow.prior ?? false,
    },
    sensitive: file.sensitive === undefined ? emptyRow(wordCount) : row(file.sensitive),
    exactPaths: file.exactPaths === undefined ? emptyRow(wordCount) : row(file.exactPaths),
    reportPaths: file.reportPaths === undefined ? emptyRow(wordCount) : row(file.reportPaths),
    basePaths: file.basePaths,
    audit: { allows: file.audit?.allows ?? 1, hashPrincipal: file.audit?.hashPrincipal ?? false },
    rules: file.rules && readRules(file.rules),
    metrics: file.metrics,
  };
}

/** By a loop: a Map made of pairs takes four times as long, 2 ms for a thousand routes. */
function loadRouteIndex(routes: ModelFile['routes']): ReadonlyMap<string, number> {
  const byKey = new Map<string, number>();
  let index = 0;
  for (const { key } of routes) byKey.set(key, index++);
  return byKey;
}

function grantsReader(quotas: ReadonlyMap<string, Quota>, rows: RowReader): GrantsReader {
  const quotaOf = (name: string): Quota => {
    const quota = quotas.get(name);
    if (!quota) throw new ModelError(`quota \`${name}\` is not in the model`);
    return quota;
  };
  return {
    check({ allow, deny, quota }) {
      rows.check(allow);
      rows.check(deny);
      if (quota !== undefined) quotaOf(quota);
    },
    read: ({ allow, deny, quota }, subject) => ({
      ...subject,
      allow: rows.read(allow),
      deny: rows.read(deny),
      quota: quota === undefined ? undefined : quotaOf(quota),
    }),
  };
}

function loadBlocked({ users, clients, tokens }: BlockedFile): AccessModel['blocked'] {
  return { users: new Set(users), clients: new Set(clients), tokens: new Set(tokens) };
}

/** A group's former names lead to the same grants. */
function loadGroups({ groups }: ModelJson, grants: GrantsReader): ReadonlyMap<string, Grants> {
  const places = new Map<string, number>();
  let at = 0;
  for (const group of groups) {
    grants.check(group);
    places.set(group.name, at);
    if (group.was) for (const former of group.was) places.set(former, at);
    at++;
  }
  return lazyMap(places, (place) => {
    const group = groups[place] ?? raise(`there is no group ${place}`);
    return grants.read(group, { kind: 'group', name: group.name, at: place });
  });
}

function loadMachines({ machines }: ModelJson, grants: GrantsReader): ReadonlyMap<string, Machine> {
  const byClient = machines.map((machine, at) => {
    const own = grants.read(machine, { kind: 'machine', name: machine.cid, at });
    return [machine.cid, { groups: machine.groups, own }] as const;
  });
  return new Map(byClient);
}

function raise(message: string): never {
  throw new ModelError(message);
}

function loadCache({ cache, routes, shadow }: ModelJson): CacheFile | undefined {
  // A cached policy cannot express a route in shadow mode.
  if (cache !== undefined && shadow !== undefined)
    throw new ModelError('nothing is cached in shadow mode');
  if (cache === undefined || cache.mode === 'tokenAndRoute') return cache;
  const isKnown = ({ route, near = [] }: CacheClassFile): boolean =>
    route < routes.length && near.every((index) => index in cache.classes);
  if (cache.mode !== 'token' || !cache.classes.every(isKnown))
    throw new ModelError('the cache classes do not fit the routes');
  return cache;
}

function loadQuota(file: QuotaFile, rank: number, row: ReadRow): Quota {
  const windows = file.windows.map((window) => ({
    ...window,
    routes: window.routes === undefined ? undefined : row(window.routes),
  }));
  return { ...file, rank, windows };
}
