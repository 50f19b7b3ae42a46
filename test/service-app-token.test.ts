/**
 * A service app's access tokens for Okta's own API (lambda/core/contract/okta-service-app.ts), at
 * both places that get them: the poll of a hub, and the commands of the Okta side.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { OktaLogError, serviceAccess } from '../lambda/hub/service-token.ts';
import { authorizerOf } from '../lib/okta/access.ts';
import { credentialsFrom } from '../lib/okta/credentials.ts';
import { OktaError } from '../lib/okta/okta-error.ts';
import { rsaKeyPair } from './support/rsa-keys.ts';

const ORG = 'https://acme.okta.com';
const LOGS = new URL(`${ORG}/api/v1/logs?limit=9`);
const CLIENT = '0oa1';
const SCOPE = 'okta.logs.read';

/** A way to the headers of a call, with the clock and the org of a test. */
type Access = (
  key: string,
  world: { readonly fetch: typeof fetch; readonly now: () => number },
) => () => Promise<Readonly<Record<string, string>>>;

const hub: Access = (privateKey, { fetch, now }) => {
  const credentials = async () => ({ clientId: CLIENT, privateKey });
  const access = serviceAccess({ url: ORG, credentials, fetch, clock: { now } });
  return () => access.headersFor('GET', LOGS);
};
const commands: Access = (key, world) => {
  const env = { OKTA_CLIENT_CLIENTID: CLIENT, OKTA_CLIENT_PRIVATEKEY: key };
  let authorizer: ReturnType<typeof authorizerOf> | undefined;
  return async () => {
    authorizer ??= authorizerOf({
      ...{ org: ORG, credentials: credentialsFrom(env, ORG), scopes: [SCOPE] },
      ...{ ...world, wait: async () => undefined },
    });
    return authorizer('GET', LOGS);
  };
};
const PLACES = [
  ['the poll of a hub', hub, OktaLogError],
  ['the commands', commands, OktaError],
] as const;

const pemOf = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));
const rsa = pemOf(rsaKeyPair().privateKey);
const ec = (namedCurve: string) => pemOf(generateKeyPairSync('ec', { namedCurve }).privateKey);

/** An org with these answers, the last of them for good. */
function orgWith(answers: readonly (() => Response)[]) {
  const asked: Request[] = [];
  const respond: typeof fetch = async (url, init) => {
    asked.push(new Request(url, init));
    return answers[Math.min(asked.length, answers.length) - 1]?.() ?? new Response('');
  };
  return { asked, fetch: respond, now: () => 0 };
}
const answer =
  (body: object, init: ResponseInit = {}) =>
  () =>
    Response.json(body, init);
const given = (more: object = {}) => answer({ access_token: 'a', token_type: 'Bearer', ...more });
const error = (code: string, headers: Record<string, string> = {}) =>
  answer({ error: code }, { status: 400, headers });
const BOUND = given({ token_type: 'DPoP' });

describe.each(PLACES)('%s', (_, access, ErrorClass) => {
  test.each([
    ['RSA of 2048 bits', rsa, 'RS256'],
    ['P-256', ec('P-256'), 'ES256'],
    ['P-384', ec('P-384'), 'ES384'],
    ['P-521', ec('P-521'), 'ES512'],
  ])('signs with a key on %s', async (_, key, alg) => {
    const org = orgWith([given()]);
    await access(key, org)();
    const form = new URLSearchParams(await org.asked[0]?.text());
    expect(decodeProtectedHeader(form.get('client_assertion') ?? '')).toEqual({ alg });
  });

  test.each([
    ['RSA of 1024 bits', pemOf(rsaKeyPair(1_024).privateKey)],
    [
      'RSA for PSS alone',
      pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }).privateKey),
    ],
    ['secp256k1', ec('secp256k1')],
    ['Ed25519', pemOf(generateKeyPairSync('ed25519').privateKey)],
    ['X25519', pemOf(generateKeyPairSync('x25519').privateKey)],
    ['no key at all', 'sec:ret'],
  ])('refuses a key on %s, and asks nothing', async (_, key) => {
    const org = orgWith([given()]);
    await expect(access(key, org)()).rejects.toThrow(ErrorClass);
    expect(org.asked).toEqual([]);
  });

  test('asks with the same form and claims', async () => {
    const org = orgWith([given()]);
    await access(rsa, org)();
    const [request] = org.asked;
    expect([request?.method, request?.url]).toEqual(['POST', `${ORG}/oauth2/v1/token`]);
    const { client_assertion: assertion = '', ...form } = Object.fromEntries(
      new URLSearchParams(await request?.text()),
    );
    expect(form).toEqual({
      grant_type: 'client_credentials',
      scope: SCOPE,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(decodeJwt(assertion)).toEqual({
      ...{ iss: CLIENT, sub: CLIENT, aud: `${ORG}/oauth2/v1/token` },
      ...{ iat: 0, exp: 300, jti: expect.any(String) },
    });
  });

  test.each([
    ['a token', [given()], 'Bearer a'],
    ['a token of the scope', [given({ scope: SCOPE })], 'Bearer a'],
    ['a token of more scopes', [given({ scope: `okta.apps.read ${SCOPE}` })], 'Bearer a'],
    ['a bound token', [error('invalid_dpop_proof'), error('use_dpop_nonce'), BOUND], 'DPoP a'],
    ['an unbound token for a proof', [error('use_dpop_nonce'), given()], 'Bearer a'],
    ['a bound token without a proof', [BOUND], 'Bearer a'],
  ])('takes %s', async (_, answers, authorization) => {
    const org = orgWith(answers);
    expect(await access(rsa, org)()).toMatchObject({ authorization });
    expect(org.asked).toHaveLength(answers.length);
  });

  test.each([
    ['a token of another scope', [given({ scope: 'okta.apps.read' })]],
    ['a token of no scope', [given({ scope: '' })]],
    ['scopes that are no text', [given({ scope: [SCOPE] })]],
    ['another success', [answer({ access_token: 'a' }, { status: 201 })]],
    ['an empty token', [given({ access_token: '' })]],
    ['a token that is no text', [given({ access_token: 7 })]],
    ['a page', [() => new Response('<html>')]],
    ['a list', [answer([])]],
    ['null', [() => new Response('null')]],
    ['a refusal', [error('invalid_client')]],
    ['a scope that is not granted', [error('invalid_scope')]],
    ['a failure', [() => new Response('', { status: 500 })]],
    ['a third wish for a nonce', [error('use_dpop_nonce')]],
  ])('refuses %s', async (_, answers) => {
    await expect(access(rsa, orgWith(answers))()).rejects.toThrow(ErrorClass);
  });

  test('proves that it holds one key, with the nonce of the answer before', async () => {
    const org = orgWith([
      error('invalid_dpop_proof'),
      error('use_dpop_nonce', { 'dpop-nonce': 'n1' }),
      BOUND,
    ]);
    const { dpop = '' } = await access(rsa, org)();
    const proofs = [...org.asked.map(({ headers }) => headers.get('dpop')), dpop];
    expect(proofs[0]).toBeNull();
    const sent = proofs.flatMap((proof) => proof ?? []);
    const forToken = {
      htm: 'POST',
      htu: `${ORG}/oauth2/v1/token`,
      iat: 0,
      jti: expect.any(String),
    };
    expect(sent.map((proof) => decodeJwt(proof))).toEqual([
      forToken,
      { ...forToken, nonce: 'n1' },
      {
        ...forToken,
        ...{ htm: 'GET', htu: `${ORG}/api/v1/logs` },
        // SHA-256 of the token `a`.
        ath: 'ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs',
      },
    ]);
    const headers = sent.map((proof) => decodeProtectedHeader(proof));
    expect(headers[0]).toMatchObject({ typ: 'dpop+jwt', alg: 'RS256', jwk: { kty: 'RSA' } });
    expect(new Set(headers.map(({ jwk }) => jwk?.n)).size).toBe(1);
  });

  test('keeps a token until two minutes before its end', async () => {
    const org = orgWith([given({ expires_in: 600 })]);
    let now = 0;
    const headers = access(rsa, { ...org, now: () => now });
    const askedBy = async (seconds: number): Promise<number> => {
      now = seconds * 1_000;
      await headers();
      return org.asked.length;
    };
    expect([await askedBy(0), await askedBy(480), await askedBy(481)]).toEqual([1, 1, 2]);
  });
});
