/** The parts of an API in a template: resources of a type that name the API. */
import type { Resource } from './intrinsics.ts';
import type { Scope } from './scope.ts';

/** How the two kinds of API write their resources. */
const KINDS = {
  http: { prefix: 'AWS::ApiGatewayV2::', apiProperty: 'ApiId' },
  rest: { prefix: 'AWS::ApiGateway::', apiProperty: 'RestApiId' },
} as const;

/** @param apiId where given, only resources of that API. */
export function apiParts(
  scope: Scope,
  kind: keyof typeof KINDS,
  type: string,
  apiId?: string,
): readonly (readonly [string, Resource])[] {
  const { prefix, apiProperty } = KINDS[kind];
  return Object.entries(scope.template.Resources ?? {}).filter(
    ([, resource]) =>
      resource.Type === `${prefix}${type}` &&
      (apiId === undefined || scope.resolve(resource.Properties?.[apiProperty]) === apiId),
  );
}
