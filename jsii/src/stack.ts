import type { Stack, StackProps } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { AccessMap } from './access-map';
import { OktaGroupAuthorizer } from './authorizer';
import { adopt, core, type Face, known } from './core';
import type { OperationsProps } from './operations';
import { Watch, type WatchOptions, watchOptions } from './watch';

/** What a stack is made of. */
export interface AccessStackProps extends StackProps, OperationsProps {
  /** The API and who may call it. */
  readonly map: AccessMap;

  /**
   * Requests a second, on average, above which the API answers 429; refused requests count as well.
   * It bounds the cost of a flood of invalid tokens. All callers share it; quotas of the access map
   * divide it.
   * @default 1000
   */
  readonly throttleRate?: number;

  /**
   * Burst above the rate (the size of the token bucket).
   * @default 500
   */
  readonly throttleBurst?: number;

  /**
   * Stage of a REST API, the first segment of its own URL. HTTP APIs have the stage `$default`.
   * @default 'live'
   */
  readonly stageName?: string;

  /**
   * Whether a REST API's 403 over quota carries the header `Retry-After` from the authorizer's
   * context.
   * @default true; the body has the seconds as well, should an account refuse the header's source
   */
  readonly retryAfterHeader?: boolean;

  /**
   * Whether this stack sets the role with which API Gateway writes the access log of a REST API.
   * The role is a setting of the account in the Region, shared by all REST APIs.
   * @default false: two stacks that both set it would overwrite each other; where none does, the
   * first deployment of a REST API fails with that message
   */
  readonly apiGatewayAccountRole?: boolean;

  /**
   * Options of alarms, dashboard, detector and saved queries.
   * @default the defaults of the options
   */
  readonly watch?: WatchOptions;

  /**
   * Whether there are alarms, a dashboard, a detector and saved queries; alarms on keys, quotas and
   * attached routes remain.
   * @default true; docs/explanation/costs.md has the price
   */
  readonly watchEnabled?: boolean;
}

const our = core.AccessStack.prototype;
const Base = core.AccessStack as unknown as Face<Stack, [Construct, string, object]>;

/**
 * An access map, deployed: its API with all routes, the authorizer, and the quota table. Stack
 * name: `access-<api.name>`. With `api.attachTo` the API exists already; with `api.authorizerOnly`
 * its owner connects the authorizer.
 */
export class AccessStack extends Base {
  /**
   * The API of a map of kind `http`; an error for a map of kind `rest`, and where another owner has
   * the API.
   */
  declare public readonly httpApi: apigwv2.HttpApi;
  /**
   * The API of a map of kind `rest`; an error for a map of kind `http`, and where another owner has
   * the API.
   */
  declare public readonly restApi: apigateway.SpecRestApi;

  public constructor(scope: Construct, id: string, props: AccessStackProps) {
    const { watch, watchEnabled = true, ...others } = props;
    if (!watchEnabled && watch !== undefined)
      throw new Error('expected no `watch` beside `watchEnabled: false`, found its options');
    super(scope, id, { ...others, watch: watchEnabled && watchOptions(watch ?? {}) });
  }

  /** The authorizer; an error for a dry run, which deploys none. */
  public get authorizer(): OktaGroupAuthorizer {
    return adopt(Reflect.get(our, 'authorizer', this), OktaGroupAuthorizer);
  }

  /** Undefined with `watchEnabled: false`, and for a dry run. */
  public get watch(): Watch | undefined {
    const watch: object | undefined = Reflect.get(our, 'watch', this);
    return watch && adopt(watch, Watch);
  }
}

known(core.AccessStack, AccessStack);
