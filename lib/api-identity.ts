import { CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { CfnApi, HttpApi, IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';

/** `HttpApi` beside its interface: under `exactOptionalPropertyTypes` the class is not assignable to it. */
export type AnyHttpApi = IHttpApi | HttpApi;

/** The API's resource; undefined for an imported API. */
export function apiResource(httpApi: AnyHttpApi): CfnApi | undefined {
  const child = httpApi.node.defaultChild;
  return child !== undefined && CfnResource.isCfnResource(child) ? (child as CfnApi) : undefined;
}

/** Whether `apiId`, as written on a resource below `scope`, means `httpApi`, whatever attribute (`Ref`, `ApiId`) or stack it was written in. */
export function isIdOf(httpApi: AnyHttpApi, apiId: unknown, scope: IConstruct): boolean {
  const [ours, theirs] = [referenceIn(httpApi.apiId), referenceIn(apiId)];
  if (ours !== undefined && theirs !== undefined) return ours.target === theirs.target;
  const [left, right] = [Stack.of(httpApi).resolve(httpApi.apiId), Stack.of(scope).resolve(apiId)];
  if (typeof left === 'string') return left === right;
  return Stack.of(httpApi) === Stack.of(scope) && JSON.stringify(left) === JSON.stringify(right);
}

function referenceIn(value: unknown): Reference | undefined {
  const token = Tokenization.reverse(value, { failConcat: false });
  return token !== undefined && Reference.isReference(token) ? token : undefined;
}
