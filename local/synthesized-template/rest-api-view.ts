/**
 * The template's REST APIs whose methods are in an inline OpenAPI 3 body, as the local gateway
 * serves them.
 */

import { isObject } from '../../lambda/core/json/json-object.ts';
import { apiParts } from './api-parts.ts';
import type { AuthorizerView } from './authorizer.ts';
import type { StageView } from './http-api-view.ts';
import {
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  localId,
  type Resource,
  TemplateError,
} from './intrinsics.ts';
import { functionOfUri, mayInvoke } from './invoke.ts';
import { propertiesOf, readProperties } from './properties.ts';
import {
  type GatewayResponseView,
  type RestIntegrationView,
  readGatewayResponses,
  readRestIntegration,
} from './rest-integration.ts';
import type { Scope } from './scope.ts';

export interface RestApiView {
  readonly apiId: string;
  readonly name: string;
  readonly methods: readonly MethodView[];
  /** By response type: `ACCESS_DENIED`, `DEFAULT_4XX`. */
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseView>;
  readonly stages: readonly StageView[];
}

export interface MethodView {
  /** `GET /orders/{id}`, `ANY /{proxy+}`. */
  readonly routeKey: string;
  readonly method: string;
  readonly template: string;
  readonly authorizer: AuthorizerView | undefined;
  readonly integration: RestIntegrationView;
}

type Node = Readonly<Record<string, unknown>>;

const served = new Set(
  ['RestApi', 'Deployment', 'Stage', 'Account'].map((name) => `AWS::ApiGateway::${name}`),
);

/**
 * All REST APIs of one template.
 * @throws TemplateError for anything of an API that cannot be served
 */
export function readRestApis(scope: Scope): readonly RestApiView[] {
  for (const [id, resource] of Object.entries(scope.template.Resources ?? {})) {
    if (!resource.Type.startsWith('AWS::ApiGateway::')) continue;
    if (!served.has(resource.Type))
      throw new TemplateError(
        `${resource.Type} \`${id}\` is not served locally: expected an API with a body`,
      );
    if (resource.Condition !== undefined)
      throw new TemplateError(`${resource.Type} \`${id}\`: conditions are not evaluated locally`);
  }
  return apiParts(scope, 'rest', 'RestApi').map(([id, resource]) => readApi(scope, id, resource));
}

function readApi(scope: Scope, id: string, resource: Resource): RestApiView {
  const api = readProperties(id, resource, scope.resolve, [
    'Name',
    'Description',
    'Body',
    'EndpointConfiguration',
    'FailOnWarnings',
    'Parameters',
    'Tags',
  ]);
  const apiId = localId(id);
  const body = api.object('Body');
  if (body === undefined)
    throw new TemplateError(`${api.at}: only an API with an inline body is served locally`);
  if (!String(body['openapi']).startsWith('3.'))
    throw new TemplateError(`${api.at}: only a body in OpenAPI 3 is served locally`);
  const schemes = nodeOf(nodeOf(body['components'])['securitySchemes']);
  const authorizers = new Map(
    Object.entries(schemes).map(([name, scheme]) => [
      name,
      readScheme(scope, { apiId, name, scheme: nodeOf(scheme), at: api.at }),
    ]),
  );
  const stages = apiParts(scope, 'rest', 'Stage', apiId).map(([key, value]) =>
    readStage(scope, key, value),
  );
  return {
    apiId,
    name: api.optionalText('Name') ?? id,
    methods: readMethods(scope, {
      body,
      at: api.at,
      apiId,
      stage: stages[0]?.name ?? '-',
      authorizers,
    }),
    gatewayResponses: readGatewayResponses(nodeOf(body['x-amazon-apigateway-gateway-responses'])),
    stages,
  };
}

interface Body {
  readonly body: Node;
  readonly at: string;
  readonly apiId: string;
  readonly stage: string;
  readonly authorizers: ReadonlyMap<string, AuthorizerView>;
}

function readMethods(
  scope: Scope,
  { body, at, apiId, stage, authorizers }: Body,
): readonly MethodView[] {
  if (body['security'] !== undefined)
    throw new TemplateError(`${at}: \`security\` of a whole body is not served locally`);
  return Object.entries(nodeOf(body['paths'])).flatMap(([template, item]) =>
    Object.entries(nodeOf(item)).map(([verb, value]): MethodView => {
      const operation = nodeOf(value);
      const method = verb === 'x-amazon-apigateway-any-method' ? 'ANY' : verb.toUpperCase();
      const routeKey = `${method} ${template}`;
      const where = `${at} \`${routeKey}\``;
      const methodArn = `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${apiId}/${stage}/${method}${template}`;
      const integration = readRestIntegration(scope, {
        node: nodeOf(operation['x-amazon-apigateway-integration']),
        at: where,
        methodArn,
      });
      return {
        routeKey,
        method,
        template,
        authorizer: authorizerOf(operation, authorizers, where),
        integration,
      };
    }),
  );
}

function authorizerOf(
  operation: Node,
  authorizers: Body['authorizers'],
  at: string,
): AuthorizerView | undefined {
  const security = operation['security'];
  if (security === undefined) return undefined;
  const names = Array.isArray(security)
    ? security.flatMap((entry) => Object.keys(nodeOf(entry)))
    : [];
  const authorizer = names.length === 1 ? authorizers.get(names[0] ?? '') : undefined;
  if (authorizer === undefined)
    throw new TemplateError(
      `${at}: expected one security scheme of the body, found \`${names.join(', ')}\``,
    );
  return authorizer;
}

interface Scheme {
  readonly apiId: string;
  readonly name: string;
  readonly scheme: Node;
  readonly at: string;
}

function readScheme(scope: Scope, { apiId, name, scheme, at }: Scheme): AuthorizerView {
  const where = `${at} security scheme \`${name}\``;
  const authorizer = propertiesOf(where, nodeOf(scheme['x-amazon-apigateway-authorizer']));
  if (
    scheme['type'] !== 'apiKey' ||
    scheme['x-amazon-apigateway-authtype'] !== 'custom' ||
    authorizer.text('type') !== 'request'
  ) {
    throw new TemplateError(`${where}: only a custom authorizer of type request is served locally`);
  }
  const ttlSeconds = authorizer.optionalNumber('authorizerResultTtlInSeconds') ?? 300;
  const identitySource = authorizer.optionalText('identitySource') ?? '';
  const identitySources = identitySource
    .split(',')
    .flatMap((source) => (source.trim() === '' ? [] : [source.trim().replace(/^method\./, '')]));
  if (ttlSeconds < 0 || ttlSeconds > 3600)
    throw new TemplateError(`${where}: expected a TTL of 0 to 3600 s, found ${ttlSeconds}`);
  if (ttlSeconds > 0 && identitySources.length === 0)
    throw new TemplateError(`${where}: caching needs an identity source`);
  const functionArn = functionOfUri(authorizer.text('authorizerUri'), where);
  const id = localId(`${apiId} ${name}`);
  const source = `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${apiId}/authorizers/${id}`;
  return {
    id,
    functionArn,
    identitySources,
    ttlSeconds,
    simpleResponses: false,
    invocable: mayInvoke(scope, functionArn, source),
  };
}

function readStage(scope: Scope, id: string, resource: Resource): StageView {
  const stage = readProperties(id, resource, scope.resolve, [
    'RestApiId',
    'StageName',
    'DeploymentId',
    'Description',
    'Variables',
    'AccessLogSetting',
    'MethodSettings',
    'TracingEnabled',
    'Tags',
  ]);
  const name = stage.text('StageName');
  if (stage.optionalText('DeploymentId') === undefined)
    throw new TemplateError(`${stage.at}: no DeploymentId, so nothing would be deployed`);
  scope.note(`stage ${name}: method settings (throttling) are not applied`);
  const format = stage.object('AccessLogSetting')?.['Format'];
  return {
    name,
    variables: stage.object('Variables') === undefined ? undefined : stage.textMap('Variables'),
    accessLogFormat: format === undefined ? undefined : String(format),
  };
}

function nodeOf(value: unknown): Node {
  return isObject(value) ? value : {};
}
