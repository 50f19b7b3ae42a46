/**
 * The scripted day in small, on the real bundle in child processes, with real sockets and the real
 * clock.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startDynamoDb } from '../../../local/dynamodb.ts';
import {
  type BundledAuthorizer,
  bundledAuthorizer,
  type LoopbackIssuer,
  loopbackIssuer,
} from '../../support/bundled-authorizer.ts';
import { hostileSketch } from '../../support/token-scene.ts';
import { accessToken, base64url, type SigningKey, signingKey } from '../../support/tokens.ts';

const [k1, k2, junk] = ['k1', 'k2', 'junk'].map((kid) => signingKey(kid)) as [
  SigningKey,
  SigningKey,
  SigningKey,
];
let issuer: LoopbackIssuer;
let authorizer: BundledAuthorizer;
let store: Awaited<ReturnType<typeof startDynamoDb>>;

beforeAll(async () => {
  issuer = await loopbackIssuer([k1.jwk]);
  const keySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }] as const;
  store = await startDynamoDb([
    { name: 'keys', keySchema, attributes: [{ AttributeName: 'pk', AttributeType: 'S' }] },
  ]);
  const okta = { ...hostileSketch.okta, issuers: [issuer.issuer] };
  authorizer = bundledAuthorizer(
    { ...hostileSketch, okta },
    { KEY_TABLE: 'keys', AWS_ENDPOINT_URL_DYNAMODB: store.url },
  );
});
afterAll(async () => {
  await authorizer.stop();
  await issuer.close();
  await store.stop();
});

let minted = 0;
const token = (key: SigningKey): string =>
  accessToken(key, Math.floor(Date.now() / 1_000), { iss: issuer.issuer, jti: `AT.${++minted}` });

test('a user comes in after one fetch', async () => {
  expect(await authorizer.call(token(k1))).toMatchObject({ effect: 'allow' });
  expect(issuer.fetches).toBe(1);
});

test('a rotation is found by the second fetch after it in the middle of a flood, which costs a fetch a second at most', async () => {
  const rest = token(junk).split('.').slice(1).join('.');
  const startedAt = performance.now();
  const before = issuer.fetches;
  let atRotation = 0;
  let foundAfter = Number.POSITIVE_INFINITY;
  let rotatedAt = Number.POSITIVE_INFINITY;
  // On a fast machine the flood goes on until the next fetch is due.
  for (
    let n = 0;
    n < 1_000 || (foundAfter === Number.POSITIVE_INFINITY && performance.now() - rotatedAt < 5_000);
    n++
  ) {
    if (n === 500) {
      issuer.published = [k1.jwk, k2.jwk];
      rotatedAt = performance.now();
      atRotation = issuer.fetches;
    }
    expect(
      await authorizer.call(`${base64url({ alg: 'RS256', kid: `junk-${n}` })}.${rest}`),
    ).toMatchObject({ code: 'KEY_UNKNOWN' });
    const looking = n >= 500 && foundAfter === Number.POSITIVE_INFINITY;
    if (looking && (await authorizer.call(token(k2)))['effect'] === 'allow')
      foundAfter = issuer.fetches - atRotation;
  }
  const seconds = Math.ceil((performance.now() - startedAt) / 1_000);
  expect(issuer.fetches - before).toBeLessThanOrEqual(seconds + 1);
  expect(foundAfter).toBeLessThanOrEqual(2);
  expect(await authorizer.call(token(k1))).toMatchObject({ effect: 'allow' });
});

test('an outage leaves known users working, on a fresh environment too, and says where the keys are from', async () => {
  issuer.down = true;
  expect(await authorizer.call(token(k1))).toMatchObject({ effect: 'allow' });
  await authorizer.freshen();
  expect(await authorizer.call(token(k2))).toMatchObject({ effect: 'allow' });
  expect(await authorizer.call(token(k1))).toMatchObject({ effect: 'allow' });
  expect(
    authorizer.lines.some(
      (line) => line.includes('"KeysFromCopy":1') && line.includes('"keySource":"copy"'),
    ),
  ).toBe(true);
  expect(await authorizer.call(token(junk))).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  issuer.down = false;
});

test('a withdrawn key’s tokens are refused by a fresh environment at once', async () => {
  issuer.published = [k2.jwk];
  await authorizer.freshen();
  expect(await authorizer.call(token(k1))).toMatchObject({ code: 'KEY_UNKNOWN' });
  expect(await authorizer.call(token(k2))).toMatchObject({ effect: 'allow' });
});
