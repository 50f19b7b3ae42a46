/** Examples of props. The page takes each region as it stands here, and the compiler checks them. */
import { type App, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { HttpApi, type HttpRouteIntegration } from 'aws-cdk-lib/aws-apigatewayv2';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import {
  type AccessMap,
  AccessStack,
  OktaGroupAuthorizer,
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
    watch: { refusals: 1000 },
  });
  // #endregion
}

export function operations(stack: Stack, map: AccessMap, vpc: Vpc, encryptionKey: Key): void {
  // #region Operations
  new OktaGroupAuthorizer(stack, 'Authorizer', {
    map,
    memorySize: 1024,
    timeout: Duration.seconds(3),
    vpc,
    encryptionKey,
    tableRemovalPolicy: RemovalPolicy.DESTROY,
    provisionedConcurrentExecutions: 2,
    maxStaleKeys: Duration.hours(48),
    quotaBudget: Duration.millis(200),
  });
  // #endregion
}

export function attachment(stack: Stack, authorizer: OktaGroupAuthorizer, topic: Topic): void {
  // #region Attachment
  const existing = HttpApi.fromHttpApiAttributes(stack, 'Existing', { httpApiId: 'a1b2c3d4e5' });
  const attachment = authorizer.attach(existing, { replace: ['GET /me'], onUnmapped: 'deny' });
  attachment.alarm.addAlarmAction(new SnsAction(topic));
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
  // #region Permissions endpoint
  authorizer.addPermissionsEndpoint(api);
  // #endregion
}

export function hub(stack: Stack, orders: AccessMap, billing: AccessMap): void {
  // #region Revocation hub
  new RevocationHub(stack, 'Hub', {
    maps: [orders, billing],
    receiverConcurrency: 20,
  });
  // #endregion
}

export function watch(stack: Stack, authorizer: OktaGroupAuthorizer, alarmTopic: Topic): void {
  // #region Watch
  new Watch(stack, 'Watch', {
    authorizer,
    alarmTopic,
    refusals: 1000,
    latency: Duration.millis(500),
    dashboard: false,
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

export function alarms(authorizer: OktaGroupAuthorizer, topic: Topic): void {
  // #region Quota alarms
  authorizer.quotaAlarms?.failures.addAlarmAction(new SnsAction(topic));
  // #endregion
  // #region Key alarms
  authorizer.keyAlarms.age.addAlarmAction(new SnsAction(topic));
  // #endregion
}
