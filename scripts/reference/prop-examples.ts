/**
 * Examples of props. The page takes each region as it stands here, and the compiler checks them.
 */
import { type App, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, type HttpRouteIntegration } from 'aws-cdk-lib/aws-apigatewayv2';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type SecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { CodeSigningConfig, IFunction } from 'aws-cdk-lib/aws-lambda';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import {
  type AccessMap,
  AccessStack,
  HubTable,
  KeyAlarms,
  OktaGroupAuthorizer,
  PermissionsEndpoint,
  type PermissionsEndpointProps,
  QuotaAlarms,
  RevocationAlarms,
  RevocationHub,
  Watch,
} from '../../lib/index.ts';

export function accessStack(app: App, map: AccessMap): void {
  // #region AccessStack
  new AccessStack(app, 'Access', {
    map,
    throttleRate: 200,
    throttleBurst: 100,
    stageName: 'v1',
    retryAfterHeader: false,
    apiGatewayAccountRole: true,
    watch: { refusals: 1000 },
  });
  // #endregion
}

export function authorizerAlone(stack: Stack, map: AccessMap): void {
  // #region OktaGroupAuthorizer
  new OktaGroupAuthorizer(stack, 'Authorizer', { map });
  // #endregion
}

interface Existing {
  readonly vpc: Vpc;
  readonly securityGroup: SecurityGroup;
  readonly encryptionKey: Key;
  readonly hubKey: Key;
  readonly codeSigningConfig: CodeSigningConfig;
}

export function operations(stack: Stack, map: AccessMap, existing: Existing): void {
  const { vpc, securityGroup, encryptionKey, hubKey, codeSigningConfig } = existing;
  // #region Operations
  new OktaGroupAuthorizer(stack, 'Authorizer', {
    map,
    memorySize: 1024,
    timeout: Duration.seconds(3),
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [securityGroup],
    encryptionKey,
    hubKey,
    logRetention: RetentionDays.ONE_YEAR,
    maxMetrics: 50,
    logRemovalPolicy: RemovalPolicy.DESTROY,
    tableRemovalPolicy: RemovalPolicy.DESTROY,
    reservedConcurrentExecutions: 100,
    provisionedConcurrentExecutions: 2,
    tracing: true,
    codeSigningConfig,
    maxStaleKeys: Duration.hours(48),
    quotaBudget: Duration.millis(200),
    storeClient: 'sdk',
  });
  // #endregion
}

export function attachment(stack: Stack, authorizer: OktaGroupAuthorizer, topic: Topic): void {
  // #region Attachment
  const existing = HttpApi.fromHttpApiAttributes(stack, 'Existing', { httpApiId: 'a1b2c3d4e5' });
  const attachment = authorizer.attach(existing, { replace: ['GET /me'], onUnmapped: 'deny' });
  attachment.alarm.addAlarmAction(new SnsAction(topic));

  const rest = RestApi.fromRestApiAttributes(stack, 'Rest', {
    restApiId: 'f6g7h8i9j0',
    rootResourceId: 'k1l2m3n4o5',
  });
  authorizer.attach(rest, { gatewayResponses: true, retryAfterHeader: false });
  // #endregion
}

export function protection(
  stack: Stack,
  authorizer: OktaGroupAuthorizer,
  integration: HttpRouteIntegration,
): void {
  // #region Protection
  const api = new HttpApi(stack, 'Api');
  api.addRoutes({ path: '/orders', integration });
  authorizer.protect(api, { replace: ['GET /orders'] });
  // #endregion
}

export function permissions(
  stack: Stack,
  authorizer: OktaGroupAuthorizer,
  api: HttpApi,
  props: PermissionsEndpointProps,
): void {
  const { apiId, endpoint, model, quotaTable } = props;
  // #region Permissions endpoint
  authorizer.addPermissionsEndpoint(api);
  // The construct alone, whose route is yours to add:
  new PermissionsEndpoint(stack, 'Permissions', {
    apiId,
    endpoint,
    model,
    quotaTable,
    operations: { logRetention: RetentionDays.ONE_MONTH },
  });
  // #endregion
}

export function hub(stack: Stack, orders: AccessMap, billing: AccessMap): void {
  // #region Revocation hub
  new RevocationHub(stack, 'Hub', {
    maps: [orders, billing],
    org: 'example.okta.com',
    readers: { accounts: ['111122223333'], organizationId: 'o-a1b2c3d4e5' },
    receiverConcurrency: 20,
  });
  // #endregion
}

export function hubTable(stack: Stack, encryptionKey: Key): void {
  // #region Table of a hub
  new HubTable(stack, 'Revoked', {
    encryptionKey,
    removalPolicy: RemovalPolicy.DESTROY,
    readers: { accounts: ['111122223333'], organizationId: 'o-a1b2c3d4e5' },
  });
  // #endregion
}

export function watch(
  stack: Stack,
  authorizer: OktaGroupAuthorizer,
  alarmTopic: Topic,
  accessLog: LogGroup,
): void {
  // #region Watch
  new Watch(stack, 'Watch', {
    authorizer,
    accessLog,
    alarmTopic,
    refusals: 1000,
    latency: Duration.millis(500),
    dashboard: false,
    savedQueries: false,
    detector: false,
    operations: { logRetention: RetentionDays.ONE_MONTH },
  });
  // #endregion
}

export function detector(stack: Stack, authorizer: OktaGroupAuthorizer): void {
  // #region Detector
  new Watch(stack, 'Watch', {
    authorizer,
    detector: {
      probedRoutes: 15,
      probingWindow: Duration.minutes(30),
      learning: Duration.days(14),
    },
  });
  // #endregion
}

export function alarms(stack: Stack, authorizer: IFunction, map: AccessMap, topic: Topic): void {
  // #region Quota alarms
  const quotaAlarms = new QuotaAlarms(stack, 'QuotaAlarms', { function: authorizer });
  quotaAlarms.failures.addAlarmAction(new SnsAction(topic));
  // #endregion
  // #region Revocation alarms
  new RevocationAlarms(stack, 'RevocationAlarms', { function: authorizer, map });
  // #endregion
  // #region Key alarms
  const keyAlarms = new KeyAlarms(stack, 'KeyAlarms', {
    function: authorizer,
    maxStaleKeys: Duration.hours(48),
  });
  keyAlarms.age.addAlarmAction(new SnsAction(topic));
  // #endregion
}
