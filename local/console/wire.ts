/** What the console's server and its page tell each other: types, and lists of words. */
import type { Cell } from '../../lambda/core/decision/cell.ts';

export type { Cell };

/** Sent when the stream of calls begins, and when the run is ready. */
export interface RunEvent {
  /** Another one for each start; undefined while the run is starting. */
  readonly run?: string;
}

/** How a cell is shown. */
export interface CellLabel {
  readonly sign: string;
  /** In plain English, with what the gateway does in shadow mode. */
  readonly label: string;
  /** The rule is not enforced. */
  readonly shadow: boolean;
}

export interface MatrixSubject {
  readonly kind: 'group' | 'machine' | 'everyone';
  readonly name: string;
  /** For each route the place of its cell in `cells`. */
  readonly cells: readonly number[];
}

export interface ConsoleSetup {
  readonly run: string;
  readonly name: string;
  readonly source: string;
  readonly mapVersion: string;
  /** Version of the map of this run, with its own issuer; records and answers name this version. */
  readonly servedVersion: string;
  readonly gateway: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  /** Space-separated, for the authorization request. */
  readonly scope: string;
  /** Undefined: the map has no permissions endpoint, so that nothing can be hidden. */
  readonly permissionsPath?: string;
  readonly routes: readonly string[];
  /** The different cells of the matrix. */
  readonly cells: readonly Cell[];
  /** Labels of every cell, by `cellKey`. */
  readonly cellLabels: Readonly<Record<string, CellLabel>>;
  readonly subjects: readonly MatrixSubject[];
  /** Known only of the local issuer. */
  readonly users: readonly ConsoleUser[];
  /** Absent where no local Okta org runs beside the gateway. */
  readonly org?: {
    /** Whether the map has `okta.revocation`. */
    readonly followed: boolean;
  };
}

/** What can happen to a person of the local Okta org. */
export const ORG_CHANGES = ['deactivate', 'reactivate', 'endSessions', 'leave', 'join'] as const;
export type OrgChangeName = (typeof ORG_CHANGES)[number];

export interface OrgChange {
  readonly uid: string;
  readonly change: OrgChangeName;
  /** As the map names it; of `leave` and `join`. */
  readonly group?: string;
}

export interface OrgAnswer {
  readonly done: boolean;
  readonly sentence: string;
}

export interface ConsoleUser {
  readonly login: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** Who answered a call: the authorizer was asked, an answer of it was kept, or none was needed. */
export type AnsweredBy = 'authorizer' | 'cache' | 'gateway';

export interface SeenCall {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly routeKey?: string;
  /** `console`: this page asked the permissions endpoint. */
  readonly kind: 'call' | 'preflight' | 'console';
  readonly answeredBy: AnsweredBy;
  /** Why neither the authorizer nor a back end was asked. */
  readonly ownAnswer?: 'noHeader' | 'emptyHeader' | 'noRoute' | 'tooLarge';
  /** The gateway's own word on why it refused; for the operator. */
  readonly error?: string;
  /** The error is the integration's. */
  readonly integrationFailed?: boolean;
  /** What the authorizer wrote of this call; it holds no token. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** One call with why its answer is what it is. */
export interface ExplainedCall {
  readonly call: SeenCall;
  /** Read from the record; undefined where there is none. */
  readonly explanation?: {
    readonly effect: 'allow' | 'deny';
    /** Why the rules refuse; in shadow mode beside `allow`. */
    readonly code?: string;
    /** The reason of the decision in a few words. */
    readonly reason: string;
    readonly sentence: string;
    /** The whole explanation for people. */
    readonly lines: readonly string[];
  };
  /** Why there is no record. */
  readonly withoutRecord?: string;
}

export interface WhatIf {
  /** What the gateway does. */
  readonly effect: 'allow' | 'deny' | 'unknown';
  readonly cell: Cell;
  readonly code?: string;
  readonly sentence: string;
  /** The whole explanation as the command `explain` prints it. */
  readonly lines: readonly string[];
}
