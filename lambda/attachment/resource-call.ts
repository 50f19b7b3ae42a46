/** What the handlers of the custom resources share. */

import type { ResourceEvent } from '../adapters/custom-resource.ts';
import type { UnmappedRecord } from '../core/contract/attachment-record.ts';
import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { type ApiControl, GatewayError } from '../gateway/live-api.ts';
import type { ResponseControl } from '../gateway/response-control.ts';
import type { OtherRecords, RecordStore, Store } from './record-store.ts';
import type { ResponseRecord } from './response-plan.ts';

/** The world outside of the function. */
export interface AttachmentParts {
  control(request: AttachmentRequest): ApiControl;
  store(request: AttachmentRequest): RecordStore;
  /** Routes that the API has beside those of the map. */
  unmapped(request: AttachmentRequest): Store<UnmappedRecord>;
  responses(request: AttachmentRequest): ResponseControl;
  responseStore(request: AttachmentRequest): Store<ResponseRecord>;
  /**
   * Whether CloudFormation is rolling back: then nothing may be forbidden, since a failure would
   * leave the stack stuck.
   */
  isRollingBack(stackId: string): Promise<boolean>;
  /**
   * Waits until every environment of the authorizer has read the saved record (shadow mode);
   * absent: no environment reads it.
   */
  waitForReaders?(): Promise<void>;
  /** Records of other stacks; absent where the map takes none over. */
  readonly otherRecords?: OtherRecords;
  log(record: Readonly<Record<string, unknown>>): void;
  /** ARN of what our authorizer invokes; absent: its name identifies it. */
  readonly invokes?: string;
}

/** One request of CloudFormation. */
export interface ResourceCall {
  readonly event: ResourceEvent;
  readonly request: AttachmentRequest;
  readonly parts: AttachmentParts;
}

/** Attributes of the resource (`Fn::GetAtt`). */
export type ResourceData = Readonly<Record<string, string>>;

/** @throws Error for a failure that CloudFormation gets as the answer. */
export type ResourceHandler = (call: ResourceCall) => Promise<ResourceData>;

export const isRollingBack = ({ event, parts }: ResourceCall): Promise<boolean> =>
  parts.isRollingBack(event.StackId);

/**
 * A stack cannot move its attachment to another API: the old API would lose its authorizer
 * silently.
 * @throws GatewayError for another API than the resource is of.
 */
export function assertSameApi({ event, request: { apiId } }: ResourceCall): void {
  const { PhysicalResourceId: attached } = event;
  if (attached === undefined || attached === apiId) return;
  throw new GatewayError(
    `expected the API \`${attached}\`, which this stack is attached to, found \`${apiId}\`: delete the stack first, or give the map another \`api.name\``,
  );
}
