/** The plan: validates, changes nothing. */

import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import {
  ENDPOINT_PARENT,
  PLAN_ATTRIBUTE,
  RESPONSE_ATTRIBUTE,
  TAKE_OVER_ATTRIBUTE,
} from '../core/contract/custom-resources.ts';
import {
  ApiNotFoundError,
  GatewayError,
  joinWithLimit,
  StageNotFoundError,
} from '../gateway/live-api.ts';
import { NO_RATE_LIMIT } from '../gateway/no-rate-limit.ts';
import { type AttachmentState, readState } from './attachment-state.ts';
import { type AttachmentPlan, planAttachment } from './plan-attachment.ts';
import {
  assertSameApi,
  isRollingBack,
  type ResourceCall,
  type ResourceData,
} from './resource-call.ts';
import { describeResponses } from './responses-resource.ts';
import { assertNotHandedOver } from './take-over.ts';

/** @throws GatewayError for what forbids the attachment. */
export async function handlePlan(call: ResourceCall): Promise<ResourceData> {
  const { event, request, parts } = call;
  if (event.RequestType === 'Delete') return {};
  if (await isRollingBack(call)) return { ...NO_PLAN, ...(await endpointParent(call)) };
  assertSameApi(call);
  const state = await readState(call);
  if (request.dryRun && Object.keys(state.record.routes).length > 0) {
    throw new GatewayError(
      `expected \`attachTo.dryRun\` before the first attachment, found API \`${request.apiId}\` attached: use \`diff --deployed\` and \`coverage\` to see what a change does`,
    );
  }
  assertNotHandedOver(state.record, request.apiId);
  const planned = planAttachment(request, state, parts.invokes);
  if (planned.problems.length > 0) throw new GatewayError(planned.problems.join('; '));
  parts.log({ plan: planned, floods: NO_RATE_LIMIT });
  return {
    ...describePlan(planned),
    ...describeTakeOver(request, state),
    ...(await describeResponses(request, parts)),
    ...(state.endpoint?.parentId !== undefined && { [ENDPOINT_PARENT]: state.endpoint.parentId }),
  };
}

/** The stack's resources ask for it also while CloudFormation rolls back. */
async function endpointParent(call: ResourceCall): Promise<ResourceData> {
  const { kind, endpoint } = call.request;
  if (kind === 'http' || endpoint === undefined) return {};
  const state = await readState(call).catch((error: unknown) => {
    // What is gone must not stop a rollback.
    if (error instanceof StageNotFoundError || error instanceof ApiNotFoundError) return undefined;
    throw error;
  });
  return { [ENDPOINT_PARENT]: state?.endpoint?.parentId ?? '-' };
}

/** CloudFormation asks for every attribute, also after a failure. */
const NO_PLAN: ResourceData = {
  ...Object.fromEntries(
    [PLAN_ATTRIBUTE, RESPONSE_ATTRIBUTE, { takeOver: TAKE_OVER_ATTRIBUTE }].flatMap((names) =>
      Object.values<string>(names).map((name) => [name, '-']),
    ),
  ),
};

function describeTakeOver(
  { takeOver }: AttachmentRequest,
  { takeOver: planned }: AttachmentState,
): ResourceData {
  if (takeOver === undefined) return {};
  const done = `from ${takeOver}, done`;
  const count = Object.keys(planned?.record.routes ?? {}).length;
  const text = `${count === 1 ? '1 route' : `${count} routes`} from ${takeOver}; counts of running windows start again; its permissions endpoint and gateway responses are not taken over`;
  return { [TAKE_OVER_ATTRIBUTE]: planned === undefined ? done : text };
}

/** What the plan found, as text for people. */
export function describePlan({
  attach,
  foreign,
  open,
  unmapped,
  reopen,
  served,
  stagesAfterDetach,
}: AttachmentPlan): ResourceData {
  const list = (keys: readonly string[]): string =>
    keys.length === 0 ? 'none' : `${keys.length}: ${joinWithLimit(keys, 20)}`;
  return {
    [PLAN_ATTRIBUTE.attached]: list(attach),
    [PLAN_ATTRIBUTE.leftForeign]: list(
      foreign.map(({ key, authorizer }) => `${key} (${authorizer})`),
    ),
    [PLAN_ATTRIBUTE.public]: list(open),
    [PLAN_ATTRIBUTE.unmapped]: list(unmapped),
    [PLAN_ATTRIBUTE.reopenOnDetach]: list(reopen),
    [PLAN_ATTRIBUTE.served]: list(
      served.map(({ key, by, nearest }) =>
        nearest === undefined
          ? `${key} (served by ${by})`
          : `${key} (served by ${by}; did you mean ${nearest}?)`,
      ),
    ),
    [PLAN_ATTRIBUTE.stagesAfterDetach]: list(stagesAfterDetach),
  };
}
