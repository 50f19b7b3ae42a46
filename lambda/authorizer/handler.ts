/**
 * The Lambda handler: reads the event, authorizes the request, writes the record, and responds in
 * the gateway's form.
 */

import { MISSING_VALUE } from '../core/contract/context-fields.ts';
import {
  type DecisionRecord,
  RECORD_KIND,
  RECORD_VERSION,
} from '../core/contract/decision-record.ts';
import type { FaultRecord } from '../core/contract/fault-record.ts';
import { FAILURE_METRIC } from '../core/contract/metric-names.ts';
import { isId } from '../core/contract/okta-ids.ts';
import { isObject } from '../core/json/json-object.ts';
import type { Audit, Clock, Metrics } from '../ports.ts';
import type { Answer } from './authorize.ts';
import {
  AUTHORIZER_FAILURE,
  type AuthorizerResponse,
  policyResponse,
} from './authorizer-response.ts';
import type { DecisionFacts } from './decision-facts.ts';
import { type EventFields, type GatewayRequest, MalformedEvent } from './gateway-request.ts';
import { isHttpApiEvent, readHttpApiEvent } from './http-api-event.ts';
import { isPayload1Event, readPayload1Event } from './payload-1.ts';
import { answerRestApi, isRestApiEvent, readRestApiEvent } from './rest-api-event.ts';

export interface HandlerParts {
  readonly authorize: (request: GatewayRequest) => Promise<Answer>;
  /** How the gateway of an HTTP API answers an invalid token. */
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
  const { audit, clock } = parts;
  return async (event) => {
    const startedAt = clock.now();
    const { request, respond } = readOrFail(event, parts);
    const { requestId, apiId, stage } = request;
    const answer = await authorizeOrFail(request, parts);
    const ids = requestId === MISSING_VALUE ? { apiId, stage } : { requestId, apiId, stage };
    const durationMs = clock.now() - startedAt;
    audit.record(decisionRecord(startedAt, ids, answer.facts, durationMs));
    return respond(answer);
  };
}

interface ReadEvent {
  readonly request: GatewayRequest;
  /** Responds in the form of the gateway that the event came from. */
  readonly respond: (answer: Answer) => AuthorizerResponse;
}

/** @throws MalformedEvent */
function readEvent(event: unknown, unauthorized: HandlerParts['unauthorized']): ReadEvent {
  const fields: EventFields = isObject(event) ? event : {};
  if (isHttpApiEvent(fields)) {
    const request = readHttpApiEvent(fields);
    return { request, respond: (answer) => policyResponse(answer, unauthorized) };
  }
  if (isRestApiEvent(fields)) return { request: readRestApiEvent(fields), respond: answerRestApi };
  if (isPayload1Event(fields)) {
    const request = readPayload1Event(fields);
    return { request, respond: (answer) => policyResponse(answer, unauthorized) };
  }
  if (fields['type'] === 'TOKEN') throw new MalformedEvent('token_authorizer', 'type');
  throw new MalformedEvent('not_an_authorizer_event', 'version, type');
}

function readOrFail(event: unknown, parts: HandlerParts): ReadEvent {
  try {
    return readEvent(event, parts.unauthorized);
  } catch (error) {
    const malformed =
      error instanceof MalformedEvent ? error : new MalformedEvent('field_missing', 'unknown');
    const requestId = requestIdOf(event);
    const ids = {
      ...(requestId !== undefined && { requestId }),
      ...{ apiId: MISSING_VALUE, stage: MISSING_VALUE },
    };
    const { mapVersion, clock } = parts;
    const facts: DecisionFacts = {
      ...{ effect: 'deny' as const, mode: 'enforce' as const, ...malformed.refusal },
      ...{ detail: malformed.message, mapVersion },
    };
    const record = decisionRecord(clock.now(), ids, facts, 0);
    return fail(parts, record, malformed.refusal.code);
  }
}

/** The request id lets an operator find the record of a refused event by the gateway's own log. */
function requestIdOf(event: unknown): string | undefined {
  const id = (
    event as { readonly requestContext?: { readonly requestId?: unknown } } | null | undefined
  )?.requestContext?.requestId;
  return isId(id) ? id : undefined;
}

async function authorizeOrFail(request: GatewayRequest, parts: HandlerParts): Promise<Answer> {
  try {
    return await parts.authorize(request);
  } catch (cause) {
    // A bug. Record only the error's name: its message could contain caller input.
    const error = cause instanceof Error ? cause.name : typeof cause;
    const { requestId, route } = request;
    const time = isoTime(parts.clock.now());
    const { mapVersion } = parts;
    const ids = { requestId, route, mapVersion };
    return fail(parts, { record: 'fault', v: RECORD_VERSION, time, error, ...ids }, error);
  }
}

/**
 * Records a failure and counts it.
 * @throws Error `AuthorizerFailure`, always.
 */
function fail(
  { audit, metrics }: HandlerParts,
  record: DecisionRecord | FaultRecord,
  error: string,
): never {
  audit.record(record);
  metrics?.put({ [FAILURE_METRIC.failures]: 1 }, { error });
  throw new Error(AUTHORIZER_FAILURE);
}

type RequestIds = Pick<DecisionRecord, 'requestId' | 'apiId' | 'stage'>;

/** @param facts as `Answer.facts`, or those of an event that is no authorizer event. */
const decisionRecord = (
  at: number,
  { requestId, apiId, stage }: RequestIds,
  facts: DecisionFacts,
  durationMs: number,
): DecisionRecord => {
  const [record, v, time] = [RECORD_KIND, RECORD_VERSION, isoTime(at)] as const;
  // Optional members by two literals: a conditional spread takes half a microsecond.
  return requestId === undefined
    ? { record, v, time, apiId, stage, ...facts, durationMs, weight: 1 }
    : { record, v, time, requestId, apiId, stage, ...facts, durationMs, weight: 1 };
};

/** The second of the last call and its text: a busy environment answers thousands in one. */
let second = Number.NaN;
let secondText = '';

function isoTime(at: number): string {
  const atSecond = Math.floor(at / 1_000);
  if (atSecond !== second) secondText = new Date(atSecond * 1_000).toISOString().slice(0, -4);
  second = atSecond;
  return `${secondText}${String(at - atSecond * 1_000).padStart(3, '0')}Z`;
}
