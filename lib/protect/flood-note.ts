/** Whether a stage of the app limits floods of calls. */
import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { noteFloods } from '../resources/note-floods.ts';
import type { AnyHttpApi, AnyRestApi } from '../template/api-identity.ts';
import { renderedProperties } from '../template/rendered.ts';
import { nodeOf } from '../template/values.ts';
import { stagesOf } from './stages.ts';

/** Notes that nothing of ours bounds it, unless each stage of the API is throttled as a whole. */
export function noteUnthrottled(
  at: IConstruct,
  api: AnyHttpApi | AnyRestApi,
  nodes: readonly IConstruct[],
): void {
  const stages = stagesOf(api, nodes);
  if (stages.length === 0 || !stages.every(isThrottled)) noteFloods(at, `API \`${api.node.path}\``);
}

function isThrottled(stage: CfnResource): boolean {
  const { DefaultRouteSettings: http, MethodSettings: rest } = renderedProperties(stage);
  const methods = Array.isArray(rest) ? rest.map(nodeOf) : [];
  return [
    nodeOf(http),
    ...methods.filter((one) => one['HttpMethod'] === '*' && one['ResourcePath'] === '/*'),
  ].some((one) => one['ThrottlingRateLimit'] !== undefined);
}
