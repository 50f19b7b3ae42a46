/** Whether a stage of the app limits the rate of calls. */
import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { membersIn } from '../../lambda/core/json/json-object.ts';
import type { AnyHttpApi, AnyRestApi } from '../resources/api-identity.ts';
import { noteNoRateLimit } from '../resources/note-no-rate-limit.ts';
import { renderedProperties } from '../resources/rendered.ts';
import { stagesOf } from './stages.ts';

/** Notes that nothing of ours bounds it, unless each stage of the API is throttled as a whole. */
export function noteUnthrottled(
  at: IConstruct,
  api: AnyHttpApi | AnyRestApi,
  nodes: readonly IConstruct[],
): void {
  const stages = stagesOf(api, nodes);
  if (stages.length === 0 || !stages.every(isThrottled))
    noteNoRateLimit(at, `API \`${api.node.path}\``);
}

function isThrottled(stage: CfnResource): boolean {
  const { DefaultRouteSettings: http, MethodSettings: rest } = renderedProperties(stage);
  const methods = Array.isArray(rest) ? rest.map(membersIn) : [];
  return [
    membersIn(http),
    ...methods.filter((one) => one['HttpMethod'] === '*' && one['ResourcePath'] === '/*'),
  ].some((one) => one['ThrottlingRateLimit'] !== undefined);
}
