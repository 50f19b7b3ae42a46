/**
 * Empties the gateway's cache of authorizer answers when the access map has changed: what a cached
 * answer allows would else hold for another TTL. Runs as a CloudFormation custom resource, after
 * the function's new code is live.
 */

export interface FlushTarget {
  readonly kind: 'http' | 'rest';
  readonly apiId: string;
}

/** API Gateway's control plane. */
export interface GatewayControl {
  stagesOf(target: FlushTarget): Promise<readonly string[]>;
  /** HTTP: ResetAuthorizersCache, REST: FlushStageAuthorizersCache. */
  flush(target: FlushTarget, stage: string): Promise<void>;
}

export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

export interface CustomResourceResponse {
  readonly Status: 'SUCCESS';
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/**
 * Flushes every stage, and succeeds whatever comes of it: a failure would have CloudFormation roll
 * back to the map that was to be replaced, and what is left in the cache ends by itself within its
 * TTL. Failures are told to `tell`.
 */
export async function flushOnChange(
  event: CustomResourceEvent,
  control: GatewayControl,
  log: (record: Readonly<Record<string, unknown>>) => void,
): Promise<CustomResourceResponse> {
  const target: FlushTarget = {
    kind: event.ResourceProperties['Kind'] === 'rest' ? 'rest' : 'http',
    apiId: String(event.ResourceProperties['ApiId']),
  };
  if (event.RequestType !== 'Delete') await flushStages(target, control, log);
  const { StackId, RequestId, LogicalResourceId } = event;
  return {
    Status: 'SUCCESS',
    PhysicalResourceId: `authorizer-cache-${target.apiId}`,
    StackId,
    RequestId,
    LogicalResourceId,
  };
}

async function flushStages(
  target: FlushTarget,
  control: GatewayControl,
  log: (record: Readonly<Record<string, unknown>>) => void,
) {
  try {
    for (const stage of await control.stagesOf(target)) {
      try {
        await control.flush(target, stage);
        log({ flushed: target.apiId, stage });
      } catch (error) {
        log({ error: nameOf(error), flushed: false, apiId: target.apiId, stage });
      }
    }
  } catch (error) {
    log({ error: nameOf(error), flushed: false, apiId: target.apiId });
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
