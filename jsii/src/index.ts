export * from './access-map';
export * from './alarms';
export {
  Attachment,
  AttachmentPlan,
  AttachOptions,
  GatewayResponses,
  OnDelete,
  OnUnmapped,
  OtherStages,
  PlanOutput,
  ProtectOptions,
} from './attachment';
export { OktaGroupAuthorizer, OktaGroupAuthorizerProps } from './authorizer';
export * from './operations';
export * from './permissions-endpoint';
export * from './revocation';
export * from './stack';
export * from './tables';
export {
  AccessAlarms,
  AccessDashboard,
  Detector,
  DetectorOptions,
  Watch,
  WatchOptions,
  WatchProps,
} from './watch';
