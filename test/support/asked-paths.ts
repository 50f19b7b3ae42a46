/** Calls as each kind of API gives them to the authorizer, from a path as a caller writes it. */

import { memoryQuotaStore } from '../../lambda/adapters/memory-quota-store.ts';
import { createAuthorizer } from '../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../lambda/authorizer/handler.ts';
import { quotaLimiter } from '../../lambda/authorizer/quota-limiter.ts';
import { refuse } from '../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { UnmappedRoutes } from '../../lambda/ports.ts';
import { httpApiEvent } from './http-api-event.ts';
import { restApiEvent } from './rest-api-event.ts';

export interface Call {
  /** The route that the gateway has matched: `GET /orders/{id}`, `$default`. */
  readonly matched: string;
  /** Method and path as sent. */
  readonly sent: string;
  /** Group of the caller; absent: no token. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** What stands over the event. */
  readonly event?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
  /** Whether the verdict on a call that passes tells how its path may be read. */
  readonly reported?: boolean;
}

export type Kind = 'http' | 'rest';

/**
 * The verdict on a call: `allow`, or code and reason; in shadow mode both where it passes all the
 * same.
 */
export function asking(
  model: AccessModel,
  kind: Kind,
  unmapped?: UnmappedRoutes,
): (call: Call) => Promise<string> {
  const records: DecisionRecord[] = [];
  const clock = { now: () => Date.parse('2026-11-28T10:15:30Z') };
  const verify = async (token: string) =>
    token === 'void'
      ? refuse('TOKEN_EXPIRED', 'exp_passed')
      : ({
          kind: 'user',
          uid: '00u1',
          cid: '0oa1web',
          groups: token.split('+'),
          scopes: [],
        } as const);
  const handler = createHandler({
    authorize: createAuthorizer({
      model,
      clock,
      verifier: { verify },
      quota: quotaLimiter(model, memoryQuotaStore(), clock),
      unmapped,
    }),
    unauthorized: 'deny',
    mapVersion: model.version,
    clock,
    audit: { record: (record: object) => void records.push(record as DecisionRecord) },
  });
  return async (call) => {
    await handler(kind === 'http' ? httpEvent(call) : restEvent(call)).catch(() => undefined);
    const { effect, code, reason, wouldDeny, reading } = records.at(-1) as DecisionRecord;
    const read = reading && `, read by ${reading.by.join()} as ${reading.routes.join()}`;
    if (code === undefined) return call.reported && read ? `${effect}${read}` : effect;
    return wouldDeny ? `would deny ${code} ${reason}` : `${code} ${reason}`;
  };
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** An HTTP API decodes parameters; a REST API hands them on as sent. */
function partsOf({ matched, sent }: Call, decode: (text: string) => string) {
  const [method = '', path = ''] = [
    sent.slice(0, sent.indexOf(' ')),
    sent.slice(sent.indexOf(' ') + 1),
  ];
  const template = matched.slice(matched.indexOf(' ') + 1);
  const values: Record<string, string> = {};
  const given = path.split('/');
  template.split('/').forEach((segment, index) => {
    const name = /^\{(.*?)\+?\}$/.exec(segment)?.[1];
    if (name === undefined) return;
    const value = segment.endsWith('+}') ? given.slice(index).join('/') : (given[index] ?? '');
    values[name] = decode(value);
  });
  return { method, path, template, parameters: values };
}

function httpEvent(call: Call) {
  const { method, path, parameters } = partsOf(call, decoded);
  const event = httpApiEvent(method, path, {
    routeKey: call.matched,
    parameters,
    ...(call.as !== undefined && { token: call.as }),
  });
  Object.assign(event.headers, call.headers);
  Object.assign(event.requestContext, call.context);
  return { ...event, ...(call.query && { queryStringParameters: call.query }), ...call.event };
}

function restEvent(call: Call) {
  const { method, path, template, parameters } = partsOf(call, (text) => text);
  const event = restApiEvent(method, path, {
    resource: template,
    parameters,
    ...(call.as !== undefined && { token: call.as }),
  });
  Object.assign(event.headers, call.headers);
  Object.assign(event.requestContext, call.context);
  return { ...event, ...(call.query && { queryStringParameters: call.query }), ...call.event };
}
