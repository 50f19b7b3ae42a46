/** What the maps of one org define there. */
import type { AppType } from '../access-map/index.ts';

export interface DesiredGroup {
  /** Name in Okta, prefix included. */
  readonly name: string;
  readonly was: readonly string[];
  readonly id?: string;
  readonly rule?: string;
  /** The maps that say the rule: each has one of its own, so that none needs another's. */
  readonly ruleMaps: readonly string[];
  readonly create: boolean;
  readonly allows: boolean;
  readonly denies: boolean;
  /** The maps that name it. */
  readonly maps: readonly string[];
}

export interface DesiredApp {
  readonly label: string;
  readonly type: AppType;
  readonly redirectUris: readonly string[];
  /** Names in Okta. */
  readonly groups: readonly string[];
  /** The maps that define it. */
  readonly maps: readonly string[];
  /** What the maps say of the client; what they do not say is left to Okta once the app is made. */
  readonly authMethod?: string;
  readonly grants?: readonly string[];
  readonly pkce?: boolean;
}

/** One access policy with its one rule, for the clients of one map. */
export interface DesiredPolicy {
  readonly map: string;
  /** Client ids and `app:LABEL`. */
  readonly clients: readonly string[] | 'any';
  /** Those of `clients` that ask for themselves, and such where any client may. */
  readonly machines: readonly string[];
  /** Those that may be of another org: left out where the org lacks them. */
  readonly elsewhere: readonly string[];
  readonly grantTypes: readonly string[];
  readonly lifetimeMinutes: number;
  /** Whether the map says the lifetime: else it is left to Okta once the rule is made. */
  readonly lifetimeNamed: boolean;
  /** 0: without end. Absent: left to Okta once the rule is made. */
  readonly refreshMinutes?: number;
  /** Longest life of an access token that the authorizer takes. */
  readonly maxLifetimeSeconds: number;
}

export interface DesiredServer {
  readonly name: string;
  /** `okta.issuer` of the maps. */
  readonly issuers: readonly string[];
  readonly audience: string;
  readonly issuerMode?: string;
  readonly maps: readonly string[];
  /** Claims that any of the maps reads. */
  readonly claims: readonly string[];
  /** What each map reads. */
  readonly shares: readonly {
    readonly map: string;
    readonly claims: readonly string[];
    readonly groups: readonly string[];
  }[];
  readonly scopes: readonly { readonly name: string; readonly maps: readonly string[] }[];
  /** Names of groups in Okta, mapped by any of the maps. */
  readonly groups: readonly string[];
  /** Those of the maps that ask for their groups in ID tokens. */
  readonly idTokenGroups: readonly string[];
  readonly policies: readonly DesiredPolicy[];
  /** Former names of its maps. */
  readonly formers: readonly string[];
  readonly machines: boolean;
  /** Fields of objects in Okta that the maps take as they are. */
  readonly accepted: readonly string[];
}

/** The event hook of one hub of revoked tokens. */
export interface DesiredHook {
  /** Address at which the hub receives; absent: it is not deployed, or was not found. */
  readonly uri?: string;
  /** The maps that share the hub. */
  readonly maps: readonly string[];
}

export interface DesiredOrg {
  readonly org: string;
  readonly maps: readonly string[];
  /**
   * Former names of the maps, each with the name of today: what their marks own belongs to the map.
   */
  readonly renamed: Readonly<Record<string, string>>;
  readonly servers: readonly DesiredServer[];
  readonly groups: readonly DesiredGroup[];
  readonly apps: readonly DesiredApp[];
  /** Origins of single-page apps. */
  readonly origins: readonly { readonly origin: string; readonly maps: readonly string[] }[];
  /** Absent: no map has `okta.revocation.hook`. */
  readonly hooks?: readonly DesiredHook[];
}
