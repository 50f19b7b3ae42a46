/** The template's HTTP APIs, as the local gateway serves them. */
import {
  asFunctionArn,
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  localId,
  type Resolve,
  type Resource,
  type Template,
  TemplateError,
} from './intrinsics.ts';
import { type Properties, propertiesOf, readProperties } from './properties.ts';

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

export interface AuthorizerView {
  readonly id: string;
  readonly functionArn: string;
  readonly identitySources: readonly string[];
  /** 0: the result is never cached. */
  readonly ttlSeconds: number;
  readonly simpleResponses: boolean;
  /** Whether the function's resource policy, or a role, lets the gateway invoke it for this authorizer. */
  readonly invocable: boolean;
}

export interface IntegrationView {
  readonly target:
    | { readonly kind: 'http'; readonly uri: string; readonly method: string }
    | { readonly kind: 'lambda'; readonly functionArn: string; readonly payload: '1.0' | '2.0'; readonly invocable: boolean };
  /** Request parameter mappings as written: `overwrite:header.x-user` to its value. */
  readonly requestParameters: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface StageView {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>> | undefined;
  /** The access log's format, where the stage writes one. */
  readonly accessLogFormat: string | undefined;
}

export interface Scope {
  readonly template: Template;
  readonly resolve: Resolve;
  /** Takes what the deployed API does and the local one leaves out, for people to read. */
  readonly note: (text: string) => void;
}

const served = new Set(['Api', 'Route', 'Integration', 'Authorizer', 'Stage', 'Deployment'].map((name) => `AWS::ApiGatewayV2::${name}`));

/** All HTTP APIs of one template. @throws TemplateError for anything of an API that cannot be served */
export function readHttpApis(scope: Scope): readonly HttpApiView[] {
  for (const [id, resource] of Object.entries(scope.template.Resources ?? {})) {
    if (resource.Type.startsWith('AWS::ApiGatewayV2::') && !served.has(resource.Type)) {
      throw new TemplateError(`${resource.Type} \`${id}\` is not served locally`);
    }
    if (served.has(resource.Type) && resource.Condition !== undefined) {
      throw new TemplateError(`${resource.Type} \`${id}\`: conditions are not evaluated locally`);
    }
  }
  return ofType(scope, 'Api').map(([id, resource]) => readApi(scope, id, resource));
}

function ofType(scope: Scope, type: string, apiId?: string): readonly (readonly [string, Resource])[] {
  return Object.entries(scope.template.Resources ?? {}).filter(
    ([, resource]) =>
      resource.Type === `AWS::ApiGatewayV2::${type}` && (apiId === undefined || scope.resolve(resource.Properties?.['ApiId']) === apiId),
  );
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
  if (api.optionalText('ProtocolType') !== 'HTTP') throw new TemplateError(`${api.at}: only ProtocolType HTTP is served locally`);
  const apiId = localId(id);
  const authorizers = new Map(
    ofType(scope, 'Authorizer', apiId).map(([key, value]) => [localId(key), readAuthorizer(scope, apiId, key, value)]),
  );
  const integrations = new Map(
    ofType(scope, 'Integration', apiId).map(([key, value]) => [localId(key), readIntegration(scope, apiId, key, value)]),
  );
  return {
    apiId,
    name: api.optionalText('Name') ?? id,
    cors: readCors(api),
    routes: ofType(scope, 'Route', apiId).map(([key, value]) => readRoute(scope, key, value, authorizers, integrations)),
    stages: ofType(scope, 'Stage', apiId).map(([key, value]) => readStage(scope, key, value)),
  };
}

function readCors(api: Properties): CorsView | undefined {
  const raw = api.object('CorsConfiguration');
  if (raw === undefined) return undefined;
  const known = ['AllowOrigins', 'AllowMethods', 'AllowHeaders', 'ExposeHeaders', 'MaxAge', 'AllowCredentials'];
  const stray = Object.keys(raw).find((name) => !known.includes(name));
  if (stray !== undefined) throw new TemplateError(`${api.at}: \`CorsConfiguration.${stray}\` is not served locally`);
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

function readRoute(
  scope: Scope,
  id: string,
  resource: Resource,
  authorizers: ReadonlyMap<string, AuthorizerView>,
  integrations: ReadonlyMap<string, IntegrationView>,
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
  if (integration === undefined) throw new TemplateError(`${route.at}: no integration has the id of its Target`);
  const type = route.optionalText('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return { routeKey, authorizer: undefined, integration };
  if (type !== 'CUSTOM') throw new TemplateError(`${route.at}: authorization type \`${type}\` is not served locally`);
  const authorizer = authorizers.get(route.text('AuthorizerId'));
  if (authorizer === undefined) throw new TemplateError(`${route.at}: no authorizer has the id of its AuthorizerId`);
  return { routeKey, authorizer, integration };
}

function readAuthorizer(scope: Scope, apiId: string, id: string, resource: Resource): AuthorizerView {
  const authorizer = readProperties(id, resource, scope.resolve, [
    'ApiId',
    'Name',
    'AuthorizerType',
    'AuthorizerUri',
    'AuthorizerPayloadFormatVersion',
    'AuthorizerResultTtlInSeconds',
    'AuthorizerCredentialsArn',
    'EnableSimpleResponses',
    'IdentitySource',
  ]);
  if (authorizer.text('AuthorizerType') !== 'REQUEST')
    throw new TemplateError(`${authorizer.at}: only AuthorizerType REQUEST is served locally`);
  const payload = authorizer.optionalText('AuthorizerPayloadFormatVersion');
  if (payload !== '2.0') throw new TemplateError(`${authorizer.at}: only payload format 2.0 is served locally, found \`${payload}\``);
  const functionArn = functionOfUri(authorizer.text('AuthorizerUri'), authorizer.at);
  const authorizerId = localId(id);
  const ttlSeconds = authorizer.optionalNumber('AuthorizerResultTtlInSeconds') ?? 0;
  const identitySources = authorizer.texts('IdentitySource');
  if (ttlSeconds < 0 || ttlSeconds > 3600) throw new TemplateError(`${authorizer.at}: expected a TTL of 0 to 3600 s, found ${ttlSeconds}`);
  if (ttlSeconds > 0 && identitySources.length === 0) throw new TemplateError(`${authorizer.at}: caching needs an identity source`);
  return {
    id: authorizerId,
    functionArn,
    identitySources,
    ttlSeconds,
    simpleResponses: authorizer.flag('EnableSimpleResponses'),
    invocable:
      authorizer.optionalText('AuthorizerCredentialsArn') !== undefined ||
      mayInvoke(scope, functionArn, `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${apiId}/authorizers/${authorizerId}`),
  };
}

function readIntegration(scope: Scope, apiId: string, id: string, resource: Resource): IntegrationView {
  const integration = readProperties(id, resource, scope.resolve, [
    'ApiId',
    'Description',
    'IntegrationType',
    'IntegrationUri',
    'IntegrationMethod',
    'PayloadFormatVersion',
    'RequestParameters',
    'TimeoutInMillis',
    'ConnectionType',
  ]);
  if ((integration.optionalText('ConnectionType') ?? 'INTERNET') !== 'INTERNET')
    throw new TemplateError(`${integration.at}: VPC links are not served locally`);
  return {
    target: readTarget(scope, apiId, integration),
    requestParameters: integration.textMap('RequestParameters'),
    timeoutMs: integration.optionalNumber('TimeoutInMillis') ?? 30_000,
  };
}

function readTarget(scope: Scope, apiId: string, integration: Properties): IntegrationView['target'] {
  const type = integration.text('IntegrationType');
  const uri = integration.text('IntegrationUri');
  if (type === 'HTTP_PROXY') {
    if (!/^https?:\/\//.test(uri)) throw new TemplateError(`${integration.at}: expected an http(s) URL, found \`${uri}\``);
    return { kind: 'http', uri, method: integration.optionalText('IntegrationMethod') ?? 'ANY' };
  }
  if (type !== 'AWS_PROXY') throw new TemplateError(`${integration.at}: integration type \`${type}\` is not served locally`);
  const payload = integration.optionalText('PayloadFormatVersion');
  if (payload !== '1.0' && payload !== '2.0')
    throw new TemplateError(`${integration.at}: expected payload format 1.0 or 2.0, found \`${payload}\``);
  const functionArn = uri.startsWith('arn:aws:lambda:') ? uri : functionOfUri(uri, integration.at);
  const anyRoute = `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${apiId}/`;
  return { kind: 'lambda', functionArn, payload, invocable: mayInvoke(scope, functionArn, anyRoute) };
}

function functionOfUri(uri: string, at: string): string {
  const found = /^arn:aws:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(?<arn>[^/]+)\/invocations$/.exec(uri)?.groups?.['arn'];
  if (found === undefined) throw new TemplateError(`${at}: expected the invoke URI of a function, found \`${uri}\``);
  return found;
}

/** Without a permission for it the gateway answers 500, which is easily forgotten in a template. */
function mayInvoke(scope: Scope, functionArn: string, sourceArn: string): boolean {
  return Object.values(scope.template.Resources ?? {})
    .filter((resource) => resource.Type === 'AWS::Lambda::Permission')
    .map((resource) => scope.resolve(resource.Properties ?? {}) as Readonly<Record<string, unknown>>)
    .some((permission) => {
      const source = permission['SourceArn'];
      return (
        asFunctionArn(String(permission['FunctionName'])) === asFunctionArn(functionArn) &&
        permission['Principal'] === 'apigateway.amazonaws.com' &&
        (source === undefined || coversSource(String(source), sourceArn))
      );
    });
}

function coversSource(pattern: string, sourceArn: string): boolean {
  if (sourceArn.endsWith('/')) return pattern.startsWith(sourceArn);
  const expression = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${expression.join('.*')}$`).test(sourceArn);
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
    throw new TemplateError(`${stage.at}: neither AutoDeploy nor a DeploymentId, so nothing would be deployed`);
  }
  if (stage.object('DefaultRouteSettings') !== undefined || stage.object('RouteSettings') !== undefined) {
    scope.note(`stage ${name}: route settings (throttling, detailed metrics) are not applied`);
  }
  const format = stage.object('AccessLogSettings')?.['Format'];
  return {
    name,
    variables: stage.object('StageVariables') === undefined ? undefined : stage.textMap('StageVariables'),
    accessLogFormat: format === undefined ? undefined : String(format),
  };
}
