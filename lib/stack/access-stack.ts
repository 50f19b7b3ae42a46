import { Stack, type StackProps } from 'aws-cdk-lib';
import { RestApi, type SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { authorizerNameOf, stackNameOf } from '../../lambda/core/contract/own-names.ts';
import { DEPLOYED_MAP, deployedMap } from '../access-map/deployed-map.ts';
import type { AccessMap } from '../access-map/index.ts';
import type { AttachSettings } from '../access-map/sections/attach-section.ts';
import { assertUpstream } from '../api/assert-upstream.ts';
import { HttpAccessApi } from '../api/http-access-api.ts';
import { RestAccessApi } from '../api/rest-access-api.ts';
import type { AttachOptions } from '../attachment/attach-options.ts';
import { AttachmentPlan } from '../attachment/attachment-plan.ts';
import { attachmentId } from '../attachment/target.ts';
import { annotateMap } from '../authorizer/map-findings.ts';
import { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';
import { withRetention } from '../resources/log-retention.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { Watch, type WatchOptions } from '../watch/watch.ts';
import { addAuthorizerOutputs, addOutput, addPlanOutputs, addUrlOutputs } from './add-outputs.ts';
import { assertResourcesFit } from './assert-resources-fit.ts';
import { AuthorizerOnly } from './authorizer-only.ts';
import { guardKind } from './kind-guard.ts';
import { assertBounds } from './stack-bounds.ts';

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
   * Alarms, a dashboard, a detector and saved queries, or `false` for none of them; alarms on keys,
   * quotas and attached routes remain.
   * @default all of them, with the defaults of their options; docs/explanation/costs.md has the
   * price
   */
  readonly watch?: WatchOptions | false;
}

const AUTHORIZER = 'OktaGroupAuthorizer';

const optionsOf = (
  { apiId: _, dryRun: __, ...options }: AttachSettings,
  { retryAfterHeader }: Pick<AccessStackProps, 'retryAfterHeader'>,
): AttachOptions => ({ ...options, ...(retryAfterHeader !== undefined && { retryAfterHeader }) });

/**
 * An access map, deployed: its API with all routes, the authorizer, and the quota table. Stack
 * name: `access-<api.name>`. With `api.attachTo` the API exists already; with `api.authorizerOnly`
 * its owner connects the authorizer.
 */
export class AccessStack extends Stack {
  #api: HttpAccessApi | RestAccessApi | undefined;
  #authorizer: OktaGroupAuthorizer | undefined;
  #watch: Watch | undefined;

  /** @throws AccessMapError for a map whose stack would exceed CloudFormation's limits. */
  constructor(scope: Construct, id: string, props: AccessStackProps) {
    super(scope, id, {
      stackName: stackNameOf(props.map.name),
      description: `API ${props.map.name}: Okta groups decide who may call it`,
      // Indentation alone would take a document of 300 routes past the 1 MB of a template.
      suppressTemplateIndentation: props.map.kind === 'rest',
      ...props,
    });
    const { map } = props;
    assertBounds(this, props);
    guardKind(this, map.kind);
    addOutput(this, 'MapVersion', map.version, 'Version of the access map that is in force');
    const { attachTo } = map.api;
    if (attachTo?.dryRun === true) this.#planOnly(attachTo, props);
    else this.#deploy(props);
  }

  /** A dry run: the plan of the attachment and nothing else. */
  #planOnly(attachTo: AttachSettings, props: AccessStackProps): void {
    const { map } = props;
    annotateMap(this, map);
    const scope = new Construct(
      new Construct(this, AUTHORIZER),
      attachmentId(this.#imported(attachTo, map)),
    );
    const operations = withRetention(props, map);
    const plan = new AttachmentPlan(scope, 'Plan', {
      ...attachTo,
      map,
      authorizerName: authorizerNameOf('dry-run'),
      operations,
    });
    addPlanOutputs(this, plan);
  }

  #deploy(props: AccessStackProps): void {
    const { map } = props;
    const { attachTo, authorizerOnly } = map.api;
    // For `diff --deployed`: a deployer can read a template, and a map holds no secrets.
    this.addMetadata(DEPLOYED_MAP, this.toJsonString(deployedMap(map)));
    const authorizer = new OktaGroupAuthorizer(this, AUTHORIZER, props);
    this.#authorizer = authorizer;
    addAuthorizerOutputs(this, authorizer);
    if (attachTo !== undefined)
      addPlanOutputs(
        this,
        authorizer.attach(this.#imported(attachTo, map), optionsOf(attachTo, props)).plan,
      );
    else if (authorizerOnly) new AuthorizerOnly(this, 'AuthorizerOnly', authorizer);
    else this.#api = this.#addApi(authorizer, props);
    // Last, so that the dashboard shows all alarms.
    if (props.watch !== false) this.#watch = this.#addWatch(authorizer, props);
    assertResourcesFit(this, map);
  }

  /**
   * The API of a map of kind `http`.
   * @throws Error for a map of kind `rest`, and where another owner has the API.
   */
  get httpApi(): HttpApi {
    if (this.#api instanceof HttpAccessApi) return this.#api.httpApi;
    throw this.#noApi('http');
  }

  /**
   * The API of a map of kind `rest`; all its methods come from the map.
   * @throws Error for a map of kind `http`, and where another owner has the API.
   */
  get restApi(): SpecRestApi {
    if (this.#api instanceof RestAccessApi) return this.#api.restApi;
    throw this.#noApi('rest');
  }

  /** @throws Error for a dry run, which deploys no authorizer. */
  get authorizer(): OktaGroupAuthorizer {
    if (this.#authorizer !== undefined) return this.#authorizer;
    throw new Error(
      `${this.node.path}: expected a map without \`api.attachTo.dryRun\`, which deploys no authorizer`,
    );
  }

  /** Undefined with `watch: false`, and for a dry run. */
  get watch(): Watch | undefined {
    return this.#watch;
  }

  #addWatch(authorizer: OktaGroupAuthorizer, { watch, ...operations }: AccessStackProps): Watch {
    const accessLog = this.#api?.accessLog;
    return new Watch(this, 'Watch', {
      ...(watch || {}),
      authorizer,
      operations,
      ...(accessLog && { accessLog }),
    });
  }

  #noApi(kind: 'http' | 'rest'): Error {
    if (this.#api === undefined) {
      return new Error(
        `${this.node.path}: expected a map that deploys an API, found \`api.attachTo\` or \`api.authorizerOnly\``,
      );
    }
    const other = kind === 'http' ? 'rest' : 'http';
    return new Error(
      `${this.node.path}: expected a map of kind \`${kind}\`, found \`${other}\`: use \`${other}Api\``,
    );
  }

  #addApi(authorizer: OktaGroupAuthorizer, props: AccessStackProps): HttpAccessApi | RestAccessApi {
    const { map } = props;
    assertUpstream(map);
    const throttle = {
      rateLimit: props.throttleRate ?? 1000,
      burstLimit: props.throttleBurst ?? 500,
    };
    const shared = { map, authorizer, operations: withRetention(props, map), throttle };
    const api =
      map.kind === 'http'
        ? new HttpAccessApi(this, 'Api', shared)
        : new RestAccessApi(this, 'Api', {
            ...shared,
            stageName: props.stageName ?? 'live',
            retryAfterHeader: props.retryAfterHeader ?? true,
            apiGatewayAccountRole: props.apiGatewayAccountRole ?? false,
          });
    addUrlOutputs(this, api, map);
    return api;
  }

  #imported(
    { apiId }: AttachSettings,
    { kind }: AccessMap,
  ): Parameters<OktaGroupAuthorizer['attach']>[0] {
    if (kind === 'rest') return RestApi.fromRestApiId(this, 'ExistingApi', apiId);
    return HttpApi.fromHttpApiAttributes(this, 'ExistingApi', { httpApiId: apiId });
  }
}
