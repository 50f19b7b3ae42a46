/**
 * The custom resource of an attachment's gateway responses: sets them, and gives back what was
 * there. As with routes, one procedure from any state.
 */

import type { ResourceEvent } from '../adapters/custom-resource.ts';
import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { RESPONSE_ATTRIBUTE } from '../core/contract/custom-resources.ts';
import type {
  GatewayResponse,
  LiveResponse,
  ResponseControl,
} from '../gateway/gateway-responses.ts';
import {
  type ApiControl,
  ApiNotFoundError,
  GatewayError,
  joinWithLimit,
  StageNotFoundError,
} from '../gateway/live-api.ts';
import { stageProblems } from './plan.ts';
import type { Store } from './record.ts';
import {
  hasOurResponse,
  planResponses,
  type ResponsePlan,
  type ResponseRecord,
  sameResponse,
} from './response-plan.ts';

export interface ResponseParts {
  control(request: AttachmentRequest): ApiControl;
  responses(request: AttachmentRequest): ResponseControl;
  responseStore(request: AttachmentRequest): Store<ResponseRecord>;
  /**
   * Whether CloudFormation is taking back what failed: then nothing may be forbidden, since that
   * would end in a stack that is stuck.
   */
  isRollingBack(stackId: string): Promise<boolean>;
  log(record: Readonly<Record<string, unknown>>): void;
}

type Data = Readonly<Record<string, string>>;

/** What a plan says about them; nothing for an attachment without. */
export async function describeResponses(
  request: AttachmentRequest,
  parts: ResponseParts,
): Promise<Data> {
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

export async function handleResponses(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: ResponseParts,
): Promise<Data> {
  if (event.RequestType === 'Delete') {
    await restore(event, request, parts);
    return {};
  }
  try {
    await apply(request, request.responses, parts);
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

async function restore(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: ResponseParts,
): Promise<void> {
  try {
    const api = await parts.control(request).read();
    const { unpublished, responses } = await parts.responseStore(request).load();
    const problems =
      Object.keys(responses).length === 0
        ? []
        : stageProblems(request, { api, record: { unpublished, routes: {} }, ours: new Set() });
    if (problems.length > 0 && !(await parts.isRollingBack(event.StackId)))
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
  parts: ResponseParts,
): Promise<void> {
  const [control, store] = [parts.responses(request), parts.responseStore(request)];
  const record = await store.load();
  const live = await control.read();
  const plan = planResponses(wanted, request.replaceResponses, live, record);
  const { put, reset, noted } = changesOf(plan, live, record);
  // Before the first change: what cannot be taken back must not be done.
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

function changesOf(plan: ResponsePlan, live: readonly LiveResponse[], record: ResponseRecord) {
  const now = (type: string): LiveResponse | undefined =>
    live.find((response) => response.type === type);
  const isDone = (type: string, response: GatewayResponse): boolean => {
    const [only, ...others] = record.responses[type]?.put ?? [];
    return (
      only !== undefined &&
      others.length === 0 &&
      sameResponse(only, response) &&
      hasOurResponse(now(type), { put: [only] })
    );
  };
  const put = plan.put.filter(({ type, response }) => !isDone(type, response));
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
  return {
    put,
    reset,
    noted: { unpublished: true, responses: { ...record.responses, ...Object.fromEntries(fresh) } },
  };
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
  throw new GatewayError(
    `expected the gateway responses ${joinWithLimit(wrong.map(({ type }) => type))} as just set, found something else on reading back: let no other deployment change this API meanwhile`,
  );
}
