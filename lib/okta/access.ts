/**
 * What goes into the Authorization header: an API token, or an access token that a private key got.
 */

import type { KeyObject } from 'node:crypto';
import {
  MAX_TOKEN_REQUESTS,
  readTokenAnswer,
  TOKEN_MARGIN_MS,
} from '../../lambda/core/contract/okta-service-app.ts';
import { code } from '../access-map/report/problems.ts';
import type { Authorizer } from './authorize-request.ts';
import type { Credentials } from './credentials.ts';
import { proofOf } from './dpop-proof.ts';
import { OktaError } from './okta-error.ts';
import { type Json, textAt } from './org.ts';
import { OWN_ADDRESS, oktaMessage } from './refusals.ts';
import { generateRsaKeyPair } from './rsa-key-pair.ts';
import {
  askedScopes,
  type Binding,
  type PrivateKey,
  requestToken,
  type TokenRequestOptions,
} from './token-request.ts';

export interface AccessOptions extends TokenRequestOptions {
  readonly credentials: Credentials;
}

export function authorizerOf(options: AccessOptions): Authorizer {
  const { credentials } = options;
  if (credentials.kind === 'api token') {
    const headers = { authorization: `SSWS ${credentials.token}` };
    return async () => headers;
  }
  let access: Access | undefined;
  return async (method, url) => {
    // A long apply gets a new one.
    if (access === undefined || access.expiresAt - TOKEN_MARGIN_MS < options.now())
      access = await fetchAccess(options, credentials);
    if (access.proofKey === undefined) return { authorization: `Bearer ${access.token}` };
    return {
      authorization: `DPoP ${access.token}`,
      dpop: proofOf(access.proofKey, { method, url, now: options.now(), token: access.token }),
    };
  };
}

interface Access {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /**
   * Set where the org binds tokens to a key (RFC 9449), which is Okta's default for new service
   * apps.
   */
  readonly proofKey: KeyObject | undefined;
}

async function fetchAccess(options: AccessOptions, credentials: PrivateKey): Promise<Access> {
  const scopes = askedScopes(options, credentials);
  let proofKey: KeyObject | undefined;
  let nonce: string | undefined;
  for (let attempt = 0; attempt < MAX_TOKEN_REQUESTS; attempt++) {
    const binding = { proofKey, nonce };
    const { status, json, nonce: offered } = await requestToken(options, credentials, binding);
    const isProven = proofKey !== undefined;
    const answer = readTokenAnswer(status, json, { scopes, isProven });
    switch (answer.kind) {
      case 'token':
        return {
          token: answer.token,
          expiresAt: options.now() + answer.lifetimeMs,
          proofKey: answer.isBound ? proofKey : undefined,
        };
      case 'too few scopes':
        throw ungranted(options.org, answer.missing);
      case 'refused':
        throw answer.error === 'invalid_scope'
          ? await refusedScopes(options, credentials, binding)
          : refusedToken(options.org, status, answer.error, json);
      case 'proof required':
        proofKey ??= generateRsaKeyPair().privateKey;
        nonce = offered;
    }
  }
  throw new OktaError(
    'OKTA_PROOF_REFUSED',
    `\`${options.org}\` does not accept our proof of possession: switch DPoP off for the service app`,
  );
}

const ungranted = (org: string, scopes: readonly string[]): OktaError =>
  new OktaError(
    'OKTA_SCOPE_UNGRANTED',
    `\`${org}\` gives the service app no token with ${scopes.map(code).join(', ')}: a super administrator must grant ${scopes.length === 1 ? 'it' : 'them'} under Okta API Scopes`,
  );

/** Okta does not say which scope it refuses: each is asked for alone, bound as the first was. */
async function refusedScopes(
  options: AccessOptions,
  credentials: PrivateKey,
  binding: Binding,
): Promise<OktaError> {
  const asked = askedScopes(options, credentials);
  const refused: string[] = [];
  for (const scope of asked) {
    const alone = { ...credentials, scopes: [scope] };
    const { json } = await requestToken(options, alone, binding);
    if (textAt(json, 'error') === 'invalid_scope') refused.push(scope);
  }
  return ungranted(options.org, refused.length === 0 ? asked : refused);
}

function refusedToken(
  org: string,
  status: number,
  error: string,
  json: Json | undefined,
): OktaError {
  const message = oktaMessage(json);
  const detail = { status };
  const says = message === '' ? '' : `: ${message}`;
  if (error === 'invalid_client')
    return new OktaError(
      'OKTA_KEY_REFUSED',
      `\`${org}\` does not accept the service app's key (${error})${says}`,
      detail,
    );
  if (status === 401 || status === 403)
    return new OktaError(
      'OKTA_TOKEN_REFUSED',
      `\`${org}\` gives the service app no token (${status}${error === '' ? '' : `, ${error}`})${says}; check that the client id is of this org, that the app is active and may call from this network`,
      detail,
    );
  if (error === '' && status >= 500)
    return new OktaError(
      'OKTA_FAILED',
      `\`${org}\` failed to give a token (${status}): run the command again`,
      detail,
    );
  if (error === '')
    return new OktaError(
      'OKTA_ANSWER_INVALID',
      `\`${org}\` sent no token (${status}): ${OWN_ADDRESS}`,
      detail,
    );
  return new OktaError(
    'OKTA_TOKEN_REFUSED',
    `\`${org}\` does not accept the service app's request (${error})${says}`,
    detail,
  );
}
