/**
 * What a route asked for before: read from the attachment's record, and asked for in the former
 * authorizer's place.
 */
import { describe, expect, test } from '@jest/globals';
import type { DynamoClient } from '../../../lambda/adapters/dynamo/requests.ts';
import { dynamoPriorAuthorizers } from '../../../lambda/adapters/dynamo-prior-authorizers.ts';
import { createKeySet } from '../../../lambda/adapters/key-set.ts';
import { oktaTokenVerifier } from '../../../lambda/adapters/okta-token-verifier.ts';
import type {
  PriorJwtAuthorizer,
  RecordedAuthorization,
} from '../../../lambda/core/decision/prior-authorizer.ts';
import { hostileKeys, hostileTokens } from '../../support/hostile-tokens.ts';
import { ISSUER, model } from '../../support/model.ts';
import { accessToken, jws, signingKey, userClaims } from '../../support/tokens.ts';

describe('what a JWT authorizer asks', () => {
  const key = signingKey('key-1');
  const now = Math.floor(Date.now() / 1_000);
  const clock = { now: () => now * 1_000 };
  const verifierOf = (published: readonly unknown[]) =>
    oktaTokenVerifier(model({ routes: ['GET /a'] }), clock, (issuer) =>
      createKeySet({
        issuer,
        fetch: async () => ({ keys: published, maxAgeMs: undefined }),
        clock,
      }),
    );
  const { satisfiesPriorAuthorizer } = verifierOf([key.jwk]);
  const prior: PriorJwtAuthorizer = {
    kind: 'jwt',
    issuer: ISSUER,
    audiences: ['api://orders', 'web'],
    scopes: ['orders.read', 'openid'],
  };

  test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['a token of Okta', {}, true],
    ['a client that the map does not accept', { cid: 'other' }, true],
    [
      'a token without what only our rules ask for',
      { cid: undefined, jti: undefined, uid: undefined },
      true,
    ],
    ['one audience of several', { aud: ['x', 'web'] }, true],
    ['a client id where there is no audience', { aud: undefined, client_id: 'web' }, true],
    ['scopes as one text', { scp: undefined, scope: 'a orders.read' }, true],
    ['a client id beside another audience', { aud: 'x', client_id: 'web' }, false],
    ['another audience', { aud: 'api://other' }, false],
    ['no audience', { aud: undefined }, false],
    ['another scope', { scp: ['orders'] }, false],
    ['a part of a scope', { scp: ['orders.read.all'] }, false],
    ['no scope', { scp: undefined }, false],
    ['another issuer', { iss: `${ISSUER}2` }, false],
    ['an end that has passed', { exp: now }, false],
    ['no end', { exp: undefined }, false],
    ['a beginning to come', { nbf: now + 1 }, false],
    ['an issue to come', { iat: now + 1 }, false],
  ])('with %s', async (_name, changes, lets) => {
    expect(await satisfiesPriorAuthorizer?.(accessToken(key, now, changes), prior)).toBe(lets);
  });

  test.each<[string, string]>([
    ['another key', accessToken(signingKey('key-1'), now)],
    ['an unknown key', accessToken(signingKey('key-2'), now)],
    ['no key id', jws(key, { alg: 'RS256' }, userClaims(now))],
    ['another algorithm', jws(key, { alg: 'RS512', kid: 'key-1' }, userClaims(now))],
    ['no algorithm', jws(key, { alg: 'none', kid: 'key-1' }, userClaims(now))],
    ['no token', 'token'],
  ])('lets %s not in', async (_name, token) => {
    expect(await satisfiesPriorAuthorizer?.(token, prior)).toBe(false);
  });

  test('asks for no scope where the route had none, and for an issuer whose keys there are', async () => {
    expect(
      await satisfiesPriorAuthorizer?.(accessToken(key, now, { scp: undefined }), {
        ...prior,
        scopes: [],
      }),
    ).toBe(true);
    const elsewhere = 'https://other.example.com';
    expect(
      await satisfiesPriorAuthorizer?.(accessToken(key, now, { iss: elsewhere }), {
        ...prior,
        issuer: elsewhere,
      }),
    ).toBe(false);
    expect(await verifierOf([]).satisfiesPriorAuthorizer?.(accessToken(key, now), prior)).toBe(
      false,
    );
  });

  test('lets in no hostile token whose signature is not good', async () => {
    const keys = hostileKeys();
    const { satisfiesPriorAuthorizer: evaluate } = verifierOf(keys.published);
    const broken = hostileTokens(ISSUER, now, keys).filter(({ code }) =>
      /SIGNATURE|KEY_UNKNOWN|ALGORITHM|MALFORMED|EXPIRED|ISSUER/.test(code),
    );
    const letIn = await Promise.all(
      broken.map(async ({ name, token }) =>
        (await evaluate?.(token, { ...prior, scopes: [] })) ? [name] : [],
      ),
    );
    expect(letIn.flat()).toEqual([]);
  });
});

describe('the record of former states', () => {
  const unprotected: RecordedAuthorization = { type: 'NONE', scopes: [] };
  const jwt: RecordedAuthorization = {
    type: 'JWT',
    scopes: ['a'],
    jwt: { issuer: ISSUER, audiences: ['x'] },
  };

  function scene(routes: Readonly<Record<string, RecordedAuthorization>>) {
    const clock = { ms: 0 };
    const table = { routes, down: false, reads: 0 };
    const send = async () => {
      table.reads++;
      if (table.down) throw new Error('no answer');
      return { Item: { record: { S: JSON.stringify({ routes: table.routes }) } } };
    };
    const priorAuthorizers = dynamoPriorAuthorizers(
      { api: 'Records' },
      { now: () => clock.ms },
      () => ({ send }) as DynamoClient,
    );
    return {
      clock,
      table,
      find: (...keys: readonly string[]) => priorAuthorizers.find('api', keys),
      prior: priorAuthorizers,
    };
  }

  test.each<[string, Readonly<Record<string, RecordedAuthorization>>, unknown]>([
    ['a route without authorizer', { 'GET /a': unprotected }, { kind: 'none' }],
    [
      'a JWT authorizer',
      { 'GET /a': jwt },
      { kind: 'jwt', issuer: ISSUER, audiences: ['x'], scopes: ['a'] },
    ],
    [
      'a JWT authorizer of which too little is known',
      { 'GET /a': { type: 'JWT', scopes: [] } },
      undefined,
    ],
    ['IAM', { 'GET /a': { type: 'AWS_IAM', scopes: [] } }, undefined],
    ['another Lambda', { 'GET /a': { type: 'CUSTOM', scopes: [] } }, undefined],
    ['another route alone', { 'GET /b': unprotected }, undefined],
    [
      'two methods that say the same',
      { 'GET /a': unprotected, 'ANY /a': unprotected },
      { kind: 'none' },
    ],
    [
      'two methods that do not',
      { 'GET /a': unprotected, 'ANY /a': { type: 'AWS_IAM', scopes: [] } },
      undefined,
    ],
    ['two methods, the closed one first', { 'ANY /a': unprotected, 'GET /a': jwt }, undefined],
  ])('of %s', async (_name, routes, prior) => {
    expect(await scene(routes).find('GET /a', 'ANY /a')).toEqual(prior);
  });

  test('of an API that is not attached is not known', async () => {
    expect(await scene({ 'GET /a': unprotected }).prior.find('other', ['GET /a'])).toBeUndefined();
    expect(
      await scene({ 'GET /a': unprotected }).prior.find('__proto__', ['GET /a']),
    ).toBeUndefined();
  });

  test('is read again after ten seconds, and for a route that it does not have', async () => {
    const { clock, table, find } = scene({ 'GET /a': unprotected });
    await find('GET /a');
    await find('GET /a');
    expect(table.reads).toBe(1);
    table.routes = { 'GET /a': jwt, 'GET /b': unprotected };
    expect(await find('GET /b')).toEqual({ kind: 'none' });
    clock.ms = 9_999;
    expect(await find('GET /a')).toMatchObject({ kind: 'jwt' });
    table.routes = {};
    clock.ms = 10_000;
    expect(await find('GET /a')).toBeUndefined();
  });

  test('holds for a minute while the table gives no answer, and then nothing passes by it', async () => {
    const { clock, table, find } = scene({ 'GET /a': unprotected });
    await find('GET /a');
    table.down = true;
    clock.ms = 59_999;
    expect(await find('GET /a')).toEqual({ kind: 'none' });
    clock.ms = 60_000;
    expect(await find('GET /a')).toBeUndefined();
  });
});
