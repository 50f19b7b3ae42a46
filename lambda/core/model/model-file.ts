/**
 * The shape of `access-model.json`, the access model as the compiler writes it into the function's
 * asset. It is plain JSON; model.ts has the model that the authorizer works with.
 */

import type { Period } from '../contract/periods.ts';
import type { RowHex } from './bits.ts';
import type { RuleTableFile } from './rule-table-file.ts';

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
  /**
   * Host of the Okta org, of those in `revocation` of the model; absent: its tokens are not
   * revoked.
   */
  readonly revokedBy?: string;
}

/** How the list of revoked tokens of one Okta org is followed. */
export interface RevocationFile {
  /** Canonical host, the partition of the list. */
  readonly org: string;
  /** Longest age of what is known of the list. */
  readonly withinSeconds: number;
  /** Added to T where an entry takes a margin. */
  readonly marginSeconds: number;
  /** How calls are answered while the list cannot be read; absent: they pass. */
  readonly onStoreFailure?: 'deny';
}

/** Callers that are refused whatever their token says: `uid`, `cid` and `jti` values. */
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
  /** Charged whenever a grant that names it allows the route, in addition to others; absent: no. */
  readonly strict?: true;
  readonly windows: readonly QuotaWindowFile[];
}

/** What one group, or one machine with rules of its own, may do. */
export interface GrantsFile {
  readonly allow: RowHex;
  readonly deny: RowHex;
  /** Name of a quota. */
  readonly quota?: string;
}

/** A caller in two of the groups is refused on the routes. */
export interface ConflictFile {
  /** Names of groups, not their former ones. */
  readonly groups: readonly string[];
  readonly routes: RowHex;
}

/**
 * The grants that every user holds; in the `groups` of an okta block it says that they hold for the
 * tokens of that block. No group can have the name.
 */
export const EVERYONE = 'everyone';

/**
 * Routes that every caller may call all of or none of, with the request strings (`METHOD/path`)
 * that stand for them in a policy.
 */
export interface CacheClassFile {
  /** Index of one of its routes. */
  readonly route: number;
  /** Emitted when the class is allowed; a parameter becomes `?*`. */
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
  /** `GET /permissions`: the last route of the model, allowed for any valid token. */
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
  /** No code of a refusal has a metric of its own. Absent: each has. */
  readonly byCode?: false;
  readonly routes: readonly string[];
  readonly groups: readonly string[];
}

/** What is recorded as the rules say and not enforced. */
export interface ShadowFile {
  /** The map's own `mode`, which holds for routes that the map does not have. */
  readonly whole?: true;
  readonly routes: RowHex;
  /** The map attaches to an API: the authorizer that a route had before decides. */
  readonly prior?: true;
}

export interface ModelFile {
  readonly format: 1;
  /**
   * The map's content hash: 16 hexadecimal digits. It is in decisions, log lines, context and a
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
  /** One for each Okta org whose revocations are followed; absent: none. */
  readonly revocation?: readonly RevocationFile[];
  readonly routes: readonly ModelRouteFile[];
  readonly public: RowHex;
  readonly signedIn: RowHex;
  /** Tokens that carry a former name (`was`) count as the group. */
  readonly groups: readonly ({
    readonly name: string;
    readonly was?: readonly string[];
  } & GrantsFile)[];
  /** What every user holds beside the groups of the token; absent: nothing. */
  readonly everyone?: GrantsFile;
  /** Absent: none. */
  readonly conflicts?: readonly ConflictFile[];
  /** `groups` names groups; a machine with rules of its own has none and uses its rows. */
  readonly machines: readonly ({
    readonly cid: string;
    readonly groups: readonly string[];
  } & GrantsFile)[];
  readonly permissions: readonly { readonly name: string; readonly routes: RowHex }[];
  /** From the most generous on (quota.ts tries them in this order). */
  readonly quotas: readonly QuotaFile[];
  /**
   * Whether some routes are below a catch-all route, so the authorizer must resolve them from the
   * path.
   */
  readonly routesBelow?: boolean;
  /** Absent: every request is evaluated by itself. */
  readonly cache?: CacheFile;
  readonly permissionsEndpoint?: PermissionsEndpointFile;
  /** Absent: everything is enforced. */
  readonly shadow?: ShadowFile;
  /** Sensitive routes; absent: none. */
  readonly sensitive?: RowHex;
  /** Routes whose back end reads paths exactly; absent: none. */
  readonly exactPaths?: RowHex;
  /** Routes whose paths are read as usual back ends do, and only recorded. Default: none. */
  readonly reportPaths?: RowHex;
  /** Base paths of custom domains; absent: not declared. */
  readonly basePaths?: readonly string[];
  readonly audit?: AuditFile;
  /** Absent: records name no rule. */
  readonly rules?: RuleTableFile;
  /** Absent: every route, group and code. */
  readonly metrics?: MetricsFile;
}
