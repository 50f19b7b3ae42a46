import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type {
  HttpRouteAuthorizerBindOptions,
  HttpRouteAuthorizerConfig,
  IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import type { AttachOptions } from '../attachment/attach-options.ts';
import type { Attachment } from '../attachment/attachment.ts';
import type { AttachmentPlan } from '../attachment/attachment-plan.ts';
import type { PermissionsEndpoint } from '../permissions/permissions-endpoint.ts';
import { addHttpRoute, addRestMethod } from '../permissions/permissions-routes.ts';
import type { ProtectOptions } from '../protect/replacing.ts';
import {
  type AnyHttpApi,
  type AnyRestApi,
  isHttpApi,
  isRestApi,
} from '../resources/api-identity.ts';
import { withRetention } from '../resources/log-retention.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { KeyAlarms } from '../watch/key-alarms.ts';
import { type MetricPlan, planMetrics } from '../watch/metric-plan.ts';
import { QuotaAlarms } from '../watch/quota-alarms.ts';
import { RevocationAlarms } from '../watch/revocation-alarms.ts';
import { attachTo, planAttachmentTo } from './attachments.ts';
import { chargeTimeout, keyStaleness, tableOptions } from './authorizer-bounds.ts';
import { type AuthorizerContext, contextError } from './authorizer-context.ts';
import { AuthorizerFunction } from './authorizer-function.ts';
import { authorizerModel } from './authorizer-model.ts';
import { DeployedOutput } from './deployed-output.ts';
import { HttpApis } from './http-apis.ts';
import { KeyCopyTable } from './key-copy-table.ts';
import { annotateMap } from './map-findings.ts';
import { permissionsEndpoint } from './permissions-function.ts';
import { QuotaTable } from './quota-table.ts';
import { readHubs } from './read-hubs.ts';
import { RestApis } from './rest-apis.ts';
import { noteUse, type Use } from './use.ts';

export interface OktaGroupAuthorizerProps extends OperationsProps {
  /**
   * Which Okta group may call which route, and how often; its `api.kind` is the kind of API that
   * can be protected.
   */
  readonly map: AccessMap;
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
  /** Where the decision records are written, and metrics in lines of their own. */
  readonly logGroup: ILogGroup;
  /** Where quotas are counted; undefined while the map has none. */
  readonly quotaTable: QuotaTable | undefined;
  /** Where the last signing keys known to be good are kept. */
  readonly keyTable: KeyCopyTable;
  readonly keyAlarms: KeyAlarms;
  /** Alarm on the quota table; undefined while the map has no quotas. */
  readonly quotaAlarms: QuotaAlarms | undefined;
  /** Alarm on the reading of revoked tokens; undefined while the map follows no revocations. */
  readonly revocationAlarms: RevocationAlarms | undefined;
  /**
   * Which routes, groups and codes have metrics of their own.
   * @internal
   */
  readonly metricPlan: MetricPlan;
  readonly #context: AuthorizerContext;
  readonly #httpApis: HttpApis;
  readonly #restApis: RestApis;
  readonly #use: Use;

  /**
   * @throws Error for a `quotaBudget` out of its bounds, AccessMapError for a map with placeholders
   * of `init`.
   */
  constructor(scope: Construct, id: string, props: OktaGroupAuthorizerProps) {
    super(scope, id);
    const { map } = props;
    annotateMap(this, map);
    const operations = withRetention(props, map);
    const tables = tableOptions(props);
    this.map = map;
    this.metricPlan = planOf(props);
    this.quotaTable =
      map.model.quotas.length === 0 ? undefined : new QuotaTable(this, 'QuotaTable', tables);
    this.keyTable = new KeyCopyTable(this, 'KeyTable', tables);
    const maxStaleKeys = keyStaleness(this, props);
    const authorizer = new AuthorizerFunction(this, 'Authorizer', {
      ...operations,
      model: authorizerModel(map, this.metricPlan),
      quotaTable: this.quotaTable,
      keyTable: this.keyTable,
      hubs: readHubs(this, map, operations),
      maxStaleKeys,
      quotaBudget: chargeTimeout(this, props),
    });
    this.logGroup = authorizer.logGroup;
    const watched = { function: authorizer.function };
    this.keyAlarms = new KeyAlarms(this, 'KeyAlarms', { ...watched, maxStaleKeys });
    this.quotaAlarms = this.quotaTable && new QuotaAlarms(this, 'QuotaAlarms', watched);
    this.revocationAlarms =
      map.revocations.length === 0
        ? undefined
        : new RevocationAlarms(this, 'RevocationAlarms', { ...watched, map });
    const { quotaTable } = this;
    const output = new DeployedOutput(this, { map: map.name, authorizer: authorizer.invokedArn });
    this.#context = { construct: this, map, operations, authorizer, quotaTable, output };
    this.#httpApis = new HttpApis(this.#context);
    this.#restApis = new RestApis(this.#context);
    this.#use = noteUse(this.#context);
  }

  /** The function that decides each request, for code that connects it to a gateway by hand. */
  get function(): IFunction {
    this.#use.isUsed = true;
    return this.#context.authorizer.function;
  }

  /**
   * ARN of what gateways invoke: the function, or its alias `live` where environments are kept
   * warm.
   */
  get invokedArn(): string {
    this.#use.isUsed = true;
    return this.#context.authorizer.invokedArn;
  }

  /**
   * Read where plain JavaScript passes this construct as `authorizer:` of a method of a REST API,
   * which would leave the method without any.
   * @throws Error that says what to call instead.
   */
  get authorizationType(): never {
    throw contextError(
      this.#context,
      'expected `protect(api)` for the methods of a REST API, found this construct as their `authorizer:`',
    );
  }

  /**
   * Covers all routes of `api`: those that it has, those added later, in this or in other stacks of
   * the app, with whatever construct.
   *
   * Routes that the map lists as public stay without authorizer. A route with another authorizer is
   * left unchanged and is an error at synthesis, unless `replace` has it. A route that is not in
   * the map is covered too and answers 403; it gets a warning, and so does a mapped route that the
   * API does not have. Routes of a REST API are its methods, whether resources or written in an
   * OpenAPI body; a MOCK OPTIONS method, which answers preflights, stays without authorizer.
   *
   * A stage that serves a deployment of the app gets a new one, which follows the routes and the
   * authorizer; a stage that would go on serving an older one is an error at synthesis, and so is
   * an imported API without a route in this app.
   * @throws Error for an API of another kind than the map's, and for one whose routes cannot be
   * seen.
   */
  protect(api: AnyHttpApi | AnyRestApi, options: ProtectOptions = {}): void {
    this.#use.isUsed = true;
    if (isRestApi(api) && !isHttpApi(api)) this.#restApis.protect(api, options);
    else this.#httpApis.protect(api, options);
  }

  /**
   * Sets our authorizer on the routes that `api`, an imported API, has in the account: routes of
   * other stacks, which no template of this app can reach. A custom resource does it while the
   * stack is deployed, and restores the former state when the stack is deleted.
   *
   * Attaching never weakens protection: a route keeps another authorizer unless `replace` lists it.
   * @throws Error for an API of another kind than the map's, for a map whose answers are cached,
   * for a REST API without `stage`, and for an API that is a resource of this app. `planAttachment`
   * is the dry run.
   */
  attach(api: AnyHttpApi | IRestApi, options: AttachOptions = {}): Attachment {
    this.#use.isUsed = true;
    return attachTo(this.#context, this.#httpApis, api, options);
  }

  /**
   * What `attach` with the same arguments would do, in the stack's outputs: a dry run, which has no
   * right to change anything. Replace it by `attach` later; the deployment is refused where the
   * stack is attached already.
   * @throws Error as `attach` does.
   */
  planAttachment(api: AnyHttpApi | IRestApi, options: AttachOptions = {}): AttachmentPlan {
    this.#use.isUsed = true;
    return planAttachmentTo(this.#context, api, options);
  }

  /**
   * Gives `api` the map's `permissionsEndpoint`: a route, behind this authorizer, at which callers
   * ask what they may do; an attachment brings it by itself. On a REST API `api.cors` of the map
   * says which pages may read the answer.
   * @throws Error for a map without that key, for a REST API that is not protected yet, and for one
   * that serves the path already.
   */
  addPermissionsEndpoint(api: AnyHttpApi | AnyRestApi): PermissionsEndpoint {
    const { permissionsEndpoint: endpoint, source, api: settings } = this.map;
    if (endpoint === undefined)
      throw contextError(
        this.#context,
        `${source}: expected the key \`permissionsEndpoint\`, found no such key`,
      );
    if (!isHttpApi(api) && !this.#restApis.isProtected(api)) {
      throw contextError(
        this.#context,
        `API \`${api.node.path}\`: expected \`protect\` before \`addPermissionsEndpoint\`, found a REST API without authorizer`,
      );
    }
    const added = permissionsEndpoint(this.#context, api, endpoint);
    if (isHttpApi(api)) addHttpRoute(added, api.apiId, this.authorizerIdFor(api));
    else addRestMethod(added, api, settings.cors);
    return added;
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
    this.#use.isUsed = true;
    return this.#httpApis.authorizerOf(httpApi).ref;
  }
}

const planOf = ({ map, maxMetrics }: OktaGroupAuthorizerProps): MetricPlan =>
  planMetrics(map.model, { most: maxMetrics, attached: map.api.attachTo !== undefined });
