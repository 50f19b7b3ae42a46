/**
 * The custom resource behind the permissions endpoint of an attached API: it publishes the API once
 * more when the endpoint is gone.
 */

import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import {
  type ApiControl,
  ApiNotFoundError,
  GatewayError,
  StageNotFoundError,
} from '../gateway/live-api.ts';
import { type AttachmentState, stageProblems } from './plan.ts';
import { stagesToPublish } from './reconcile.ts';

/**
 * Its Delete comes after the route is gone from the API, when a stage may still serve it.
 * @throws GatewayError where publishing would bring edits of others live
 */
export async function removeEndpoint(
  request: AttachmentRequest,
  readState: () => Promise<AttachmentState>,
  parts: { readonly control: ApiControl; readonly isRollingBack: () => Promise<boolean> },
): Promise<void> {
  try {
    const state = await readState();
    if (state.endpoint?.pending !== true) return;
    const problems = (await parts.isRollingBack()) ? [] : stageProblems(request, state);
    if (problems.length > 0) throw new GatewayError(problems.join('; '));
    for (const stage of stagesToPublish(request, state.api)) await parts.control.publish(stage);
  } catch (error) {
    // What is gone serves nothing.
    if (!(error instanceof StageNotFoundError || error instanceof ApiNotFoundError)) throw error;
  }
}
