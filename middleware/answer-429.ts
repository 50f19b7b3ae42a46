/**
 * Turns a call over quota into a 429, and gives every answer its RateLimit fields. Which calls over
 * quota come as far as the back end: lambda/core/quota/over-quota-403-or-429.ts.
 */
import type { QuotaNotice } from './quota-notice.ts';

/** Source: RFC 6585, 4. */
const TOO_MANY_REQUESTS = 429;

/** What an answer gets of a quota; with `refusal` the call goes no further. */
export interface QuotaAnswer {
  readonly fields: Readonly<Record<string, string>>;
  readonly refusal?: { readonly statusCode: number; readonly body: string };
}

/** @param policy a name that `policyName` took */
export function quotaAnswer(notice: QuotaNotice, policy: string): QuotaAnswer {
  const fields = quotaFields(notice, policy);
  if (!notice.exceeded) return { fields };
  return { fields, refusal: { statusCode: TOO_MANY_REQUESTS, body: exceededBody(policy) } };
}

/**
 * `RateLimit-Policy` and `RateLimit`, and with an exceeded quota `Retry-After` for the same moment.
 * Sources: draft-ietf-httpapi-ratelimit-headers-11, 3 and 4; RFC 9110, 10.2.3.
 */
function quotaFields(
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
const exceededBody = (policy: string): string =>
  JSON.stringify({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
    status: TOO_MANY_REQUESTS,
    code: 'QUOTA_EXCEEDED',
    'violated-policies': [policy],
  });

/**
 * A policy's name, which is in a structured field as a string.
 * @throws Error for anything but letters, digits, `-`, `_` and `.`
 */
export function policyName(name: string | undefined): string {
  if (name === undefined) return 'quota';
  if (/^[\w.-]{1,64}$/.test(name)) return name;
  throw new Error(
    `policy: expected 1 to 64 letters, digits, \`-\`, \`_\` or \`.\`, found \`${name}\``,
  );
}
