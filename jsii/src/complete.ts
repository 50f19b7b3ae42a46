/** Compiles only while these shapes have what the constructs have; no part of what jsii carries. */
import type { AccessMap, AccessMapOptions, AccessMapTextOptions } from './access-map';
import type { KeyAlarms, QuotaAlarms, RevocationAlarms } from './alarms';
import type { Attachment, AttachmentPlan, AttachOptions, ProtectOptions } from './attachment';
import type { OktaGroupAuthorizer, OktaGroupAuthorizerProps } from './authorizer';
import type { Core } from './core';
import type { PermissionsEndpoint } from './permissions-endpoint';
import type {
  HubAlarms,
  HubTableProps,
  RevocationHub,
  RevocationHubProps,
  RevocationReaders,
} from './revocation';
import type { AccessStack, AccessStackProps } from './stack';
import type { AccessAlarms, Detector, DetectorOptions, Watch, WatchProps } from './watch';

/** Names that `Whole` has and `Shape` lacks: the compiler names them where there are any. */
type None<Missing extends never> = Missing;
type Missing<Whole, Shape, Left extends keyof Whole = never> = Exclude<
  keyof Whole,
  keyof Shape | Left
>;

export type Props = [
  None<Missing<Core.AccessStackProps, AccessStackProps>>,
  None<Missing<Core.OktaGroupAuthorizerProps, OktaGroupAuthorizerProps>>,
  None<Missing<Core.AttachOptions, AttachOptions>>,
  None<Missing<Core.ProtectOptions, ProtectOptions>>,
  None<Missing<Core.WatchProps, WatchProps>>,
  None<Missing<Core.DetectorOptions, DetectorOptions>>,
  None<Missing<Core.RevocationHubProps, RevocationHubProps>>,
  None<Missing<Core.RevocationReaders, RevocationReaders>>,
  None<Missing<Core.HubTableProps, HubTableProps>>,
  // Of local runs, of `okta apply`, and a function that reads files.
  None<Missing<Core.AccessMapOptions, AccessMapOptions, Commanded>>,
  None<Missing<Core.ObjectOptions, AccessMapTextOptions, Commanded>>,
];

export type Members = [
  None<Missing<Core.AccessStack, AccessStack>>,
  // The first is an error for plain JavaScript, the second is internal.
  None<Missing<Core.OktaGroupAuthorizer, OktaGroupAuthorizer, 'authorizationType' | 'metricPlan'>>,
  None<Missing<Core.Attachment, Attachment>>,
  // What the attachment takes from its plan.
  None<Missing<Core.AttachmentPlan, AttachmentPlan, 'properties' | 'customResource'>>,
  None<Missing<Core.PermissionsEndpoint, PermissionsEndpoint>>,
  None<Missing<Core.Watch, Watch>>,
  None<Missing<Core.AccessAlarms, AccessAlarms, 'quotas'>>,
  None<Missing<Core.Detector, Detector>>,
  None<Missing<Core.KeyAlarms, KeyAlarms>>,
  None<Missing<Core.QuotaAlarms, QuotaAlarms>>,
  None<Missing<Core.RevocationAlarms, RevocationAlarms>>,
  None<Missing<Core.RevocationHub, RevocationHub>>,
  None<Missing<Core.HubAlarms, HubAlarms>>,
  None<Missing<Core.AccessMap, AccessMap, Compiled>>,
];

type Commanded = 'readFile' | 'localOrgIssuer' | 'beforeApply';

/** What was compiled from a map, which the constructs and the commands read. */
type Compiled =
  | 'model'
  | 'api'
  | 'cache'
  | 'gatewayRoutes'
  | 'basePath'
  | 'permissionsEndpoint'
  | 'placeholders'
  | 'rules'
  | 'tests'
  | 'oktaSides'
  | 'audit'
  | 'revocations'
  | 'ruleTable';
