/**
 * Resources as they will stand in the template, after whatever constructs, escape hatches and
 * aspects have done to them.
 */
import { type CfnResource, Stack } from 'aws-cdk-lib';

export type Node = Readonly<Record<string, unknown>>;

/**
 * Properties under CloudFormation's names: tokens resolved, overrides applied, which nothing else
 * than rendering does.
 */
export function renderedProperties(resource: CfnResource): Node {
  const {
    Resources = {},
  }: { Resources?: Readonly<Record<string, { readonly Properties?: Node }>> } = Stack.of(
    resource,
  ).resolve(resource._toCloudFormation());
  return Object.values(Resources)[0]?.Properties ?? {};
}

/**
 * A property with its tokens, which know what they refer to, wherever they are what the template
 * will have; else what an override put there.
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

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Key of a function that CloudFormation calls, where the value has any: what it gives is known at
 * deploy time only.
 */
export const intrinsicIn = (value: unknown): string | undefined =>
  isNode(value)
    ? Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'))
    : undefined;
