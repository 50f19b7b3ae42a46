/** The part of an org that the maps concern, without anything secret: what a plan is made from. */

export interface ClaimState {
  readonly id: string;
  readonly name: string;
  readonly claimType: string;
  readonly valueType: string;
  readonly value: string;
  readonly filterType?: string;
  readonly status: string;
  readonly always: boolean;
  readonly scopes: readonly string[];
}

export interface RuleState {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly priority: number;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  readonly people: readonly string[];
  readonly lifetimeMinutes: number;
}

export interface PolicyState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly priority: number;
  readonly clients: readonly string[];
  readonly rules: readonly RuleState[];
}

export interface ScopeState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface ServerState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly issuer: string;
  readonly issuerMode: string;
  readonly audiences: readonly string[];
  readonly claims: readonly ClaimState[];
  readonly scopes: readonly ScopeState[];
  /** By priority. */
  readonly policies: readonly PolicyState[];
}

export interface GroupState {
  readonly id: string;
  readonly name: string;
  /** `OKTA_GROUP`, `APP_GROUP` (imported from a directory) or `BUILT_IN`. */
  readonly type: string;
  readonly description: string;
}

export interface GroupRuleState {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly expression: string;
  readonly groupIds: readonly string[];
}

export interface AppState {
  readonly id: string;
  readonly clientId: string;
  readonly label: string;
  readonly status: string;
  readonly notes: string;
  readonly applicationType: string;
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  /** How the client proves itself at the token endpoint; `none` for a public one. */
  readonly authMethod: string;
  readonly pkce: boolean;
  readonly groupIds: readonly string[];
}

export interface OriginState {
  readonly id: string;
  readonly name: string;
  readonly origin: string;
  readonly status: string;
  readonly scopes: readonly string[];
}

export interface OrgState {
  /** All servers; claims, scopes and policies only of those that a map means or owns. */
  readonly servers: readonly ServerState[];
  /**
   * Groups that a map names, by name, former name or id, with every namesake, and those that a
   * claim or an app of ours has.
   */
  readonly groups: readonly GroupState[];
  readonly groupRules: readonly GroupRuleState[];
  readonly apps: readonly AppState[];
  /** Of all OpenID Connect apps of the org, and of those that a map names. */
  readonly clientIds: readonly string[];
  readonly origins: readonly OriginState[];
}
