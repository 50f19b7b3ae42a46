import { describe, expect, test } from '@jest/globals';
import type { Jwk } from 'aws-jwt-verify/jwk';
import fc from 'fast-check';
import { oktaTokenVerifier } from '../../lambda/adapters/okta-token-verifier.ts';
import { REFUSALS } from '../../lambda/core/codes.ts';
import { ISSUER, type ModelSketch, model } from '../support/model.ts';
import { accessToken, base64url, jws, signingKey, userClaims } from '../support/tokens.ts';

const key = signingKey('key-1');
const otherKey = signingKey('key-1');
const smallKey = signingKey('small', 1_024);
const unpublished = signingKey('gone');
const now = Math.floor(Date.now() / 1_000);
const clock = { now: () => Date.now() };

function verifier(sketch: Partial<ModelSketch> = {}, keys: readonly object[] = [key.jwk, smallKey.jwk]) {
  const access = model({ routes: ['GET /orders'], machines: { '0oa1batch': { allow: ['GET /orders'] } }, ...sketch });
  const fetched: string[] = [];
  const fetchKeys = async (uri: string) => {
    fetched.push(uri);
    return { keys: keys as readonly Jwk[], maxAgeMs: undefined };
  };
  return { fetched, verify: oktaTokenVerifier(access, clock, fetchKeys).verify };
}

const standard = verifier();
const machineClaims = { uid: undefined, groups: undefined, sub: '0oa1batch', cid: '0oa1batch' };

describe('a valid Okta access token', () => {
  test('gives the user with the groups and scopes of the token', async () => {
    expect(await standard.verify(accessToken(key, now))).toEqual({
      kind: 'user',
      uid: '00u1reader',
      cid: '0oa1web',
      groups: ['orders-readers'],
      scopes: ['openid'],
    });
  });

  test('gives the same object again, so that what is known of the principal is kept beside it', async () => {
    const token = accessToken(key, now);
    expect(await standard.verify(token)).toBe(await standard.verify(token));
  });

  test('of a machine gives its client id', async () => {
    expect(await standard.verify(accessToken(key, now, machineClaims))).toEqual({ kind: 'machine', cid: '0oa1batch', scopes: ['openid'] });
  });

  test('is checked with the keys at Okta’s own address, fetched once', async () => {
    const { verify, fetched } = verifier();
    await verify(accessToken(key, now));
    await verify(accessToken(key, now, { jti: 'AT.2' }));
    expect(fetched).toEqual([`${ISSUER}/v1/keys`]);
  });

  test.each([
    ['several issuers of one server', { issuers: ['https://login.acme.com/oauth2/aus1abc', ISSUER] }, {}, ['orders-readers']],
    ['any client', { clients: 'any' as const }, { cid: '0oa1else' }, ['orders-readers']],
    [
      'several groups claims, merged without duplicates',
      { groupsClaims: ['groups', 'more'] },
      { more: ['orders-readers', 'extra'] },
      ['orders-readers', 'extra'],
    ],
    ['a string claim as one group name', {}, { groups: 'a, b' }, ['a, b']],
    ['a prefix, stripped; others do not count', { groupPrefix: 'orders-' }, { groups: ['orders-readers', 'hr-readers'] }, ['readers']],
    ['no groups claim', {}, { groups: undefined }, []],
    ['names that JavaScript knows', {}, { groups: ['__proto__', 'constructor'] }, ['__proto__', 'constructor']],
  ])('with %s', async (_, okta, changes, groups) => {
    expect(await verifier({ okta }).verify(accessToken(key, now, changes))).toMatchObject({ kind: 'user', groups });
  });
});

const header = { alg: 'RS256', kid: 'key-1' };
const signed = (changes: Readonly<Record<string, unknown>>, with_: object = {}) =>
  jws(key, { ...header, ...with_ }, userClaims(now, changes));
const [first = '', second = '', third = ''] = accessToken(key, now).split('.');

describe('a token is refused', () => {
  test.each([
    ['TOKEN_MALFORMED', 'not_a_jwt', 'text', 'abc'],
    ['TOKEN_MALFORMED', 'not_a_jwt', 'two parts', `${first}.${second}`],
    ['TOKEN_MALFORMED', 'not_a_jwt', 'an empty signature', `${first}.${second}.`],
    ['TOKEN_MALFORMED', 'too_large', 'over 12 KiB', `${first}.${'A'.repeat(12_300)}.${third}`],
    ['TOKEN_MALFORMED', 'undecodable', 'padding', `${first}.${second}.${third}==`],
    ['TOKEN_MALFORMED', 'undecodable', 'a header that is no JSON', `${base64url('nonsense')}.${second}.${third}`],
    ['TOKEN_MALFORMED', 'undecodable', 'a header that is a list', `${base64url([])}.${second}.${third}`],
    ['TOKEN_MALFORMED', 'undecodable', 'a payload that is no JSON', jws(key, header, 'nonsense')],
    ['TOKEN_TYPE', 'encrypted', 'five parts', `${first}.${second}.${third}.e.f`],
    ['TOKEN_ALGORITHM', 'not_rs256', 'algorithm none', `${base64url({ alg: 'none', kid: 'key-1' })}.${second}.${third}`],
    ['TOKEN_ALGORITHM', 'not_rs256', 'HS256', `${base64url({ alg: 'HS256', kid: 'key-1' })}.${second}.${third}`],
    ['TOKEN_ALGORITHM', 'not_rs256', 'RS512', signed({}, { alg: 'RS512' })],
    ['TOKEN_ALGORITHM', 'not_rs256', 'no algorithm', signed({}, { alg: undefined })],
    ['TOKEN_SIGNATURE', 'mismatch', 'a key of the same id', accessToken(otherKey, now)],
    [
      'TOKEN_SIGNATURE',
      'mismatch',
      'another payload under the signature',
      `${first}.${base64url(userClaims(now, { uid: '00u9' }))}.${third}`,
    ],
    ['TOKEN_TYPE', 'wrong_typ', 'a typ that is no access token', signed({}, { typ: 'dpop+jwt' })],
    ['TOKEN_TYPE', 'critical_header', 'a critical header', signed({}, { crit: ['b64'] })],
    ['TOKEN_TYPE', 'dpop_bound', 'a token bound to a key', signed({ cnf: { jkt: 'x' } })],
    ['TOKEN_TYPE', 'id_token', 'an ID token', signed({ aud: '0oa1web', cid: undefined, scp: undefined, nonce: 'n', amr: ['pwd'] })],
    ['TOKEN_TYPE', 'org_server', 'a token of the org authorization server', signed({ iss: 'https://acme.okta.com' })],
    ['TOKEN_ISSUER', 'unknown', 'another authorization server', signed({ iss: 'https://acme.okta.com/oauth2/other' })],
    ['TOKEN_ISSUER', 'unknown', 'the issuer with a slash', signed({ iss: `${ISSUER}/` })],
    ['TOKEN_ISSUER', 'unknown', 'no issuer', signed({ iss: undefined })],
    ['TOKEN_AUDIENCE', 'mismatch', 'another audience', signed({ aud: 'api://other' })],
    ['TOKEN_AUDIENCE', 'mismatch', 'a longer audience', signed({ aud: 'api://orders2' })],
    ['TOKEN_AUDIENCE', 'mismatch', 'no audience', signed({ aud: undefined })],
    ['TOKEN_CLIENT', 'not_accepted', 'a client that is not listed', signed({ cid: '0oa1else' })],
    ['TOKEN_CLIENT', 'machine_client_with_user', 'a user behind a machine’s client', signed({ cid: '0oa1batch' })],
    ['TOKEN_CLIENT', 'not_accepted', 'a machine that is not listed', signed({ ...machineClaims, cid: '0oa1else' })],
    ['TOKEN_CLAIMS', 'exp', 'no exp', signed({ exp: undefined })],
    ['TOKEN_CLAIMS', 'exp', 'exp as text', signed({ exp: String(now + 60) })],
    ['TOKEN_CLAIMS', 'exp', 'a fractional exp', signed({ exp: now + 0.5 })],
    ['TOKEN_CLAIMS', 'iat', 'no iat', signed({ iat: undefined })],
    ['TOKEN_CLAIMS', 'issued_in_the_future', 'iat ahead by more than the skew', signed({ iat: now + 120, exp: now + 3_600 })],
    ['TOKEN_CLAIMS', 'lifetime_too_long', 'a life of more than a day', signed({ exp: now + 86_401 })],
    ['TOKEN_CLAIMS', 'cid', 'no client id', signed({ cid: undefined })],
    ['TOKEN_CLAIMS', 'jti', 'no token id', signed({ jti: undefined })],
    ['TOKEN_CLAIMS', 'uid', 'an empty uid', signed({ uid: '' })],
    ['TOKEN_CLAIMS', 'uid', 'a null uid', signed({ uid: null })],
    ['TOKEN_CLAIMS', 'scp', 'scopes as text', signed({ scp: 'openid orders:read' })],
    ['TOKEN_CLAIMS', 'groups', 'groups as an object', signed({ groups: { admin: true } })],
    ['TOKEN_CLAIMS', 'groups', 'groups in lists of lists', signed({ groups: [['orders-admins']] })],
    ['TOKEN_CLAIMS', 'groups', 'a number', signed({ groups: 7 })],
    ['TOKEN_EXPIRED', 'exp_passed', 'exp passed by more than the skew', signed({ iat: now - 7_200, exp: now - 61 })],
    ['TOKEN_NOT_YET_VALID', 'nbf_ahead', 'nbf ahead by more than the skew', signed({ nbf: now + 120 })],
    ['KEY_UNKNOWN', 'kid_missing', 'no key id', signed({}, { kid: undefined })],
    ['KEY_UNKNOWN', 'kid_not_published', 'an unknown key id', accessToken(unpublished, now)],
    ['KEY_UNKNOWN', 'kid_not_published', 'a key of 1,024 bits, which is not used', accessToken(smallKey, now)],
  ])('%s, %s: %s', async (code, reason, _, token) => {
    expect(await standard.verify(token)).toEqual({ code, reason });
    expect(Object.keys(REFUSALS)).toContain(code);
  });

  test('when its keys cannot be had', async () => {
    const access = model({ routes: [] });
    const { verify } = oktaTokenVerifier(access, clock, () => Promise.reject(new Error('down')));
    expect(await verify(accessToken(key, now))).toEqual({ code: 'KEYS_UNAVAILABLE', reason: 'fetch_failed' });
  });

  test('without a fetch when its issuer is not ours', async () => {
    const { verify, fetched } = verifier();
    await verify(accessToken(key, now));
    await verify(jws(unpublished, { alg: 'RS256', kid: 'gone' }, userClaims(now, { iss: 'https://evil.example/oauth2/x' })));
    expect(fetched).toHaveLength(1);
  });

  test('whatever character of it is changed', async () => {
    const token = accessToken(key, now);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...alphabet), async (index, letter) => {
        fc.pre(token[index] !== letter);
        expect(await standard.verify(token.slice(0, index) + letter + token.slice(index + 1))).toHaveProperty('code');
      }),
    );
  });

  test('and never throws, whatever text it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { maxLength: 5 }).map((parts) => parts.join('.')),
        ),
        async (text) => {
          expect(await standard.verify(text)).toHaveProperty('code');
        },
      ),
    );
  });
});
