/**
 * The access model: everything that the authorizer knows of the access map at run time, with its
 * look-ups ready. load-model.ts reads it from the file that the compiler writes.
 */

import type { Period } from '../contract/periods.ts';
import type { Row } from './bits.ts';
import type {
  BlockedFile,
  CacheFile,
  MetricsFile,
  ModelFile,
  PermissionsEndpointFile,
  QuotaFile,
  RevocationFile,
} from './model-file.ts';
import type { RuleTable } from './packed-rules.ts';

export interface Grants {
  readonly kind: 'group' | 'machine' | 'everyone';
  readonly name: string;
  /** Place among the groups, or the machines, of the model's file. */
  readonly at: number;
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
  readonly revocation: readonly RevocationFile[];
  readonly blocked: { readonly [Kind in keyof BlockedFile]: ReadonlySet<string> };
  /** By name, and by every former name. */
  readonly groups: ReadonlyMap<string, Grants>;
  readonly machines: ReadonlyMap<string, Machine>;
  /** What every user holds beside the groups of the token. */
  readonly everyone: Grants | undefined;
  readonly conflicts: readonly { readonly groups: readonly string[]; readonly routes: Row }[];
  readonly permissions: readonly { readonly name: string; readonly routes: Row }[];
  readonly quotas: ReadonlyMap<string, Quota>;
  readonly cache: CacheFile | undefined;
  /** Whether the map has routes below a catch-all router of the gateway. */
  readonly hasRoutesBelow: boolean;
  readonly permissionsEndpoint: PermissionsEndpointFile | undefined;
  readonly shadow:
    | { readonly whole: boolean; readonly routes: Row; readonly prior: boolean }
    | undefined;
  readonly sensitive: Row;
  readonly exactPaths: Row;
  /** Routes on which a path that reads as a closed route passes and is recorded. */
  readonly reportPaths: Row;
  readonly basePaths: readonly string[] | undefined;
  readonly audit: { readonly allows: number; readonly hashPrincipal: boolean };
  readonly rules: RuleTable | undefined;
  readonly metrics: MetricsFile | undefined;
}
