import { Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpIntegration,
  HttpIntegrationType,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type ParameterMapping,
  PayloadFormatVersion,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AccessMap, ApiSettings, GatewayRoute } from './access-map/index.ts';
import type { OktaGroupAuthorizer } from './okta-group-authorizer.ts';
import { addPreflightRoute } from './preflight-route.ts';
import { authorizedRequest, publicRequest } from './upstream-mapping.ts';

export interface AccessApiProps {
  readonly map: AccessMap;
  readonly authorizer: OktaGroupAuthorizer;
  readonly throttle: ThrottleSettings;
  readonly logRetention: RetentionDays;
}

type Cors = NonNullable<ApiSettings['cors']>;

/** What the access log tells of a request: who, which route, what came of it; never a header, a path or a query string, which may hold secrets. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  protocol: '$context.protocol',
  responseLength: '$context.responseLength',
  integrationStatus: '$context.integrationStatus',
  integrationLatency: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  uid: '$context.authorizer.uid',
  cid: '$context.authorizer.cid',
  mapVersion: '$context.authorizer.mapVersion',
  code: '$context.authorizer.code',
  authorizerError: '$context.authorizer.error',
  authorizerLatency: '$context.authorizer.latency',
} as const;

/** The access map's API: one route for each entry of its inventory, all of them proxied to the upstream. */
export class AccessApi extends Construct {
  readonly httpApi: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: AccessApiProps) {
    super(scope, id);
    const { map, authorizer } = props;
    this.httpApi = new HttpApi(this, 'HttpApi', {
      apiName: map.name,
      createDefaultStage: false,
      ...(map.api.cors && { corsPreflight: corsPreflight(map.api.cors, map) }),
    });
    this.#addRoutes(map, authorizer);
    // Covers what is added to this API later, by subclasses or by aspects.
    authorizer.protect(this.httpApi);
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(new LogGroup(this, 'AccessLog', { retention: props.logRetention })),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
  }

  #addRoutes(map: AccessMap, authorizer: OktaGroupAuthorizer): void {
    // Two integrations for all routes: 300 routes with one each would pass CloudFormation's 500 resources.
    const authorizedTarget = this.#addIntegration('Authorized', map, authorizedRequest);
    const publicTarget = this.#addIntegration('Public', map, publicRequest);
    const authorizerId = authorizer.authorizerIdFor(this.httpApi);
    const { apiId } = this.httpApi;
    for (const { key, public: open } of map.gatewayRoutes) {
      const access = open
        ? { authorizationType: 'NONE', target: publicTarget }
        : { authorizationType: 'CUSTOM', authorizerId, target: authorizedTarget };
      new CfnRoute(this.httpApi, key, { apiId, routeKey: key, ...access });
    }
    if (map.permissionsEndpoint !== undefined) authorizer.addPermissionsEndpoint(this.httpApi);
    if (map.api.cors !== undefined) this.#addPreflightRoutes(map, publicTarget);
  }

  #addIntegration(id: string, map: AccessMap, request: (upstreamUrl: string) => ParameterMapping): string {
    const { url } = map.api.upstream;
    const integration = new HttpIntegration(this.httpApi, id, {
      httpApi: this.httpApi,
      integrationType: HttpIntegrationType.HTTP_PROXY,
      integrationUri: url,
      method: HttpMethod.ANY,
      payloadFormatVersion: PayloadFormatVersion.VERSION_1_0,
      parameterMapping: request(url),
    });
    return `integrations/${integration.integrationId}`;
  }

  #addPreflightRoutes(map: AccessMap, target: string): void {
    const known = new Set(map.gatewayRoutes.map((route) => route.key));
    for (const path of new Set(map.gatewayRoutes.flatMap(preflightPaths))) {
      if (!known.has(`OPTIONS ${path}`)) addPreflightRoute(this.httpApi, path, target);
    }
  }
}

/** Paths whose preflight a route with authorizer would catch. */
function preflightPaths(route: GatewayRoute): readonly string[] {
  if (route.public) return [];
  if (route.key === '$default') return ['/', '/{proxy+}'];
  return route.method === 'ANY' ? [route.template] : [];
}

function corsPreflight(cors: Cors, { gatewayRoutes, permissionsEndpoint }: AccessMap): CorsPreflightOptions {
  const methods = new Set(gatewayRoutes.map((route) => CorsHttpMethod[route.method ?? 'ANY']));
  if (permissionsEndpoint !== undefined) methods.add(CorsHttpMethod.GET);
  return {
    allowOrigins: [...cors.origins],
    allowHeaders: [...new Set(['authorization', 'content-type', ...cors.headers.map((name) => name.toLowerCase())])],
    allowMethods: methods.has(CorsHttpMethod.ANY) ? [CorsHttpMethod.ANY] : [...methods],
    maxAge: Duration.seconds(cors.maxAgeSeconds),
  };
}
