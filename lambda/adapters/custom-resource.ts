/**
 * The protocol of CloudFormation's custom resources. Source: AWS CloudFormation, "Custom resource
 * request types" and "Custom resource response objects".
 */

export interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceType: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

export type ResourceResult =
  | {
      readonly kind: 'success';
      readonly physicalId: string;
      readonly data: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'failure'; readonly physicalId: string; readonly reason: string };

/**
 * CloudFormation's limit; it ignores a longer answer, and the resource fails after its time-out.
 */
const MAX_RESPONSE_BYTES = 4096;

/**
 * JSON text of an answer within the limit: a reason is truncated, and so are all values of `Data`,
 * evenly.
 */
export function responseBody(event: ResourceEvent, result: ResourceResult): string {
  const shared = {
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    PhysicalResourceId: result.physicalId,
  };
  const body = (limit: number): string =>
    JSON.stringify(
      result.kind === 'failure'
        ? { Status: 'FAILED', Reason: cut(result.reason, limit), ...shared }
        : {
            Status: 'SUCCESS',
            ...shared,
            Data: Object.fromEntries(
              Object.entries(result.data).map(([name, value]) => [name, cut(value, limit)]),
            ),
          },
    );
  for (let limit = 3_000; limit > 0; limit = Math.floor(limit * 0.8)) {
    if (Buffer.byteLength(body(limit)) <= MAX_RESPONSE_BYTES) return body(limit);
  }
  return body(0);
}

const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 4))} ...`;

/**
 * @throws Error when the answer cannot be delivered in three attempts; CloudFormation then waits
 * until its own time-out.
 */
export async function sendResponse(
  event: ResourceEvent,
  result: ResourceResult,
  put: typeof fetch,
): Promise<void> {
  const body = responseBody(event, result);
  for (let attempt = 1; ; attempt++) {
    // The pre-signed URL is signed for an empty content type.
    const answer = await put(event.ResponseURL, {
      method: 'PUT',
      headers: { 'content-type': '' },
      body,
    }).catch((error: unknown) => error);
    if (answer instanceof Response && answer.ok) return;
    if (attempt === 3) throw new Error('CloudFormation did not accept the answer');
  }
}
