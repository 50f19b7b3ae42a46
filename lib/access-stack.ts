import { CfnOutput, type Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { AccessApi } from './access-api.ts';
import type { AccessMap } from './access-map/index.ts';
import { OktaGroupAuthorizer } from './okta-group-authorizer.ts';

export interface AccessStackProps extends StackProps {
  /** The API and who may call it. */
  readonly map: AccessMap;

  /**
   * Memory of the authorizer function in MiB.
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * Longest time for one charge of a quota, its retry included: 50 ms to 3 s. After it `onStoreFailure` decides.
   * @default Duration.millis(300)
   */
  readonly quotaBudget?: Duration;

  /**
   * How long the access log and the authorizer's log are kept.
   * @default RetentionDays.THREE_MONTHS (90 days)
   */
  readonly logRetention?: RetentionDays;

  /**
   * Longest age at which signing keys are used while Okta cannot be reached; 10 minutes to 7 days.
   * @default Duration.hours(24)
   */
  readonly maxStaleKeys?: Duration;

  /**
   * Requests a second, on average, that the API takes before it answers 429; refused ones count as well.
   * It bounds what a flood of junk tokens can cost, and is shared by all callers: quotas of the access map are what divides it.
   * @default 1000
   */
  readonly throttleRate?: number;

  /**
   * Requests that the API takes at once above the rate (the size of the token bucket).
   * @default 500
   */
  readonly throttleBurst?: number;
}

/** An access map, deployed: its API with all routes, the authorizer before them, and the table of its quotas. Stack name: `access-<api.name>`. */
export class AccessStack extends Stack {
  readonly httpApi: HttpApi;
  readonly authorizer: OktaGroupAuthorizer;

  constructor(scope: Construct, id: string, props: AccessStackProps) {
    super(scope, id, {
      stackName: `access-${props.map.name}`,
      description: `API ${props.map.name}: Okta groups decide who may call it`,
      ...props,
    });
    const logRetention = props.logRetention ?? RetentionDays.THREE_MONTHS;
    this.authorizer = new OktaGroupAuthorizer(this, 'OktaGroupAuthorizer', {
      map: props.map,
      logRetention,
      ...(props.quotaBudget !== undefined && { quotaBudget: props.quotaBudget }),
      ...(props.memorySize !== undefined && { memorySize: props.memorySize }),
      ...(props.maxStaleKeys !== undefined && { maxStaleKeys: props.maxStaleKeys }),
    });
    const api = new AccessApi(this, 'Api', {
      map: props.map,
      authorizer: this.authorizer,
      logRetention,
      throttle: { rateLimit: props.throttleRate ?? 1000, burstLimit: props.throttleBurst ?? 500 },
    });
    this.httpApi = api.httpApi;
    this.#addOutputs(api, props.map);
  }

  #addOutputs(api: AccessApi, map: AccessMap): void {
    new CfnOutput(this, 'ApiUrl', { value: api.httpApi.apiEndpoint, description: 'Where the API is called' });
    new CfnOutput(this, 'MapVersion', { value: map.version, description: 'Version of the access map that is in force' });
    new CfnOutput(this, 'AuthorizerFunction', {
      value: this.authorizer.function.functionName,
      description: 'Function that decides each request',
    });
    const table = this.authorizer.quotaTable;
    if (table !== undefined) new CfnOutput(this, 'QuotaTable', { value: table.tableName, description: 'Table that quotas are counted in' });
  }
}
