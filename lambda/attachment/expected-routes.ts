/** What an attachment expects of the live API, for the classification of its routes. */
import type { AttachmentRecord } from '../core/contract/attachment-record.ts';
import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import type { ExpectedRoutes } from '../gateway/classify-route.ts';
import { attachedSettings, type ExpectedAuthorizer } from '../gateway/own-authorizer.ts';

/** @param invokes ARN of what our authorizer invokes; undefined: its name tells. */
export function expectedRoutes(
  request: AttachmentRequest,
  record: AttachmentRecord,
  invokes: string | undefined,
): ExpectedRoutes {
  const endpoint = request.endpoint === undefined ? [] : [`GET ${request.endpoint}`];
  const { stage, otherStages, onUnmapped } = request;
  return {
    guarded: new Set([...request.guarded, ...endpoint]),
    public: new Set(request.public),
    authorizer: expectedAuthorizer(request, invokes),
    attachment: {
      recorded: new Set(Object.keys(record.routes)),
      replace: new Set(request.replace),
      onUnmapped,
    },
    acceptedForeign: new Set(request.acceptedForeign),
    ...(stage !== undefined && { stage }),
    otherStages: request.accept.includes('otherStages') ? 'leave' : otherStages,
    strict: false,
  };
}

const expectedAuthorizer = (
  { kind, authorizerName: name, shadow, shadowUnmapped }: AttachmentRequest,
  invokes: string | undefined,
): ExpectedAuthorizer => ({
  name,
  ...(invokes !== undefined && {
    invokes,
    settings: attachedSettings(kind, shadow.length > 0 || shadowUnmapped),
  }),
});
