/** What stops the authorizer before an API of this app as a whole: the rules of an attachment. */
import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isObject } from '../../lambda/core/contract/json-object.ts';
import {
  type ApiProblem,
  authorizerQuotaProblems,
  keySourceProblems,
  policyProblems,
} from '../../lambda/gateway/api-rules.ts';
import { type AnyHttpApi, type AnyRestApi, matchApi } from '../template/api-identity.ts';
import { intrinsicIn, type Node, nodeOf } from '../template/values.ts';
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

export interface ApiFacts {
  readonly api: AnyHttpApi | AnyRestApi;
  /** The API's own properties. */
  readonly rendered: Node;
  /** Authorizers beside ours. */
  readonly authorizers: number;
  /** Keys of the methods that take the key of a usage plan. */
  readonly keyed: readonly string[];
}

export function apiProblems({
  api,
  rendered,
  authorizers,
  keyed,
}: ApiFacts): readonly ApiProblem[] {
  const name = `\`${api.node.path}\``;
  const body = nodeOf(rendered['Body']);
  const policies = [rendered['Policy'], body['x-amazon-apigateway-policy']];
  const source = rendered['ApiKeySourceType'] ?? body['x-amazon-apigateway-api-key-source'];
  return [
    ...policies.flatMap((policy) => policyFindings(name, policy)),
    ...authorizerQuotaProblems(name, authorizers),
    ...keySourceFindings(name, source, keyed),
  ];
}

/** A policy of the API itself cannot name its id, which does not exist before the API does. */
function policyFindings(name: string, policy: unknown): readonly ApiProblem[] {
  const key = intrinsicIn(policy) ?? intrinsicIn(nodeOf(policy)['Statement']);
  if (key !== undefined)
    return [
      {
        finding: 'resourcePolicy',
        says: `expected a resource policy on API ${name} that can be judged, found one that is known at deploy time only (\`${key}\`): write it out, or list \`resourcePolicy\` under \`api.accept.findings\``,
      },
    ];
  if (policy === undefined) return [];
  return policyProblems(name, isObject(policy) ? JSON.stringify(policy) : String(policy), '');
}

function keySourceFindings(
  name: string,
  source: unknown,
  keyed: readonly string[],
): readonly ApiProblem[] {
  const key = intrinsicIn(source);
  if (key === undefined || keyed.length === 0)
    return keySourceProblems(name, source === undefined ? undefined : String(source), keyed);
  return [
    {
      says: `expected \`apiKeySourceType: HEADER\` on API ${name}, found one that is known at deploy time only (\`${key}\`): write it out`,
    },
  ];
}
