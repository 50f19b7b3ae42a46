/**
 * Waits on loopback for the browser to come back with an authorization code. Source: RFC 8252, 7.3
 * and 8.3.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOGIN_CALLBACK_PATH } from '../../../lambda/core/contract/local-run.ts';
import { LoginError, oauthError } from './authorization-server.ts';

export interface Callback {
  readonly redirectUri: string;
  /**
   * The authorization code; taken once.
   * @throws LoginError for a refusal of the issuer, and at the end of the time.
   */
  code(expected: {
    readonly state: string;
    readonly issuer: string;
    readonly timeoutMs: number;
  }): Promise<string>;
  close(): void;
}

/**
 * Listens on 127.0.0.1.
 * @param port 0: a free one.
 * @throws LoginError where the port is taken.
 */
export async function listenForCallback(port: number): Promise<Callback> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(
        new LoginError(
          'LOGIN_PORT_TAKEN',
          `port ${port} of 127.0.0.1 cannot be listened on: give another with \`--port\``,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${LOGIN_CALLBACK_PATH}`;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return {
    redirectUri,
    close,
    code: ({ state, issuer, timeoutMs }) =>
      waitForCode(server, { state, issuer, timeoutMs, redirectUri }),
  };
}

interface Expected {
  readonly state: string;
  readonly issuer: string;
  readonly timeoutMs: number;
  readonly redirectUri: string;
}

function waitForCode(server: Server, expected: Expected): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = `nobody signed in within ${Math.round(expected.timeoutMs / 1_000)} s`;
    const timer = setTimeout(
      () => reject(new LoginError('LOGIN_TIMED_OUT', end)),
      expected.timeoutMs,
    );
    let over = false;
    server.on('request', (request, response) => {
      const answer = callbackIn(request);
      // Only the browser that started the sign-in knows the state; any other request is
      // refused, and the wait goes on.
      if (answer?.get('state') !== expected.state || over)
        return page(response, 400, 'not expected');
      over = true;
      clearTimeout(timer);
      const outcome = codeIn(answer, expected.issuer);
      page(
        response,
        typeof outcome === 'string' ? 200 : 400,
        typeof outcome === 'string'
          ? 'signed in: back to the terminal'
          : 'not signed in: see the terminal',
      );
      // The code goes on its way when the browser has its page.
      response.once('close', () =>
        typeof outcome === 'string' ? resolve(outcome) : reject(outcome),
      );
    });
  });
}

/** What a callback brings; nothing for any other request, whatever its target looks like. */
function callbackIn({ method, url = '' }: IncomingMessage): URLSearchParams | undefined {
  const [path, query] = url.split('?', 2);
  return method === 'GET' && path === LOGIN_CALLBACK_PATH ? new URLSearchParams(query) : undefined;
}

function codeIn(answer: URLSearchParams, issuer: string): string | LoginError {
  // Source: RFC 9207, 2.4. Okta does not send it; an issuer that does must be the one that was
  // asked.
  const from = answer.get('iss');
  if (from !== null && from !== issuer)
    return new LoginError('LOGIN_ISSUER_OTHER', 'the answer is from another issuer than was asked');
  if (answer.has('error'))
    return new LoginError(
      'LOGIN_REFUSED',
      `the issuer refused: ${oauthError(Object.fromEntries(answer), 'no reason given')}`,
    );
  return (
    answer.get('code') ||
    new LoginError('LOGIN_WITHOUT_CODE', 'expected an authorization code, found none in the answer')
  );
}

function page(response: ServerResponse, status: number, text: string): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  };
  response.writeHead(status, headers).end(`${text}\n`);
}
