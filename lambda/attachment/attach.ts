/**
 * The custom resources: the plan, which changes nothing and may forbid, the attachment, which
 * brings about, and gateway responses.
 */

import type { ResourceEvent, ResourceResult } from '../adapters/custom-resource.ts';
import {
  type AttachmentRequest,
  PROPERTY,
  readRequest,
  textIn,
} from '../core/contract/attachment-request.ts';
import {
  ENDPOINT_PARENT,
  PLAN_ATTRIBUTE,
  RESOURCE_TYPE,
  RESPONSE_ATTRIBUTE,
} from '../core/contract/custom-resources.ts';
import {
  ApiNotFoundError,
  GatewayError,
  joinWithLimit,
  type LiveApi,
  type LiveRoute,
  StageNotFoundError,
} from '../gateway/live-api.ts';
import { endpointPaths, withoutEndpoint } from './endpoint.ts';
import { removeEndpoint } from './endpoint-removal.ts';
import {
  type AttachmentPlan,
  type AttachmentState,
  hasOurAuthorizer,
  planAttachment,
  stageProblems,
} from './plan.ts';
import { reconcile } from './reconcile.ts';
import type { RecordStore } from './record.ts';
import { describeResponses, handleResponses, type ResponseParts } from './responses.ts';

export interface AttachmentParts extends ResponseParts {
  store(request: AttachmentRequest): RecordStore;
  /**
   * Waits until the authorizer, which reads the record in shadow mode, goes by what was just saved.
   */
  waitForReaders?(): Promise<void>;
}

/** Never throws: what goes wrong is a failure whose reason is one sentence. */
export async function handleResource(
  event: ResourceEvent,
  parts: AttachmentParts,
): Promise<ResourceResult> {
  let physicalId = event.PhysicalResourceId ?? String(event.ResourceProperties[PROPERTY.apiId]);
  try {
    const request = readRequest(event.ResourceProperties);
    if (event.PhysicalResourceId === undefined) physicalId = request.apiId;
    const data = await handlerFor(event)(event, request, parts);
    parts.log({ event: event.RequestType, type: event.ResourceType, api: request.apiId, ...data });
    return { kind: 'success', physicalId, data };
  } catch (error) {
    const reason = describeError(error);
    parts.log({ event: event.RequestType, type: event.ResourceType, failed: reason });
    return { kind: 'failure', physicalId, reason };
  }
}

type Data = Readonly<Record<string, string>>;

function handlerFor({ ResourceType: type }: ResourceEvent): typeof plan {
  if (type === RESOURCE_TYPE.plan) return plan;
  if (type === RESOURCE_TYPE.endpoint) return endpoint;
  return type === RESOURCE_TYPE.responses ? responses : attach;
}

async function responses(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<Data> {
  if (event.RequestType !== 'Delete') assertSameApi(event, request);
  return handleResponses(event, request, parts);
}

async function endpoint(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<Data> {
  if (event.RequestType !== 'Delete') return {};
  const control = parts.control(request);
  const isRollingBack = () => parts.isRollingBack(event.StackId);
  await removeEndpoint(request, () => readState(event, request, parts), { control, isRollingBack });
  return {};
}

/** For the stack's resources, which ask for it also while a failure is taken back. */
async function endpointData(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<Data> {
  if (request.kind === 'http' || request.endpoint === undefined) return {};
  return { [ENDPOINT_PARENT]: (await readState(event, request, parts)).endpoint?.parentId ?? '-' };
}

async function plan(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<Data> {
  if (event.RequestType === 'Delete') return {};
  // The stack's outputs ask for every value, also after a failure.
  if (await parts.isRollingBack(event.StackId))
    return { ...NO_PLAN, ...(await endpointData(event, request, parts)) };
  assertSameApi(event, request);
  const state = await readState(event, request, parts);
  if (request.dryRun && Object.keys(state.record.routes).length > 0) {
    throw new GatewayError(
      `expected \`attachTo.dryRun\` before the first attachment, found API \`${request.apiId}\` attached: use \`diff --deployed\` and \`coverage\` to see what a change does`,
    );
  }
  const planned = planAttachment(request, state);
  if (planned.problems.length > 0) throw new GatewayError(planned.problems.join('; '));
  parts.log({ plan: planned });
  return {
    ...describePlan(planned),
    ...(await describeResponses(request, parts)),
    ...(state.endpoint?.parentId !== undefined && { [ENDPOINT_PARENT]: state.endpoint.parentId }),
  };
}

async function attach(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<Data> {
  if (event.RequestType === 'Delete') return detach(event, request, parts);
  assertSameApi(event, request);
  const { authorizerId, stage } = request;
  if (authorizerId === undefined) throw new Error('property AuthorizerId is missing');
  const state = await readState(event, request, parts);
  const planned = planAttachment(request, state);
  // Once more, since the owner may have changed the API since the plan.
  if (planned.problems.length > 0 && !(await parts.isRollingBack(event.StackId)))
    throw new GatewayError(planned.problems.join('; '));
  const desired = {
    attach: planned.attach,
    authorizerId,
    ours: state.ours,
    republish: state.endpoint?.pending === true,
    publishOlder: request.publishPending,
    ...(stage !== undefined && { stage }),
  };
  const { waitForReaders } = parts;
  const readByAuthorizer = request.shadow.length > 0 || request.shadowUnmapped;
  const work = {
    control: parts.control(request),
    store: parts.store(request),
    ...(waitForReaders && readByAuthorizer && { waitForReaders }),
  };
  try {
    parts.log({ outcome: await reconcile(desired, state.api, state.record, work) });
  } catch (error) {
    // CloudFormation follows a failed Create with a Delete; undoing at once shortens the time
    // between, and that Delete then finds nothing to do. A failed Update is left to the follow-up
    // Update, which alone knows the former properties.
    if (event.RequestType === 'Create') await undo(event, request, parts);
    throw error;
  }
  return describePlan(planned);
}

async function undo(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<void> {
  try {
    await restoreRoutes(request, await readState(event, request, parts), parts);
  } catch (error) {
    parts.log({ undo: 'left to the follow-up event', reason: describeError(error) });
  }
}

async function restoreRoutes(
  request: AttachmentRequest,
  { api, record, ours }: AttachmentState,
  parts: AttachmentParts,
): Promise<void> {
  const { stage } = request;
  const desired = { attach: [], ours, ...(stage !== undefined && { stage }) };
  parts.log({
    outcome: await reconcile(desired, api, record, {
      control: parts.control(request),
      store: parts.store(request),
    }),
  });
}

async function detach(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<Data> {
  try {
    const state = await readState(event, request, parts);
    if (!(await parts.isRollingBack(event.StackId))) assertPublishable(request, state);
    await restoreRoutes(request, state, parts);
  } catch (error) {
    if (error instanceof StageNotFoundError) await detachWithoutStage(event, request, parts);
    // Its owner has deleted the API: nothing is left that could be restored.
    else if (error instanceof ApiNotFoundError) await parts.store(request).remove();
    else throw error;
  }
  return {};
}

/**
 * Its owner has deleted the stage: the routes are restored, and nothing is published, which would
 * bring the stage back.
 */
async function detachWithoutStage(
  event: ResourceEvent,
  { stage: _, ...request }: AttachmentRequest,
  parts: AttachmentParts,
): Promise<void> {
  await restoreRoutes(request, await readState(event, request, parts), parts);
}

function assertPublishable(request: AttachmentRequest, state: AttachmentState): void {
  if (Object.keys(state.record.routes).length === 0) return;
  const problems = stageProblems(request, state);
  if (problems.length > 0) throw new GatewayError(problems.join('; '));
}

/**
 * A stack's attachment stays at its API: moving would leave the old one without authorizer while
 * nobody looks.
 */
function assertSameApi(
  { PhysicalResourceId: attached }: ResourceEvent,
  { apiId }: AttachmentRequest,
): void {
  if (attached === undefined || attached === apiId) return;
  throw new GatewayError(
    `expected the API \`${attached}\`, which this stack is attached to, found \`${apiId}\`: delete the stack first, or give the map another \`api.name\``,
  );
}

async function readState(
  event: ResourceEvent,
  request: AttachmentRequest,
  parts: AttachmentParts,
): Promise<AttachmentState> {
  const api = await parts.control(request).read();
  const record = await parts.store(request).load();
  // By name only where something is attached: before that, an authorizer of that name is another
  // stack's.
  const known = Object.keys(record.routes).length > 0 ? idByName(api, request) : undefined;
  const ids = [request.authorizerId, textIn(event.OldResourceProperties, 'authorizerId'), known];
  const ours = new Set(ids.filter((id) => id !== undefined));
  const paths = endpointPaths(event, request);
  if (paths.length === 0) return { api, record, ours };
  // The stack has been there before, and so may its endpoint be, with the authorizer's name as the
  // only witness.
  const byName = event.RequestType === 'Create' ? undefined : idByName(api, request);
  const own = byName === undefined ? ours : new Set([...ours, byName]);
  const sought = {
    paths,
    wanted: request.endpoint,
    hasOurAuthorizer: (route: LiveRoute) => hasOurAuthorizer(route, own),
  };
  return { record, ours, ...withoutEndpoint({ api, record }, sought) };
}

const idByName = (
  { authorizers }: LiveApi,
  { authorizerName }: AttachmentRequest,
): string | undefined => authorizers.find(({ name }) => name === authorizerName)?.id;

const NO_PLAN: Data = {
  ...Object.fromEntries(
    [PLAN_ATTRIBUTE, RESPONSE_ATTRIBUTE].flatMap((names) =>
      Object.values<string>(names).map((name) => [name, '-']),
    ),
  ),
};

function describePlan({ attach, foreign, open, unmapped, reopen }: AttachmentPlan): Data {
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
  };
}

const THROTTLED = /^(?:TooManyRequestsException|ThrottlingException|LimitExceededException)$/;

/** One sentence for the stack's events; the SDK's own texts may hold line breaks. */
export function describeError(error: unknown): string {
  if (error instanceof GatewayError) return error.message;
  const { name, message } =
    error instanceof Error ? error : { name: 'error', message: String(error) };
  const text = message.replace(/\s+/g, ' ').slice(0, 500);
  if (THROTTLED.test(name)) {
    return `expected API Gateway's control plane to answer, found it throttled through all retries (10 requests a second for the whole account): deploy again when other deployments have ended`;
  }
  if (/^AccessDenied/.test(name)) {
    return `expected permission for the attachment function, found it refused (${text}): a permissions boundary or a service control policy must allow what the stack's role allows`;
  }
  if (/^(?:NotFound|Conflict)Exception$/.test(name)) {
    return `expected the API as it was just read, found that it changes meanwhile (${text}): deploy again when no other deployment touches it`;
  }
  return `unexpected ${name}: ${text}`;
}
