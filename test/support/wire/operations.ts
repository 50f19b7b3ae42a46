/**
 * What operators read of a stack, written out: their alarms, dashboards and scripts name it.
 * test/contract.test.ts compares it with the contract.
 */
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';

export const METRICS = [
  ...['Allowed', 'Refused', 'WouldRefuse', 'PathsReported', 'DecisionMilliseconds'],
  ...['QuotaUsedPercent', 'QuotaStoreFailures', 'QuotaStoreRetries'],
  ...['KeysFromIssuer', 'KeysFromCopy', 'KeysFromMemory', 'KeysMissing'],
  ...['KeyAgeSeconds', 'KeyCopyFailures', 'KeyCopyAgeSeconds'],
  ...['RevocationReadFailures', 'AuthorizerFailures', 'AuthorizerCrashes'],
  ...['ProbingPrincipals', 'NewGroupsOnSensitiveRoutes'],
  ...['DetectorLagSeconds', 'DetectorTruncatedSpans', 'DetectorSkippedSeconds'],
  ...['HookEvents', 'HookRevocations', 'HookDelayMilliseconds', 'HookRequestsRefused'],
  ...['HookFailures', 'HubHeartbeats', 'HubLiveEntries', 'PollMissedByHook', 'PollLagSeconds'],
  'UnprotectedRoutes',
] as const;

/** Attributes of the plan of an attachment; its stack has outputs of the same names. */
export const PLAN_ATTRIBUTES = [
  ...['Attached', 'LeftForeign', 'Public', 'Unmapped', 'ReopenOnDetach', 'ServedByCatchAll'],
  ...['StagesAfterDetach', 'GatewayResponses', 'LeftGatewayResponses', 'TakenOver'],
] as const;

/** Outputs that each stack has. */
export const STACK_OUTPUTS = ['AuthorizerFunction', 'AttachmentRecords', 'AccessMap'] as const;

type RecordField = keyof DecisionRecord;

/** Fields of a decision record. The compiler knows when one is missing. */
const FIELDS: Readonly<Record<RecordField, true>> = {
  record: true,
  v: true,
  time: true,
  requestId: true,
  apiId: true,
  stage: true,
  route: true,
  effect: true,
  mode: true,
  code: true,
  reason: true,
  wouldDeny: true,
  refusedBy: true,
  rule: true,
  principal: true,
  groups: true,
  group: true,
  unmappedGroups: true,
  scopes: true,
  quota: true,
  reading: true,
  keySource: true,
  revocationsUnread: true,
  detail: true,
  mapVersion: true,
  durationMs: true,
  weight: true,
};

export const RECORD_FIELDS: readonly string[] = Object.keys(FIELDS);
