/**
 * Every order in which a delivery, Okta's retry of it, a snapshot and readers can ask the table, a
 * frozen environment among them: what was acknowledged is met by every later read.
 */
import { expect } from '@jest/globals';
import { deactivation, hubWorld, ORG, START } from '../lambda/hub/hub-world.ts';
import { type Choose, everySchedule } from './every-schedule.ts';
import { heartbeatItem } from './hub-table.ts';

interface Parked {
  readonly go: () => void;
}

type World = ReturnType<typeof hubWorld>;

/** Requests wait until they are chosen, one at a time; each start of an actor is a choice too. */
async function interleave(
  hub: World,
  actors: readonly (() => Promise<void>)[],
  choose: Choose,
): Promise<void> {
  const parked: Parked[] = [];
  const park = () => new Promise<void>((go) => parked.push({ go }));
  hub.table.intercept(async ({ moment }) => {
    if (moment === 'before') await park();
  });
  const running = actors.map(async (act) => {
    await park();
    await act();
  });
  let over = false;
  const all = Promise.all(running).finally(() => {
    over = true;
  });
  all.catch(() => undefined);
  for (;;) {
    await new Promise((next) => setImmediate(next));
    if (over) break;
    const [chosen] = parked.splice(choose(parked.length), 1);
    chosen?.go();
  }
  hub.table.intercept(async () => undefined);
  await all;
}

/** The hub's heartbeat goes on whatever else is frozen. */
function beatAt(hub: World): void {
  hub.table.put(heartbeatItem(ORG, hub.clock.now()));
}

const freeze = (hub: World, ms: number) => async (): Promise<void> => {
  hub.pass(ms);
  beatAt(hub);
};

async function freshSubjects(hub: World): Promise<readonly string[]> {
  beatAt(hub);
  return (await hub.list().read(undefined)).entries.map(({ subject }) => subject);
}

const event = (uuid: string, uid: string) => deactivation(uuid, uid, START - 500);

/**
 * @param freezeMs a freeze of everything but the heartbeat; 0: none.
 * @returns the number of orders.
 */
export const withReader = (freezeMs: number): Promise<number> =>
  everySchedule(async (choose) => {
    const hub = hubWorld();
    beatAt(hub);
    const list = hub.list();
    let { cursor } = await list.read(undefined);
    const seen = new Set<string>();
    const refresh = async (): Promise<void> => {
      const read = await list.read(cursor);
      cursor = read.cursor;
      for (const { subject } of read.entries) seen.add(subject);
    };
    const acknowledged: number[] = [];
    const deliver = async (): Promise<void> => {
      acknowledged.push((await hub.deliver([event('a', '00uleaver')])).statusCode);
    };
    const actors = [deliver, deliver, refresh, ...(freezeMs > 0 ? [freeze(hub, freezeMs)] : [])];
    await interleave(hub, actors, choose);
    expect(acknowledged).toEqual([200, 200]);
    beatAt(hub);
    await refresh();
    expect([...seen]).toEqual(['user:00uleaver']);
    expect(await freshSubjects(hub)).toContain('user:00uleaver');
  });

/** @returns the number of orders. */
export const withSnapshot = (): Promise<number> =>
  everySchedule(async (choose) => {
    const hub = hubWorld();
    // Long before, and about to end: its life is over a minute from now.
    const old = START - (24 * 60 + 9) * 60_000;
    await hub.recording.writer.write('old', [
      { subject: 'user:00uold', issuedUpTo: old, reason: 'user_deactivated' },
    ]);
    await hub.recording.writer.write('kept', [
      { subject: 'user:00ukept', issuedUpTo: START, reason: 'user_deactivated' },
    ]);
    hub.pass(3 * 60_000);
    beatAt(hub);
    const read: string[] = [];
    const starting = async (): Promise<void> => {
      for (const { subject } of (await hub.list().read(undefined)).entries) read.push(subject);
    };
    let status = 0;
    const deliver = async (): Promise<void> => {
      status = (await hub.deliver([event('a', '00uleaver')])).statusCode;
    };
    await interleave(hub, [deliver, hub.compact, starting], choose);
    expect([status, read]).toEqual([200, expect.arrayContaining(['user:00ukept'])]);
    const after = await freshSubjects(hub);
    expect(after).toEqual(expect.arrayContaining(['user:00ukept', 'user:00uleaver']));
  });
