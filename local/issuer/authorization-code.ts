/**
 * The authorization code flow with PKCE of the local issuer: a page to pick a user, and codes that
 * are good once. Source: RFC 6749, 4.1; RFC 7636, 4; RFC 9700, 2.1.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PersistedFile } from '../persisted-state.ts';
import type { LocalUser } from '../users.ts';
import { type IssuedCodes, issuedCodes } from './issued-codes.ts';
import type { OAuthParameters } from './oauth-parameters.ts';
import { pickerPage, refusalPage, signedOutPage } from './sign-in-page.ts';
import {
  answerByMessage,
  forget,
  LOGIN_REQUIRED,
  remember,
  rememberedBy,
} from './sign-in-session.ts';

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
  readonly persistedSignIns?: PersistedFile;
  readonly now: () => number;
}

export interface CodeFlow extends Pick<IssuedCodes, 'redeem'> {
  /** Adds the page and its form below `path`. */
  readonly addTo: (app: FastifyInstance, path: string) => void;
}

export function createCodeFlow(options: CodeFlowOptions): CodeFlow {
  const { users, redirectUris, apps, persistedSignIns, now } = options;
  const codes = issuedCodes(now, persistedSignIns);
  const answer = (
    query: OAuthParameters,
    reply: FastifyReply,
    login: string | undefined,
  ): FastifyReply => {
    const refused = untrusted(query, options);
    if (refused !== undefined) return refusalPage(reply.code(400), refused);
    const fault = faultOf(query);
    if (fault !== undefined) return back(reply, query, fault);
    const user = users.find((known) => known.login === login);
    if (user !== undefined)
      return back(remember(reply, user.login), query, { code: codes.issue(query, user) });
    if (query['prompt'] === 'none') return back(reply, query, LOGIN_REQUIRED);
    return pickerPage(reply, query, users);
  };
  const signOut = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const to = (request.query as OAuthParameters)['post_logout_redirect_uri'] ?? '';
    return isPageOf([...apps, ...redirectUris.map((uri) => new URL(uri).origin)], to)
      ? forget(reply).redirect(to, 303)
      : signedOutPage(forget(reply));
  };
  return {
    addTo(app, path) {
      app.get(`${path.slice(0, path.lastIndexOf('/'))}/logout`, signOut);
      app.get(path, (request, reply) => {
        const query = request.query as OAuthParameters;
        // Who may be asked picks a user each time, so that a second one is as easy as the first.
        return answer(query, reply, query['prompt'] === 'none' ? rememberedBy(request) : undefined);
      });
      app.post(path, (request, reply) => {
        const { login, ...query } = (request.body ?? {}) as OAuthParameters;
        return answer(query, reply, login);
      });
    },
    redeem: codes.redeem,
  };
}

/** What makes the request unfit to be answered by a redirect: its target cannot be trusted. */
function untrusted(
  { client_id = '', redirect_uri = '' }: OAuthParameters,
  { clients, redirectUris, apps, nativePath }: CodeFlowOptions,
): string | undefined {
  if (clients !== 'any' && !clients.includes(client_id)) return 'unknown client_id';
  const isKnown =
    redirectUris.includes(redirect_uri) ||
    isPageOf(apps, redirect_uri) ||
    (nativePath !== undefined && isLoopback(redirect_uri, nativePath));
  return isKnown ? undefined : 'redirect_uri is not one of those that are registered';
}

/** Sends the answer to where the request asks for it. */
function back(
  reply: FastifyReply,
  query: OAuthParameters,
  parameters: Readonly<Record<string, string>>,
): FastifyReply {
  const { state, response_mode: mode } = query;
  const target = new URL(query['redirect_uri'] ?? '');
  if (mode === 'okta_post_message')
    return answerByMessage(reply, target.origin, { ...parameters, state });
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  if (state !== undefined) target.searchParams.set('state', state);
  return reply.header('cache-control', 'no-store').redirect(target.href, 303);
}

/** Whether it is an address on one of the origins, without a fragment. */
function isPageOf(origins: readonly string[], uri: string): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  return url !== undefined && url.hash === '' && origins.includes(url.origin);
}

const isLoopback = (uri: string, path: string): boolean =>
  /^http:\/\/127\.0\.0\.1:\d+\//.test(uri) &&
  URL.canParse(uri) &&
  new URL(uri).href === `${new URL(uri).origin}${path}`;

/** What the redirect tells the client. */
function faultOf(query: OAuthParameters): Readonly<Record<string, string>> | undefined {
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
