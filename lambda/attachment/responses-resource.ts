/**
 * The gateway responses of an attachment: sets them, and restores the former ones on Delete. As
 * with routes, one procedure works from any state.
 */

import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { RESPONSE_ATTRIBUTE } from '../core/contract/custom-resources.ts';
import {
  ApiNotFoundError,
  GatewayError,
  joinWithLimit,
  StageNotFoundError,
} from '../gateway/live-api.ts';
import type {
  GatewayResponse,
  LiveResponse,
  ResponseControl,
} from '../gateway/response-control.ts';
import { notAsSet } from './not-as-set.ts';
import {
  type AttachmentParts,
  assertSameApi,
  isRollingBack,
  type ResourceCall,
  type ResourceData,
} from './resource-call.ts';
import {
  hasOurResponse,
  planResponses,
  type ResponsePlan,
  type ResponseRecord,
  sameResponse,
} from './response-plan.ts';
import { stageProblems } from './stage-problems.ts';

/** The plan's attributes about gateway responses; none for an attachment without. */
export async function describeResponses(
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<ResourceData> {
  if (request.responses.length === 0) return {};
  const record = await parts.responseStore(request).load();
  const { put, left } = planResponses(
    request.responses,
    request.replaceResponses,
    await parts.responses(request).read(),
    record,
  );
  const list = (types: readonly string[]): string =>
    types.length === 0 ? 'none' : `${types.length}: ${joinWithLimit(types)}`;
  return {
    [RESPONSE_ATTRIBUTE.set]: list(put.map(({ type }) => type)),
    [RESPONSE_ATTRIBUTE.left]: list(left),
  };
}

/** @throws GatewayError for what forbids to publish. */
export async function handleResponses(call: ResourceCall): Promise<ResourceData> {
  const { event, request, parts } = call;
  if (event.RequestType === 'Delete') {
    await restore(call);
    return {};
  }
  assertSameApi(call);
  try {
    await applyOnStage(call);
  } catch (error) {
    // As with routes: CloudFormation's Delete comes too, and then finds nothing to do.
    if (event.RequestType === 'Create')
      await apply(request, [], parts).catch((undoing: unknown) =>
        parts.log({ undo: String(undoing) }),
      );
    throw error;
  }
  return {};
}

/** A rollback must not fail where the stage is gone, and publishing would make it once more. */
async function applyOnStage(call: ResourceCall): Promise<void> {
  const { request, parts } = call;
  if (!(await isRollingBack(call))) return apply(request, request.responses, parts);
  const missing = await parts
    .control(request)
    .read()
    .then(() => undefined)
    .catch((error: unknown) => error);
  if (missing instanceof ApiNotFoundError) return;
  const { stage: _, ...withoutStage } = request;
  const on = missing instanceof StageNotFoundError ? withoutStage : request;
  await apply(on, request.responses, parts);
}

async function restore(call: ResourceCall): Promise<void> {
  const { request, parts } = call;
  try {
    const api = await parts.control(request).read();
    const { unpublished, responses } = await parts.responseStore(request).load();
    const problems =
      Object.keys(responses).length === 0
        ? []
        : stageProblems(request, { api, record: { unpublished, routes: {} }, ours: new Set() });
    if (problems.length > 0 && !(await isRollingBack(call)))
      throw new GatewayError(problems.join('; '));
    await apply(request, [], parts);
  } catch (error) {
    const { stage: _, ...withoutStage } = request;
    if (error instanceof StageNotFoundError) await apply(withoutStage, [], parts);
    else if (error instanceof ApiNotFoundError) await parts.responseStore(request).remove();
    else throw error;
  }
}

async function apply(
  request: AttachmentRequest,
  wanted: AttachmentRequest['responses'],
  parts: AttachmentParts,
): Promise<void> {
  const [control, store] = [parts.responses(request), parts.responseStore(request)];
  const record = await store.load();
  const live = await control.read();
  const plan = planResponses(wanted, request.replaceResponses, live, record);
  const { put, reset, noted } = changesOf(plan, live, record);
  // Before the first change, so that every change can be undone.
  if (noted !== record) await store.save(noted);
  for (const { type, response } of put) await control.put(type, response);
  for (const type of reset) {
    const former = noted.responses[type]?.former;
    await (former === undefined ? control.reset(type) : control.put(type, former));
  }
  if (noted.unpublished && request.stage !== undefined)
    await parts.control(request).publish(request.stage);
  if (put.length > 0) await verify(plan, control);
  const kept = plan.put.map(
    ({ type, response, former }) => [type, { put: [response], ...(former && { former }) }] as const,
  );
  if (kept.length === 0) await store.remove();
  else if (noted !== record || noted.unpublished)
    await store.save({ unpublished: false, responses: Object.fromEntries(kept) });
}

interface Changes {
  readonly put: ResponsePlan['put'];
  /** Types to restore. */
  readonly reset: readonly string[];
  /** The record to save before the first change. */
  readonly noted: ResponseRecord;
}

function changesOf(
  plan: ResponsePlan,
  live: readonly LiveResponse[],
  record: ResponseRecord,
): Changes {
  const now = (type: string): LiveResponse | undefined =>
    live.find((response) => response.type === type);
  const put = plan.put.filter(
    ({ type, response }) => !isDone(response, now(type), record.responses[type]),
  );
  const reset = Object.entries(record.responses)
    .filter(
      ([type, entry]) =>
        hasOurResponse(now(type), entry) && !plan.put.some((one) => one.type === type),
    )
    .map(([type]) => type);
  if (put.length + reset.length === 0) return { put, reset, noted: record };
  const fresh = put.map(({ type, response, former }) => {
    const before = record.responses[type];
    const known = before !== undefined && hasOurResponse(now(type), before) ? before.put : [];
    return [type, { put: [...known, response], ...(former && { former }) }] as const;
  });
  const responses = { ...record.responses, ...Object.fromEntries(fresh) };
  return { put, reset, noted: { unpublished: true, responses } };
}

/** Whether we have set the response already, and it is still there. */
function isDone(
  response: GatewayResponse,
  now: LiveResponse | undefined,
  entry: ResponseRecord['responses'][string] | undefined,
): boolean {
  const [only, ...others] = entry?.put ?? [];
  return (
    only !== undefined &&
    others.length === 0 &&
    sameResponse(only, response) &&
    hasOurResponse(now, { put: [only] })
  );
}

async function verify({ put }: ResponsePlan, control: ResponseControl): Promise<void> {
  const live = await control.read();
  const wrong = put.filter(
    ({ type, response }) =>
      !hasOurResponse(
        live.find((one) => one.type === type),
        { put: [response] },
      ),
  );
  if (wrong.length === 0) return;
  throw notAsSet(`the gateway responses ${joinWithLimit(wrong.map(({ type }) => type))}`);
}
