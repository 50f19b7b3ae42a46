export {
  AccessMap,
  AccessMapError,
  type AccessMapInput,
  type AccessMapOptions,
  type ObjectOptions,
  type Problem,
} from './access-map/index.ts';
export { AccessStack, type AccessStackProps } from './access-stack.ts';
export { Attachment } from './attachment/attachment.ts';
export { AttachmentPlan } from './attachment/attachment-plan.ts';
export type { AttachOptions } from './attachment/target.ts';
export { KeyAlarms, type KeyAlarmsProps } from './key-alarms.ts';
export { KeyCopyTable } from './key-copy-table.ts';
export { OktaGroupAuthorizer, type OktaGroupAuthorizerProps } from './okta-group-authorizer.ts';
export { PermissionsEndpoint, type PermissionsEndpointProps } from './permissions-endpoint.ts';
export { QuotaAlarms, type QuotaAlarmsProps } from './quota-alarms.ts';
export { QuotaTable } from './quota-table.ts';
export type { AccessAlarms } from './watch/access-alarms.ts';
export type { Detector, DetectorOptions } from './watch/detector.ts';
export { Watch, type WatchOptions, type WatchProps } from './watch/watch.ts';
