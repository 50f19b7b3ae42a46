/**
 * An issuer that exists, for `npm start -- --issuer`: asked before anything is built, so that a
 * wrong one is told at once. Source: RFC 8414; Okta developer documentation, "Authorization
 * servers".
 */

import { isTemporary } from '../lambda/core/http/temporary-failure.ts';
import { membersOf } from '../lambda/core/json/json-object.ts';
import type { IssuerEndpoints } from './console/setup.ts';

/** It cannot be used here. */
export class IssuerError extends Error {
  override readonly name: string = 'IssuerError';
}

/** It gave no answer; whether it could be used is not known. */
export class IssuerUnreachableError extends IssuerError {
  override readonly name = 'IssuerUnreachableError';
}

const DISCOVERY_TIMEOUT_MS = 5_000;

type AnswerFields = Readonly<Record<string, unknown>>;

/**
 * Where browsers sign in at an issuer.
 * @throws IssuerUnreachableError, or IssuerError for one that is not shaped like an authorization
 * server of Okta: its keys at `/v1/keys` below its own name, which is where the authorizer asks
 */
export async function readIssuer(issuer: string): Promise<IssuerEndpoints> {
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const { status, body } = await ask(issuer, `${issuer}/.well-known/${name}`);
    // A host that answers every path, with a page of its own, has no discovery document there.
    if (status === 200 && typeof body['issuer'] === 'string') return endpointsIn(issuer, body);
  }
  const keys = `${issuer}/v1/keys`;
  const { status, body } = await ask(issuer, keys);
  if (status !== 200 || !Array.isArray(body['keys']))
    throw new IssuerError(
      `--issuer: expected an authorization server of Okta, found no discovery document below ${issuer} and ${status === 200 ? 'no keys' : `status ${status}`} at ${keys}: compare with Okta's Security > API > Authorization Servers > Issuer URI`,
    );
  return {
    authorizationEndpoint: `${issuer}/v1/authorize`,
    tokenEndpoint: `${issuer}/v1/token`,
  };
}

function endpointsIn(issuer: string, body: AnswerFields): IssuerEndpoints {
  const { jwks_uri: keys, authorization_endpoint: authorization, token_endpoint: token } = body;
  if (body['issuer'] !== issuer)
    throw new IssuerError(
      `--issuer: expected ${issuer} in its own discovery document, found ${JSON.stringify(body['issuer'])}: name it letter by letter`,
    );
  if (keys !== `${issuer}/v1/keys`)
    throw new IssuerError(
      `--issuer: expected an authorization server of Okta with its keys at ${issuer}/v1/keys, found ${typeof keys === 'string' ? JSON.stringify(keys) : 'no `jwks_uri`'}: the authorizer accepts no other issuer`,
    );
  if (typeof authorization !== 'string' || typeof token !== 'string')
    throw new IssuerError(
      `--issuer: expected \`authorization_endpoint\` and \`token_endpoint\` in the discovery document of ${issuer}, found none`,
    );
  return { authorizationEndpoint: authorization, tokenEndpoint: token };
}

async function ask(
  issuer: string,
  url: string,
): Promise<{ readonly status: number; readonly body: AnswerFields }> {
  const { status, text } = await answerOf(issuer, url);
  if (isTemporary(status))
    throw new IssuerUnreachableError(
      `--issuer: ${issuer} gives no answer now (status ${status} at ${url}): try it later`,
    );
  return { status, body: membersOf(text) };
}

async function answerOf(
  issuer: string,
  url: string,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw new IssuerUnreachableError(
      `--issuer: ${issuer} cannot be reached (${whyOf(cause)}): is the name right, and does this machine reach it?`,
      { cause },
    );
  }
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${DISCOVERY_TIMEOUT_MS / 1_000} s`;
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : error.message;
}
