/** One request to the receiver: verified, refused, or written and then acknowledged. */
import { endsWithin } from '../adapters/ends-within.ts';
import { type HookSecret, type HubSettings, RECEIVE_WITHIN_MS } from '../core/contract/hub.ts';
import { HUB_METRIC } from '../core/contract/metric-names.ts';
import type { Metrics } from '../ports.ts';
import {
  type AnsweredRequest,
  methodOf,
  type RefusedRequest,
  readDelivery,
  readVerification,
  type UrlAnswer,
  type UrlEvent,
} from './hook-request.ts';
import { type Recorded, type RecordingParts, recordEvents } from './record-events.ts';

export interface ReceiveParts extends RecordingParts {
  readonly settings: HubSettings;
  /** @throws where Secrets Manager has never answered. */
  readonly secret: () => Promise<HookSecret>;
  readonly metrics: Metrics;
  /** Longest time of a delivery in milliseconds. Default: RECEIVE_WITHIN_MS. */
  readonly withinMs?: number;
}

/**
 * Answers 200 only when every entry is durable, 503 where that is not known in time.
 */
export async function receive(event: UrlEvent, parts: ReceiveParts): Promise<UrlAnswer> {
  if (methodOf(event) === 'GET') return answered(readVerification(event), parts);
  // Never rejects, so that the wait ends with it.
  const answer = delivered(event, parts).catch((error: unknown) =>
    // Names of errors alone: a message may quote what was sent.
    unavailable(parts, error instanceof Error ? error.name : typeof error),
  );
  const inTime = await endsWithin(parts.withinMs ?? RECEIVE_WITHIN_MS, answer);
  return inTime ? answer : unavailable(parts, 'Late');
}

/** Okta retries once after a 5xx, and never after a 4xx. */
function unavailable({ metrics }: Pick<ReceiveParts, 'metrics'>, fault: string): UrlAnswer {
  metrics.put({ [HUB_METRIC.failures]: 1 }, { fault });
  return { statusCode: 503, headers: { 'retry-after': '1' } };
}

async function delivered(event: UrlEvent, parts: ReceiveParts): Promise<UrlAnswer> {
  const read = readDelivery(event, await parts.secret(), parts.settings.hosts);
  if (read.kind !== 'delivery') return answered(read, parts);
  const recorded = await recordEvents(read.events, parts);
  measure(parts.metrics, read.events.length, recorded);
  return { statusCode: 200 };
}

function answered(read: AnsweredRequest, { metrics }: Pick<ReceiveParts, 'metrics'>): UrlAnswer {
  if (read.kind === 'refused') metrics.put({ [HUB_METRIC.refused]: 1 }, whyOf(read.why));
  return read.answer;
}

const whyOf = (why: RefusedRequest): Readonly<Record<string, string>> => ({ why });

function measure(metrics: Metrics, events: number, { written, delayMs, ...all }: Recorded): void {
  metrics.put({
    [HUB_METRIC.events]: events,
    [HUB_METRIC.revocations]: written,
    ...(all.events > 0 && { [HUB_METRIC.delayMilliseconds]: delayMs }),
  });
}
