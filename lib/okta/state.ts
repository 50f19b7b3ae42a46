/** The part of an org that the maps concern, without anything secret: what a plan is made from. */
import type { JsonObject } from './org.ts';

/** An object as Okta answers it: fields that nothing here reads are looked for in it. */
export interface Answered {
  readonly json: JsonObject;
}

export interface ClaimState extends Answered {
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

export interface RuleState extends Answered {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly priority: number;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  /** Groups whose members it matches, or `EVERYONE`; so too of those that it leaves out. */
  readonly people: readonly string[];
  readonly users: readonly string[];
  readonly excludedUsers: readonly string[];
  readonly excludedGroups: readonly string[];
  readonly lifetimeMinutes: number;
  /** 0: without end. */
  readonly refreshMinutes: number;
  /** Id of a token inline hook; empty where there is none. */
  readonly inlineHook: string;
}

export interface PolicyState extends Answered {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly priority: number;
  readonly clients: readonly string[];
  readonly rules: readonly RuleState[];
}

export interface ScopeState extends Answered {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface ServerState extends Answered {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly issuer: string;
  readonly issuerMode: string;
  /** The server that every org has: Okta does not delete it. */
  readonly isDefault: boolean;
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
  /** Id of the app that imported it; empty where Okta does not say. */
  readonly source: string;
  /** Whether it comes from Active Directory. */
  readonly isActiveDirectory: boolean;
}

export interface GroupRuleState {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly expression: string;
  readonly groupIds: readonly string[];
  /** Whom it never adds. */
  readonly excludedUsers: readonly string[];
  readonly excludedGroups: readonly string[];
}

export interface AppState extends Answered {
  readonly id: string;
  readonly clientId: string;
  readonly label: string;
  readonly status: string;
  readonly notes: string;
  readonly applicationType: string;
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  /** How the client authenticates at the token endpoint; `none` for a public one. */
  readonly authMethod: string;
  readonly pkce: boolean;
  /** Whether access tokens are bound to a key (DPoP, RFC 9449). */
  readonly isDpopBound: boolean;
  /** Whether everybody may use it, assigned or not. */
  readonly implicitAssignment: boolean;
  readonly wildcardRedirect: string;
  /** Id of an inline hook of the app; empty where there is none. */
  readonly inlineHook: string;
  readonly assigned: Assigned;
}

/** The users of an app. Okta gives no token to a user who is not assigned to it. */
export interface Assigned {
  readonly groupIds: readonly string[];
  /** Whether anybody is assigned, directly or by a group. */
  readonly hasUsers: boolean;
  /** Mapped groups with members that are not assigned, each with what its members showed. */
  readonly others: readonly {
    readonly groupId: string;
    /** How many members were asked, and whether one of them is assigned in another way. */
    readonly asked: number;
    readonly isReached: boolean;
  }[];
}

/** Members of the groups that rules name; not read where every rule is for everybody. */
export interface PeopleState {
  /** Some members of groups that a map grants routes, by id of the group. */
  readonly asked: Readonly<Record<string, readonly string[]>>;
  /** Members of groups that rules name, by id of the group, and whether these are all. */
  readonly named: Readonly<
    Record<string, { readonly ids: readonly string[]; readonly isWhole: boolean }>
  >;
}

export interface OriginState {
  readonly id: string;
  readonly name: string;
  readonly origin: string;
  readonly status: string;
  readonly scopes: readonly string[];
}

/** An event hook, whose secret Okta never gives back. */
export interface HookState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly isVerified: boolean;
  readonly uri: string;
  readonly events: readonly string[];
  /** Name of the header that carries the secret. */
  readonly header: string;
  /** Event types that a filter keeps back in part. */
  readonly filtered: readonly string[];
}

/** The owner of an issuer's host; unknown where the host did not say. */
export type HostOwner = 'org' | 'other' | 'unknown';

export interface OrgState {
  /** Origin of the org. */
  readonly url: string;
  /** Origins of issuers of the maps that are not the org's own address. */
  readonly hosts: Readonly<Record<string, HostOwner>>;
  /** All servers; claims, scopes and policies only of those that a map means or owns. */
  readonly servers: readonly ServerState[];
  /**
   * Groups that a map names, by name, former name or id, with every namesake, and those that a
   * claim or an app of ours has.
   */
  readonly groups: readonly GroupState[];
  /** Every group of the org. */
  readonly allGroups: readonly GroupState[];
  readonly groupRules: readonly GroupRuleState[];
  readonly people: PeopleState;
  /** Apps that a map names by label or client id, and those that carry our mark. */
  readonly apps: readonly AppState[];
  /** Client ids of all OpenID Connect apps of the org, and of the apps that a map names. */
  readonly clientIds: readonly string[];
  readonly origins: readonly OriginState[];
  /** Absent: no map has a hook, and none was read. */
  readonly hooks?: readonly HookState[];
}
