/** Header and claims, rule by rule: each row differs from a good token in one thing. */
import { describe, expect, test } from '@jest/globals';
import {
  type ClaimsContext,
  checkClient,
  checkHeader,
  principalOfClaims,
  refusalsOfClaims,
} from '../../../../lambda/core/token/token-rules.ts';
import { model } from '../../../support/model.ts';

const NOW = 1_800_000_000;
const [okta] = model({ routes: ['GET /a'] }).okta;
if (okta === undefined) throw new Error('the model has no okta block');
const basis: ClaimsContext = {
  ...{ okta, block: undefined, nowSeconds: NOW },
  isMachine: (cid) => cid === '0oa1batch',
};
const good = {
  ...{ aud: 'api://orders', cid: '0oa1web', uid: '00u1', sub: 'a@example.com' },
  ...{ iat: NOW - 60, exp: NOW + 3_600, jti: 'AT.1', scp: ['openid'], groups: ['readers'] },
};

describe('the header', () => {
  test.each([
    [{ alg: 'RS256', kid: 'k' }],
    [{ alg: 'RS256', typ: 'JWT' }],
    [{ alg: 'RS256', typ: 'application/at+jwt' }],
  ])('%j is good', (header) => {
    expect(checkHeader(header)).toBeUndefined();
  });

  test.each([
    [{ alg: 'none' }, 'TOKEN_ALGORITHM', 'not_rs256'],
    [{ alg: 'HS256' }, 'TOKEN_ALGORITHM', 'not_rs256'],
    [{ alg: 'RS512' }, 'TOKEN_ALGORITHM', 'not_rs256'],
    [{}, 'TOKEN_ALGORITHM', 'not_rs256'],
    [{ alg: 'RS256', enc: 'A256GCM' }, 'TOKEN_TYPE', 'encrypted'],
    [{ alg: 'RS256', crit: [] }, 'TOKEN_TYPE', 'critical_header'],
    [{ alg: 'RS256', cty: 'JWT' }, 'TOKEN_TYPE', 'nested'],
    [{ alg: 'RS256', jku: 'https://evil.example' }, 'TOKEN_TYPE', 'key_in_header'],
    [{ alg: 'RS256', jwk: {} }, 'TOKEN_TYPE', 'key_in_header'],
    [{ alg: 'RS256', x5u: 'x' }, 'TOKEN_TYPE', 'key_in_header'],
    [{ alg: 'RS256', x5c: [] }, 'TOKEN_TYPE', 'key_in_header'],
    [{ alg: 'RS256', typ: 'application/okta-internal-at+jwt' }, 'TOKEN_TYPE', 'org_server'],
    [{ alg: 'RS256', typ: 'dpop+jwt' }, 'TOKEN_TYPE', 'wrong_typ'],
    [{ alg: 'RS256', typ: null }, 'TOKEN_TYPE', 'wrong_typ'],
  ])('%j is refused: %s, %s', (header, code, reason) => {
    expect(checkHeader(header)).toEqual({ code, reason });
  });
});

describe('the claims', () => {
  test('of a good token give its principal', () => {
    expect(principalOfClaims(good, basis)).toMatchObject({
      ...{ kind: 'user', uid: '00u1', cid: '0oa1web', groups: ['readers'] },
    });
    expect(refusalsOfClaims(good, basis)).toEqual([]);
  });

  test.each<[object, string, string]>([
    [{ cid: undefined, nonce: 'n' }, 'TOKEN_CLAIMS', 'cid'],
    [{ cnf: {} }, 'TOKEN_TYPE', 'dpop_bound'],
    [{ aud: 'api://other' }, 'TOKEN_AUDIENCE', 'mismatch'],
    [{ aud: ['api://orders'] }, 'TOKEN_AUDIENCE', 'not_one_text'],
    [{ exp: '1' }, 'TOKEN_CLAIMS', 'exp'],
    [{ exp: 1.5 }, 'TOKEN_CLAIMS', 'exp'],
    [{ iat: -1 }, 'TOKEN_CLAIMS', 'iat'],
    [{ nbf: 'x' }, 'TOKEN_CLAIMS', 'nbf'],
    [{ sub: 1 }, 'TOKEN_CLAIMS', 'sub'],
    [{ scope: ['a'] }, 'TOKEN_CLAIMS', 'scope'],
    [{ exp: NOW - 60 }, 'TOKEN_EXPIRED', 'exp_passed'],
    [{ nbf: NOW + 61 }, 'TOKEN_NOT_YET_VALID', 'nbf_ahead'],
    [{ iat: NOW + 61, exp: NOW + 62 }, 'TOKEN_CLAIMS', 'issued_in_the_future'],
    [{ iat: NOW, exp: NOW + 86_401 }, 'TOKEN_CLAIMS', 'lifetime_too_long'],
    [{ cid: '0oa2web' }, 'TOKEN_CLIENT', 'not_accepted'],
    [{ cid: '0oa1batch' }, 'TOKEN_CLIENT', 'machine_client_with_user'],
  ])('%j are refused: %s, %s', (change, code, reason) => {
    const claims = { ...good, ...change };
    expect(principalOfClaims(claims, basis)).toEqual({ code, reason });
    expect(refusalsOfClaims(claims, basis)).toEqual([{ code, reason }]);
  });

  test.each<[object]>([
    [{ exp: NOW - 59 }],
    [{ nbf: NOW + 60 }],
    [{ iat: NOW + 60, exp: NOW + 61 }],
    [{ iat: NOW, exp: NOW + 86_400 }],
  ])('%j are within the clock skew and the longest life', (change) => {
    expect(refusalsOfClaims({ ...good, ...change }, basis)).toEqual([]);
  });

  test('of an ID token are reported as such, before what else is wrong', () => {
    const { cid: _, ...claims } = { ...good, nonce: 'n', aud: '0oa1web' };
    expect(principalOfClaims(claims, basis)).toEqual({ code: 'TOKEN_TYPE', reason: 'id_token' });
  });
});

describe('a client', () => {
  test.each([
    ['that the block lists', { cid: '0oa1web', uid: '00u1' }, undefined],
    ['of a machine, without a user', { cid: '0oa1batch' }, undefined],
    ['of a machine, with a user', { cid: '0oa1batch', uid: '00u1' }, 'machine_client_with_user'],
    [
      'of a machine, with a user that is no text',
      { cid: '0oa1batch', uid: null },
      'machine_client_with_user',
    ],
    ['of nobody', { cid: '0oa2web' }, 'not_accepted'],
  ])('%s', (_, claims, reason) => {
    expect(checkClient(claims, basis)?.reason).toBe(reason);
  });

  test('is any where the block takes any', () => {
    const any = { ...basis, okta: { ...okta, clients: 'any' as const } };
    expect(checkClient({ cid: '0oa2web' }, any)).toBeUndefined();
  });
});
