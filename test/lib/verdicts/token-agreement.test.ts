/** What the command `token` says of a token is what the authorizer does with it. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeySet } from '../../../lambda/adapters/key-set.ts';
import { oktaTokenVerifier } from '../../../lambda/adapters/okta-token-verifier.ts';
import type { Refusal } from '../../../lambda/core/contract/codes.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import { isRefusal } from '../../../lambda/core/token/principal.ts';
import { reportOnToken } from '../../../lib/verdicts/token-report.ts';
import { ISSUER, model } from '../../support/model.ts';
import { sized } from '../../support/tier.ts';
import { hostileSketch } from '../../support/token-scene.ts';
import { jws, signingKey, userClaims } from '../../support/tokens.ts';

const key = signingKey('key-1');
const at = Date.now();
const now = Math.floor(at / 1_000);
const clock = { now: () => at };
const access = model(hostileSketch);
const fetch = async () => ({ keys: [key.jwk], maxAgeMs: undefined });
const { verify } = oktaTokenVerifier(access, clock, (issuer) =>
  createKeySet({ issuer, fetch, clock }),
);

/** The authorizer's answer where the route plays no part. */
async function refusalOf(token: string): Promise<Refusal | undefined> {
  const principal = await verify(token);
  if (isRefusal(principal)) return principal;
  const { blocked, refusal } = entitlementsOf(access, principal);
  return blocked ?? refusal;
}

const good = userClaims(now);
const names = [
  ...Object.keys(good),
  'nbf',
  'cnf',
  'scope',
  'nonce',
  'amr',
  '__proto__',
  'toString',
];
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    null,
    0,
    5,
    123,
    -1,
    '',
    'text',
    [],
    ['a'],
    {},
    now,
    now + 60,
    now + 0.5,
    String(now),
    ISSUER,
    '0oa1batch',
    '00u1blocked',
  ),
);
const claims = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.oneof(values, fc.constant(undefined))), {
    maxLength: 3,
  })
  .map((changes) => Object.fromEntries([...Object.entries(good), ...changes]));
const headers = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ alg: 'RS256', kid: 'key-1' }) },
  fc.record(
    {
      alg: fc.constantFrom('RS256', 'none', 7),
      kid: fc.constantFrom('key-1', '', 7, null),
      typ: values,
    },
    { requiredKeys: ['alg'] },
  ),
);

test('the authorizer accepts a signed token exactly when `token` finds nothing wrong, and names what `token` names first', async () => {
  await fc.assert(
    fc.asyncProperty(headers, claims, async (header, payload) => {
      const token = jws(key, header, payload);
      const [first] = reportOnToken(token, access, at / 1_000).findings;
      const found = first && { code: first.code, reason: first.reason };
      expect(found).toEqual(await refusalOf(token));
    }),
    { numRuns: sized(1_000, 80) },
  );
});

test('the random tokens are of both kinds', async () => {
  const sample = fc.sample(fc.tuple(headers, claims), { numRuns: 60, seed: 7 });
  const refusals = await Promise.all(sample.map((token) => refusalOf(jws(key, ...token))));
  const refused = refusals.filter((refusal) => refusal !== undefined).length;
  expect(Math.min(refused, sample.length - refused)).toBeGreaterThan(5);
});

test.each([{ sub: 123 }, { sub: null }, { scope: ['a'] }, { scope: 5 }])(
  'both refuse %p',
  async (changes) => {
    const token = jws(key, { alg: 'RS256', kid: 'key-1' }, { ...good, ...changes });
    const [reason = ''] = Object.keys(changes);
    expect(await refusalOf(token)).toEqual({ code: 'TOKEN_CLAIMS', reason });
    expect(reportOnToken(token, access, at / 1_000).findings).toMatchObject([
      { code: 'TOKEN_CLAIMS', reason },
    ]);
  },
);
