import { Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpConnectionType,
  HttpIntegration,
  HttpIntegrationType,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type ParameterMapping,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { preflightPaths } from '../../lambda/gateway/preflight.ts';
import type { AccessMap, ApiSettings, Upstream } from '../access-map/index.ts';
import type { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';
import { operationsLog } from '../resources/operations-log.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { allowInvocation } from '../template-parts/invoke-permission.ts';
import { addPreflightRoute } from '../template-parts/preflight-route.ts';
import { accessLogFields } from './access-log-fields.ts';
import { CustomDomain } from './custom-domain.ts';
import { authorizedRequest, publicRequest } from './upstream-mapping.ts';

export interface AccessApiProps {
  readonly map: AccessMap;
  readonly authorizer: OktaGroupAuthorizer;
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
  /** Retention and key of the access log. */
  readonly operations: OperationsProps;
}

type Cors = NonNullable<ApiSettings['cors']>;

/**
 * The access map's HTTP API: one route for each entry of the inventory, all proxied to the
 * upstream.
 */
export class HttpAccessApi extends Construct {
  readonly httpApi: HttpApi;
  readonly stage: HttpStage;
  readonly accessLog: LogGroup;
  /** The custom domain, if the map has one. */
  readonly domain: CustomDomain | undefined;

  constructor(scope: Construct, id: string, props: AccessApiProps) {
    super(scope, id);
    const { map, authorizer } = props;
    this.httpApi = new HttpApi(this, 'HttpApi', {
      apiName: map.name,
      createDefaultStage: false,
      ...(map.api.entrance?.executeApi === false && { disableExecuteApiEndpoint: true }),
      ...(map.api.cors && { corsPreflight: corsPreflight(map.api.cors, map) }),
    });
    this.#addRoutes(map, authorizer);
    // Covers routes that subclasses or aspects add to this API later.
    authorizer.protect(this.httpApi);
    this.accessLog = operationsLog(this, 'AccessLog', props.operations);
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields(map))),
      },
    });
    const { domain } = map.api.entrance ?? {};
    const [apiId, stage] = [this.httpApi.apiId, this.stage.stageName];
    this.domain = domain && new CustomDomain(this, 'Domain', { domain, apiId, stage });
    this.domain?.node.addDependency(this.stage);
  }

  #addRoutes(map: AccessMap, authorizer: OktaGroupAuthorizer): void {
    const { authorizedTarget, publicTarget } = this.#addTargets(map);
    const authorizerId = authorizer.authorizerIdFor(this.httpApi);
    const { apiId } = this.httpApi;
    for (const { key, public: isPublic } of map.gatewayRoutes) {
      const access = isPublic
        ? { authorizationType: 'NONE', target: publicTarget }
        : { authorizationType: 'CUSTOM', authorizerId, target: authorizedTarget };
      new CfnRoute(this.httpApi, key, { apiId, routeKey: key, ...access });
    }
    if (map.permissionsEndpoint !== undefined) authorizer.addPermissionsEndpoint(this.httpApi);
    if (map.api.cors !== undefined) this.#addPreflightRoutes(map, publicTarget);
  }

  /**
   * One or two integrations for all routes: 300 routes with one each would pass CloudFormation's
   * 500 resources.
   */
  #addTargets(map: AccessMap): {
    readonly authorizedTarget: string;
    readonly publicTarget: string;
  } {
    const { upstream } = map.api;
    if (upstream.kind === 'lambda') {
      allowInvocation(this, { functionArn: upstream.functionArn, apiId: this.httpApi.apiId });
      return {
        authorizedTarget: this.#addFunction('Function', upstream.functionArn, authorizedRequest()),
        publicTarget: this.#addFunction('PublicFunction', upstream.functionArn, publicRequest()),
      };
    }
    return {
      authorizedTarget: this.#addProxy('Authorized', upstream, authorizedRequest),
      publicTarget: this.#addProxy('Public', upstream, publicRequest),
    };
  }

  #addProxy(
    id: string,
    upstream: Exclude<Upstream, { kind: 'lambda' }>,
    request: (upstreamUrl: string) => ParameterMapping,
  ): string {
    const [uri, link] =
      upstream.kind === 'url' ? [upstream.url, undefined] : [upstream.listener, upstream.vpcLink];
    const integration = new HttpIntegration(this.httpApi, id, {
      httpApi: this.httpApi,
      integrationType: HttpIntegrationType.HTTP_PROXY,
      integrationUri: uri,
      method: HttpMethod.ANY,
      payloadFormatVersion: PayloadFormatVersion.VERSION_1_0,
      parameterMapping: request(upstream.kind === 'url' ? upstream.url : ''),
      ...(link !== undefined && {
        connectionType: HttpConnectionType.VPC_LINK,
        connectionId: link,
      }),
    });
    return `integrations/${integration.integrationId}`;
  }

  /**
   * The event carries the same identity headers as a request to a URL, so that a function never
   * reads forged ones.
   */
  #addFunction(id: string, functionArn: string, parameterMapping: ParameterMapping): string {
    const integration = new HttpIntegration(this.httpApi, id, {
      httpApi: this.httpApi,
      integrationType: HttpIntegrationType.AWS_PROXY,
      integrationUri: functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      parameterMapping,
    });
    return `integrations/${integration.integrationId}`;
  }

  #addPreflightRoutes(map: AccessMap, target: string): void {
    const known = new Set(map.gatewayRoutes.map((route) => route.key));
    const guarded = map.gatewayRoutes.flatMap((route) => (route.public ? [] : [route.key]));
    for (const path of new Set(guarded.flatMap(preflightPaths))) {
      if (!known.has(`OPTIONS ${path}`)) addPreflightRoute(this.httpApi, path, target);
    }
  }
}

function corsPreflight(
  cors: Cors,
  { gatewayRoutes, permissionsEndpoint }: AccessMap,
): CorsPreflightOptions {
  const methods = new Set(gatewayRoutes.map((route) => CorsHttpMethod[route.method ?? 'ANY']));
  if (permissionsEndpoint !== undefined) methods.add(CorsHttpMethod.GET);
  return {
    allowOrigins: [...cors.origins],
    allowHeaders: [
      ...new Set([
        'authorization',
        'content-type',
        ...cors.headers.map((name) => name.toLowerCase()),
      ]),
    ],
    allowMethods: methods.has(CorsHttpMethod.ANY) ? [CorsHttpMethod.ANY] : [...methods],
    maxAge: Duration.seconds(cors.maxAgeSeconds),
  };
}
