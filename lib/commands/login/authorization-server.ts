/**
 * The issuer's own description of itself, and its token endpoint. Source: RFC 8414; RFC 6749,
 * 4.1.3.
 */

import type { FailureOf } from '../../../lambda/core/contract/failures.ts';
import { isSafeUrl } from '../../../lambda/core/contract/loopback.ts';
import { isTemporary } from '../../../lambda/core/http/temporary-failure.ts';
import { membersOf } from '../../../lambda/core/json/json-object.ts';
import { isToken } from '../../../lambda/core/token/bearer.ts';
import { code } from '../../access-map/report/problems.ts';
import { unreachableReason } from '../../okta/refusals.ts';
import { CommandError, ServiceError } from '../shell/command.ts';

/** The issuer gave no token; the message is for the user, and holds none. */
export class LoginError extends CommandError<FailureOf<'problem'>> {
  override readonly name = 'LoginError';
  override readonly prefix = 'login: ';
}

export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

const ISSUER_REQUEST_TIMEOUT_MS = 10_000;

/**
 * @throws LoginError unless the issuer describes itself, under its own name, with both endpoints
 * over https (or on loopback).
 * @throws ServiceError where the issuer cannot be asked: no answer, or a fault or a limit of its
 * own (5xx, 429).
 */
export async function discover(issuer: string): Promise<AuthorizationServer> {
  let failure = '';
  // Okta serves both; other issuers one of them.
  for (const document of ['oauth-authorization-server', 'openid-configuration']) {
    const { status, body } = await request(`${issuer}/.well-known/${document}`, {});
    // A host may answer every path with a page of its own.
    if (status === 200 && typeof body['issuer'] === 'string') return serverIn(body, issuer);
    failure = status === 200 ? 'found another document' : `found status ${status}`;
    if (isTemporary(status))
      throw new ServiceError(
        'ISSUER_FAILED',
        `issuer ${code(issuer)}: ${failure} in place of a description of its endpoints: try again`,
      );
  }
  throw new LoginError(
    'ISSUER_UNDESCRIBED',
    `issuer ${code(issuer)}: expected a description of its endpoints, ${failure}`,
  );
}

function serverIn(body: AnswerFields, issuer: string): AuthorizationServer {
  // Another name in the document means another server's endpoints. Source: RFC 8414, 3.3.
  if (body['issuer'] !== issuer)
    throw new LoginError(
      'ISSUER_DESCRIPTION_INVALID',
      `issuer ${code(issuer)}: expected its own name in its description, found another`,
    );
  const endpoint = (name: string): string => {
    const url = body[name];
    if (typeof url !== 'string')
      throw new LoginError(
        'ISSUER_DESCRIPTION_INVALID',
        `issuer ${code(issuer)}: expected \`${name}\` in its description, found none`,
      );
    if (!isSafeUrl(url))
      throw new LoginError(
        'ISSUER_DESCRIPTION_INVALID',
        `issuer ${code(issuer)}: expected an https URL as \`${name}\`, found ${code(url)}`,
      );
    return url;
  };
  return {
    issuer,
    authorizationEndpoint: endpoint('authorization_endpoint'),
    tokenEndpoint: endpoint('token_endpoint'),
  };
}

export interface CodeExchange {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

/** The access token for an authorization code. @throws LoginError, ServiceError */
export async function exchangeCode(
  server: AuthorizationServer,
  exchange: CodeExchange,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: exchange.code,
    client_id: exchange.clientId,
    redirect_uri: exchange.redirectUri,
    code_verifier: exchange.codeVerifier,
  });
  const { status, body } = await request(server.tokenEndpoint, { method: 'POST', body: form });
  if (isTemporary(status))
    throw new ServiceError(
      'ISSUER_FAILED',
      `the issuer gave no token: ${oauthError(body, `status ${status}`)}: try again`,
    );
  if (status !== 200)
    throw new LoginError(
      'LOGIN_CODE_REFUSED',
      `the issuer gave no token: ${oauthError(body, `status ${status}`)}`,
    );
  const { access_token: token, token_type: type } = body;
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw new LoginError(
      'LOGIN_TOKEN_BOUND',
      'expected a bearer token, found another type: a token bound to a key of its client (DPoP) is not accepted by the authorizer',
    );
  }
  if (typeof token !== 'string' || !isToken(token))
    throw new LoginError(
      'LOGIN_WITHOUT_TOKEN',
      'expected an access token, found none in the answer',
    );
  return token;
}

/** `error` and `error_description` of an answer. Source: RFC 6749, 4.1.2.1 and 5.2. */
export function oauthError(answer: AnswerFields, otherwise: string): string {
  const { error, error_description: description } = answer;
  if (typeof error !== 'string') return otherwise;
  return typeof description === 'string' ? `${code(error)}, ${code(description)}` : code(error);
}

type AnswerFields = Readonly<Record<string, unknown>>;

async function request(
  url: string,
  init: RequestInit,
): Promise<{ readonly status: number; readonly body: AnswerFields }> {
  try {
    const headers = { accept: 'application/json' };
    const response = await fetch(url, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(ISSUER_REQUEST_TIMEOUT_MS),
    });
    return { status: response.status, body: membersOf(await response.text()) };
  } catch (cause) {
    throw new ServiceError(
      'ISSUER_UNREACHABLE',
      `${code(url)} cannot be reached (${unreachableReason(cause, ISSUER_REQUEST_TIMEOUT_MS)}): is the issuer right, and does this machine reach it?`,
      { cause },
    );
  }
}
