/**
 * Requests of Okta to the receiver, and the answers that it gives before it writes. Source:
 * Okta, "Event hooks".
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type HookSecret, SECRET_HEADER } from '../core/contract/hub.ts';
import { isObject, membersOf } from '../core/json/json-object.ts';

/** The event of a function URL, as far as it is read. Source: AWS Lambda Developer Guide. */
export interface UrlEvent {
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: { readonly http?: { readonly method?: string } };
}

export interface UrlAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Why a request is refused, as the log shows it. */
export type RefusedRequest = 'secret' | 'method' | 'challenge' | 'size' | 'body' | 'source';

/** What is answered before anything is written. */
export type AnsweredRequest =
  | { readonly kind: 'verification'; readonly answer: UrlAnswer }
  | { readonly kind: 'refused'; readonly why: RefusedRequest; readonly answer: UrlAnswer };

export interface Delivery {
  readonly kind: 'delivery';
  readonly events: readonly unknown[];
}

const CHALLENGE_HEADER = 'x-okta-verification-challenge';
/** Okta's are some fifty characters. */
const CHALLENGE = /^[!-~]{1,256}$/;
/** Events of Okta take some 3 KB each. */
const MAX_DELIVERY_BYTES = 1_024 * 1_024;

const refused = (why: RefusedRequest, statusCode: number): AnsweredRequest => ({
  kind: 'refused',
  why,
  answer: { statusCode },
});

/** The one GET of Okta: the answer proves who owns the address. */
export function readVerification({ headers }: UrlEvent): AnsweredRequest {
  const challenge = headers?.[CHALLENGE_HEADER] ?? '';
  if (!CHALLENGE.test(challenge)) return refused('challenge', 400);
  return {
    kind: 'verification',
    answer: {
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ verification: challenge }),
    },
  };
}

export const methodOf = ({ requestContext }: UrlEvent): string =>
  requestContext?.http?.method ?? '';

/**
 * Reads a delivery. The body is not looked at before the secret is right.
 * @param hosts that the source may have.
 */
export function readDelivery(
  event: UrlEvent,
  secret: HookSecret,
  hosts: readonly string[],
): AnsweredRequest | Delivery {
  if (methodOf(event) !== 'POST') return refused('method', 405);
  if (!isSecret(event.headers?.[SECRET_HEADER], secret)) return refused('secret', 401);
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_DELIVERY_BYTES) return refused('size', 413);
  const { eventType, data, source } = membersOf(bytes.toString('utf8'));
  const events = isObject(data) ? data['events'] : undefined;
  if (eventType !== 'com.okta.event_hook' || !Array.isArray(events)) return refused('body', 400);
  return isFrom(source, hosts) ? { kind: 'delivery', events } : refused('source', 403);
}

/** Always compares both secrets, as digests of equal length and in constant time. */
function isSecret(sent: string | undefined, { current, pending }: HookSecret): boolean {
  const digest = digestOf(sent ?? '');
  const matches = [current, pending].map(
    (good = '') => timingSafeEqual(digest, digestOf(good)) && good !== '',
  );
  return matches.includes(true);
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** `https://ORG/api/v1/eventHooks/ID`. */
function isFrom(source: unknown, hosts: readonly string[]): boolean {
  if (typeof source !== 'string' || !URL.canParse(source)) return false;
  const { protocol, host, pathname } = new URL(source);
  return (
    protocol === 'https:' && hosts.includes(host) && pathname.startsWith('/api/v1/eventHooks/')
  );
}
