import { type CfnElement, CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { CfnRestApi, IRestApi, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import type { CfnApi, HttpApi, IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import { isSame } from '../../lambda/core/json/json-object.ts';
import { logicalIdIn } from '../openapi/intrinsic.ts';

/**
 * `HttpApi` beside its interface: under `exactOptionalPropertyTypes` the class is not assignable to
 * it.
 */
export type AnyHttpApi = IHttpApi | HttpApi;

/** A REST API of the app (`RestApi`, `SpecRestApi` and their subclasses), or an imported one. */
export type AnyRestApi = IRestApi | RestApiBase;

/**
 * Checks at run time: callers in plain JavaScript have no types, and an `HttpApi` of an older
 * release of aws-cdk-lib has no `isHttpApi`. A `WebSocketApi` has neither.
 */
export const isHttpApi = (api: unknown): api is AnyHttpApi => {
  const { isHttpApi: isHttp, httpApiId }: Partial<HttpApi> = (api ?? {}) as HttpApi;
  return isHttp === true || httpApiId !== undefined;
};
export const isRestApi = (api: unknown): api is AnyRestApi =>
  (api as AnyRestApi | null | undefined)?.restApiId !== undefined;

/**
 * The API's resource in this app, also where `httpApi` was imported by that resource's id;
 * undefined for an API of another app, however it was imported.
 */
export function apiResource(httpApi: AnyHttpApi): CfnApi | undefined {
  return resourceOf(httpApi, httpApi.apiId) as CfnApi | undefined;
}

/** The same of a REST API. */
export function restApiResource(restApi: AnyRestApi): CfnRestApi | undefined {
  return resourceOf(restApi, restApi.restApiId) as CfnRestApi | undefined;
}

/** The default child of an imported REST API is its root, which is no API. */
function resourceOf(api: IConstruct, id: string): CfnResource | undefined {
  const child = api.node.defaultChild;
  return isApi(child) ? child : knownApi(elementOf(api, id));
}

const isApi = (node: IConstruct | undefined): node is CfnResource =>
  CfnResource.isCfnResource(node) && APIS.has(node.cfnResourceType);

const knownApi = (node: IConstruct | undefined): CfnResource | undefined =>
  isApi(node) ? node : undefined;

/**
 * Whether `apiId` of a resource means `api`. The id may be any attribute (`Ref`, `ApiId`), in a
 * function of CloudFormation, or come from another stack. `unknown`: only the deployment or another
 * stack knows.
 */
export function matchApi(
  api: AnyHttpApi | AnyRestApi,
  apiId: unknown,
  scope: IConstruct,
): 'this' | 'other' | 'unknown' {
  const id = isHttpApi(api) ? api.apiId : api.restApiId;
  const [ours, theirs] = [elementOf(api, id), elementOf(scope, apiId)];
  if (ours !== undefined && theirs !== undefined) {
    if (ours === theirs) return 'this';
    return isApi(theirs) ? 'other' : 'unknown';
  }
  const [left, right] = [Stack.of(api).resolve(id), Stack.of(scope).resolve(apiId)];
  if (isSame(left, right) && (typeof left === 'string' || Stack.of(api) === Stack.of(scope)))
    return 'this';
  return typeof right === 'string' || isApi(theirs) ? 'other' : 'unknown';
}

const APIS: ReadonlySet<string> = new Set(['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api']);
const REFERRED: ReadonlySet<string> = new Set([
  ...APIS,
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::Integration',
]);

/**
 * The API, or the part of an API, with this id, which is a token or as CloudFormation has it.
 */
export function elementOf(scope: IConstruct, id: unknown): IConstruct | undefined {
  const token = Tokenization.reverse(id, { failConcat: false });
  if (token !== undefined && Reference.isReference(token)) return token.target;
  const stack = Stack.of(scope);
  const logicalId = logicalIdIn(stack.resolve(id));
  if (logicalId === undefined) return undefined;
  return stack.node
    .findAll()
    .find(
      (node) =>
        isReferred(node) &&
        Stack.of(node) === stack &&
        stack.resolve((node as CfnElement).logicalId) === logicalId,
    );
}

const isReferred = (node: IConstruct): boolean =>
  CfnResource.isCfnResource(node) && REFERRED.has(node.cfnResourceType);
