/**
 * The authorization code flow with PKCE of the local issuer: a page to pick a user, and codes that
 * are good once. Source: RFC 6749, 4.1; RFC 7636, 4; RFC 9700, 2.1.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { KeptFile } from '../kept-state.ts';
import type { LocalUser } from '../users.ts';
import { answerByMessage, forget, LOGIN_REQUIRED, remember, rememberedBy } from './session.ts';

export interface CodeFlowOptions {
  readonly users: readonly LocalUser[];
  readonly clients: readonly string[] | 'any';
  /** Compared exactly: where codes may be sent. */
  readonly redirectUris: readonly string[];
  /** Origins whose every page is one. */
  readonly apps: readonly string[];
  /**
   * Path at which a program of this machine may wait, on any port of 127.0.0.1. Source: RFC 8252,
   * 7.3. Default: none may.
   */
  readonly nativePath?: string;
  /** Keeps sign-ins that are under way for the next run. Default: they end with this one. */
  readonly keptSignIns?: KeptFile;
  readonly now: () => number;
}

type Form = Readonly<Record<string, string | undefined>>;

export interface SignIn {
  readonly user: LocalUser;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
}

export interface CodeFlow {
  /** Adds the page and its form below `path`. */
  readonly addTo: (app: FastifyInstance, path: string) => void;
  /**
   * Redeems the code of a token request; a code is gone after the first attempt, whatever came of
   * it.
   */
  readonly redeem: (form: Form) => SignIn | undefined;
}

interface Grant extends SignIn {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly endsAt: number;
}

const codeLifetimeMs = 60_000;

export function createCodeFlow(options: CodeFlowOptions): CodeFlow {
  const { users, clients, redirectUris, apps, nativePath, keptSignIns, now } = options;
  const grants = new Map<string, Grant>(grantsIn(keptSignIns?.read()));
  const keep = (): void => {
    for (const [code, { endsAt }] of grants) if (endsAt <= now()) grants.delete(code);
    keptSignIns?.write([...grants]);
  };

  /** What makes the request unfit to be answered by a redirect: its target cannot be trusted. */
  const untrusted = ({ client_id = '', redirect_uri = '' }: Form): string | undefined => {
    if (clients !== 'any' && !clients.includes(client_id)) return 'unknown client_id';
    const isKnown =
      redirectUris.includes(redirect_uri) ||
      isPageOf(apps, redirect_uri) ||
      (nativePath !== undefined && isLoopback(redirect_uri, nativePath));
    return isKnown ? undefined : 'redirect_uri is not one of those that are registered';
  };

  const issue = (query: Form, user: LocalUser): string => {
    const code = randomBytes(32).toString('base64url');
    const scopes = (query['scope'] ?? '').split(' ').filter((scope) => scope !== '');
    grants.set(code, {
      user,
      scopes,
      nonce: query['nonce'],
      clientId: query['client_id'] ?? '',
      redirectUri: query['redirect_uri'] ?? '',
      challenge: query['code_challenge'] ?? '',
      endsAt: now() + codeLifetimeMs,
    });
    keep();
    return code;
  };

  const back = (
    reply: FastifyReply,
    query: Form,
    parameters: Readonly<Record<string, string>>,
  ): FastifyReply => {
    const { state, response_mode: mode } = query;
    const target = new URL(query['redirect_uri'] ?? '');
    if (mode === 'okta_post_message')
      return answerByMessage(reply, target.origin, { ...parameters, state });
    for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
    if (state !== undefined) target.searchParams.set('state', state);
    return reply.header('cache-control', 'no-store').redirect(target.href, 303);
  };

  const answer = (query: Form, reply: FastifyReply, login: string | undefined): FastifyReply => {
    const refused = untrusted(query);
    if (refused !== undefined)
      return page(
        reply.code(400),
        'The sign-in cannot be done',
        `<p role="alert">${escapeHtml(refused)}</p>`,
      );
    const fault = faultOf(query);
    if (fault !== undefined) return back(reply, query, fault);
    const user = users.find((known) => known.login === login);
    if (user !== undefined)
      return back(remember(reply, user.login), query, { code: issue(query, user) });
    if (query['prompt'] === 'none') return back(reply, query, LOGIN_REQUIRED);
    return page(reply, 'Who are you?', picker(query, users));
  };

  return {
    addTo: (app, path) => {
      app.get(`${path.slice(0, path.lastIndexOf('/'))}/logout`, (request, reply) => {
        const to = (request.query as Form)['post_logout_redirect_uri'] ?? '';
        return isPageOf([...apps, ...redirectUris.map((uri) => new URL(uri).origin)], to)
          ? forget(reply).redirect(to, 303)
          : page(forget(reply), 'You are signed out', '');
      });
      app.get(path, (request, reply) => {
        const query = request.query as Form;
        // Who may be asked picks a user each time, so that a second one is as easy as the first.
        return answer(query, reply, query['prompt'] === 'none' ? rememberedBy(request) : undefined);
      });
      app.post(path, (request, reply) => {
        const { login, ...query } = (request.body ?? {}) as Form;
        return answer(query, reply, login);
      });
    },
    redeem: (form) => {
      const grant = grants.get(form['code'] ?? '');
      if (grants.delete(form['code'] ?? '')) keep();
      const challenge = createHash('sha256')
        .update(form['code_verifier'] ?? '')
        .digest('base64url');
      const fits =
        grant?.clientId === form['client_id'] &&
        grant?.redirectUri === form['redirect_uri'] &&
        grant?.challenge === challenge;
      return fits && grant.endsAt > now() ? grant : undefined;
    },
  };
}

/** What an earlier run has left; it alone writes the file. */
const grantsIn = (value: unknown): readonly (readonly [string, Grant])[] =>
  Array.isArray(value) ? (value as readonly (readonly [string, Grant])[]) : [];

/** Whether it is an address on one of the origins, without a fragment. */
function isPageOf(origins: readonly string[], uri: string): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  return url !== undefined && url.hash === '' && origins.includes(url.origin);
}

const isLoopback = (uri: string, path: string): boolean =>
  /^http:\/\/127\.0\.0\.1:\d+\//.test(uri) &&
  URL.canParse(uri) &&
  new URL(uri).href === `${new URL(uri).origin}${path}`;

/** What is told to the client by redirect. */
function faultOf(query: Form): Readonly<Record<string, string>> | undefined {
  if (query['response_type'] !== 'code') return { error: 'unsupported_response_type' };
  if (
    query['code_challenge_method'] !== 'S256' ||
    !/^[\w-]{43}$/.test(query['code_challenge'] ?? '')
  ) {
    return {
      error: 'invalid_request',
      error_description: 'PKCE code challenge with method S256 is required.',
    };
  }
  return query['scope'] ? undefined : { error: 'invalid_scope' };
}

/** Control characters stay as they are: the form sends them back with its answer. */
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

function picker(query: Form, users: readonly LocalUser[]): string {
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
