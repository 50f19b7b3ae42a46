/** Pages of the local issuer: who signs in, and what came of it. */
import type { FastifyReply } from 'fastify';
import type { LocalUser } from '../users.ts';
import type { OAuthParameters } from './oauth-parameters.ts';

/** Control characters stay as they are: the form sends them back with its answer. */
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

export const refusalPage = (reply: FastifyReply, text: string): FastifyReply =>
  page(reply, 'The sign-in cannot be done', `<p role="alert">${escapeHtml(text)}</p>`);

export const signedOutPage = (reply: FastifyReply): FastifyReply =>
  page(reply, 'You are signed out', '');

/** The form sends the request again, with the user that was picked. */
export const pickerPage = (
  reply: FastifyReply,
  query: OAuthParameters,
  users: readonly LocalUser[],
): FastifyReply => page(reply, 'Who are you?', picker(query, users));

function picker(query: OAuthParameters, users: readonly LocalUser[]): string {
  const hidden = Object.entries(query).map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(String(value ?? ''))}">`,
  );
  const buttons = users.map(
    ({ login, groups }) =>
      `<button name="login" value="${escapeHtml(login)}"><b>${escapeHtml(login)}</b><span>${escapeHtml(groups.join(', ') || 'no groups')}</span></button>`,
  );
  return `<p>The local issuer stands in for Okta. Any of these users signs in without a password.</p><form method="post">${hidden.join('')}${buttons.join('')}</form>`;
}

function page(reply: FastifyReply, title: string, body: string): FastifyReply {
  const style = `:root{color-scheme:light dark;--line:light-dark(#d5d9e0,#3a4150);--soft:light-dark(#f4f6f9,#1d2230)}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;background:light-dark(#eef1f6,#12151d);color:light-dark(#1b2330,#e8ebf2)}
main{width:min(26rem,calc(100vw - 4rem));padding:1.5rem;border:1px solid var(--line);border-radius:14px;background:light-dark(#fff,#181c26)}
h1{font-size:1.3rem;margin:0 0 .25rem}form{display:grid;gap:.5rem}
button{font:inherit;color:inherit;text-align:left;padding:.65rem .85rem;border:1px solid var(--line);border-radius:9px;background:var(--soft);cursor:pointer}
button:hover{border-color:light-dark(#2b50c8,#9db4ff)}button:focus-visible{outline:3px solid light-dark(#2b50c8,#9db4ff);outline-offset:2px}
button b,button span{display:block}button span{font-size:.85rem;color:light-dark(#525d70,#a9b2c3)}`;
  return reply
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    )
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${title}</title><style>${style}</style><main><h1>${title}</h1>${body}</main></html>`,
    );
}
