/**
 * What synthesis says of the stages of one API: whether they will serve what protects its routes.
 */
import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isSame, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import {
  type AnyHttpApi,
  type AnyRestApi,
  elementOf,
  matchApi,
} from '../resources/api-identity.ts';
import { renderedProperties, writtenProperty } from '../resources/rendered.ts';
import { apiIdOf, type Deployments } from './deployments.ts';

const STAGES: ReadonlySet<string> = new Set(['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage']);
const REST_DEPLOYMENT = 'AWS::ApiGateway::Deployment';

/** Stages of `api` among `nodes`. */
export const stagesOf = (
  api: AnyHttpApi | AnyRestApi,
  nodes: readonly IConstruct[],
): readonly CfnResource[] => nodes.flatMap((node) => stageIn(api, node) ?? []);

function stageIn(api: AnyHttpApi | AnyRestApi, node: IConstruct): CfnResource | undefined {
  return CfnResource.isCfnResource(node) &&
    STAGES.has(node.cfnResourceType) &&
    matchApi(api, apiIdOf(node), node) === 'this'
    ? node
    : undefined;
}

/**
 * Why callers of a stage, or of a canary, reach a deployment without the authorizer: expected and
 * found. Undefined for a stage that serves it, and for any other construct.
 */
export function whyNotServed(
  api: AnyHttpApi | AnyRestApi,
  node: IConstruct,
  deployments: Deployments,
): string | undefined {
  const isDeployment =
    deployments.isRenewed(node) &&
    CfnResource.isCfnResource(node) &&
    node.cfnResourceType === REST_DEPLOYMENT;
  if (isDeployment && renderedProperties(node)['DeploymentCanarySettings'] !== undefined)
    return `expected a deployment that all callers get, found \`${node.node.path}\`, which is a canary beside an older one: promote the canary first`;
  const stage = stageIn(api, node);
  if (stage === undefined) return undefined;
  const rendered = renderedProperties(stage);
  return whyStageNotServed(api, stage, rendered, deployments);
}

function whyStageNotServed(
  api: AnyHttpApi | AnyRestApi,
  stage: CfnResource,
  rendered: Node,
  deployments: Deployments,
): string | undefined {
  const name = rendered['StageName'];
  const which = `the stage ${typeof name === 'string' ? `\`${name}\`` : `\`${stage.node.path}\``} of API \`${api.node.path}\``;
  const canary = membersIn(rendered['CanarySetting'])['DeploymentId'];
  if (canary !== undefined && !deployments.isRenewed(elementOf(stage, canary)))
    return `expected ${which} without a canary, found one, whose callers get another deployment: promote or delete it first`;
  if (String(rendered['AutoDeploy']) === 'true') return undefined;
  const id = writtenProperty(stage, rendered, { typed: 'deploymentId', name: 'DeploymentId' });
  if (deployments.isRenewed(elementOf(stage, id))) return undefined;
  const moved = [...deployments.stageNames].some((other) => isSame(other, name));
  if (id === undefined && moved) return undefined;
  const remedy = stage.cfnResourceType.startsWith('AWS::ApiGatewayV2')
    ? 'set `autoDeploy: true`, or let it refer to a deployment of this app'
    : 'let it refer to a deployment of this app';
  return `expected ${which} to serve a deployment that this app updates, found ${describeId(id)}: it would go on serving routes without the authorizer; ${remedy}, or list \`otherStages\` under \`api.accept.findings\``;
}

function describeId(id: unknown): string {
  if (id === undefined) return 'no automatic deployment and no `DeploymentId`';
  return typeof id === 'string' && !id.includes('${')
    ? `the deployment \`${id}\``
    : 'a deployment that this app does not have';
}
