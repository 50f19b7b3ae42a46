import { Annotations, ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnAuthorizer,
  type HttpRouteAuthorizerBindOptions,
  type HttpRouteAuthorizerConfig,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AccessMap, CachePlan } from './access-map/index.ts';
import { type AnyHttpApi, apiResource } from './api-identity.ts';
import { Attachment } from './attachment/attachment.ts';
import { restAuthorizer } from './attachment/rest-authorizer.ts';
import type { AttachOptions } from './attachment/target.ts';
import { AuthorizerFunction } from './authorizer-function.ts';
import { CacheFlush } from './cache-flush.ts';
import { KeyAlarms } from './key-alarms.ts';
import { KeyCopyTable } from './key-copy-table.ts';
import { QuotaAlarms } from './quota-alarms.ts';
import { QuotaTable } from './quota-table.ts';
import { RouteCoverage } from './route-coverage.ts';

export interface OktaGroupAuthorizerProps {
  /** Which Okta group may call which route, and how often. */
  readonly map: AccessMap;

  /**
   * Memory of the function in MiB; its processor time grows with it.
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * Longest time for one charge of a quota, its retry included: 50 ms to 3 s. After it `onStoreFailure` decides.
   * @default Duration.millis(300)
   */
  readonly quotaBudget?: Duration;

  /**
   * How long the function's log is kept.
   * @default RetentionDays.THREE_MONTHS (90 days)
   */
  readonly logRetention?: RetentionDays;

  /**
   * Longest age at which signing keys are used while Okta cannot be reached; 10 minutes to 7 days. Until then a key that Okta
   * withdrew during the outage is still accepted.
   * @default Duration.hours(24)
   */
  readonly maxStaleKeys?: Duration;
}

interface Attached {
  readonly authorizer: CfnAuthorizer;
  readonly coverage: RouteCoverage;
}

/**
 * A Lambda authorizer that decides by the caller's Okta groups, for the HTTP APIs of this app.
 *
 * `protect(api)` covers all routes of an API; passed as `authorizer:` it covers single routes.
 * Answers are cached as `map.cache` says, with its reasons; a deploy with another map empties the gateway's cache.
 */
export class OktaGroupAuthorizer extends Construct implements IHttpRouteAuthorizer {
  readonly map: AccessMap;
  /** Decides each request. */
  readonly function: IFunction;
  /** Where quotas are counted; undefined while the map has none. */
  readonly quotaTable: QuotaTable | undefined;
  readonly #logRetention: RetentionDays;
  readonly #name: string;
  /** Where the last signing keys known to be good are kept. */
  readonly keyTable: KeyCopyTable;
  readonly keyAlarms: KeyAlarms;
  /** Alarm on the quota table; undefined while the map has no quotas. */
  readonly quotaAlarms: QuotaAlarms | undefined;
  readonly #attached = new Map<AnyHttpApi, Attached>();

  /** @throws Error for a map of another kind than `http`, or a `quotaBudget` out of its bounds. */
  constructor(scope: Construct, id: string, props: OktaGroupAuthorizerProps) {
    super(scope, id);
    this.map = props.map;
    this.#logRetention = props.logRetention ?? RetentionDays.THREE_MONTHS;
    this.#name = `okta-groups-${this.node.addr.slice(-8)}`;
    if (this.map.kind !== 'http') throw this.#error(`${this.map.source}: \`api.kind\`: expected \`http\`, found \`${this.map.kind}\``);
    this.quotaTable = this.map.model.quotas.length === 0 ? undefined : new QuotaTable(this, 'QuotaTable');
    this.keyTable = new KeyCopyTable(this, 'KeyTable');
    const maxStaleKeys = props.maxStaleKeys ?? Duration.hours(24);
    this.#assertStaleness(maxStaleKeys);
    this.function = new AuthorizerFunction(this, 'Authorizer', {
      model: this.map.model,
      quotaTable: this.quotaTable,
      keyTable: this.keyTable,
      maxStaleKeys,
      quotaBudget: this.#quotaBudget(props.quotaBudget ?? Duration.millis(300)),
      memorySize: props.memorySize ?? 512,
      logRetention: this.#logRetention,
    }).function;
    this.keyAlarms = new KeyAlarms(this, 'KeyAlarms', { function: this.function, maxStaleKeys });
    this.quotaAlarms = this.quotaTable && new QuotaAlarms(this, 'QuotaAlarms', { function: this.function });
    for (const { code, place, message } of this.map.warnings) {
      Annotations.of(this).addWarningV2(`okta-group-authorizer:${code}:${place.path}`, message);
    }
  }

  /**
   * Covers all routes of `httpApi`: those that it has, those added later, in this or in other stacks of the app, with whatever construct.
   *
   * Routes that the map lists as public stay open. A route with another authorizer is never changed and is an error at synthesis.
   * A route that the map does not have is covered too, with a warning, and answers 403; so does a mapped route that the API lacks warn.
   * @throws Error for anything but an HTTP API whose routes are resources of the app.
   */
  protect(httpApi: AnyHttpApi): void {
    const api = apiResource(httpApi);
    const { coverage } = this.#attachTo(httpApi);
    if (api !== undefined && (api.body ?? api.bodyS3Location ?? api.target) !== undefined) {
      throw this.#error(
        `API \`${httpApi.node.path}\`: expected routes as resources of the app, found \`body\` or \`target\`, whose routes cannot be seen; add them as routes`,
      );
    }
    coverage.protectAll();
  }

  /**
   * Sets our authorizer on the routes that `api`, an imported API, has in the account: routes of other stacks, which no template of this app
   * can reach. A custom resource does it while the stack is deployed, and restores the former state when the stack is deleted.
   *
   * Attaching never weakens: a route with another authorizer keeps it unless `replace` lists it.
   * @throws Error for an API of another kind than the map's, for a REST API without `stage`, and for one that is a resource of this app.
   */
  attach(api: AnyHttpApi | IRestApi, options: AttachOptions = {}): Attachment {
    if (api.node.defaultChild !== undefined) {
      throw this.#error(`API \`${api.node.path}\`: expected an imported API, found a resource of this app: use \`protect\``);
    }
    const isHttp = 'isHttpApi' in api;
    if (isHttp !== (this.map.kind === 'http')) {
      throw this.#error(`API \`${api.node.path}\`: expected an API of the map's kind \`${this.map.kind}\`, found another`);
    }
    if (!isHttp && options.stage === undefined) throw this.#error('expected the option `stage` for a REST API, found no such option');
    const [authorizer, apiId] = isHttp
      ? [this.#attachTo(api).authorizer, api.apiId]
      : [restAuthorizer(api, this.#name, this.function), api.restApiId];
    return new Attachment(this, `Attachment${api.node.addr.slice(-8)}`, {
      ...options,
      map: this.map,
      apiId,
      authorizerName: this.#name,
      logRetention: this.#logRetention,
      authorizer: { id: authorizer.ref, resources: authorizer.node.scope ?? authorizer },
    });
  }

  /** Called by a route that has this construct as its `authorizer:`. */
  bind(options: HttpRouteAuthorizerBindOptions): HttpRouteAuthorizerConfig {
    return { authorizationType: 'CUSTOM', authorizerId: this.authorizerIdFor(options.route.httpApi) };
  }

  /** Id of our authorizer on `httpApi`, for a `CfnRoute` with `authorizationType: 'CUSTOM'`. */
  authorizerIdFor(httpApi: AnyHttpApi): string {
    return this.#attachTo(httpApi).authorizer.ref;
  }

  /** One authorizer an API, made at its first use there. */
  #attachTo(httpApi: AnyHttpApi): Attached {
    const known = this.#attached.get(httpApi);
    if (known !== undefined) return known;
    // Asked at run time too: a caller in plain JavaScript has no types to stop them.
    if (httpApi?.isHttpApi !== true) {
      throw this.#error('expected an HTTP API (`HttpApi` of aws-apigatewayv2); WebSocket and REST APIs are not available yet');
    }
    const authorizer = this.#makeAuthorizer(httpApi);
    const attached = { authorizer, coverage: new RouteCoverage({ httpApi, authorizer, map: this.map, reporter: this }) };
    this.#attached.set(httpApi, attached);
    if (this.map.cache.mode !== 'off') {
      const api = { kind: 'http', id: httpApi.apiId } as const;
      new CacheFlush(httpApi, `CacheFlush${this.node.addr.slice(-8)}`, { map: this.map, api, after: this.function });
    }
    return attached;
  }

  /** Below the API, so that its stack needs ours and never the other way: else an authorizer in a stack of its own would be a cycle. */
  #makeAuthorizer(httpApi: AnyHttpApi): CfnAuthorizer {
    const stack = Stack.of(httpApi);
    const scope = new Construct(httpApi, `OktaGroupAuthorizer${this.node.addr.slice(-8)}`);
    const integration = `2015-03-31/functions/${this.function.functionArn}/invocations`;
    const authorizer = new CfnAuthorizer(scope, 'Authorizer', {
      apiId: httpApi.apiId,
      name: this.#name,
      authorizerType: 'REQUEST',
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: false,
      identitySource: identitySources(this.map.cache.mode),
      authorizerResultTtlInSeconds: this.map.cache.ttlSeconds,
      authorizerUri: stack.formatArn({ service: 'apigateway', account: 'lambda', resource: 'path', resourceName: integration }),
    });
    new CfnPermission(scope, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: this.function.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: stack.formatArn({
        service: 'execute-api',
        resource: httpApi.apiId,
        resourceName: `authorizers/${authorizer.ref}`,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    });
    return authorizer;
  }

  /** The authorizer awaits fresh keys from ten minutes of age on, so that less would refuse valid tokens between two fetches. */
  #assertStaleness(maxStaleKeys: Duration): void {
    if (maxStaleKeys.toSeconds() >= 600 && maxStaleKeys.toSeconds() <= 7 * 86_400) return;
    throw this.#error(`\`maxStaleKeys\`: expected 10 minutes to 7 days, found ${maxStaleKeys.toHumanString()}`);
  }

  #quotaBudget(budget: Duration): Duration {
    const ms = budget.toMilliseconds({ integral: false });
    // The function itself ends after 5 s, and the caller waits all the while.
    if (Number.isInteger(ms) && ms >= 50 && ms <= 3_000) return budget;
    throw this.#error(`\`quotaBudget\`: expected 50 to 3000 whole milliseconds, found ${ms}`);
  }

  #error(message: string): Error {
    return new Error(`${this.node.path}: ${message}`);
  }
}

/** What the gateway's cache tells answers apart by. Every source must be there in each request; else it is 401 without an invocation. */
const identitySources = (mode: CachePlan['mode']): string[] =>
  mode === 'tokenAndRoute'
    ? ['$request.header.Authorization', '$context.routeKey', '$context.httpMethod']
    : ['$request.header.Authorization'];
