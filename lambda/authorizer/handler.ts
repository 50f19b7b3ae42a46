/**
 * The Lambda's handler: reads the event, has it judged, writes the record, answers in the gateway's
 * form.
 */
import { refuse } from '../core/contract/codes.ts';
import { FAILURE_METRIC } from '../core/contract/metrics.ts';
import { MISSING_VALUE } from '../core/policy/context.ts';
import { RECORD_VERSION } from '../core/record/decision-record.ts';
import type { Audit, Clock, Metrics } from '../ports.ts';
import { AUTHORIZER_FAILURE, type AuthorizerResponse, policyResponse } from './answer.ts';
import type { Answer } from './authorize.ts';
import { isHttpApiEvent, readHttpApiEvent } from './http-api.ts';
import { type Fields, type GatewayRequest, MalformedEvent } from './request.ts';
import { answerRestApi, isRestApiEvent, readRestApiEvent } from './rest-api.ts';

export interface HandlerParts {
  readonly authorize: (request: GatewayRequest) => Promise<Answer>;
  /** How an HTTP API answers an invalid token. */
  readonly unauthorized: 'throw' | 'deny';
  readonly mapVersion: string;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly metrics?: Metrics;
}

export type Handler = (event: unknown) => Promise<AuthorizerResponse>;

/**
 * The handler throws `Unauthorized` for 401 and `AuthorizerFailure` for 500, and no other
 * exception, whatever the event is.
 */
export function createHandler(parts: HandlerParts): Handler {
  return async (event) => {
    const startedAt = parts.clock.now();
    const { request, respond } = readEvent(event, parts);
    const answer = await authorizeOrFail(request, parts);
    const { requestId, apiId, stage } = request;
    parts.audit.record({
      record: 'decision',
      v: RECORD_VERSION,
      time: new Date(startedAt).toISOString(),
      ...(requestId !== MISSING_VALUE && { requestId }),
      apiId,
      stage,
      ...answer.facts,
      durationMs: parts.clock.now() - startedAt,
      weight: 1,
    });
    return respond(answer);
  };
}

interface ReadEvent {
  readonly request: GatewayRequest;
  /** Answers in the form of the gateway that the event came from. */
  readonly respond: (answer: Answer) => AuthorizerResponse;
}

function readEvent(
  event: unknown,
  { audit, clock, mapVersion, metrics, unauthorized }: HandlerParts,
): ReadEvent {
  try {
    const fields: Fields = typeof event === 'object' && event !== null ? (event as Fields) : {};
    if (isHttpApiEvent(fields)) {
      const request = readHttpApiEvent(fields);
      return { request, respond: (answer) => policyResponse(answer, unauthorized) };
    }
    if (isRestApiEvent(fields)) {
      return { request: readRestApiEvent(fields), respond: answerRestApi };
    }
    throw new MalformedEvent(refuse('EVENT_MALFORMED', 'not_an_authorizer_event'), 'version, type');
  } catch (error) {
    const known =
      error instanceof MalformedEvent
        ? error
        : new MalformedEvent(refuse('EVENT_MALFORMED', 'field_missing'), 'unknown');
    const requestId = requestIdOf(event);
    audit.record({
      record: 'decision',
      v: RECORD_VERSION,
      time: new Date(clock.now()).toISOString(),
      ...(requestId !== undefined && { requestId }),
      apiId: MISSING_VALUE,
      stage: MISSING_VALUE,
      effect: 'deny',
      mode: 'enforce',
      ...known.refusal,
      detail: known.message,
      mapVersion,
      durationMs: 0,
      weight: 1,
    });
    metrics?.put({ [FAILURE_METRIC.failures]: 1 }, { error: known.refusal.code });
    throw new Error(AUTHORIZER_FAILURE);
  }
}

/** So that the record of a refused event can be found by the gateway's own log. */
function requestIdOf(event: unknown): string | undefined {
  const id = (
    event as { readonly requestContext?: { readonly requestId?: unknown } } | null | undefined
  )?.requestContext?.requestId;
  return typeof id === 'string' && /^[\x21-\x7e]{1,100}$/.test(id) ? id : undefined;
}

async function authorizeOrFail(
  request: GatewayRequest,
  { authorize, audit, clock, mapVersion, metrics }: HandlerParts,
): Promise<Answer> {
  try {
    return await authorize(request);
  } catch (error) {
    // A bug: only the kind of error is told, since its text could hold what the caller sent.
    const kind = error instanceof Error ? error.name : typeof error;
    const { requestId, route } = request;
    audit.record({
      record: 'fault',
      time: new Date(clock.now()).toISOString(),
      error: kind,
      requestId,
      route,
      mapVersion,
    });
    metrics?.put({ [FAILURE_METRIC.failures]: 1 }, { error: kind });
    throw new Error(AUTHORIZER_FAILURE);
  }
}
