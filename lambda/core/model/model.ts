/**
 * The access model: what the compiler makes of an access map, and all that the authorizer knows
 * about it at run time. It is a JSON file (`access-model.json`) in the function's asset; the types
 * ending in `File` are its shape.
 */

import type { RuleTableFile } from '../record/rule-table.ts';
import { emptyRow, type Row, rowFromHex } from './bits.ts';

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

export const PERIODS = ['minute', 'hour', 'day', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/**
 * A set of routes as a hexadecimal bit row (bits.ts): bit n is the route at index n of `routes`.
 */
export type RowHex = string;

export interface OktaModel {
  /** Name of the okta block where the map lists several; absent for a single block. */
  readonly name?: string;
  /** The same authorization server under one or several hosts, compared exactly with `iss`. */
  readonly issuers: readonly string[];
  readonly audience: string;
  /** Accepted `cid` values, or any client of this authorization server. */
  readonly clients: readonly string[] | 'any';
  /** Claims whose values are merged into the caller's groups. */
  readonly groupsClaims: readonly string[];
  /** Only group names with this prefix count; it is stripped before look-up. Empty: all count. */
  readonly groupPrefix: string;
  /** Groups of the map that this block's tokens may carry, whatever else they name; absent: all. */
  readonly groups?: readonly string[];
  readonly maxClockSkewSeconds: number;
  /** Largest accepted `exp - iat`. */
  readonly maxTokenLifetimeSeconds: number;
}

/** Who is refused whatever their token says: `uid`, `cid` and `jti` values. */
export interface BlockedFile {
  readonly users: readonly string[];
  readonly clients: readonly string[];
  readonly tokens: readonly string[];
}

export interface ModelRouteFile {
  /** Method and template, e.g. `GET /orders/{id}`: the key of the look-up at run time. */
  readonly key: string;
  /** The gateway's own route key where it differs: `ANY /orders/{id}`. */
  readonly gateway?: string;
}

export interface QuotaWindowFile {
  /**
   * Stable name of the counter inside the quota's item: the period, and a digest of `routes` where
   * there are any.
   */
  readonly id: string;
  readonly per: Period;
  readonly limit: number;
  /** Only calls of these routes count; absent: all. */
  readonly routes?: RowHex;
}

export interface QuotaFile {
  readonly name: string;
  readonly by: 'user' | 'client' | 'group';
  readonly accuracy: 'exact' | 'leased';
  readonly onStoreFailure: 'deny' | 'allow';
  readonly onExceeded: 'refuse' | 'pass';
  readonly windows: readonly QuotaWindowFile[];
}

/** What one group, or one machine with rules of its own, may do. */
export interface GrantsFile {
  readonly allow: RowHex;
  readonly deny: RowHex;
  /** Name of a quota. */
  readonly quota?: string;
}

/**
 * Routes that every caller may call all of or none of, with the request strings (`METHOD/path`)
 * that stand for them in a policy.
 */
export interface CacheClassFile {
  /** Index of one of its routes. */
  readonly route: number;
  /** Emitted while the class is open; a parameter is `?*`. */
  readonly allow: readonly string[];
  /** Emitted while it is not. */
  readonly deny: readonly string[];
  /**
   * Indices of the classes whose Allow reaches a string of this one; absent: `deny` is emitted
   * always.
   */
  readonly near?: readonly number[];
}

/**
 * How long the gateway keeps an answer, and what for: all requests of a token, or those of one
 * route.
 */
export type CacheFile =
  | {
      readonly mode: 'token';
      readonly ttlSeconds: number;
      readonly classes: readonly CacheClassFile[];
    }
  | { readonly mode: 'tokenAndRoute'; readonly ttlSeconds: number };

/** Where a caller asks what it may do (lambda/permissions). */
export interface PermissionsEndpointFile {
  /** `GET /permissions`: the last of the model's routes, open to any valid token. */
  readonly route: string;
  /** Whether the answer names the caller's groups. */
  readonly exposeGroups: boolean;
  /**
   * REST APIs with CORS: origins whose pages may read the answer, or `*`. An HTTP API's gateway
   * sees to that by itself.
   */
  readonly origins?: readonly string[];
}

/** How decisions are recorded; a key that is absent has its default. */
export interface AuditFile {
  /** Share of the allows that are recorded, from 0 to 1; absent: all. */
  readonly allows?: number;
  /** Records and access log hold a digest in place of user and client. */
  readonly hashPrincipal?: true;
}

/** Routes and groups that have metrics of their own. */
export interface MetricsFile {
  readonly routes: readonly string[];
  readonly groups: readonly string[];
}

/** What is recorded as the rules say and not enforced. */
export interface ShadowFile {
  /** The map's own `mode`, which holds for routes that the map does not have. */
  readonly whole?: true;
  readonly routes: RowHex;
}

export interface ModelFile {
  readonly format: 1;
  /**
   * The map's content hash: 16 hexadecimal digits. It stands in decisions, log lines, context and a
   * stack output.
   */
  readonly version: string;
  readonly name: string;
  readonly kind: 'http' | 'rest';
  /** How an invalid token is answered on an HTTP API. */
  readonly unauthorized: 'throw' | 'deny';
  readonly scopes: 'groups' | 'intersect';
  readonly okta: readonly OktaModel[];
  readonly blocked: BlockedFile;
  readonly routes: readonly ModelRouteFile[];
  readonly public: RowHex;
  readonly signedIn: RowHex;
  /** Tokens that carry a former name (`was`) count as the group. */
  readonly groups: readonly ({
    readonly name: string;
    readonly was?: readonly string[];
  } & GrantsFile)[];
  /** `groups` names groups; a machine with rules of its own has none and uses its rows. */
  readonly machines: readonly ({
    readonly cid: string;
    readonly groups: readonly string[];
  } & GrantsFile)[];
  readonly permissions: readonly { readonly name: string; readonly routes: RowHex }[];
  /** From the most generous on (quota.ts tries them in this order). */
  readonly quotas: readonly QuotaFile[];
  /**
   * Whether some routes stand below a greedy or `$default` one, and are read off the path where the
   * gateway matched that.
   */
  readonly routesBelow?: boolean;
  /** Absent: every request is judged by itself. */
  readonly cache?: CacheFile;
  readonly permissionsEndpoint?: PermissionsEndpointFile;
  /** Absent: everything is enforced. */
  readonly shadow?: ShadowFile;
  /** Routes that deserve a second look; absent: none. */
  readonly sensitive?: RowHex;
  readonly audit?: AuditFile;
  /** Absent: records name no rule. */
  readonly rules?: RuleTableFile;
  /** Absent: every route and group. */
  readonly metrics?: MetricsFile;
}

export interface Grants {
  readonly kind: 'group' | 'machine';
  readonly name: string;
  readonly allow: Row;
  readonly deny: Row;
  readonly quota: Quota | undefined;
}

export interface QuotaWindow {
  readonly id: string;
  readonly per: Period;
  readonly limit: number;
  readonly routes: Row | undefined;
}

export interface Quota extends Omit<QuotaFile, 'windows'> {
  /** Place among the quotas from the most generous on; 0 is the most generous. */
  readonly rank: number;
  readonly windows: readonly QuotaWindow[];
}

export interface Machine {
  readonly groups: readonly string[];
  readonly own: Grants;
}

export interface AccessModel
  extends Pick<
    ModelFile,
    'version' | 'name' | 'kind' | 'unauthorized' | 'scopes' | 'okta' | 'routes'
  > {
  /** Route index by `METHOD /template`. */
  readonly routeIndex: ReadonlyMap<string, number>;
  readonly public: Row;
  readonly signedIn: Row;
  readonly blocked: { readonly [Kind in keyof BlockedFile]: ReadonlySet<string> };
  /** By name, and by every former name. */
  readonly groups: ReadonlyMap<string, Grants>;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly permissions: readonly { readonly name: string; readonly routes: Row }[];
  readonly quotas: ReadonlyMap<string, Quota>;
  readonly cache: CacheFile | undefined;
  readonly hasRoutesBelowCatchAll: boolean;
  readonly permissionsEndpoint: PermissionsEndpointFile | undefined;
  readonly shadow: { readonly whole: boolean; readonly routes: Row } | undefined;
  readonly sensitive: Row;
  readonly audit: { readonly allows: number; readonly hashPrincipal: boolean };
  readonly rules: RuleTableFile | undefined;
  readonly metrics: MetricsFile | undefined;
}

/** The model file is not one that this code can trust; nothing is decided with it. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

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
    const wordCount = Math.ceil(file.routes.length / 32);
    const row = (hex: RowHex): Row => rowFromHex(hex, wordCount);
    const quotas = new Map(
      file.quotas.map((quota, rank) => [quota.name, loadQuota(quota, rank, row)]),
    );
    const grants = (kind: Grants['kind'], name: string, from: GrantsFile): Grants => ({
      kind,
      name,
      allow: row(from.allow),
      deny: row(from.deny),
      quota: from.quota === undefined ? undefined : known(quotas.get(from.quota), from.quota),
    });
    return {
      version: file.version,
      name: file.name,
      kind: file.kind,
      unauthorized: file.unauthorized,
      scopes: file.scopes,
      okta: file.okta,
      routes: file.routes,
      routeIndex: new Map(file.routes.map((route, index) => [route.key, index])),
      public: row(file.public),
      signedIn: row(file.signedIn),
      blocked: {
        users: new Set(file.blocked.users),
        clients: new Set(file.blocked.clients),
        tokens: new Set(file.blocked.tokens),
      },
      groups: new Map(
        file.groups.flatMap((group) => {
          const known = grants('group', group.name, group);
          return [group.name, ...(group.was ?? [])].map((name) => [name, known] as const);
        }),
      ),
      machines: new Map(
        file.machines.map((machine) => [
          machine.cid,
          { groups: machine.groups, own: grants('machine', machine.cid, machine) },
        ]),
      ),
      permissions: file.permissions.map((permission) => ({
        name: permission.name,
        routes: row(permission.routes),
      })),
      quotas,
      cache: loadCache(file),
      hasRoutesBelowCatchAll: file.routesBelow ?? false,
      permissionsEndpoint: file.permissionsEndpoint,
      shadow: file.shadow && { whole: file.shadow.whole ?? false, routes: row(file.shadow.routes) },
      sensitive: file.sensitive === undefined ? emptyRow(wordCount) : row(file.sensitive),
      audit: { allows: file.audit?.allows ?? 1, hashPrincipal: file.audit?.hashPrincipal ?? false },
      rules: file.rules,
      metrics: file.metrics,
    };
  } catch (cause) {
    throw new ModelError('access-model.json: not written by the compiler of this version', {
      cause,
    });
  }
}

function loadCache({ cache, routes, shadow }: ModelFile): CacheFile | undefined {
  // What a kept policy says of a route in shadow is neither what the rules say nor what the caller
  // gets.
  if (cache !== undefined && shadow !== undefined)
    throw new ModelError('nothing is cached in shadow mode');
  if (cache === undefined || cache.mode === 'tokenAndRoute') return cache;
  const known = ({ route, near = [] }: CacheClassFile): boolean =>
    route < routes.length && near.every((index) => index in cache.classes);
  if (cache.mode !== 'token' || !cache.classes.every(known))
    throw new ModelError('the cache classes do not fit the routes');
  return cache;
}

function loadQuota(file: QuotaFile, rank: number, row: (hex: RowHex) => Row): Quota {
  return {
    ...file,
    rank,
    windows: file.windows.map((window) => ({
      ...window,
      routes: window.routes === undefined ? undefined : row(window.routes),
    })),
  };
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new ModelError(`quota \`${name}\` is not in the model`);
  return value;
}
