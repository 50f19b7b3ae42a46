/**
 * Who is signed in at the local issuer, for apps that renew tokens in a frame that nobody sees
 * (`prompt=none`). Source: OpenID Connect Core, 3.1.2.1; Okta, "Response mode",
 * `okta_post_message`.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'local-session';

/** No page of an app may read it; a frame of an app at another host sends it. */
const cookie = (value: string, rest = ''): string =>
  `${NAME}=${value}; Path=/oauth2/default/v1; HttpOnly; Secure; SameSite=None${rest}`;

/** The name itself, since everybody here signs in without a password. */
export const remember = (reply: FastifyReply, login: string): FastifyReply =>
  reply.header('set-cookie', cookie(encodeURIComponent(login)));

export const forget = (reply: FastifyReply): FastifyReply =>
  reply.header('set-cookie', cookie('', '; Max-Age=0'));

/** @returns the login of who is signed in. */
export function rememberedBy({ headers }: FastifyRequest): string | undefined {
  const value = new RegExp(`(?:^|; )${NAME}=([^;]+)`).exec(headers.cookie ?? '')?.[1];
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

export const LOGIN_REQUIRED = {
  error: 'login_required',
  error_description: 'The client specified not to prompt, but the user is not logged in.',
} as const;

/** A page that hands the answer to the app around its frame, and to no other. */
export function answerByMessage(
  reply: FastifyReply,
  app: string,
  answer: Readonly<Record<string, string | undefined>>,
): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const message = [answer, app].map((part) => JSON.stringify(part).replaceAll('<', '\\u003c'));
  return reply
    .header(
      'content-security-policy',
      `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors ${app}`,
    )
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><title>Signed in</title><script nonce="${nonce}">parent.postMessage(${message})</script>`,
    );
}
