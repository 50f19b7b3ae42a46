import type { IResource } from 'aws-cdk-lib';
import type * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { AccessMap } from './access-map';
import type { KeyAlarms, QuotaAlarms, RevocationAlarms } from './alarms';
import {
  type Attachment,
  type AttachmentPlan,
  type AttachOptions,
  attachOptions,
  type ProtectOptions,
} from './attachment';
import { type Core, core, type Face, known } from './core';
import type { OperationsProps } from './operations';
import type { PermissionsEndpoint } from './permissions-endpoint';
import type { KeyCopyTable, QuotaTable } from './tables';

/** What an authorizer is made of. */
export interface OktaGroupAuthorizerProps extends OperationsProps {
  /**
   * Which Okta group may call which route, and how often; its `api.kind` is the kind of API that
   * can be protected.
   */
  readonly map: AccessMap;
}

const our = core.OktaGroupAuthorizer.prototype;
const Base = core.OktaGroupAuthorizer as unknown as Face<Construct, [Construct, string, object]>;

/**
 * A Lambda authorizer that decides by the caller's Okta groups, for the HTTP APIs or the REST APIs
 * of this app.
 *
 * `protect(api)` covers all routes of an API; passed as `authorizer` it covers single routes of an
 * HTTP API.
 */
export class OktaGroupAuthorizer extends Base implements apigwv2.IHttpRouteAuthorizer {
  /** The map that decides. */
  declare public readonly map: AccessMap;
  /** Where the decision records are written, and metrics in lines of their own. */
  declare public readonly logGroup: logs.ILogGroup;
  /** Where quotas are counted; undefined while the map has none. */
  declare public readonly quotaTable?: QuotaTable;
  /** Where the last signing keys known to be good are kept. */
  declare public readonly keyTable: KeyCopyTable;
  /** Alarms on the signing keys. */
  declare public readonly keyAlarms: KeyAlarms;
  /** Alarm on the quota table; undefined while the map has no quotas. */
  declare public readonly quotaAlarms?: QuotaAlarms;
  /** Alarm on the reading of revoked tokens; undefined while the map follows no revocations. */
  declare public readonly revocationAlarms?: RevocationAlarms;
  /** The function that decides each request, for code that connects it to a gateway by hand. */
  declare public readonly function: lambda.IFunction;
  /**
   * ARN of what gateways invoke: the function, or its alias `live` where environments are kept
   * warm.
   */
  declare public readonly invokedArn: string;

  public constructor(scope: Construct, id: string, props: OktaGroupAuthorizerProps) {
    super(scope, id, props);
  }

  /**
   * Covers all routes of `api`: those that it has, those added later, in this or in other stacks of
   * the app, with whatever construct.
   *
   * Routes that the map lists as public stay without authorizer. A route with another authorizer is
   * left unchanged and is an error at synthesis, unless `replace` has it. A route that is not in
   * the map is covered too and answers 403.
   * @param api an HTTP API or a REST API of this app
   */
  public protect(api: IResource, options: ProtectOptions = {}): void {
    our.protect.call(this, api as never, options);
  }

  /**
   * Sets our authorizer on the routes that `api`, an imported API, has in the account: routes of
   * other stacks, which no template of this app can reach. A custom resource does it while the
   * stack is deployed, and restores the former state when the stack is deleted.
   * @param api an imported HTTP API or REST API
   */
  public attach(api: IResource, options: AttachOptions = {}): Attachment {
    return our.attach.call(this, api as never, attachOptions(options)) as unknown as Attachment;
  }

  /**
   * What `attach` with the same arguments would do, in the stack's outputs: a dry run, which has no
   * right to change anything.
   * @param api an imported HTTP API or REST API
   */
  public planAttachment(api: IResource, options: AttachOptions = {}): AttachmentPlan {
    return our.planAttachment.call(
      this,
      api as never,
      attachOptions(options),
    ) as unknown as AttachmentPlan;
  }

  /**
   * Gives `api` the map's `permissionsEndpoint`: a route, behind this authorizer, at which callers
   * ask what they may do; an attachment brings it by itself.
   * @param api an HTTP API or a REST API of this app; a REST API is protected first
   */
  public addPermissionsEndpoint(api: IResource): PermissionsEndpoint {
    return our.addPermissionsEndpoint.call(this, api as never) as unknown as PermissionsEndpoint;
  }

  /** Called by a route that has this construct as its `authorizer`. */
  public bind(options: apigwv2.HttpRouteAuthorizerBindOptions): apigwv2.HttpRouteAuthorizerConfig {
    return our.bind.call(this, options);
  }

  /** Id of our authorizer on `httpApi`, for a `CfnRoute` with `authorizationType` `CUSTOM`. */
  public authorizerIdFor(httpApi: apigwv2.IHttpApi): string {
    return our.authorizerIdFor.call(this, httpApi);
  }
}

/** What the constructs take for this class, which inherits theirs. */
export const ofCore = (authorizer: OktaGroupAuthorizer): Core.OktaGroupAuthorizer =>
  authorizer as unknown as Core.OktaGroupAuthorizer;

known(core.OktaGroupAuthorizer, OktaGroupAuthorizer);
