import { policyName, quotaAnswer } from './answer-429.ts';
import { noticeInContext, type QuotaNotice } from './quota-notice.ts';

export interface LambdaQuotaOptions {
  /**
   * Name of the policy in the RateLimit fields.
   * @default 'quota'
   */
  readonly policy?: string;
}

/**
 * An answer as a back end of API Gateway gives it; HTTP APIs take other values as a body, which are
 * handed on as they are.
 */
export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Wraps the handler of a Lambda back end: a call over quota is answered with 429, `Retry-After` and
 * the RateLimit fields, and the handler does not see it; other answers get the RateLimit fields.
 * Only `requestContext.authorizer` is believed, which the gateway alone writes; headers are not
 * read. A call without our context, on a public route for example, goes to the handler.
 */
export function withQuota<Event, Rest extends readonly unknown[], Result>(
  handler: (event: Event, ...rest: Rest) => Result | Promise<Result>,
  options: LambdaQuotaOptions = {},
): (event: Event, ...rest: Rest) => Promise<Result | GatewayAnswer> {
  const policy = policyName(options.policy);
  return async (event, ...rest) => {
    const notice = noticeInEvent(event);
    if (!notice) return handler(event, ...rest);
    const { fields, refusal } = quotaAnswer(notice, policy);
    if (refusal) return { ...refusal, headers: fields };
    return withFields(await handler(event, ...rest), fields);
  };
}

/** HTTP API: `authorizer.lambda` in payload 2.0, `authorizer` in 1.0; REST API: `authorizer`. */
function noticeInEvent(event: unknown): QuotaNotice | undefined {
  const { requestContext } = (event ?? {}) as {
    readonly requestContext?: { readonly authorizer?: { readonly lambda?: unknown } };
  };
  const authorizer = requestContext?.authorizer;
  return noticeInContext(authorizer?.lambda ?? authorizer);
}

/** The handler's own fields win, whatever their case. */
function withFields<Result>(result: Result, fields: Readonly<Record<string, string>>): Result {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return result;
  const own: unknown = 'headers' in result ? result.headers : undefined;
  const headers = typeof own === 'object' && own !== null ? own : {};
  const named = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const added = Object.entries(fields).filter(([name]) => !named.has(name));
  return { ...result, headers: { ...headers, ...Object.fromEntries(added) } };
}
