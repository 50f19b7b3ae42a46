/** The template's HTTP APIs, as the local gateway serves them. */

import { apiParts } from './api-parts.ts';
import { type AuthorizerView, readAuthorizer } from './authorizer.ts';
import { type IntegrationView, readIntegration } from './integration.ts';
import { localId, type Resource, TemplateError } from './intrinsics.ts';
import { type Properties, propertiesOf, readProperties } from './properties.ts';
import type { Scope } from './scope.ts';

export interface HttpApiView {
  readonly apiId: string;
  readonly name: string;
  readonly cors: CorsView | undefined;
  readonly routes: readonly RouteView[];
  readonly stages: readonly StageView[];
}

export interface CorsView {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly credentials: boolean;
}

export interface RouteView {
  /** `GET /orders/{id}`, `ANY /{proxy+}`, `$default`. */
  readonly routeKey: string;
  readonly authorizer: AuthorizerView | undefined;
  readonly integration: IntegrationView;
}

export interface StageView {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>> | undefined;
  /** The access log's format, where the stage writes one. */
  readonly accessLogFormat: string | undefined;
}

const served = new Set(
  ['Api', 'Route', 'Integration', 'Authorizer', 'Stage', 'Deployment'].map(
    (name) => `AWS::ApiGatewayV2::${name}`,
  ),
);

/**
 * All HTTP APIs of one template.
 * @throws TemplateError for anything of an API that cannot be served
 */
export function readHttpApis(scope: Scope): readonly HttpApiView[] {
  for (const [id, resource] of Object.entries(scope.template.Resources ?? {})) {
    if (resource.Type.startsWith('AWS::ApiGatewayV2::') && !served.has(resource.Type)) {
      throw new TemplateError(`${resource.Type} \`${id}\` is not served locally`);
    }
    if (served.has(resource.Type) && resource.Condition !== undefined) {
      throw new TemplateError(`${resource.Type} \`${id}\`: conditions are not evaluated locally`);
    }
  }
  return apiParts(scope, 'http', 'Api').map(([id, resource]) => readApi(scope, id, resource));
}

function readApi(scope: Scope, id: string, resource: Resource): HttpApiView {
  const api = readProperties(id, resource, scope.resolve, [
    'Name',
    'Description',
    'ProtocolType',
    'CorsConfiguration',
    'Tags',
    'IpAddressType',
    'Version',
  ]);
  if (api.optionalText('ProtocolType') !== 'HTTP')
    throw new TemplateError(`${api.at}: only ProtocolType HTTP is served locally`);
  const apiId = localId(id);
  const viewsOf = <View>(type: string, read: (id: string, resource: Resource) => View) =>
    new Map(
      apiParts(scope, 'http', type, apiId).map(
        ([key, value]) => [localId(key), read(key, value)] as const,
      ),
    );
  const targets: RouteTargets = {
    authorizers: viewsOf('Authorizer', (key, value) => readAuthorizer(scope, apiId, key, value)),
    integrations: viewsOf('Integration', (key, value) => readIntegration(scope, apiId, key, value)),
  };
  return {
    apiId,
    name: api.optionalText('Name') ?? id,
    cors: readCors(api),
    routes: apiParts(scope, 'http', 'Route', apiId).map(([key, value]) =>
      readRoute(scope, key, value, targets),
    ),
    stages: apiParts(scope, 'http', 'Stage', apiId).map(([key, value]) =>
      readStage(scope, key, value),
    ),
  };
}

function readCors(api: Properties): CorsView | undefined {
  const raw = api.object('CorsConfiguration');
  if (raw === undefined) return undefined;
  const known = [
    'AllowOrigins',
    'AllowMethods',
    'AllowHeaders',
    'ExposeHeaders',
    'MaxAge',
    'AllowCredentials',
  ];
  const unexpected = Object.keys(raw).find((name) => !known.includes(name));
  if (unexpected !== undefined)
    throw new TemplateError(`${api.at}: \`CorsConfiguration.${unexpected}\` is not served locally`);
  const cors = propertiesOf(`${api.at} CorsConfiguration`, raw);
  return {
    origins: cors.texts('AllowOrigins'),
    methods: cors.texts('AllowMethods'),
    headers: cors.texts('AllowHeaders'),
    exposeHeaders: cors.texts('ExposeHeaders'),
    maxAgeSeconds: cors.optionalNumber('MaxAge'),
    credentials: cors.flag('AllowCredentials'),
  };
}

/** What the routes of an API refer to, by id. */
interface RouteTargets {
  readonly authorizers: ReadonlyMap<string, AuthorizerView>;
  readonly integrations: ReadonlyMap<string, IntegrationView>;
}

function readRoute(
  scope: Scope,
  id: string,
  resource: Resource,
  { authorizers, integrations }: RouteTargets,
): RouteView {
  const route = readProperties(id, resource, scope.resolve, [
    'ApiId',
    'RouteKey',
    'AuthorizationType',
    'AuthorizerId',
    'Target',
    'OperationName',
  ]);
  const routeKey = route.text('RouteKey');
  const integration = integrations.get(route.text('Target').replace(/^integrations\//, ''));
  if (integration === undefined)
    throw new TemplateError(`${route.at}: no integration has the id of its Target`);
  const type = route.optionalText('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return { routeKey, authorizer: undefined, integration };
  if (type !== 'CUSTOM')
    throw new TemplateError(`${route.at}: authorization type \`${type}\` is not served locally`);
  const authorizer = authorizers.get(route.text('AuthorizerId'));
  if (authorizer === undefined)
    throw new TemplateError(`${route.at}: no authorizer has the id of its AuthorizerId`);
  return { routeKey, authorizer, integration };
}

function readStage(scope: Scope, id: string, resource: Resource): StageView {
  const stage = readProperties(id, resource, scope.resolve, [
    'ApiId',
    'StageName',
    'AutoDeploy',
    'DeploymentId',
    'Description',
    'StageVariables',
    'AccessLogSettings',
    'DefaultRouteSettings',
    'RouteSettings',
    'Tags',
  ]);
  const name = stage.text('StageName');
  if (!stage.flag('AutoDeploy') && stage.optionalText('DeploymentId') === undefined) {
    throw new TemplateError(
      `${stage.at}: neither AutoDeploy nor a DeploymentId, so nothing would be deployed`,
    );
  }
  if (
    stage.object('DefaultRouteSettings') !== undefined ||
    stage.object('RouteSettings') !== undefined
  ) {
    scope.note(`stage ${name}: route settings (throttling, detailed metrics) are not applied`);
  }
  const format = stage.object('AccessLogSettings')?.['Format'];
  return {
    name,
    variables:
      stage.object('StageVariables') === undefined ? undefined : stage.textMap('StageVariables'),
    accessLogFormat: format === undefined ? undefined : String(format),
  };
}
