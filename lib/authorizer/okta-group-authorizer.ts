import { Annotations, CfnOutput } from 'aws-cdk-lib';
import { type IRestApi, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import type {
  CfnAuthorizer,
  HttpRouteAuthorizerBindOptions,
  HttpRouteAuthorizerConfig,
  IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IDependable } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import { Attachment } from '../attachment/attachment.ts';
import { AttachmentPlan } from '../attachment/attachment-plan.ts';
import { type AttachOptions, attachmentId, whyNotAttachable } from '../attachment/target.ts';
import { PermissionsEndpoint } from '../permissions/permissions-endpoint.ts';
import { addHttpRoute, addRestMethod } from '../permissions/permissions-routes.ts';
import { RestCoverage } from '../protect/rest-coverage.ts';
import { RouteCoverage } from '../protect/route-coverage.ts';
import { withRetention } from '../resources/log-retention.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import {
  type AnyHttpApi,
  type AnyRestApi,
  apiResource,
  isHttpApi,
  isRestApi,
  restApiResource,
} from '../template/api-identity.ts';
import { KeyAlarms } from '../watch/key-alarms.ts';
import { metricsFile, planMetrics } from '../watch/metric-plan.ts';
import { QuotaAlarms } from '../watch/quota-alarms.ts';
import { chargeTimeout, keyStaleness, tableProps } from './authorizer-bounds.ts';
import { AuthorizerFunction } from './authorizer-function.ts';
import { CacheFlush, type CacheFlushProps } from './cache-flush.ts';
import { httpAuthorizer } from './http-authorizer.ts';
import { KeyCopyTable } from './key-copy-table.ts';
import { QuotaTable } from './quota-table.ts';
import { restAuthorizer } from './rest-authorizer.ts';

export interface OktaGroupAuthorizerProps extends OperationsProps {
  /**
   * Which Okta group may call which route, and how often; its `api.kind` is the kind of API that
   * can be protected.
   */
  readonly map: AccessMap;
}

interface Attached {
  readonly authorizer: CfnAuthorizer;
  readonly coverage: RouteCoverage;
}

/**
 * A Lambda authorizer that decides by the caller's Okta groups, for the HTTP APIs or the REST APIs
 * of this app.
 *
 * `protect(api)` covers all routes of an API; passed as `authorizer:` it covers single routes of an
 * HTTP API. APIs of this app cache answers as `map.cache` says, with its reasons; a deploy with
 * another map empties the cache.
 */
export class OktaGroupAuthorizer extends Construct implements IHttpRouteAuthorizer {
  readonly map: AccessMap;
  /** Decides each request. */
  readonly function: IFunction;
  /** Where the decision records are written, and metrics in lines of their own. */
  readonly logGroup: ILogGroup;
  /** Where quotas are counted; undefined while the map has none. */
  readonly quotaTable: QuotaTable | undefined;
  /**
   * ARN of what gateways invoke: the function, or its alias `live` where environments are kept
   * warm.
   */
  readonly invokedArn: string;
  readonly #operations: OperationsProps;
  /** The function, and its alias where it has one. */
  readonly #code: IDependable;
  readonly #name: string;
  readonly #authorizer: AuthorizerFunction;
  /** Where the last signing keys known to be good are kept. */
  readonly keyTable: KeyCopyTable;
  readonly keyAlarms: KeyAlarms;
  /** Alarm on the quota table; undefined while the map has no quotas. */
  readonly quotaAlarms: QuotaAlarms | undefined;
  readonly #attached = new Map<AnyHttpApi, Attached>();
  readonly #restAttached = new Map<AnyRestApi, RestCoverage>();

  /** @throws Error for a `quotaBudget` out of its bounds. */
  constructor(scope: Construct, id: string, props: OktaGroupAuthorizerProps) {
    super(scope, id);
    this.map = props.map;
    const operations = withRetention(props, this.map);
    this.#operations = operations;
    this.#name = `okta-groups-${this.node.addr.slice(-8)}`;
    const tables = tableProps(props);
    this.quotaTable =
      this.map.model.quotas.length === 0 ? undefined : new QuotaTable(this, 'QuotaTable', tables);
    this.keyTable = new KeyCopyTable(this, 'KeyTable', tables);
    const maxStaleKeys = keyStaleness(this, props);
    const authorizer = new AuthorizerFunction(this, 'Authorizer', {
      ...operations,
      model: {
        ...this.map.model,
        rules: this.map.ruleTable,
        ...metricsFile(
          planMetrics(this.map.model, {
            most: props.maxMetrics,
            attached: this.map.api.attachTo !== undefined,
          }),
        ),
      },
      quotaTable: this.quotaTable,
      keyTable: this.keyTable,
      maxStaleKeys,
      quotaBudget: chargeTimeout(this, props),
    });
    this.#code = authorizer;
    this.#authorizer = authorizer;
    this.function = authorizer.function;
    this.logGroup = authorizer.logGroup;
    this.invokedArn = authorizer.invokedArn;
    this.keyAlarms = new KeyAlarms(this, 'KeyAlarms', { function: this.function, maxStaleKeys });
    this.quotaAlarms =
      this.quotaTable && new QuotaAlarms(this, 'QuotaAlarms', { function: this.function });
    for (const { code, place, message } of this.map.warnings) {
      Annotations.of(this).addWarningV2(`okta-group-authorizer:${code}:${place.path}`, message);
    }
  }

  /**
   * Covers all routes of `api`: those that it has, those added later, in this or in other stacks of
   * the app, with whatever construct.
   *
   * Routes that the map lists as public stay open. A route with another authorizer is never changed
   * and is an error at synthesis. A route that the map does not have is covered too, with a
   * warning, and answers 403; so does a mapped route that the API lacks warn. Of a REST API,
   * methods are routes, whether resources or written in an OpenAPI body; a MOCK OPTIONS method,
   * which answers preflights, stays open.
   * @throws Error for an API of another kind than the map's, and for one whose routes cannot be
   * seen.
   */
  protect(api: AnyHttpApi | AnyRestApi): void {
    if (isRestApi(api) && !isHttpApi(api)) this.#protectRest(api);
    else this.#protectHttp(api);
  }

  #protectHttp(httpApi: AnyHttpApi): void {
    const { coverage } = this.#attachTo(httpApi);
    const api = apiResource(httpApi);
    if (api !== undefined && (api.body ?? api.bodyS3Location ?? api.target) !== undefined) {
      throw this.#error(
        `API \`${httpApi.node.path}\`: expected routes as resources of the app, found \`body\` or \`target\`, whose routes cannot be seen; add them as routes`,
      );
    }
    coverage.protectAll();
  }

  /**
   * Sets our authorizer on the routes that `api`, an imported API, has in the account: routes of
   * other stacks, which no template of this app can reach. A custom resource does it while the
   * stack is deployed, and restores the former state when the stack is deleted.
   *
   * Attaching never weakens: a route with another authorizer keeps it unless `replace` lists it.
   * @throws Error for an API of another kind than the map's, for a map whose answers are cached,
   * for a REST API without `stage`, and for an API that is a resource of this app. `planAttachment`
   * is the dry run.
   */
  attach(api: AnyHttpApi | IRestApi, options: AttachOptions = {}): Attachment {
    this.#assertAttachable(api, options);
    const admitsWithoutToken = this.map.model.shadow !== undefined;
    const authorizer =
      'isHttpApi' in api
        ? this.#attachTo(api).authorizer
        : restAuthorizer(api, this.#name, this.invokedArn, admitsWithoutToken);
    const attachment = new Attachment(this, attachmentId(api), {
      ...this.#attachmentProps(api, options),
      authorizer: { id: authorizer.ref, resources: authorizer.node.scope ?? authorizer },
      ...(this.map.permissionsEndpoint && {
        endpoint: this.#makeEndpoint(api, this.map.permissionsEndpoint),
      }),
    });
    if (admitsWithoutToken)
      this.#authorizer.readPriorAuthorizers(
        'isHttpApi' in api ? api.apiId : api.restApiId,
        attachment.records,
      );
    return attachment;
  }

  /**
   * What `attach` with the same arguments would do, in the stack's outputs: a dry run, which has no
   * right to change anything. To be replaced by `attach` later; the deployment is refused where the
   * stack has attached already.
   * @throws Error as `attach` does.
   */
  planAttachment(api: AnyHttpApi | IRestApi, options: AttachOptions = {}): AttachmentPlan {
    this.#assertAttachable(api, options);
    const scope = new Construct(this, attachmentId(api));
    const plan = new AttachmentPlan(scope, 'Plan', {
      ...this.#attachmentProps(api, options),
      dryRun: true,
    });
    for (const [name, { value, description }] of Object.entries(plan.outputs))
      new CfnOutput(plan, name, { value, description });
    return plan;
  }

  #attachmentProps(api: AnyHttpApi | IRestApi, options: AttachOptions) {
    const apiId = 'isHttpApi' in api ? api.apiId : api.restApiId;
    return {
      ...options,
      map: this.map,
      apiId,
      authorizerName: this.#name,
      operations: this.#operations,
    };
  }

  #assertAttachable(api: AnyHttpApi | IRestApi, options: AttachOptions): void {
    const reason = whyNotAttachable(api, this.map, options);
    if (reason !== undefined) throw this.#error(`API \`${api.node.path}\`: ${reason}`);
  }

  /**
   * Gives `api` the map's `permissionsEndpoint`: a route, behind this authorizer, at which callers
   * ask what they may do; an attachment brings it by itself. On a REST API `api.cors` of the map
   * says which pages may read the answer.
   * @throws Error for a map without that key, for a REST API that is not protected yet, and for one
   * that serves the path already.
   */
  addPermissionsEndpoint(api: AnyHttpApi | AnyRestApi): PermissionsEndpoint {
    const endpoint = this.map.permissionsEndpoint;
    if (endpoint === undefined)
      throw this.#error(
        `${this.map.source}: expected the key \`permissionsEndpoint\`, found no such key`,
      );
    if (!isHttpApi(api) && !this.#restAttached.has(api)) {
      throw this.#error(
        `API \`${api.node.path}\`: expected \`protect\` before \`addPermissionsEndpoint\`, found a REST API without authorizer`,
      );
    }
    const added = this.#makeEndpoint(api, endpoint);
    if (isHttpApi(api)) addHttpRoute(added, api.apiId, this.authorizerIdFor(api));
    else addRestMethod(added, api, this.map.api.cors);
    return added;
  }

  #makeEndpoint(
    api: AnyHttpApi | AnyRestApi,
    endpoint: NonNullable<AccessMap['permissionsEndpoint']>,
  ): PermissionsEndpoint {
    return new PermissionsEndpoint(api, `Permissions${this.node.addr.slice(-8)}`, {
      apiId: isHttpApi(api) ? api.apiId : api.restApiId,
      endpoint,
      model: this.map.model,
      quotaTable: this.quotaTable,
      operations: this.#operations,
    });
  }

  #protectRest(restApi: AnyRestApi): void {
    if (this.#restAttached.has(restApi)) return;
    if (this.map.kind !== 'rest') throw this.#kindError('a REST API');
    if (restApiResource(restApi)?.bodyS3Location !== undefined) {
      throw this.#error(
        `API \`${restApi.node.path}\`: expected an inline body, found a body in S3, whose methods cannot be seen; use \`ApiDefinition.fromInline\``,
      );
    }
    this.#restAttached.set(
      restApi,
      new RestCoverage({ restApi, functionArn: this.invokedArn, map: this.map, reporter: this }),
    );
    // An authorizer is live with the stage's deployment: until then answers are kept as its former
    // state says.
    const stage: IDependable | undefined =
      restApi instanceof RestApiBase ? restApi.deploymentStage : undefined;
    this.#flush(restApi, { kind: 'rest', id: restApi.restApiId }, stage && [stage]);
  }

  #flush(
    scope: AnyHttpApi | AnyRestApi,
    api: CacheFlushProps['api'],
    live: readonly IDependable[] = [],
  ): void {
    if (this.map.cache.mode === 'off') return;
    new CacheFlush(scope, `CacheFlush${this.node.addr.slice(-8)}`, {
      map: this.map,
      api,
      after: [this.#code, ...live],
      operations: this.#operations,
    });
  }

  /** Called by a route that has this construct as its `authorizer:`. */
  bind(options: HttpRouteAuthorizerBindOptions): HttpRouteAuthorizerConfig {
    return {
      authorizationType: 'CUSTOM',
      authorizerId: this.authorizerIdFor(options.route.httpApi),
    };
  }

  /** Id of our authorizer on `httpApi`, for a `CfnRoute` with `authorizationType: 'CUSTOM'`. */
  authorizerIdFor(httpApi: AnyHttpApi): string {
    return this.#attachTo(httpApi).authorizer.ref;
  }

  /** One authorizer an API, made at its first use there. */
  #attachTo(httpApi: AnyHttpApi): Attached {
    const known = this.#attached.get(httpApi);
    if (known !== undefined) return known;
    if (!isHttpApi(httpApi))
      throw this.#error(
        'expected an HTTP API (`HttpApi`) or a REST API (`RestApi`); WebSocket APIs have no routes of the map',
      );
    if (this.map.kind !== 'http') throw this.#kindError('an HTTP API');
    const authorizer = httpAuthorizer(httpApi, {
      id: `OktaGroupAuthorizer${this.node.addr.slice(-8)}`,
      name: this.#name,
      map: this.map,
      functionArn: this.invokedArn,
    });
    const attached = {
      authorizer,
      coverage: new RouteCoverage({ httpApi, authorizer, map: this.map, reporter: this }),
    };
    this.#attached.set(httpApi, attached);
    this.#flush(httpApi, { kind: 'http', id: httpApi.apiId });
    return attached;
  }

  #kindError(found: string): Error {
    return this.#error(
      `expected an API of the map's kind (\`api.kind: ${this.map.kind}\` in ${this.map.source}), found ${found}`,
    );
  }

  #error(message: string): Error {
    return new Error(`${this.node.path}: ${message}`);
  }
}
