/** What an API of this app tells as a whole, for the rules that decide about the API. */
import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Node } from '../../lambda/core/json/json-object.ts';
import type { ApiFacts } from '../../lambda/gateway/api-rules.ts';
import type { AccessMap } from '../access-map/index.ts';
import { resourceFacts } from '../openapi/resource-facts.ts';
import { type AnyHttpApi, type AnyRestApi, matchApi } from '../resources/api-identity.ts';
import { apiIdOf } from './deployments.ts';

const AUTHORIZERS: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGatewayV2::Authorizer',
]);

/** Authorizers of `api` that `nodes` have, ours included. */
export const authorizersOf = (api: AnyHttpApi | AnyRestApi, nodes: readonly IConstruct[]): number =>
  nodes.filter(
    (node) =>
      CfnResource.isCfnResource(node) &&
      AUTHORIZERS.has(node.cfnResourceType) &&
      matchApi(api, apiIdOf(node), node) === 'this',
  ).length;

export interface ApiResource {
  readonly api: AnyHttpApi | AnyRestApi;
  /** The API's own properties. */
  readonly rendered: Node;
  readonly map: AccessMap;
  /** Authorizers beside ours that are resources. */
  readonly authorizers: number;
  /** Name of our security scheme in the body; undefined where our authorizer is a resource. */
  readonly scheme: string | undefined;
}

export function apiFacts({
  api,
  rendered,
  map,
  authorizers,
  scheme = '',
}: ApiResource): Omit<ApiFacts, 'routes'> {
  const facts = resourceFacts(rendered, rendered['Body'], scheme);
  return {
    kind: map.kind,
    name: `\`${api.node.path}\``,
    id: undefined,
    ...facts,
    otherAuthorizers: authorizers + facts.otherAuthorizers,
    mapHasCors: map.api.cors !== undefined,
  };
}
