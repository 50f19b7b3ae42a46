/** Reads the access model from its file: names become look-ups, hexadecimal rows become bit rows. */

import type { RowHex } from './bits.ts';
import { emptyRow, type Row, rowFromHex } from './bits.ts';
import type { AccessModel, Grants, Machine, Quota } from './model.ts';
import type {
  BlockedFile,
  CacheClassFile,
  CacheFile,
  GrantsFile,
  ModelFile,
  QuotaFile,
} from './model-file.ts';

/** The model file cannot be trusted; no decision is made with it. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

type RowReader = (hex: RowHex) => Row;
type GrantsReader = (kind: Grants['kind'], name: string, from: GrantsFile) => Grants;

/**
 * Reads the content of `access-model.json`.
 * @throws ModelError for anything that the compiler of this version did not write: a broken model
 * denies everything.
 */
export function parseModel(json: unknown): AccessModel {
  const file = json as ModelFile;
  if (file?.format !== 1)
    throw new ModelError(
      'access-model.json: expected format 1 as written by the compiler of this version',
    );
  try {
    return loadModel(file);
  } catch (cause) {
    throw new ModelError('access-model.json: not written by the compiler of this version', {
      cause,
    });
  }
}

function loadModel(file: ModelFile): AccessModel {
  const { routes } = file;
  const wordCount = Math.ceil(routes.length / 32);
  const row: RowReader = (hex) => rowFromHex(hex, wordCount);
  const quotas = new Map(file.quotas.map((one, rank) => [one.name, loadQuota(one, rank, row)]));
  const grants = grantsReader(quotas, row);
  return {
    ...file,
    quotas,
    routeIndex: new Map(routes.map((route, index) => [route.key, index])),
    public: row(file.public),
    signedIn: row(file.signedIn),
    blocked: loadBlocked(file.blocked),
    groups: loadGroups(file, grants),
    machines: loadMachines(file, grants),
    permissions: file.permissions.map((one) => ({ name: one.name, routes: row(one.routes) })),
    cache: loadCache(file),
    hasRoutesBelowCatchAll: file.routesBelow ?? false,
    permissionsEndpoint: file.permissionsEndpoint,
    shadow: file.shadow && {
      whole: file.shadow.whole ?? false,
      routes: row(file.shadow.routes),
      prior: file.shadow.prior ?? false,
    },
    sensitive: file.sensitive === undefined ? emptyRow(wordCount) : row(file.sensitive),
    exactPaths: file.exactPaths === undefined ? emptyRow(wordCount) : row(file.exactPaths),
    basePaths: file.basePaths,
    audit: { allows: file.audit?.allows ?? 1, hashPrincipal: file.audit?.hashPrincipal ?? false },
    rules: file.rules,
    metrics: file.metrics,
  };
}

function grantsReader(quotas: ReadonlyMap<string, Quota>, row: RowReader): GrantsReader {
  const quotaOf = (name: string): Quota => {
    const quota = quotas.get(name);
    if (!quota) throw new ModelError(`quota \`${name}\` is not in the model`);
    return quota;
  };
  return (kind, name, { allow, deny, quota }) => ({
    kind,
    name,
    allow: row(allow),
    deny: row(deny),
    quota: quota === undefined ? undefined : quotaOf(quota),
  });
}

function loadBlocked({ users, clients, tokens }: BlockedFile): AccessModel['blocked'] {
  return { users: new Set(users), clients: new Set(clients), tokens: new Set(tokens) };
}

/** A group's former names lead to the same grants. */
function loadGroups({ groups }: ModelFile, grants: GrantsReader): ReadonlyMap<string, Grants> {
  const byName = groups.flatMap((group) => {
    const loaded = grants('group', group.name, group);
    return [group.name, ...(group.was ?? [])].map((name) => [name, loaded] as const);
  });
  return new Map(byName);
}

function loadMachines({ machines }: ModelFile, grants: GrantsReader): ReadonlyMap<string, Machine> {
  const byClient = machines.map((machine) => {
    const own = grants('machine', machine.cid, machine);
    return [machine.cid, { groups: machine.groups, own }] as const;
  });
  return new Map(byClient);
}

function loadCache({ cache, routes, shadow }: ModelFile): CacheFile | undefined {
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

function loadQuota(file: QuotaFile, rank: number, row: RowReader): Quota {
  const windows = file.windows.map((window) => ({
    ...window,
    routes: window.routes === undefined ? undefined : row(window.routes),
  }));
  return { ...file, rank, windows };
}
