/** What the hub itself writes: heartbeats, snapshots, and how a reader meets them. */
import { expect, test } from '@jest/globals';
import { revokedTokens } from '../../../lambda/core/revocation/revoked-tokens.ts';
import { keptSecret } from '../../../lambda/hub/kept-secret.ts';
import { deactivation, hubWorld, ORG, START } from './hub-world.ts';

const user = (issuedAt: number, uid = '00ureader') => ({
  uid,
  cid: '0oaweb',
  groups: [],
  issuedAt: Math.floor(issuedAt / 1_000),
});

test('a delivery revokes the tokens of before, and no other, as soon as it is acknowledged', async () => {
  const hub = hubWorld();
  await hub.beat();
  const tokens = revokedTokens(2);
  const event = deactivation('a', '00ureader', hub.clock.now() - 500);
  expect(await hub.deliver([event])).toEqual({ statusCode: 200 });
  const { entries } = await hub.list().read(undefined);
  tokens.add(entries);
  expect(tokens.reasonOf(user(START))).toBe('user_deactivated');
  expect(tokens.reasonOf(user(START, '00uother'))).toBeUndefined();
  expect(tokens.reasonOf(user(hub.clock.now() + 3_000))).toBeUndefined();
});

test('an event costs two write units, and none when it comes once more', async () => {
  const hub = hubWorld();
  const event = deactivation('a', '00ureader', START - 500);
  for (const units of [2, 0]) {
    await hub.deliver([event]);
    expect(hub.units().writes).toBe(units);
  }
});

test('a refresh that finds nothing new costs one read unit', async () => {
  const hub = hubWorld();
  await hub.beat();
  const { cursor } = await hub.list().read(undefined);
  hub.units();
  await hub.list().read(cursor);
  expect(hub.units().reads).toBe(1);
});

test('the heartbeat is written every 20 seconds, and never a minute old', async () => {
  const hub = hubWorld();
  const ages: number[] = [];
  for (let minute = 0; minute < 3; minute++) {
    await hub.beat();
    // The next run begins a minute after this one has.
    hub.pass(20_000);
    ages.push(hub.clock.now() - Number(hub.table.items.get(`["${ORG}","2#heartbeat"]`)?.['at']?.N));
  }
  expect(ages).toEqual([20_000, 20_000, 20_000]);
  expect(hub.lines).toEqual([3, 3, 3].map((HubHeartbeats) => ({ HubHeartbeats })));
});

test('a heartbeat that cannot be written is reported, and the next is tried', async () => {
  const hub = hubWorld();
  let first = true;
  hub.table.intercept(async ({ moment }) => {
    if (moment === 'before' && first) {
      first = false;
      throw new Error('down');
    }
  });
  await expect(hub.beat()).rejects.toThrow('down');
  expect(hub.lines).toEqual([{ HubHeartbeats: 2 }]);
});

const many = (count: number, from: number, published: number) =>
  Array.from({ length: count }, (_, n) =>
    deactivation(`e${from + n}`, `00u${from + n}`, published),
  );

test('a long tail becomes a snapshot, and a reader then reads chunks in place of entries', async () => {
  const hub = hubWorld();
  await hub.deliver(many(700, 0, START - 500));
  hub.pass(120_000);
  await hub.beat();
  hub.units();
  const before = await hub.list().read(undefined);
  const items = hub.units().reads;
  await hub.compact();
  expect(hub.lines.at(-1)).toEqual({ HubLiveEntries: 700 });
  hub.units();
  const after = await hub.list().read(undefined);
  expect(hub.units().reads).toBeLessThan(items / 2);
  const sorted = (entries: typeof before.entries) =>
    [...entries].toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
  expect(sorted(after.entries)).toEqual(sorted(before.entries));
});

test('a snapshot of which a chunk has ended is not needed: all entries are in the table', async () => {
  const hub = hubWorld();
  await hub.deliver(many(700, 0, START - 500));
  hub.pass(120_000);
  await hub.beat();
  await hub.compact();
  const isChunk = (key: string): boolean => key.includes('#snapshot#');
  for (const key of hub.table.items.keys()) if (isChunk(key)) hub.table.items.delete(key);
  expect((await hub.store.snapshotPointer())?.chunks).toBe(1);
  const { entries, isWhole } = await hub.list().read(undefined);
  expect([new Set(entries.map(({ subject }) => subject)).size, isWhole]).toEqual([700, true]);
});

test('an entry that was written in the last minute is left to the tail', async () => {
  const hub = hubWorld();
  await hub.deliver(many(700, 0, START - 500));
  await hub.beat();
  await hub.compact();
  expect((await hub.store.snapshotPointer())?.chunks).toBe(0);
  expect((await hub.list().read(undefined)).entries).toHaveLength(700);
});

test('a short tail waits for an hour, and nothing new makes no snapshot', async () => {
  const hub = hubWorld();
  await hub.beat();
  await hub.compact();
  expect(await hub.store.snapshotPointer()).toBeUndefined();
  await hub.deliver(many(3, 0, START - 500));
  await hub.compact();
  // Without a snapshot there is no age that a tail could wait for.
  expect(await hub.store.snapshotPointer()).toMatchObject({ id: 's1', chunks: 0 });
  hub.pass(120_000);
  await hub.beat();
  await hub.compact();
  expect(await hub.store.snapshotPointer()).toMatchObject({ id: 's1' });
  hub.pass(3_600_000);
  await hub.beat();
  await hub.compact();
  expect(await hub.store.snapshotPointer()).toMatchObject({ id: 's2', chunks: 1 });
  hub.pass(3_600_000);
  await hub.beat();
  await hub.compact();
  expect(await hub.store.snapshotPointer()).toMatchObject({ id: 's2' });
});

test('a snapshot whose entries have ended is made again without them', async () => {
  const hub = hubWorld();
  await hub.deliver(many(3, 0, START - 500));
  hub.pass(7_200_000);
  await hub.beat();
  await hub.compact();
  expect((await hub.store.snapshotPointer())?.chunks).toBe(1);
  hub.pass(25 * 3_600_000);
  await hub.beat();
  await hub.compact();
  expect((await hub.store.snapshotPointer())?.chunks).toBe(0);
});

test('a secret is asked for twice a minute at most, and kept while it cannot be had', async () => {
  let now = 0;
  let asked = 0;
  let answer = async () => 'first';
  const read = () => {
    asked++;
    return answer();
  };
  const secret = keptSecret(read, (text) => text, { now: () => now });
  expect([await secret(), await secret(), asked]).toEqual(['first', 'first', 1]);
  answer = async () => 'second';
  now = 30_000;
  expect([await secret(), asked]).toEqual(['second', 2]);
  answer = () => Promise.reject(new Error('down'));
  now = 90_000;
  expect(await secret()).toBe('second');
  const never = keptSecret(answer, (text) => text, { now: () => now });
  await expect(never()).rejects.toThrow('down');
});
