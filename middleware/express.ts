import { policyName, quotaAnswer } from './answer-429.ts';
import { noticeInContext, noticeInHeaders } from './quota-notice.ts';

/** What is needed of a request: Node's, and so Express's, Connect's and others'. */
export interface QuotaRequest {
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface QuotaResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

export interface ExpressQuotaOptions<Request extends QuotaRequest> {
  /**
   * Believe the `x-access-*` headers of the request. Right only for an HTTP upstream of the
   * project's own stack that nobody can call past the gateway: the gateway overwrites these headers
   * there; anywhere else the caller writes them.
   * @default false
   */
  readonly trustHeaders?: boolean;
  /**
   * The authorizer's context, where an adapter hands the gateway's event on: e.g.
   * `(request) => request.apiGateway?.event.requestContext.authorizer?.lambda`.
   */
  readonly contextOf?: (request: Request) => unknown;
  /**
   * Name of the policy in the RateLimit fields.
   * @default 'quota'
   */
  readonly policy?: string;
}

/**
 * A middleware `(request, response, next)`: a call over quota is answered with 429, `Retry-After`
 * and the RateLimit fields, and goes no further; other answers get the RateLimit fields. A call of
 * which no quota is known goes on; with `trustHeaders` that is one whose `x-access-quota-exceeded`
 * is absent or `false`: any other value is a refusal.
 * @throws Error unless exactly one of `trustHeaders` and `contextOf` says where the quota is read:
 * without it nothing would ever be refused
 */
export function quotaMiddleware<Request extends QuotaRequest>(
  options: ExpressQuotaOptions<Request>,
): (request: Request, response: QuotaResponse, next: () => void) => void {
  const { trustHeaders = false, contextOf } = options;
  if (trustHeaders === (contextOf !== undefined)) {
    throw new Error(
      `quotaMiddleware: expected either \`trustHeaders: true\` or \`contextOf\`, found ${trustHeaders ? 'both' : 'neither'}`,
    );
  }
  const policy = policyName(options.policy);
  return (request, response, next) => {
    const notice = contextOf
      ? noticeInContext(contextOf(request))
      : noticeInHeaders(request.headers);
    if (!notice) return next();
    const { fields, refusal } = quotaAnswer(notice, policy);
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
    if (!refusal) return next();
    response.statusCode = refusal.statusCode;
    response.end(refusal.body);
  };
}
