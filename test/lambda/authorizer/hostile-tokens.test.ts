import { describe, expect, test } from '@jest/globals';
import { hostileKeys, hostileTokens } from '../../support/hostile-tokens.ts';
import { ISSUER } from '../../support/model.ts';
import { environment } from '../../support/token-scene.ts';
import { accessToken, jws, userClaims } from '../../support/tokens.ts';
import { REFUSALS } from '../../support/wire/refusals.ts';

const now = Math.floor(Date.now() / 1_000);
const keys = hostileKeys();
const fetches: string[] = [];
const fetch = async (issuer: string) => {
  fetches.push(issuer);
  return { keys: keys.published, maxAgeMs: undefined };
};
const tokens = hostileTokens(ISSUER, now, keys);
const lambda = environment({ fetch });

describe('a hostile token is refused', () => {
  test.each(tokens)('$code, $reason: $name', async ({ code, reason, token }) => {
    expect(await lambda.call(token)).toMatchObject({ effect: 'deny', code, reason });
  });

  test('at least eighty ways, each by a name of its own', () => {
    expect(new Set(tokens.map(({ name }) => name)).size).toBe(tokens.length);
    expect(tokens.length).toBeGreaterThanOrEqual(80);
  });

  test('for every reason that a token can give', () => {
    // Which tokens are revoked is said by a list beside the token (test/lambda/core/revocation).
    const codes = Object.entries(REFUSALS).filter(
      ([code]) =>
        (code.startsWith('TOKEN_') && code !== 'TOKEN_REVOKED') ||
        code === 'BLOCKED' ||
        code === 'KEY_UNKNOWN',
    );
    const reasons = codes.flatMap(([code, { reasons }]) =>
      reasons.map((reason) => `${code} ${reason}`),
    );
    // A published key that the library takes for another algorithm is passed over before, so no
    // token reaches this one.
    const unreachable = ['TOKEN_ALGORITHM key_unfit'];
    const found = new Set(tokens.map(({ code, reason }) => `${code} ${reason}`));
    expect(reasons.filter((reason) => !found.has(reason))).toEqual(unreachable);
  });

  test('and none of them makes the authorizer fetch from anywhere but its issuer', () => {
    expect(new Set(fetches)).toEqual(new Set([ISSUER]));
  });
});

describe('the table’s own tokens differ from a good one in one thing only', () => {
  test.each([
    ['as it is', {}, {}],
    ['typ JWT', {}, { typ: 'JWT' }],
    ['typ at+jwt', {}, { typ: 'at+jwt' }],
    ['typ application/AT+JWT', {}, { typ: 'application/AT+JWT' }],
    ['exp passed within the skew', { exp: now - 30, iat: now - 3_000 }, {}],
    ['iat ahead within the skew', { iat: now + 30 }, {}],
    ['nbf ahead within the skew', { nbf: now + 30 }, {}],
    ['a life of exactly a day', { iat: now - 10, exp: now - 10 + 86_400 }, {}],
    ['one group as text', { groups: 'orders-readers' }, {}],
    [
      '1,000 groups',
      { groups: ['orders-readers', ...Array.from({ length: 999 }, (_, n) => n.toString(36))] },
      {},
    ],
    ['the precomposed name', { groups: ['orders-readers', 'équipe'] }, {}],
    ['a machine', { uid: undefined, groups: undefined, cid: '0oa1batch' }, {}],
    ['a deep claim', { deep: JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`) }, {}],
    [
      'claims that are nobody’s business',
      { acr: 'urn:okta:loa:1fa:any', __proto__: 'x', constructor: 'y' },
      {},
    ],
  ])('%s', async (_, changes, header) => {
    const token = jws(
      keys.good,
      { alg: 'RS256', kid: 'key-1', ...header },
      userClaims(now, changes),
    );
    expect(await lambda.call(token)).toMatchObject({ effect: 'allow' });
    expect(await lambda.call(accessToken(keys.good, now, changes))).toMatchObject({
      effect: 'allow',
    });
  });
});
