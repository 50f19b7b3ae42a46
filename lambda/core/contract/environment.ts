/** What the constructs give our functions beside their events. */

/** Environment variables: a construct sets each, one composition root reads it. */
export const VARIABLE = {
  /** Authorizer: table of the shared copy of the signing keys. */
  keyTable: 'KEY_TABLE',
  /** Authorizer: longest age of signing keys, in whole seconds. */
  maxStaleKeysSeconds: 'MAX_STALE_KEYS_SECONDS',
  /** Authorizer and permissions endpoint: table of the quota counts; unset: the map has none. */
  quotaTable: 'QUOTA_TABLE',
  /** Authorizer: longest time of one charge, in milliseconds. */
  quotaBudgetMs: 'QUOTA_BUDGET_MS',
  /**
   * Authorizer, for an attachment in shadow mode: JSON object from API id to the table of its
   * attachment record.
   */
  priorAuthorizerTables: 'FORMER_STATES',
  /**
   * Authorizer: JSON list of the keys of routes that a protected API has and the map does not have,
   * and that callers of its routes can reach by another spelling; unset: none.
   */
  unmappedRoutes: 'UNMAPPED_ROUTES',
  /**
   * Authorizer, for an attachment that leaves or denies such routes: JSON object from API id to the
   * table that has them.
   */
  unmappedRouteTables: 'UNMAPPED_ROUTE_TABLES',
  /**
   * Authorizer: JSON object from the host of an Okta org to the table of its hub, by name, or by
   * ARN where another account has it; unset: the map has no `okta.revocation`.
   */
  revocationTables: 'REVOCATION_TABLES',
} as const;

/**
 * @param table what the environment variable says, for a function whose map has quotas.
 * @throws Error where it is not set.
 */
export function quotaTableOf(table: string | undefined): string {
  if (table) return table;
  throw new Error(`the environment variable ${VARIABLE.quotaTable} is not set; the map has quotas`);
}

/** Attachment: table of the attachment record. */
export const ATTACHMENT_VARIABLE = {
  recordTable: 'RECORD_TABLE',
  /** ARN that the gateway invokes, its alias included; not set for a dry run. */
  authorizerArn: 'AUTHORIZER_ARN',
} as const;

export const DETECTOR_VARIABLE = {
  stateTable: 'STATE_TABLE',
  logGroup: 'WATCHED_LOG_GROUP',
  /** The authorizer's name, under which the detector's metrics are. */
  functionName: 'WATCHED_FUNCTION',
} as const;

/** Variables of a hub's functions: receiver, heartbeat, snapshots, poll. */
export const HUB_VARIABLE = {
  /** The hub's table. */
  table: 'HUB_TABLE',
  /** ARN of the secret that Okta sends. */
  hookSecret: 'HUB_HOOK_SECRET',
  /** ARN of what the poll signs in with; unset: there is no poll. */
  pollSecret: 'HUB_POLL_SECRET',
  /** Origin of the Okta org where it is not that of its host. */
  orgUrl: 'HUB_ORG_URL',
} as const;

/** Files that are bundled beside a function's code. */
export const MODEL_FILE_NAME = 'access-model.json';
export const DETECTOR_FILE_NAME = 'detector-settings.json';
export const HUB_FILE_NAME = 'hub-settings.json';
