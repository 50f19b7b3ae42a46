/** The 429 response for a call over quota, and the RateLimit fields. */

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

/**
 * `RateLimit-Policy` and `RateLimit`, and with an exceeded quota `Retry-After` for the same moment.
 * Sources: draft-ietf-httpapi-ratelimit-headers-11, 3 and 4; RFC 9110, 10.2.3.
 */
export function quotaFields(
  { exceeded, limit, remaining, reset }: QuotaNotice,
  policy: string,
): Readonly<Record<string, string>> {
  const name = JSON.stringify(policy);
  return {
    'ratelimit-policy': `${name};q=${limit}`,
    ratelimit: `${name};r=${remaining};t=${reset}`,
    ...(exceeded && {
      'retry-after': String(reset),
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
    }),
  };
}

/**
 * The body of a 429, as RFC 9457 has it with the type and member of the draft; `code` is the
 * authorizer's.
 */
export const exceededBody = (policy: string): string =>
  JSON.stringify({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
    status: 429,
    code: 'QUOTA_EXCEEDED',
    'violated-policies': [policy],
  });

/** Source of the status: RFC 6585, 4. */
export const TOO_MANY_REQUESTS = 429;

/**
 * A policy's name, which stands in a structured field as a string.
 * @throws Error for anything but letters, digits, `-`, `_` and `.`
 */
export function policyName(name: string | undefined): string {
  if (name === undefined) return 'quota';
  if (/^[\w.-]{1,64}$/.test(name)) return name;
  throw new Error(
    `policy: expected 1 to 64 letters, digits, \`-\`, \`_\` or \`.\`, found \`${name}\``,
  );
}
