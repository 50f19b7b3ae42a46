/**
 * The custom resource behind the permissions endpoint of an attached API: publishes the API once
 * more when the endpoint is gone.
 */

import { ApiNotFoundError, GatewayError, StageNotFoundError } from '../gateway/live-api.ts';
import { readState } from './attachment-state.ts';
import { stagesToPublish } from './reconcile.ts';
import { isRollingBack, type ResourceCall, type ResourceData } from './resource-call.ts';
import { stageProblems } from './stage-problems.ts';

/**
 * Its Delete comes after the route is gone from the API, when a stage may still serve it.
 * @throws GatewayError where publishing would bring edits of others live.
 */
export async function handleEndpoint(call: ResourceCall): Promise<ResourceData> {
  if (call.event.RequestType === 'Delete') await publishRemoval(call);
  return {};
}

async function publishRemoval(call: ResourceCall): Promise<void> {
  const { request, parts } = call;
  const control = parts.control(request);
  try {
    const state = await readState(call);
    if (state.endpoint?.pending !== true) return;
    const problems = (await isRollingBack(call)) ? [] : stageProblems(request, state);
    if (problems.length > 0) throw new GatewayError(problems.join('; '));
    for (const stage of stagesToPublish(request, state.api)) await control.publish(stage);
  } catch (error) {
    // What is gone serves nothing.
    if (!(error instanceof StageNotFoundError || error instanceof ApiNotFoundError)) throw error;
  }
}
