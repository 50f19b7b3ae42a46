/** The attachment: sets our authorizer on the routes, and restores them on Delete. */

import { type AttachmentRequest, PROPERTY } from '../core/contract/attachment-request.ts';
import { ApiNotFoundError, GatewayError, StageNotFoundError } from '../gateway/live-api.ts';
import { classifyOtherStages } from '../gateway/route-state.ts';
import { type AttachmentState, readState } from './attachment-state.ts';
import { describeError } from './describe-error.ts';
import { expectedRoutes } from './expected-routes.ts';
import { planAttachment } from './plan-attachment.ts';
import { describePlan } from './plan-resource.ts';
import { type DesiredState, type ReconcileParts, reconcile } from './reconcile.ts';
import {
  assertSameApi,
  isRollingBack,
  type ResourceCall,
  type ResourceData,
} from './resource-call.ts';
import { stageProblems } from './stage-problems.ts';
import { assertNotHandedOver, handedBack, markTakeOver, unmarkingStore } from './take-over.ts';
import { handOver } from './unmapped-routes.ts';

/** @throws GatewayError for what forbids the attachment or its end. */
export async function handleAttachment(call: ResourceCall): Promise<ResourceData> {
  if (call.event.RequestType === 'Delete') {
    await detach(call);
    return {};
  }
  try {
    return await attach(call);
  } catch (error) {
    // A rollback that fails leaves the stack stuck; what is gone has nothing to go back to.
    if (error instanceof StageNotFoundError && (await isRollingBack(call)))
      return attach(withoutStage(call));
    if (error instanceof ApiNotFoundError && (await isRollingBack(call))) return {};
    throw error;
  }
}

/** Publishes nothing, which would make the stage once more. */
function withoutStage({
  event,
  request: { stage: _, ...request },
  parts,
}: ResourceCall): ResourceCall {
  return { event, request, parts };
}

async function attach(call: ResourceCall): Promise<ResourceData> {
  const { event, request, parts } = call;
  assertSameApi(call);
  const { authorizerId } = request;
  if (authorizerId === undefined) throw new Error(`property ${PROPERTY.authorizerId} is missing`);
  const state = await readState(call);
  if (state.record.handedOverTo !== undefined && (await isRollingBack(call))) return {};
  assertNotHandedOver(state.record, request.apiId);
  const planned = planAttachment(request, state, parts.invokes);
  // Once more, since the owner may have changed the API since the plan.
  if (planned.problems.length > 0 && !(await isRollingBack(call)))
    throw new GatewayError(planned.problems.join('; '));
  const desired = desiredState(request, state, { authorizerId, attach: planned.attach });
  try {
    if (state.takeOver !== undefined) await markTakeOver(call, state.takeOver);
    // Before the first route: the check of paths needs them for every call.
    await handOver(request, state.api, parts.unmapped(request));
    const outcome = await reconcile(desired, state.api, state.record, attachParts(call));
    parts.log({ outcome });
  } catch (error) {
    // CloudFormation follows a failed Create with a Delete; undoing at once shortens the time
    // between, and that Delete then finds nothing to do. A failed Update is left to the follow-up
    // Update, which alone knows the former properties.
    if (event.RequestType === 'Create') await undo(call);
    throw error;
  }
  return describePlan(planned);
}

const desiredState = (
  { stage, publishPending, replace, onUnmapped, otherStages, accept }: AttachmentRequest,
  { ours, endpoint }: AttachmentState,
  wanted: Required<Pick<DesiredState, 'attach' | 'authorizerId'>>,
): DesiredState => ({
  ...wanted,
  ours,
  republish: endpoint?.pending === true,
  publishOlder: publishPending,
  settings: { replace, onUnmapped, otherStages, accept },
  ...(stage !== undefined && { stage }),
});

/** The authorizer reads the record only for routes in shadow mode. */
function attachParts({ request, parts }: ResourceCall): ReconcileParts {
  const { waitForReaders } = parts;
  const readByAuthorizer = request.shadow.length > 0 || request.shadowUnmapped;
  return {
    control: parts.control(request),
    store: parts.store(request),
    ...(waitForReaders && readByAuthorizer && { waitForReaders }),
  };
}

async function undo(call: ResourceCall): Promise<void> {
  try {
    await restoreRoutes(call, await readState(call));
  } catch (error) {
    call.parts.log({ undo: 'left to the follow-up event', reason: describeError(error) });
  }
}

async function restoreRoutes(
  call: ResourceCall,
  { api, record, ours }: AttachmentState,
): Promise<void> {
  const { request, parts } = call;
  const { stage } = request;
  // Routes that still carry, or get back, the authorizer of a stack that was taken over are its
  // own.
  const own = new Set([...ours].filter((id) => id !== record.tookOver?.authorizerId));
  const desired = { attach: [], ours: own, ...(stage !== undefined && { stage }) };
  const work = { control: parts.control(request), store: unmarkingStore(call, record) };
  parts.log({ outcome: await reconcile(desired, api, handedBack(record, api), work) });
  if (request.onUnmapped !== 'fail') await parts.unmapped(request).remove();
}

async function detach(call: ResourceCall): Promise<void> {
  const { request, parts } = call;
  try {
    const state = await readState(call);
    if (state.record.handedOverTo !== undefined) {
      await parts.store(request).remove();
      return;
    }
    if (request.keepOnDelete && !(await isRollingBack(call))) {
      const routes = Object.keys(state.record.routes);
      parts.log({ kept: { routes, ...(parts.invokes && { authorizer: parts.invokes }) } });
      return;
    }
    if (!(await isRollingBack(call))) assertPublishable(request, state);
    await restoreRoutes(call, state);
    logStages(call, state);
  } catch (error) {
    if (error instanceof StageNotFoundError) await detachWithoutStage(call);
    // Its owner has deleted the API: nothing is left to restore.
    else if (error instanceof ApiNotFoundError) await parts.store(request).remove();
    else throw error;
  }
}

/** Only our own stage is published: publishing another one would make somebody's edits live. */
function logStages({ request, parts }: ResourceCall, { api, record }: AttachmentState): void {
  const stages = classifyOtherStages(api, expectedRoutes(request, record, parts.invokes))
    .filter(({ invokesOurs }) => invokesOurs)
    .map(({ stage }) => stage);
  if (stages.length > 0) parts.log({ stagesAfterDetach: stages, say: STAGES_AFTER_DETACH });
}

const STAGES_AFTER_DETACH =
  'these stages still invoke the authorizer, and answer 500 until their owner deploys them';

/** The stage no longer exists: restores the routes. */
async function detachWithoutStage(call: ResourceCall): Promise<void> {
  const rest = withoutStage(call);
  await restoreRoutes(rest, await readState(rest));
}

function assertPublishable(request: AttachmentRequest, state: AttachmentState): void {
  if (Object.keys(state.record.routes).length === 0) return;
  const problems = stageProblems(request, state);
  if (problems.length > 0) throw new GatewayError(problems.join('; '));
}
