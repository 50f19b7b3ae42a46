import { CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { CfnRestApi, IRestApi, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import type { CfnApi, HttpApi, IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';

/** `HttpApi` beside its interface: under `exactOptionalPropertyTypes` the class is not assignable to it. */
export type AnyHttpApi = IHttpApi | HttpApi;

/** A REST API of the app (`RestApi`, `SpecRestApi` and what is built on them), or an imported one. */
export type AnyRestApi = IRestApi | RestApiBase;

/** Asked at run time: a caller in plain JavaScript has no types to stop them. */
export const isHttpApi = (api: AnyHttpApi | AnyRestApi | undefined): api is AnyHttpApi =>
  (api as AnyHttpApi | undefined)?.isHttpApi === true;
export const isRestApi = (api: AnyHttpApi | AnyRestApi | undefined): api is AnyRestApi =>
  (api as AnyRestApi | undefined)?.restApiId !== undefined;

/** The API's resource; undefined for an imported API. */
export function apiResource(httpApi: AnyHttpApi): CfnApi | undefined {
  return resourceOf(httpApi) as CfnApi | undefined;
}

/** The API's resource; undefined for an imported API. */
export function restApiResource(restApi: AnyRestApi): CfnRestApi | undefined {
  return resourceOf(restApi) as CfnRestApi | undefined;
}

function resourceOf(api: IConstruct): CfnResource | undefined {
  const child = api.node.defaultChild;
  return child !== undefined && CfnResource.isCfnResource(child) ? child : undefined;
}

/** Whether `apiId`, as written on a resource below `scope`, means `api`, whatever attribute (`Ref`, `ApiId`) or stack it was written in. */
export function isIdOf(api: AnyHttpApi | AnyRestApi, apiId: unknown, scope: IConstruct): boolean {
  const id = isHttpApi(api) ? api.apiId : api.restApiId;
  const [ours, theirs] = [referenceIn(id), referenceIn(apiId)];
  if (ours !== undefined && theirs !== undefined) return ours.target === theirs.target;
  const [left, right] = [Stack.of(api).resolve(id), Stack.of(scope).resolve(apiId)];
  if (typeof left === 'string') return left === right;
  return Stack.of(api) === Stack.of(scope) && JSON.stringify(left) === JSON.stringify(right);
}

export function referenceIn(value: unknown): Reference | undefined {
  const token = Tokenization.reverse(value, { failConcat: false });
  return token !== undefined && Reference.isReference(token) ? token : undefined;
}
