/**
 * Constructs of the AWS CDK, and the access map.
 * @module okta-group-authorizer
 */

export type { AttachOptions } from './attachment/attach-options.ts';
export { Attachment } from './attachment/attachment.ts';
export { AttachmentPlan } from './attachment/attachment-plan.ts';
export { KeyCopyTable } from './authorizer/key-copy-table.ts';
export {
  OktaGroupAuthorizer,
  type OktaGroupAuthorizerProps,
} from './authorizer/okta-group-authorizer.ts';
export { QuotaTable } from './authorizer/quota-table.ts';
export type { HubAlarms } from './hub/hub-alarms.ts';
export { HubTable, type HubTableProps } from './hub/hub-table.ts';
export type { RevocationReaders } from './hub/readers.ts';
export { RevocationHub, type RevocationHubProps } from './hub/revocation-hub.ts';
export * from './map-api.ts';
export {
  PermissionsEndpoint,
  type PermissionsEndpointProps,
} from './permissions/permissions-endpoint.ts';
export type { ProtectOptions } from './protect/replacing.ts';
export { AccessStack, type AccessStackProps } from './stack/access-stack.ts';
export type { AccessAlarms } from './watch/access-alarms.ts';
export type { Detector } from './watch/detector.ts';
export type { DetectorOptions } from './watch/detector-props.ts';
export { KeyAlarms, type KeyAlarmsProps } from './watch/key-alarms.ts';
export { QuotaAlarms, type QuotaAlarmsProps } from './watch/quota-alarms.ts';
export { RevocationAlarms, type RevocationAlarmsProps } from './watch/revocation-alarms.ts';
export { Watch, type WatchOptions, type WatchProps } from './watch/watch.ts';
