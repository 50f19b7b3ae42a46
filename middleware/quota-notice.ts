/** What the authorizer says of a call's quota, in its context or in headers. */

/** A quota as the authorizer tells it in its context. */
export interface QuotaNotice {
  /** No quota of the caller has room. */
  readonly exceeded: boolean;
  /** Units of the window that binds first. */
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the window ends; at least 1. */
  readonly reset: number;
}

/**
 * Fields of the authorizer's context, by the name of the header that carries each to an HTTP
 * upstream.
 */
const HEADERS = {
  quotaExceeded: 'x-access-quota-exceeded',
  quotaLimit: 'x-access-quota-limit',
  quotaRemaining: 'x-access-quota-remaining',
  quotaReset: 'x-access-quota-reset',
} as const;

type ContextField = keyof typeof HEADERS;

/** The notice in the authorizer's context; undefined for a call that no quota was charged for. */
export const noticeInContext = (context: unknown): QuotaNotice | undefined => {
  const fields = (typeof context === 'object' && context !== null ? context : {}) as Readonly<
    Record<string, unknown>
  >;
  // The context is text on its way through the gateway; a Lambda of its own making may hand over
  // the boolean.
  return noticeFrom((field) => fields[field], String(fields['quotaExceeded']) === 'true');
};

/**
 * The notice in the headers of a request. Trust them only if nobody but the gateway can set them.
 */
export function noticeInHeaders(
  headers: Readonly<Record<string, unknown>>,
): QuotaNotice | undefined {
  const exceeded = headers[HEADERS.quotaExceeded];
  // `true, false` and the like come of a header that was sent twice: anything but what the gateway
  // writes of a call that may pass is no permission. A REST API, which cannot remove a header,
  // writes `-` on its public routes.
  const passes = exceeded === undefined || exceeded === 'false' || exceeded === '-';
  return noticeFrom((field) => headers[HEADERS[field]], !passes);
}

function noticeFrom(
  read: (field: ContextField) => unknown,
  exceeded: boolean,
): QuotaNotice | undefined {
  const [limit, remaining, reset] = [
    whole(read('quotaLimit')),
    whole(read('quotaRemaining')),
    whole(read('quotaReset')),
  ];
  if (limit !== undefined && remaining !== undefined && reset !== undefined)
    return { exceeded, limit, remaining, reset };
  // A refusal that lacks its numbers is still a refusal.
  return exceeded ? { exceeded, limit: limit ?? 0, remaining: 0, reset: reset ?? 1 } : undefined;
}

const whole = (value: unknown): number | undefined =>
  /^\d{1,15}$/.test(String(value)) ? Number(value) : undefined;
