/** What the token endpoint is asked for a service app, and what its answers mean. */
import { expect, test } from '@jest/globals';
import {
  assertionClaims,
  proofClaims,
  readTokenAnswer,
  signingAlgorithm,
  tokenForm,
  tokenUrl,
} from '../../../../lambda/core/contract/okta-service-app.ts';

test.each([
  ['rsa', { modulusLength: 2_048 }, 'RS256'],
  ['rsa', { modulusLength: 2_047 }, undefined],
  ['rsa', undefined, undefined],
  ['rsa-pss', { modulusLength: 2_048 }, undefined],
  ['ec', { namedCurve: 'prime256v1' }, 'ES256'],
  ['ec', { namedCurve: 'secp384r1' }, 'ES384'],
  ['ec', { namedCurve: 'secp521r1' }, 'ES512'],
  ['ec', { namedCurve: 'secp256k1' }, undefined],
  ['ec', { namedCurve: 'toString' }, undefined],
  ['ed25519', {}, undefined],
  [undefined, undefined, undefined],
])('a key of type %s with %j signs with %s', (type, details, algorithm) => {
  expect(signingAlgorithm({ asymmetricKeyType: type, asymmetricKeyDetails: details })).toBe(
    algorithm,
  );
});

const url = tokenUrl('https://acme.okta.com');
const occasion = { now: 1_999, id: 'j1' };

test('an assertion is of the app to the token endpoint, for five minutes', () => {
  expect(assertionClaims('0oa1', url, occasion)).toEqual({
    iss: '0oa1',
    sub: '0oa1',
    aud: 'https://acme.okta.com/oauth2/v1/token',
    iat: 1,
    exp: 301,
    jti: 'j1',
  });
  expect(tokenForm(['a.read', 'b.read'], 'x.y.z')).toEqual({
    grant_type: 'client_credentials',
    scope: 'a.read b.read',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'x.y.z',
  });
});

test('a proof is of one request, with the nonce and the token where there are such', () => {
  const logs = new URL('https://acme.okta.com/api/v1/logs?limit=9#x');
  const request = { htm: 'GET', htu: 'https://acme.okta.com/api/v1/logs', iat: 1, jti: 'j1' };
  expect(proofClaims({ method: 'GET', url: logs }, occasion)).toEqual(request);
  expect(proofClaims({ method: 'GET', url: logs, nonce: 'n', tokenHash: 'h' }, occasion)).toEqual({
    ...request,
    nonce: 'n',
    ath: 'h',
  });
});

const asked = { scopes: ['a.read', 'b.read'], isProven: true };
const token = { kind: 'token', token: 't', lifetimeMs: 3_600_000, isBound: false };

test.each([
  ['a token', 200, { access_token: 't' }, token],
  [
    'its own lifetime',
    200,
    { access_token: 't', expires_in: 60 },
    { ...token, lifetimeMs: 60_000 },
  ],
  ['a lifetime that is none', 200, { access_token: 't', expires_in: '60' }, token],
  ['a bound one', 200, { access_token: 't', token_type: 'DPoP' }, { ...token, isBound: true }],
  ['all scopes in another order', 200, { access_token: 't', scope: 'b.read a.read' }, token],
  ['null scopes', 200, { access_token: 't', scope: null }, token],
  [
    'one scope',
    200,
    { access_token: 't', scope: 'b.read' },
    { kind: 'too few scopes', missing: ['a.read'] },
  ],
  [
    'scopes that are no text',
    200,
    { access_token: 't', scope: ['a.read', 'b.read'] },
    { kind: 'too few scopes', missing: ['a.read', 'b.read'] },
  ],
  ['an empty token', 200, { access_token: '' }, { kind: 'refused', error: '' }],
  ['a token that is no text', 200, { access_token: 7 }, { kind: 'refused', error: '' }],
  ['another success', 201, { access_token: 't' }, { kind: 'refused', error: '' }],
  ['no JSON', 200, undefined, { kind: 'refused', error: '' }],
  ['a proof is required', 400, { error: 'invalid_dpop_proof' }, { kind: 'proof required' }],
  ['a nonce is required', 400, { error: 'use_dpop_nonce' }, { kind: 'proof required' }],
  ['an error', 401, { error: 'invalid_client' }, { kind: 'refused', error: 'invalid_client' }],
  ['an error that is no text', 400, { error: 7 }, { kind: 'refused', error: '' }],
])('an answer with %s is read', (_, status, json, meaning) => {
  expect(readTokenAnswer(status, json, asked)).toEqual(meaning);
});

test('a token for a request without a proof is bound to nothing', () => {
  const json = { access_token: 't', token_type: 'DPoP' };
  expect(readTokenAnswer(200, json, { ...asked, isProven: false })).toEqual(token);
});
