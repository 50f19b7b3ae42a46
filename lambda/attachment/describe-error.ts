import { laterRecordSentence } from '../core/contract/attachment-record.ts';
import { LaterFormat } from '../core/contract/stored-formats.ts';
import { GatewayError } from '../gateway/live-api.ts';

const THROTTLED = /^(?:TooManyRequestsException|ThrottlingException|LimitExceededException)$/;

/** One sentence for the stack's events; the SDK's own texts may hold line breaks. */
export function describeError(error: unknown): string {
  if (error instanceof LaterFormat) return laterRecordSentence(error);
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
    return `expected the API unchanged since it was read, found a concurrent change (${text}): deploy again when no other deployment touches it`;
  }
  return `unexpected ${name}: ${text}`;
}
