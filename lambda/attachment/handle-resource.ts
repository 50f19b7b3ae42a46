/** The custom resources of an attachment: one handler for each type. */

import type { ResourceEvent, ResourceResult } from '../adapters/custom-resource.ts';
import { PROPERTY, readRequest } from '../core/contract/attachment-request.ts';
import { RESOURCE_TYPE } from '../core/contract/custom-resources.ts';
import { GatewayError } from '../gateway/live-api.ts';
import { handleAttachment } from './attachment-resource.ts';
import { describeError } from './describe-error.ts';
import { handleEndpoint } from './endpoint-resource.ts';
import { handlePlan } from './plan-resource.ts';
import type { AttachmentParts, ResourceHandler } from './resource-call.ts';
import { handleResponses } from './responses-resource.ts';

const HANDLERS: ReadonlyMap<string, ResourceHandler> = new Map([
  [RESOURCE_TYPE.plan, handlePlan],
  [RESOURCE_TYPE.attachment, handleAttachment],
  [RESOURCE_TYPE.endpoint, handleEndpoint],
  [RESOURCE_TYPE.responses, handleResponses],
]);

/** Never throws: any error becomes a failure whose reason is one sentence. */
export async function handleResource(
  event: ResourceEvent,
  parts: AttachmentParts,
): Promise<ResourceResult> {
  const { RequestType, ResourceType, PhysicalResourceId, ResourceProperties } = event;
  let physicalId = PhysicalResourceId ?? String(ResourceProperties[PROPERTY.apiId]);
  try {
    const request = readRequest(ResourceProperties);
    if (PhysicalResourceId === undefined) physicalId = request.apiId;
    const data = await handlerOf(ResourceType)({ event, request, parts });
    parts.log({ event: RequestType, type: ResourceType, api: request.apiId, ...data });
    return { kind: 'success', physicalId, data };
  } catch (error) {
    const reason = describeError(error);
    parts.log({ event: RequestType, type: ResourceType, failed: reason });
    return { kind: 'failure', physicalId, reason };
  }
}

function handlerOf(type: string): ResourceHandler {
  const handler = HANDLERS.get(type);
  if (handler !== undefined) return handler;
  throw new GatewayError(
    `expected a custom resource of type ${[...HANDLERS.keys()].join(', ')}, found \`${type}\`: deploy with the version that made this stack`,
  );
}
