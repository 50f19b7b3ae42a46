/**
 * When a group counts as emptied, whoever brings its removals, in whatever order, however often.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { massRemovals } from '../../../lambda/hub/mass-removals.ts';
import { recordEvents } from '../../../lambda/hub/record-events.ts';
import { sized } from '../../support/tier.ts';
import { hubWorld, START } from './hub-world.ts';

interface Removal {
  readonly uuid: string;
  /** Milliseconds after the start. */
  readonly at: number;
}

const event = ({ uuid, at }: Removal) => ({
  uuid,
  published: new Date(START + at).toISOString(),
  eventType: 'group.user_membership.remove',
  outcome: { result: 'SUCCESS' },
  target: [
    { id: `00u${uuid}`, type: 'User' },
    { id: '00greaders', type: 'UserGroup', displayName: 'readers' },
  ],
});
const removals = (count: number, name = 'e', at = (_: number): number => 0): readonly Removal[] =>
  Array.from({ length: count }, (_, n) => ({ uuid: `${name}${n}`, at: at(n) }));

/** A hub with several environments of its receiver. */
function scene(environments = 1) {
  const hub = hubWorld();
  const masses = Array.from({ length: environments }, () => massRemovals(hub.store.removalsSince));
  // Nothing that is published is later than the receiver's clock.
  hub.pass(600_000);
  const deliver = async (all: readonly Removal[], environment = 0): Promise<void> => {
    const mass = masses[environment] as (typeof masses)[number];
    await recordEvents(all.map(event), { ...hub.recording, mass });
  };
  const entries = () =>
    [...hub.table.items.values()].flatMap((item) => {
      const [subject, t] = [item['k']?.S, Number(item['t']?.N)];
      return subject === undefined ? [] : [{ subject, at: t - START }];
    });
  const groups = () => entries().filter(({ subject }) => subject === 'group:readers');
  const users = () => entries().filter(({ subject }) => subject.startsWith('user:'));
  return { hub, deliver, groups, users };
}

describe('removals from one group', () => {
  test('of many environments are counted together', async () => {
    const { deliver, groups, users } = scene(10);
    for (let n = 0; n < 25; n++) await deliver(removals(20, `d${n}-`), n % 10);
    expect([users().length, groups()]).toEqual([500, []]);
    await deliver(removals(20, 'last-'), 3);
    expect([users().length, groups()]).toEqual([500, [{ subject: 'group:readers', at: 0 }]]);
    for (let n = 0; n < 25; n++) await deliver(removals(20, `more${n}-`), n % 10);
    expect(users()).toHaveLength(500);
  });

  test.each([1, 2])(
    'that come once more to one of %d environments count once',
    async (environments) => {
      const { deliver, groups, users } = scene(environments);
      for (const n of [0, 1, 2]) await deliver(removals(300), n % environments);
      expect([users().length, groups()]).toEqual([300, []]);
    },
  );

  test('of a whole day, which the poll brings at once, empty no group', async () => {
    const { deliver, groups, users } = scene();
    const hub = removals(900, 'e', (n) => -n * 90_000);
    await deliver(hub);
    expect([users().length, groups()]).toEqual([900, []]);
  });

  test('by tens of thousands are counted in no time that grows with their square', async () => {
    const { emptiedBy } = massRemovals(async () => []);
    const all = Array.from({ length: 100_000 }, (_, n) => {
      const at = START + n * 200;
      return { id: `e${n}`, group: 'readers', from: at, at, count: 1 };
    });
    expect(await emptiedBy(all, START)).toEqual([]);
  });

  test('within a minute of a longer time revoke no more than they must', async () => {
    const { deliver, groups, users } = scene();
    // 501 in the first minute, and one for each minute after.
    const first = removals(501, 'first', (n) => n * 100);
    const after = removals(9, 'after', (n) => 60_000 * (n + 2));
    await deliver([...after, ...first]);
    expect(groups()).toEqual([{ subject: 'group:readers', at: 50_000 }]);
    expect(users().map(({ at }) => at)).toEqual(after.map(({ at }) => at));
  });

  test('one by one after a group was emptied revoke one user each', async () => {
    const { deliver, groups, users } = scene(2);
    await deliver(removals(501));
    for (let n = 1; n < 9; n++)
      await deliver(
        removals(1, `late${n}`, () => n * 60_000),
        n % 2,
      );
    expect(groups()).toHaveLength(1);
    expect(users()).toHaveLength(8);
  });

  test('in one millisecond make one entry, in whatever order they come', async () => {
    const { deliver, groups } = scene();
    const all = removals(501);
    await deliver(all);
    await deliver(all.toReversed());
    expect(groups()).toHaveLength(1);
  });

  test('are counted by one environment alone where the list gives no answer', async () => {
    const { hub, deliver, users } = scene();
    hub.table.intercept(async ({ operation }) => {
      if (operation === 'Query') throw new Error('no answer');
    });
    await deliver(removals(400));
    await deliver(removals(200, 'f'));
    expect(users()).toHaveLength(400);
  });

  test('cost no read of the list while they are few', async () => {
    const { hub, deliver } = scene();
    await deliver(removals(10));
    expect(hub.table.consumed.filter(({ operation }) => operation === 'Query')).toEqual([]);
    expect(hub.units().writes).toBe(20);
  });
});

test('no group is emptied without more than 500 removals within a minute of Okta’s time', async () => {
  const batch = fc.record({
    count: fc.integer({ min: 1, max: 320 }),
    start: fc.integer({ min: 0, max: 240_000 }),
    span: fc.integer({ min: 0, max: 90_000 }),
    environment: fc.integer({ min: 0, max: 2 }),
    repeats: fc.integer({ min: 1, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 5 }), async (batches) => {
      const { deliver, groups, users } = scene(3);
      const all: Removal[] = [];
      for (const [at, { count, start, span, environment, repeats }] of batches.entries()) {
        const brought = removals(count, `b${at}-`, (n) => start + Math.floor((span * n) / count));
        all.push(...brought);
        for (let n = 0; n < repeats; n++) await deliver(brought, (environment + n) % 3);
      }
      const inMinuteTo = (end: number): number =>
        all.filter(({ at }) => at <= end && at > end - 60_000).length;
      for (const { at: end } of groups()) {
        const ends = all.filter(({ at }) => at >= end && at < end + 60_000);
        expect(Math.max(...ends.map(({ at }) => inMinuteTo(at)))).toBeGreaterThan(500);
      }
      // Nobody is forgotten: an entry of the user, or one of the group that is as late.
      const [last, named] = [groups(), new Set(users().map(({ subject }) => subject))];
      const lacking = all.filter(
        ({ uuid, at }) => !named.has(`user:00u${uuid}`) && last.every((group) => group.at < at),
      );
      expect(lacking).toEqual([]);
    }),
    { numRuns: sized(60, 8) },
  );
});
