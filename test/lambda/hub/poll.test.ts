/**
 * The poll against the local org: what it reads, how far back, and what it does when Okta refuses.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { oktaLog } from '../../../lambda/hub/okta-log.ts';
import { poll } from '../../../lambda/hub/poll.ts';
import { pollCredentialsOf } from '../../../lambda/hub/poll-credentials.ts';
import { serviceAccess } from '../../../lambda/hub/service-token.ts';
import { admitServiceApp } from '../../../local/okta-org/admission.ts';
import { type LocalOrg, startOktaOrg } from '../../../local/okta-org/org-server.ts';
import { rsaKeyPair } from '../../support/rsa-keys.ts';
import { hubWorld, START } from './hub-world.ts';

const { privateKey, publicKey } = rsaKeyPair();
const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k1' };
let org: LocalOrg;
let hub: ReturnType<typeof hubWorld>;
let waits: number[];

async function orgWith(more: { readonly requireDpop?: boolean; readonly granted?: string[] } = {}) {
  const { granted = ['okta.logs.read'], ...service } = more;
  org = await startOktaOrg({
    users: [{ login: 'reader@example.com', uid: '00u1reader', groups: ['readers'] }],
    groups: [{ name: 'readers' }],
    admission: admitServiceApp({ clientId: '0oapoll', publicKey, granted, ...service }),
  });
}

beforeEach(() => {
  [hub, waits] = [hubWorld(), []];
});
afterEach(() => org.stop());

/** Okta's clock is the real one. */
const clock = { now: () => Date.now() };
function run(more: { readonly hasHook?: boolean } = {}): Promise<void> {
  const url = org.url;
  const access = serviceAccess({
    url,
    credentials: async () => ({ clientId: '0oapoll', privateKey: jwk }),
    fetch,
    clock,
  });
  const log = oktaLog({ url, access, fetch, clock, sleep: async (ms) => void waits.push(ms) });
  const parts = { ...hub.recording, clock, store: hub.store, metrics: hub.metrics };
  return poll({ ...parts, log, hasHook: more.hasHook ?? true });
}

const happens = (what: string) =>
  fetch(`${org.url}/_local/users/00u1reader/${what}`, { method: 'POST' });
const subjects = () =>
  [...hub.table.items.values()].flatMap((item) => item['k']?.S ?? []).toSorted();

test.each([false, true])(
  'events of the log become entries, once (DPoP: %s)',
  async (requireDpop) => {
    await orgWith({ requireDpop });
    await happens('deactivate');
    await run();
    expect(subjects()).toEqual(['user:00u1reader']);
    await run();
    expect(subjects()).toEqual(['user:00u1reader']);
    await happens('groups/readers/remove');
    await run();
    expect(subjects()).toEqual(['user:00u1reader', 'user:00u1reader']);
  },
);

test('only reads, and asks for what a hook asks for', async () => {
  await orgWith();
  await run();
  expect(org.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v1/logs']);
  const [{ query } = { query: {} as Record<string, string> }] = org.requests;
  expect(query['filter']).toContain('eventType eq "user.lifecycle.deactivate" or ');
  const age = Date.now() - Date.parse(query['since'] ?? '');
  expect(age / 3_600_000).toBeGreaterThan(24);
  expect(age / 3_600_000).toBeLessThan(25);
});

test('the first run says nothing of a hook; later ones count what it has not brought in two minutes', async () => {
  await orgWith();
  await run();
  expect(hub.lines).toEqual([{ PollLagSeconds: expect.any(Number) }]);
  await happens('deactivate');
  const [event] = org.log;
  Object.assign(event ?? {}, { published: new Date(Date.now() - 121_000).toISOString() });
  await happens('suspend');
  await run();
  expect(hub.lines.slice(1)).toEqual([
    { PollMissedByHook: 1 },
    { PollLagSeconds: expect.any(Number) },
  ]);
});

test('what the hook has brought is not missed', async () => {
  await orgWith();
  await run();
  await happens('deactivate');
  const [event] = org.log;
  Object.assign(event ?? {}, { published: new Date(START - 121_000).toISOString() });
  expect(await hub.deliver([event])).toEqual({ statusCode: 200 });
  await run();
  expect(hub.lines.at(-2)).toEqual({ PollMissedByHook: 0 });
});

test('a cursor of long ago is not followed: no event of then revokes anything', async () => {
  await orgWith();
  await hub.store.putCursor({
    link: `${org.url}/api/v1/logs?after=9`,
    at: Date.now() - 25 * 3_600_000,
  });
  await run();
  expect(org.requests[0]?.query).not.toHaveProperty('after', '9');
});

test('the rate limit is waited for by Okta’s clock', async () => {
  await orgWith();
  let refusals = 1;
  org.fault = () =>
    refusals-- > 0
      ? {
          status: 429,
          headers: { 'x-rate-limit-reset': String(Math.floor(Date.now() / 1_000) + 7) },
        }
      : undefined;
  await run();
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThanOrEqual(7_000);
  expect(waits[0]).toBeLessThanOrEqual(9_000);
});

test.each([
  ['refuses for good', { status: 429 }, 'the System Log answered 429'],
  ['answers a page', { status: 200, body: '<html>' }, 'the System Log did not answer with a list'],
  ['fails', { status: 500 }, 'the System Log answered 500'],
])('an org that %s ends the run, and the cursor stays', async (_, fault, message) => {
  await orgWith();
  await run();
  const before = await hub.store.cursor();
  org.fault = () => fault;
  await expect(run()).rejects.toThrow(message);
  expect(await hub.store.cursor()).toEqual(before);
});

test('a next page on another host is not asked', async () => {
  await orgWith();
  await hub.store.putCursor({ link: 'https://evil.example/api/v1/logs?after=1', at: Date.now() });
  await expect(run()).rejects.toThrow('on another host');
});

test('a service app without the scope gives no token, in a sentence without secrets', async () => {
  await orgWith({ granted: [] });
  await expect(run()).rejects.toThrow('no token from Okta: 400 invalid_scope');
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"clientId":"x"}',
  '{"clientId":"","privateKey":"k"}',
  'sec:ret',
])('the secret %j holds no service app, and is not quoted', async (text) => {
  await orgWith();
  expect(() => pollCredentialsOf(text)).toThrow(
    'expected `clientId` and `privateKey` of a service app in the secret of the poll, found others',
  );
});

test('a page that is not written is read once more', async () => {
  await orgWith();
  await run();
  await happens('deactivate');
  hub.table.intercept(async ({ input }) => {
    if (JSON.stringify(input).includes('#event#')) throw new Error('down');
  });
  await expect(run()).rejects.toThrow('down');
  hub.table.intercept(async () => undefined);
  await run();
  expect(subjects()).toEqual(['user:00u1reader']);
});
