/**
 * No byte of a token leaves the process: all hostile tokens go through, and everything that comes
 * out is searched for their parts.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type BundledAuthorizer,
  bundledAuthorizer,
  type LoopbackIssuer,
  loopbackIssuer,
} from '../../support/bundled-authorizer.ts';
import { hostileKeys, hostileTokens } from '../../support/hostile-tokens.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';
import { ISSUER } from '../../support/model.ts';
import { environment, hostileSketch } from '../../support/token-scene.ts';
import { accessToken } from '../../support/tokens.ts';

const now = Math.floor(Date.now() / 1_000);
const keys = hostileKeys();
const WINDOW = 16;

/** Every run of 16 letters of a token that is found in the output, at whatever offset in either. */
function leaksIn(output: string, tokens: readonly string[]): readonly string[] {
  const runs = new Set<string>();
  for (let at = 0; at + WINDOW <= output.length; at++) runs.add(output.slice(at, at + WINDOW));
  return tokens.flatMap((token) =>
    segmentsOf(token).flatMap((segment) => windowsOf(segment).filter((window) => runs.has(window))),
  );
}

/** Short ones are words that stand in every sentence. */
const segmentsOf = (token: string): readonly string[] =>
  token.split('.').filter((segment) => segment.length >= WINDOW);
const windowsOf = (segment: string): readonly string[] => {
  const starts = Array.from(
    { length: Math.floor((segment.length - WINDOW) / WINDOW) + 1 },
    (_, n) => n * WINDOW,
  );
  return [...starts, segment.length - WINDOW].map((at) => segment.slice(at, at + WINDOW));
};

test('the search finds a part of a token in a sentence', () => {
  const token = accessToken(keys.good, now);
  const [, payload = ''] = token.split('.');
  expect(leaksIn(`refused: ${payload.slice(40, 90)}`, [token])).not.toEqual([]);
  expect(leaksIn('refused: TOKEN_SIGNATURE', [token])).toEqual([]);
});

test('the handler lets no part of a hostile or a good token out: not in answers, records, errors or their stacks', async () => {
  const lambda = environment({
    fetch: async () => ({ keys: keys.published, maxAgeMs: undefined }),
  });
  const tokens = [
    ...hostileTokens(ISSUER, now, keys).map(({ token }) => token),
    accessToken(keys.good, now),
  ];
  for (const token of tokens) await lambda.call(token);
  expect(lambda.records).toHaveLength(tokens.length);
  expect(leaksIn(`${lambda.outputs.join('\n')}${JSON.stringify(lambda.records)}`, tokens)).toEqual(
    [],
  );
});

describe('the bundle in a process of its own', () => {
  let issuer: LoopbackIssuer;
  let authorizer: BundledAuthorizer;

  beforeAll(async () => {
    issuer = await loopbackIssuer(keys.published);
    const okta = { ...hostileSketch.okta, issuers: [issuer.issuer] };
    // A table that is not there: the failure of the copy is part of what is searched.
    const tables = { KEY_TABLE: 'absent', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' };
    authorizer = bundledAuthorizer({ ...hostileSketch, okta }, tables);
  });
  afterAll(async () => {
    await authorizer.stop();
    await issuer.close();
  });

  test('refuses every hostile token by the same code and reason, and writes no part of any, not even when the event is broken', async () => {
    const hostile = hostileTokens(issuer.issuer, now, keys);
    const answers: string[] = [];
    const wrong: unknown[] = [];
    for (const { name, token, code, reason } of hostile) {
      const record = await authorizer.call(token);
      if (record['code'] !== code || record['reason'] !== reason)
        wrong.push({ name, code, reason, record });
    }
    expect(wrong).toEqual([]);
    const good = accessToken(keys.good, now, { iss: issuer.issuer });
    expect(await authorizer.call(good)).toMatchObject({ effect: 'allow' });
    const event = httpApiEvent('GET', '/orders', { token: good });
    for (const broken of [
      { ...event, version: '1.0', authorizationToken: good },
      { ...event, routeKey: undefined, rawPath: `/${good}` },
      { ...event, headers: { authorization: [good] } },
      { ...event, headers: { authorization: good } },
      { ...event, requestContext: { ...event.requestContext, requestId: 7 } },
      { ...event, routeArn: `arn:${good}` },
      good,
      null,
    ]) {
      answers.push(JSON.stringify(await authorizer.invoke(broken)));
    }
    const tokens = [...hostile.map(({ token }) => token), good];
    expect(authorizer.lines.length).toBeGreaterThan(hostile.length);
    expect(leaksIn([...answers, ...authorizer.lines].join('\n'), tokens)).toEqual([]);
  });
});

test('with `audit.hashPrincipal` no record names a user or a client, whatever token comes', async () => {
  const lambda = environment({
    sketch: {
      ...hostileSketch,
      machines: { '0oa1batch': { deny: ['GET /orders'] } },
      audit: { hashPrincipal: true },
    },
    fetch: async () => ({ keys: keys.published, maxAgeMs: undefined }),
  });
  const machine = { uid: undefined, groups: undefined, sub: '0oa1batch', cid: '0oa1batch' };
  const known = [
    accessToken(keys.good, now),
    accessToken(keys.good, now, { uid: '00u1blocked' }),
    accessToken(keys.good, now, machine),
  ];
  const tokens = [...hostileTokens(ISSUER, now, keys).map(({ token }) => token), ...known];
  for (const token of tokens) await lambda.call(token);
  const records = JSON.stringify(lambda.records);
  expect(lambda.records.filter((record) => 'principal' in record).length).toBeGreaterThanOrEqual(3);
  expect(records).not.toMatch(/00u1|0oa1|@example/);
  expect(records).toMatch(/"path":"machines\.[0-9a-f]{32}\.deny\[0\]"/);
  expect(leaksIn(records, tokens)).toEqual([]);
});
