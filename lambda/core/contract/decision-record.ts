/**
 * The decision record: one JSON line for each decision of the authorizer, the half of the audit
 * trail that explains. The other half, the API's access log, is complete; both hold the request id.
 * docs/reference/audit.md explains how to read them.
 *
 * Never a token or a part of one, a path or a query string, which the caller writes, nor an e-mail
 * address.
 */
import type { AllowReason, Refusal, RefusalCode } from './codes.ts';
import type { Period } from './periods.ts';

/**
 * Readers refuse other versions; a field that is added does not change the version, one that is
 * taken away or changes its meaning does.
 */
export const RECORD_VERSION = 1;

/** Value of `record`. */
export const RECORD_KIND = 'decision';

/** The condition of a query of CloudWatch Logs Insights on decision records alone. */
export const IS_DECISION = `record = "${RECORD_KIND}"`;

/** The condition on records of one code, or of one of several. */
export const hasCode = (code: RefusalCode): string => `code = "${code}"`;
export const hasOneOfCodes = (codes: readonly RefusalCode[]): string =>
  `code in [${codes.map((code) => `"${code}"`).join(', ')}]`;

/**
 * Line of a query: the groups as the field `names`. A query cannot group by a list, but by its JSON
 * text. A quote inside of a text is written with a backslash, so that no value holds `"groups":`.
 */
export const PARSE_GROUPS = String.raw`parse @message /"groups":(?<names>\[(?:"(?:[^"\\]|\\.)*",?)*\])/`;

export const EFFECTS = ['allow', 'deny'] as const;
export type Effect = (typeof EFFECTS)[number];

export const DECISION_MODES = ['enforce', 'shadow'] as const;
export type DecisionMode = (typeof DECISION_MODES)[number];

export const PRINCIPAL_KINDS = ['user', 'machine'] as const;

/**
 * Why a route in shadow mode refuses: the prior authorizer refuses, or what it asked for is not
 * known.
 */
export const REFUSED_BY = {
  priorAuthorizer: 'formerLaw',
  unknownPriorAuthorizer: 'unknownLaw',
} as const;
export type RefusedBy = (typeof REFUSED_BY)[keyof typeof REFUSED_BY];

/**
 * Source of the keys that checked the token: the issuer just now, the shared copy, an earlier fetch
 * of this environment, or none.
 */
export const KEY_SOURCES = ['issuer', 'copy', 'memory', 'none'] as const;
export type KeySource = (typeof KEY_SOURCES)[number];

export interface RecordedPrincipal {
  readonly kind: (typeof PRINCIPAL_KINDS)[number];
  /** uid of a user, client id of a machine; with `audit.hashPrincipal` a digest of it. */
  readonly id: string;
  /** Client id of the app that got the token; absent where the principal is hashed. */
  readonly cid?: string;
  /** Name of the okta block where the map lists several. */
  readonly block?: string;
}

/** The entry of the map that decided. */
export interface RecordedRule {
  /** In words of the map, such as `groups.orders-readers.allow[0]`. */
  readonly path: string;
  /**
   * File, line and column, such as `access.yaml:52:12`; absent for a map that was given as an
   * object.
   */
  readonly at?: string;
}

export interface RecordedQuota {
  readonly name: string;
  /**
   * What the payer is: `user`, `client` or `group`; its name is the principal's, or in
   * `groups`.
   */
  readonly by: 'user' | 'client' | 'group';
  readonly limit: number;
  readonly remaining: number;
  /**
   * Second of the epoch at which the window ends. With `storeFailed` nothing is known of the
   * counter: `remaining` is 0, `endsAt` now.
   */
  readonly endsAt: number;
  readonly per?: Period;
  /** Use of the quota's fullest window in percent, where another one is fuller than this. */
  readonly usedPercent?: number;
  /** No quota had room; the call still passed where `effect` is `allow`. */
  readonly exceeded?: true;
  /** The store failed; the call passed uncounted where `effect` is `allow`. */
  readonly storeFailed?: true;
}

/**
 * How a back end may read a path, by classes (docs/explanation/paths.md) and by routes of the map.
 */
export interface RecordedReading {
  /**
   * The route on which the call arrived, where that is a greedy or `$default` route above `route`.
   */
  readonly on?: string;
  /** What a back end does that reads it so: `case`, `matrix`, `suffix`, ... */
  readonly by: readonly string[];
  /** The routes, at most 8, that the caller may not call; none where no reading is harmless. */
  readonly routes: readonly string[];
}

/**
 * What the rules say is `code` and `reason`: `code` is there exactly where they refuse, in shadow
 * mode as in enforce mode. What the caller got is `effect`: with shadow mode a call passes although
 * there is a `code`, and `wouldDeny` says so.
 */
export interface DecisionRecord {
  readonly record: typeof RECORD_KIND;
  readonly v: typeof RECORD_VERSION;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  /** The gateway's request id; absent in an aggregated record, and when the event has none. */
  readonly requestId?: string;
  /** `-` when the event is not an authorizer event. */
  readonly apiId: string;
  readonly stage: string;
  /** Method and template as in the map; absent for an event that is not an authorizer's. */
  readonly route?: string;
  readonly effect: Effect;
  readonly mode: DecisionMode;
  readonly code?: RefusalCode;
  readonly reason: AllowReason | Refusal['reason'];
  /** The rules refuse and the call passed, since the route is in shadow. */
  readonly wouldDeny?: true;
  /**
   * Shadow mode on an attached API: refused whatever the rules say, since the prior authorizer
   * refuses it (`formerLaw`), or since its rules are not known (`unknownLaw`).
   */
  readonly refusedBy?: RefusedBy;
  /** Absent where no entry of the map decided, as for a token that is not valid. */
  readonly rule?: RecordedRule;
  /** Absent before a token is valid. */
  readonly principal?: RecordedPrincipal;
  /** Groups of the principal that the map knows. */
  readonly groups?: readonly string[];
  /**
   * The group whose entry decided; where none did, the only one of `groups`. Absent where there is
   * no such one.
   */
  readonly group?: string;
  /** Number of groups of the token that the map does not know. */
  readonly unmappedGroups?: number;
  /** Scopes of the token that name permissions of the map; only with `scopes: intersect`. */
  readonly scopes?: readonly string[];
  readonly quota?: RecordedQuota;
  /**
   * Beside `PATH_REFUSED` why the path is refused; without it, a call that passed since its route
   * says `paths: report`.
   */
  readonly reading?: RecordedReading;
  readonly keySource?: KeySource;
  /**
   * The list of revoked tokens could not be read in time, and the call was evaluated without it
   * (`okta.revocation.onStoreFailure: allow`).
   */
  readonly revocationsUnread?: true;
  /**
   * Which field of an event is missing or wrong, never what it holds; only with `EVENT_MALFORMED`.
   */
  readonly detail?: string;
  readonly mapVersion: string;
  readonly durationMs: number;
  /**
   * How many decisions the record stands for, 1 or more: with `audit.allows: 0.1` a recorded allow
   * stands for 10, and one record stands for the identical refusals of a flood. Sums over records
   * multiply by it.
   */
  readonly weight: number;
}
