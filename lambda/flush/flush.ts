/**
 * Empties the gateway's cache of authorizer answers when the access map has changed: otherwise a
 * cached policy would remain in effect until its TTL ends. Runs as a CloudFormation custom
 * resource, after the function's new code is live.
 */
import type { ResourceEvent, ResourceResult } from '../adapters/custom-resource.ts';
import { type FlushTarget, readFlushProperties } from '../core/contract/custom-resources.ts';

/** API Gateway's control plane. */
export interface GatewayControl {
  stagesOf(target: FlushTarget): Promise<readonly string[]>;
  /** HTTP: ResetAuthorizersCache, REST: FlushStageAuthorizersCache. */
  flush(target: FlushTarget, stage: string): Promise<void>;
}

type Log = (record: Readonly<Record<string, unknown>>) => void;

/**
 * Flushes every stage on Create and Update, and always succeeds: a failure would roll the deploy
 * back to the map that was to be replaced, and cached answers end within their TTL anyway. Failures
 * are logged.
 */
export async function flushOnChange(
  event: Pick<ResourceEvent, 'RequestType' | 'ResourceProperties'>,
  control: GatewayControl,
  log: Log,
): Promise<ResourceResult> {
  const target = readFlushProperties(event.ResourceProperties);
  if (event.RequestType !== 'Delete') await flushStages(target, control, log);
  return { kind: 'success', physicalId: `authorizer-cache-${target.apiId}`, data: {} };
}

async function flushStages(target: FlushTarget, control: GatewayControl, log: Log): Promise<void> {
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
