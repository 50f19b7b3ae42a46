/** The custom resource behind the permissions endpoint of an attached API: it publishes the API once more when the endpoint is gone. */
import { type ApiControl, ApiNotFoundError, GatewayError, StageNotFoundError } from '../gateway/live-api.ts';
import { type Situation, stageProblems } from './plan.ts';
import { stagesToPublish } from './reconcile.ts';
import type { AttachmentRequest } from './request.ts';

export const ENDPOINT_TYPE = 'Custom::OktaGroupPermissionsEndpoint';

/**
 * Its Delete comes after the route is gone from the API, when a stage may still serve it.
 * @throws GatewayError where publishing would bring edits of others live
 */
export async function removeEndpoint(
  request: AttachmentRequest,
  situationOf: () => Promise<Situation>,
  parts: { readonly control: ApiControl; readonly isRollingBack: () => Promise<boolean> },
): Promise<void> {
  try {
    const situation = await situationOf();
    if (situation.endpoint?.pending !== true) return;
    const problems = (await parts.isRollingBack()) ? [] : stageProblems(request, situation);
    if (problems.length > 0) throw new GatewayError(problems.join('; '));
    for (const stage of stagesToPublish(request, situation.api)) await parts.control.publish(stage);
  } catch (error) {
    // What is gone serves nothing.
    if (!(error instanceof StageNotFoundError || error instanceof ApiNotFoundError)) throw error;
  }
}
