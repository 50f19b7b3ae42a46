/**
 * The registry of metric names: the functions write them in the embedded metric format; alarms, the
 * dashboard and the count of `check` read them. A name is a wire name: an operator's own alarms use
 * it, so it is never changed. docs/how-to/watch.md explains each.
 */
import type { KeySource } from './decision-record.ts';

export const METRIC_NAMESPACE = 'OktaGroupAuthorizer';

/** Every metric has `functionName`, but for those of an attachment, which have `api`. */
export const METRIC_DIMENSION = {
  functionName: 'FunctionName',
  route: 'Route',
  group: 'Group',
  code: 'Code',
  quota: 'Quota',
  api: 'Api',
} as const;

/** In the line of each decision record. */
export const DECISION_METRIC = {
  allowed: 'Allowed',
  refused: 'Refused',
  wouldRefuse: 'WouldRefuse',
  pathsReported: 'PathsReported',
  milliseconds: 'DecisionMilliseconds',
  quotaUsedPercent: 'QuotaUsedPercent',
} as const;

/** One by each source of the signing keys. */
export const KEYS_FROM_METRIC = {
  issuer: 'KeysFromIssuer',
  copy: 'KeysFromCopy',
  memory: 'KeysFromMemory',
  none: 'KeysMissing',
} as const satisfies Readonly<Record<KeySource, string>>;

/** How old the signing keys and their shared copy are. */
export const KEY_METRIC = {
  ageSeconds: 'KeyAgeSeconds',
  copyFailures: 'KeyCopyFailures',
  copyAgeSeconds: 'KeyCopyAgeSeconds',
} as const;

export const QUOTA_STORE_METRIC = {
  failures: 'QuotaStoreFailures',
  retries: 'QuotaStoreRetries',
} as const;

/** Failed reads of the list of revoked tokens, by the authorizer. */
export const REVOCATION_METRIC = { readFailures: 'RevocationReadFailures' } as const;

/** Answers of 500 for a fault of the authorizer's own, or of the event. */
export const FAILURE_METRIC = { failures: 'AuthorizerFailures' } as const;

/**
 * A filter on log lines counts it; it has no dimension, so that the function's name is appended.
 */
export const CRASH_METRIC = { crashes: 'AuthorizerCrashes' } as const;

export const DETECTOR_METRIC = {
  probingPrincipals: 'ProbingPrincipals',
  newGroups: 'NewGroupsOnSensitiveRoutes',
  lagSeconds: 'DetectorLagSeconds',
  truncatedSpans: 'DetectorTruncatedSpans',
  skippedSeconds: 'DetectorSkippedSeconds',
} as const;

/** Metrics of a revocation hub: what its functions and its poll do. */
export const HUB_METRIC = {
  /** Events in deliveries, whatever they are about. */
  events: 'HookEvents',
  /** Events that revoked tokens and that nobody had brought before. */
  revocations: 'HookRevocations',
  /** From an event to its delivery. */
  delayMilliseconds: 'HookDelayMilliseconds',
  /** Requests without the secret, of another org, or that are no delivery. */
  refused: 'HookRequestsRefused',
  /** Deliveries answered 503. */
  failures: 'HookFailures',
  heartbeats: 'HubHeartbeats',
  liveEntries: 'HubLiveEntries',
  /** Events that the poll found and no hook had brought. */
  missedByHook: 'PollMissedByHook',
  /** From the end of what the poll has read to now. */
  pollLagSeconds: 'PollLagSeconds',
} as const;

export const ATTACHMENT_METRIC = { unprotectedRoutes: 'UnprotectedRoutes' } as const;

type ValueOf<T> = T[keyof T];

export type DimensionName = ValueOf<typeof METRIC_DIMENSION>;

/** Metrics with a log line of their own, which has the one dimension of its function. */
export type OwnLineMetric =
  | ValueOf<typeof KEYS_FROM_METRIC>
  | ValueOf<typeof KEY_METRIC>
  | ValueOf<typeof QUOTA_STORE_METRIC>
  | ValueOf<typeof REVOCATION_METRIC>
  | ValueOf<typeof FAILURE_METRIC>
  | ValueOf<typeof DETECTOR_METRIC>
  | ValueOf<typeof HUB_METRIC>;

/** What an alarm or a graph may name. */
export type AccessMetricName = OwnLineMetric | ValueOf<typeof DECISION_METRIC>;
