import { CfnOutput, type Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { AccessApi } from './access-api.ts';
import type { AttachSettings } from './access-map/attach.ts';
import type { AccessMap } from './access-map/index.ts';
import { AttachmentPlan, PLAN_OUTPUTS } from './attachment/attachment-plan.ts';
import { AuthorizerOnly } from './authorizer-only.ts';
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

/**
 * An access map, deployed: its API with all routes, the authorizer before them, and the table of its quotas. Stack name: `access-<api.name>`.
 * With `api.attachTo` the API is one that exists; with `api.authorizerOnly` its owner connects the authorizer.
 */
export class AccessStack extends Stack {
  #httpApi: HttpApi | undefined;
  #authorizer: OktaGroupAuthorizer | undefined;

  constructor(scope: Construct, id: string, props: AccessStackProps) {
    super(scope, id, {
      stackName: `access-${props.map.name}`,
      description: `API ${props.map.name}: Okta groups decide who may call it`,
      ...props,
    });
    const { map } = props;
    const logRetention = props.logRetention ?? RetentionDays.THREE_MONTHS;
    this.#output('MapVersion', map.version, 'Version of the access map that is in force');
    const { attachTo } = map.api;
    if (attachTo?.dryRun === true) {
      const plan = new AttachmentPlan(this, 'DryRun', { ...attachTo, map, authorizerName: 'okta-groups-dry-run', logRetention });
      this.#addPlanOutputs(plan);
      return;
    }
    const authorizer = new OktaGroupAuthorizer(this, 'OktaGroupAuthorizer', {
      map,
      logRetention,
      ...(props.quotaBudget !== undefined && { quotaBudget: props.quotaBudget }),
      ...(props.memorySize !== undefined && { memorySize: props.memorySize }),
      ...(props.maxStaleKeys !== undefined && { maxStaleKeys: props.maxStaleKeys }),
    });
    this.#authorizer = authorizer;
    this.#addAuthorizerOutputs(authorizer);
    if (attachTo !== undefined) this.#addPlanOutputs(authorizer.attach(this.#imported(attachTo, map), attachTo).plan);
    else if (map.api.authorizerOnly) new AuthorizerOnly(this, 'AuthorizerOnly', authorizer);
    else this.#httpApi = this.#addApi(authorizer, props, logRetention);
  }

  /** The API that this stack deploys. @throws Error where the API is somebody else's. */
  get httpApi(): HttpApi {
    if (this.#httpApi !== undefined) return this.#httpApi;
    throw new Error(`${this.node.path}: expected a map that deploys an API, found \`api.attachTo\` or \`api.authorizerOnly\``);
  }

  /** @throws Error for a dry run, which deploys no authorizer. */
  get authorizer(): OktaGroupAuthorizer {
    if (this.#authorizer !== undefined) return this.#authorizer;
    throw new Error(`${this.node.path}: expected a map without \`api.attachTo.dryRun\`, which deploys no authorizer`);
  }

  #addApi(authorizer: OktaGroupAuthorizer, props: AccessStackProps, logRetention: RetentionDays): HttpApi {
    const { httpApi } = new AccessApi(this, 'Api', {
      map: props.map,
      authorizer,
      logRetention,
      throttle: { rateLimit: props.throttleRate ?? 1000, burstLimit: props.throttleBurst ?? 500 },
    });
    this.#output('ApiUrl', httpApi.apiEndpoint, 'Where the API is called');
    return httpApi;
  }

  #imported({ apiId }: AttachSettings, { kind }: AccessMap): Parameters<OktaGroupAuthorizer['attach']>[0] {
    if (kind === 'rest') return RestApi.fromRestApiId(this, 'ExistingApi', apiId);
    return HttpApi.fromHttpApiAttributes(this, 'ExistingApi', { httpApiId: apiId });
  }

  #addPlanOutputs(plan: AttachmentPlan): void {
    for (const [name, description] of Object.entries(PLAN_OUTPUTS)) this.#output(name, plan.resource.getAttString(name), description);
    this.#output('AttachmentRecords', plan.records.tableName, 'Table of what the routes were before the authorizer');
  }

  #addAuthorizerOutputs({ function: decides, quotaTable }: OktaGroupAuthorizer): void {
    this.#output('AuthorizerFunction', decides.functionName, 'Function that decides each request');
    if (quotaTable !== undefined) this.#output('QuotaTable', quotaTable.tableName, 'Table that quotas are counted in');
  }

  #output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
