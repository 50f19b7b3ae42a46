/** Resources as the template will have them, after constructs, escape hatches and aspects. */
import { type CfnResource, Stack } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { isSame, type Node } from '../../lambda/core/json/json-object.ts';

/**
 * Properties under CloudFormation's names, with tokens resolved and overrides applied, which only
 * rendering does. The resource's id is not resolved: that of a deployment is a hash of its API.
 */
export function renderedProperties(resource: CfnResource): Node {
  const { Resources = {} }: { Resources?: Readonly<Record<string, unknown>> } =
    resource._toCloudFormation();
  const rendered: { readonly Properties?: Node } | undefined = Stack.of(resource).resolve(
    Object.values(Resources)[0],
  );
  return rendered?.Properties ?? {};
}

/** The OpenAPI document of a REST API, given as a property or by an override; undefined: none. */
export const renderedBody = (api: CfnRestApi): unknown => renderedProperties(api)['Body'];

export const hasBody = (api: CfnRestApi): boolean => renderedBody(api) !== undefined;

/**
 * A property with its tokens, which know what they refer to, where the template will have their
 * value; else what an override wrote.
 * @param typed the property's name in classes of the CDK; an untyped resource (`new CfnResource`)
 * has CloudFormation's names.
 */
export function writtenProperty(
  resource: CfnResource,
  rendered: Node,
  { typed, name }: { typed: string; name: string },
): unknown {
  const untyped = Reflect.get(resource, 'cfnProperties') as Node;
  const written = Reflect.get(resource, typed) ?? untyped[name];
  return isSame(Stack.of(resource).resolve(written), rendered[name]) ? written : rendered[name];
}
