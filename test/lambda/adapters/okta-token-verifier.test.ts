import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeySet } from '../../../lambda/adapters/key-set.ts';
import { HARD_AGE_MS, SOFT_AGE_MS } from '../../../lambda/adapters/key-timings.ts';
import { oktaTokenVerifier } from '../../../lambda/adapters/okta-token-verifier.ts';
import { decide } from '../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import { ISSUER, type ModelSketch, model } from '../../support/model.ts';
import { sized } from '../../support/tier.ts';
import { accessToken, base64url, jws, signingKey, userClaims } from '../../support/tokens.ts';
import { REFUSALS } from '../../support/wire/refusals.ts';

const key = signingKey('key-1');
const unpublished = signingKey('gone');
const now = Math.floor(Date.now() / 1_000);
const clock = { now: () => Date.now() };

function verifier(sketch: Partial<ModelSketch> = {}, keys: readonly object[] = [key.jwk]) {
  const access = model({
    routes: ['GET /orders'],
    machines: { '0oa1batch': { allow: ['GET /orders'] } },
    ...sketch,
  });
  const fetched: string[] = [];
  const fetch = (issuer: string) => async () => {
    fetched.push(issuer);
    return { keys, maxAgeMs: undefined };
  };
  const verifier = oktaTokenVerifier(access, clock, (issuer) =>
    createKeySet({ issuer, fetch: fetch(issuer), clock }),
  );
  return { fetched, verify: verifier.verify };
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
      tokenId: 'AT.0123456789',
      issuedAt: now,
    });
  });

  test('gives the same object again, so that what is known of the principal is kept beside it', async () => {
    const token = accessToken(key, now);
    expect(await standard.verify(token)).toBe(await standard.verify(token));
  });

  test('of a machine gives its client id', async () => {
    expect(await standard.verify(accessToken(key, now, machineClaims))).toEqual({
      kind: 'machine',
      cid: '0oa1batch',
      scopes: ['openid'],
      tokenId: 'AT.0123456789',
      issuedAt: now,
    });
  });

  test('is checked with the keys of its issuer, fetched once', async () => {
    const { verify, fetched } = verifier();
    await verify(accessToken(key, now));
    await verify(accessToken(key, now, { jti: 'AT.2' }));
    expect(fetched).toEqual([ISSUER]);
  });

  test.each([
    [
      'several issuers of one server',
      { issuers: ['https://login.acme.com/oauth2/aus1abc', ISSUER] },
      {},
      ['orders-readers'],
    ],
    ['any client', { clients: 'any' as const }, { cid: '0oa1else' }, ['orders-readers']],
    [
      'several groups claims, merged without duplicates',
      { groupsClaims: ['groups', 'more'] },
      { more: ['orders-readers', 'extra'] },
      ['orders-readers', 'extra'],
    ],
    ['a string claim as one group name', {}, { groups: 'a, b' }, ['a, b']],
    [
      'a prefix, stripped; others do not count',
      { groupPrefix: 'orders-' },
      { groups: ['orders-readers', 'hr-readers'] },
      ['readers'],
    ],
    ['no groups claim', {}, { groups: undefined }, []],
    [
      'names that JavaScript knows',
      {},
      { groups: ['__proto__', 'constructor'] },
      ['__proto__', 'constructor'],
    ],
  ])('with %s', async (_, okta, changes, groups) => {
    expect(await verifier({ okta }).verify(accessToken(key, now, changes))).toMatchObject({
      kind: 'user',
      groups,
    });
  });
});

const header = { alg: 'RS256', kid: 'key-1' };
const signed = (changes: Readonly<Record<string, unknown>>) =>
  jws(key, header, userClaims(now, changes));

describe('evaluating a token', () => {
  const shapes: readonly (readonly [string, (size: number) => string])[] = [
    ['letters and dots', (size) => 'a.'.repeat(size / 2)],
    ['dots', (size) => '.'.repeat(size)],
    [
      'lists in lists',
      (size) =>
        `${base64url(header)}.${base64url(`{"a":${'['.repeat(size / 4)}${']'.repeat(size / 4)}}`)}.AAAA`,
    ],
    [
      'escapes',
      (size) => `${base64url(header)}.${base64url(`{"a":"${'\\\\'.repeat(size / 4)}"}`)}.AAAA`,
    ],
    [
      'names',
      (size) =>
        `${base64url(header)}.${base64url(JSON.stringify(Object.fromEntries(Array.from({ length: size / 16 }, (_, n) => [n, n]))))}.AAAA`,
    ],
    [
      'objects that never end',
      (size) => `${base64url(header)}.${base64url('{"a":1,'.repeat(size / 16))}.AAAA`,
    ],
  ];

  test.each(shapes)('takes time that grows with its size as a line does: %s', async (_, shape) => {
    const fastest = async (token: string): Promise<number> => {
      let best = Number.POSITIVE_INFINITY;
      for (let n = 0; n < 15; n++) {
        const started = performance.now();
        for (let run = 0; run < 5; run++) await standard.verify(token);
        best = Math.min(best, performance.now() - started);
      }
      return best;
    };
    const [small, large] = [shape(1_104), shape(8_832)];
    await fastest(large);
    // Eight times the size: a quadratic step would cost 64 times as much. The constant keeps noise
    // out of short times.
    expect(await fastest(large)).toBeLessThan(24 * (await fastest(small)) + 1);
  });
});

describe('a token is refused', () => {
  test('when its keys cannot be had', async () => {
    const access = model({ routes: [] });
    const fetch = () => Promise.reject(new Error('down'));
    const { verify } = oktaTokenVerifier(access, clock, (issuer) =>
      createKeySet({ issuer, fetch, clock }),
    );
    expect(await verify(accessToken(key, now))).toEqual({
      code: 'KEYS_UNAVAILABLE',
      reason: 'fetch_failed',
    });
  });

  test('without a fetch when its issuer is not ours', async () => {
    const { verify, fetched } = verifier();
    await verify(accessToken(key, now));
    await verify(
      jws(
        unpublished,
        { alg: 'RS256', kid: 'gone' },
        userClaims(now, { iss: 'https://evil.example/oauth2/x' }),
      ),
    );
    expect(fetched).toHaveLength(1);
  });

  test('that was good a moment ago, once its key is withdrawn, and good again for the same key afresh', async () => {
    const scene = { now: Date.now(), published: [key.jwk] as readonly object[] };
    const moved = { now: () => scene.now };
    const fetch = async () => ({ keys: scene.published, maxAgeMs: undefined });
    const access = model({ routes: [] });
    const { verify } = oktaTokenVerifier(access, moved, (issuer) =>
      createKeySet({ issuer, fetch, clock: moved }),
    );
    const token = accessToken(key, now);
    const principal = await verify(token);
    scene.now += SOFT_AGE_MS - 1;
    expect(await verify(token)).toBe(principal);
    scene.published = [unpublished.jwk];
    scene.now += HARD_AGE_MS;
    expect(await verify(token)).toEqual({ code: 'KEY_UNKNOWN', reason: 'kid_not_published' });
  });

  test('that is remembered, as soon as a fetch finds its key withdrawn', async () => {
    const scene = { now: Date.now(), published: [key.jwk] as readonly object[] };
    const moved = { now: () => scene.now };
    const fetch = async () => ({ keys: scene.published, maxAgeMs: undefined });
    const { verify } = oktaTokenVerifier(model({ routes: [] }), moved, (issuer) =>
      createKeySet({ issuer, fetch, clock: moved }),
    );
    const token = accessToken(key, now);
    expect(await verify(token)).toHaveProperty('uid');
    scene.published = [unpublished.jwk];
    scene.now += 2_000;
    expect(await verify(accessToken(unpublished, now))).toHaveProperty('uid');
    expect(await verify(token)).toEqual({ code: 'KEY_UNKNOWN', reason: 'kid_not_published' });
  });

  test('that only the library finds wrong', async () => {
    // The library goes by the real time, whatever clock our rules are given.
    const lateClock = { now: () => (now - 7_200) * 1_000 };
    const fetch = async () => ({ keys: [key.jwk], maxAgeMs: undefined });
    const { verify } = oktaTokenVerifier(model({ routes: [] }), lateClock, (issuer) =>
      createKeySet({ issuer, fetch, clock: lateClock }),
    );
    const ended = signed({ iat: now - 7_200, exp: now - 3_600 });
    expect(await verify(ended)).toEqual({ code: 'TOKEN_MALFORMED', reason: 'undecodable' });
  });

  test('for its claims before an unknown key of it is looked for', async () => {
    const scene = { now: Date.now() };
    const moved = { now: () => scene.now };
    let fetches = 0;
    const fetch = async () => {
      fetches++;
      return { keys: [key.jwk], maxAgeMs: undefined };
    };
    const { verify } = oktaTokenVerifier(model({ routes: [] }), moved, (issuer) =>
      createKeySet({ issuer, fetch, clock: moved }),
    );
    await verify(accessToken(key, now));
    scene.now += 2_000;
    expect(
      await verify(accessToken(unpublished, now, { iat: now - 7_200, exp: now - 3_600 })),
    ).toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(fetches).toBe(1);
    expect(await verify(accessToken(unpublished, now))).toMatchObject({ code: 'KEY_UNKNOWN' });
    expect(fetches).toBe(2);
  });

  test('over a key that changed under its id', async () => {
    const scene = { now: Date.now(), published: [key.jwk] as readonly object[] };
    const moved = { now: () => scene.now };
    const fetch = async () => ({ keys: scene.published, maxAgeMs: 1_000 });
    const { verify } = oktaTokenVerifier(model({ routes: [] }), moved, (issuer) =>
      createKeySet({ issuer, fetch, clock: moved }),
    );
    const token = accessToken(key, now);
    expect(await verify(token)).toHaveProperty('uid');
    scene.published = [{ ...unpublished.jwk, kid: 'key-1' }];
    scene.now += HARD_AGE_MS;
    expect(await verify(token)).toEqual({ code: 'TOKEN_SIGNATURE', reason: 'mismatch' });
  });

  test('past its exp, however well it is remembered', async () => {
    const scene = { now: now * 1_000 };
    const moved = { now: () => scene.now };
    const fetch = async () => ({ keys: [key.jwk], maxAgeMs: undefined });
    const { verify } = oktaTokenVerifier(model({ routes: [] }), moved, (issuer) =>
      createKeySet({ issuer, fetch, clock: moved }),
    );
    const token = signed({ exp: now + 10 });
    expect(await verify(token)).toHaveProperty('uid');
    scene.now += 69_999;
    expect(await verify(token)).toHaveProperty('uid');
    scene.now += 1;
    expect(await verify(token)).toEqual({ code: 'TOKEN_EXPIRED', reason: 'exp_passed' });
  });

  test('whatever is changed in it: a letter put in, taken out, replaced, or moved', async () => {
    const token = accessToken(key, now);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=';
    const edit = fc.record({
      at: fc.nat(token.length - 1),
      cut: fc.nat(3),
      put: fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
        const mutant = edits.reduce(
          (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut),
          token,
        );
        fc.pre(mutant !== token);
        expect(await standard.verify(mutant)).toHaveProperty('code');
      }),
      { numRuns: sized(300, 100) },
    );
  });

  test('and never throws, whatever bytes it is made of', async () => {
    const bytes = fc
      .uint8Array({ maxLength: 200 })
      .map((part) => Buffer.from(part).toString('base64url'));
    const json = fc.json().map((text) => Buffer.from(text).toString('base64url'));
    const parts = fc.array(fc.oneof(bytes, json), { maxLength: 5 }).map((some) => some.join('.'));
    // Signed with the good key, so that every claim is really evaluated.
    const minted = fc
      .dictionary(
        fc.constantFrom(...Object.keys(userClaims(now)), 'nbf', 'cnf', '__proto__'),
        fc.jsonValue(),
      )
      .map((changes) => jws(key, header, { ...userClaims(now), ...changes }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), parts, minted),
        async (text) => {
          const outcome = await standard.verify(text);
          expect('code' in outcome ? Object.keys(REFUSALS) : ['user', 'machine']).toContain(
            'code' in outcome ? outcome.code : outcome.kind,
          );
        },
      ),
      { numRuns: sized(500, 150) },
    );
  });
});

describe('several okta blocks', () => {
  const PARTNER = 'https://partner.okta.com/oauth2/aus2';
  const partnerKey = signingKey('key-1');
  const access = model({
    routes: ['GET /orders', 'POST /orders'],
    okta: { name: 'main' },
    moreOkta: [
      {
        name: 'partner',
        issuers: [PARTNER],
        audience: 'api://partner',
        clients: ['0oa2web'],
        groups: ['partners'],
      },
    ],
    groups: { staff: { allow: ['POST /orders'] }, partners: { allow: ['GET /orders'] } },
    machines: {
      '0oa1batch': { allow: ['POST /orders'] },
      '0oa2sync': { groups: ['staff', 'partners'] },
      '0oa3job': { groups: ['staff'] },
    },
  });
  const published: Readonly<Record<string, readonly object[]>> = {
    [ISSUER]: [key.jwk],
    [PARTNER]: [partnerKey.jwk],
  };
  const fetch = (issuer: string) => async () => ({
    keys: published[issuer] ?? [],
    maxAgeMs: undefined,
  });
  const { verify } = oktaTokenVerifier(access, clock, (issuer) =>
    createKeySet({ issuer, fetch: fetch(issuer), clock }),
  );
  const partner = (changes: object = {}) =>
    jws(
      partnerKey,
      header,
      userClaims(now, {
        iss: PARTNER,
        aud: 'api://partner',
        cid: '0oa2web',
        groups: ['staff', 'partners'],
        ...changes,
      }),
    );
  const routesOf = async (token: string) => {
    const principal = await verify(token);
    if ('code' in principal) return principal.code;
    const entitlements = entitlementsOf(access, principal);
    return ['GET /orders', 'POST /orders'].map(
      (route) => decide(access, entitlements, route).reason,
    );
  };

  test('a token is evaluated by the block of its issuer alone', async () => {
    expect(await verify(partner())).toMatchObject({ uid: '00u1reader', block: 'partner' });
    expect(await verify(accessToken(key, now))).toMatchObject({ block: 'main' });
    expect(await verify(partner({ aud: 'api://orders' }))).toMatchObject({
      code: 'TOKEN_AUDIENCE',
    });
    expect(await verify(partner({ cid: '0oa1web' }))).toMatchObject({ code: 'TOKEN_CLIENT' });
    expect(
      await verify(partner({ iss: ISSUER, aud: 'api://orders', cid: '0oa1web' })),
    ).toMatchObject({ code: 'TOKEN_SIGNATURE' });
  });

  test('a further block’s tokens carry its groups and no others', async () => {
    expect(await routesOf(partner())).toEqual(['group_allows', 'no_group_allows']);
    expect(await routesOf(partner({ groups: ['staff'] }))).toEqual([
      'no_group_mapped',
      'no_group_mapped',
    ]);
  });

  test.each([
    [
      'with rules of its own is none of a further block',
      '0oa1batch',
      ['groups_not_of_block', 'groups_not_of_block'],
    ],
    [
      'has the groups that the block may carry',
      '0oa2sync',
      ['machine_allows', 'machine_not_allowed'],
    ],
    [
      'whose groups the block may not carry has none',
      '0oa3job',
      ['groups_not_of_block', 'groups_not_of_block'],
    ],
  ])('a machine %s', async (_, cid, reasons) => {
    expect(await routesOf(partner({ uid: undefined, cid }))).toEqual(reasons);
  });

  test('a machine of the first block has its rules', async () => {
    expect(await routesOf(accessToken(key, now, { uid: undefined, cid: '0oa1batch' }))).toEqual([
      'machine_not_allowed',
      'machine_allows',
    ]);
  });
});
