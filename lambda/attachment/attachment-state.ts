/** The API as it is, what it was before, and what of it is ours. */

import type { AttachmentRecord } from '../core/contract/attachment-record.ts';
import { type AttachmentRequest, textIn } from '../core/contract/attachment-request.ts';
import { isOwnAuthorizerName } from '../core/contract/own-names.ts';
import type { LiveApi, LiveRoute } from '../gateway/live-api.ts';
import { type EndpointState, endpointPaths, withoutEndpoint } from './endpoint-route.ts';
import type { ResourceCall } from './resource-call.ts';
import { plannedTakeOver, type TakeOver } from './take-over.ts';

export interface AttachmentState {
  readonly api: LiveApi;
  readonly record: AttachmentRecord;
  /** Ids of our authorizer; during its replacement also that of the former one. */
  readonly ours: ReadonlySet<string>;
  /** What the attachment takes over first; `record` is then what becomes ours. */
  readonly takeOver?: TakeOver;
  /** State of the permissions endpoint; `api` does not list the endpoint's own routes. */
  readonly endpoint?: EndpointState;
}

export const hasOurAuthorizer = (
  { authorization: { type, authorizerId } }: LiveRoute,
  ours: ReadonlySet<string>,
): boolean => type === 'CUSTOM' && authorizerId !== undefined && ours.has(authorizerId);

/** Two attachments share an API where their routes differ. */
export const isOfAnotherAttachment = (
  route: LiveRoute,
  { api, record, ours }: AttachmentState,
): boolean =>
  !hasOurAuthorizer(route, ours) &&
  record.routes[route.key] === undefined &&
  api.authorizers.some(
    ({ id, name }) => id === route.authorization.authorizerId && isOwnAuthorizerName(name),
  );

export async function readState({ event, request, parts }: ResourceCall): Promise<AttachmentState> {
  const api = await parts.control(request).read();
  const own = await parts.store(request).load();
  const takeOver = await plannedTakeOver({ event, request, parts }, own, api);
  const record = takeOver?.record ?? own;
  // Match by name only after an attachment: before it, an authorizer of that name belongs to
  // another stack.
  const known = Object.keys(own.routes).length > 0 ? idByName(api, request) : undefined;
  const ids = [
    request.authorizerId,
    textIn(event.OldResourceProperties, 'authorizerId'),
    known,
    event.RequestType === 'Delete' ? undefined : record.tookOver?.authorizerId,
  ];
  const ours = new Set(ids.filter((id) => id !== undefined));
  const paths = endpointPaths(event, request);
  const taken = takeOver && { takeOver };
  if (paths.length === 0) return { api, record, ours, ...taken };
  // After Create the endpoint may exist; only the authorizer's name identifies it.
  const byName = event.RequestType === 'Create' ? undefined : idByName(api, request);
  const allOurs = byName === undefined ? ours : new Set([...ours, byName]);
  const sought = {
    paths,
    wanted: request.endpoint,
    stage: request.stage,
    hasOurAuthorizer: (route: LiveRoute) => hasOurAuthorizer(route, allOurs),
  };
  return { record, ours, ...taken, ...withoutEndpoint({ api, record }, sought) };
}

const idByName = (
  { authorizers }: LiveApi,
  { authorizerName }: AttachmentRequest,
): string | undefined => authorizers.find(({ name }) => name === authorizerName)?.id;
