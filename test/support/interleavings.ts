/** Scenarios for the exploration of every order in which writes can arrive. */

import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import type { QuotaFile } from '../../lambda/core/model/model-file.ts';
import { everySchedule } from './every-schedule.ts';
import { model } from './model.ts';
import { beyondLimit, runWorld, type WorldSketch } from './quota-world.ts';

const route = 'GET /orders';
const minute = (limit: number) => ({ id: 'minute', per: 'minute' as const, limit });
const month = (limit: number) => ({ id: 'month', per: 'month' as const, limit });
const leased = { accuracy: 'leased' as const };
const calm = { faults: 0, minutePasses: false };
const oneFault = { faults: 1, minutePasses: false };

const byUser = { by: 'user' as const };

export interface Scenario extends Omit<WorldSketch, 'model' | 'entitlements' | 'route'> {
  readonly name: string;
  /** Most calls of one window, or of all windows where the quota has a month. */
  readonly limit: number;
  readonly quota: Partial<QuotaFile> & Pick<QuotaFile, 'windows'>;
}

/**
 * A lost answer (the write done now, later or never), a doubled write or a crash at every place
 * counts as a fault.
 */
export const scenarios: readonly Scenario[] = [
  {
    name: 'two environments',
    limit: 2,
    quota: { windows: [minute(2)] },
    calls: [2, 2],
    ...oneFault,
  },
  {
    name: 'two faults',
    limit: 1,
    quota: { windows: [minute(1)] },
    calls: [1, 1],
    faults: 2,
    minutePasses: false,
  },
  {
    name: 'three environments',
    limit: 2,
    quota: { windows: [minute(2)] },
    calls: [1, 1, 1],
    ...calm,
  },
  {
    name: 'a window that ends',
    limit: 1,
    quota: { windows: [minute(1)] },
    calls: [2, 1],
    faults: 1,
    minutePasses: true,
  },
  {
    name: 'two windows',
    limit: 2,
    quota: { windows: [minute(9), month(2)] },
    calls: [2, 2],
    faults: 0,
    minutePasses: true,
  },
  {
    name: 'a clock two minutes behind',
    limit: 2,
    quota: { windows: [minute(2)] },
    calls: [2, 2],
    skews: [0, -120_000],
    ...oneFault,
  },
  {
    name: 'leases of two',
    limit: 3,
    quota: { ...leased, windows: [minute(3)] },
    lease: 2,
    calls: [3, 3],
    ...oneFault,
  },
  {
    name: 'leases of three',
    limit: 4,
    quota: { ...leased, windows: [minute(4)] },
    lease: 3,
    calls: [4, 3],
    ...calm,
  },
  {
    name: 'leases over a window that ends',
    limit: 8,
    quota: { ...leased, windows: [minute(8)] },
    lease: 2,
    calls: [5, 5],
    faults: 0,
    minutePasses: true,
  },
  {
    name: 'leases with a fault over a window that ends',
    limit: 3,
    quota: { ...leased, windows: [minute(3)] },
    lease: 2,
    calls: [6],
    faults: 1,
    minutePasses: true,
  },
  {
    name: 'leases and a clock two minutes behind',
    limit: 2,
    quota: { ...leased, windows: [minute(2)] },
    lease: 2,
    calls: [2, 1],
    skews: [0, -120_000],
    faults: 1,
    minutePasses: false,
  },
  {
    name: 'leases and a clock two minutes ahead, over a window that ends',
    limit: 2,
    quota: { ...leased, windows: [minute(2)] },
    lease: 2,
    calls: [3, 2],
    skews: [0, 120_000],
    faults: 0,
    minutePasses: true,
  },
  {
    name: 'leases over two windows',
    limit: 3,
    quota: { ...leased, windows: [minute(9), month(3)] },
    lease: 2,
    calls: [3, 2],
    faults: 0,
    minutePasses: true,
  },
];

/** The first write of a window is the one that begins it, without a look at what is stored. */
export const foreseenScenarios: readonly Scenario[] = [
  {
    name: 'one call a window, for two environments',
    limit: 1,
    quota: { ...byUser, windows: [minute(1)] },
    calls: [2, 2],
    ...oneFault,
  },
  {
    name: 'a duplicate that arrives after the next window began',
    limit: 1,
    quota: { ...byUser, windows: [minute(1)] },
    calls: [3],
    faults: 2,
    minutePasses: true,
  },
  {
    name: 'a window that ends, for two environments',
    limit: 2,
    quota: { ...byUser, windows: [minute(2)] },
    calls: [3, 2],
    faults: 0,
    minutePasses: true,
  },
  {
    name: 'a window that ends, with a fault',
    limit: 1,
    quota: { ...byUser, windows: [minute(1)] },
    calls: [2, 1],
    faults: 1,
    minutePasses: true,
  },
  {
    name: 'a clock two minutes ahead',
    limit: 1,
    quota: { ...byUser, windows: [minute(1)] },
    calls: [2, 2],
    skews: [120_000, 0],
    faults: 1,
    minutePasses: false,
  },
  {
    name: 'a clock two minutes ahead, over a window that ends',
    limit: 2,
    quota: { ...byUser, windows: [minute(2)] },
    calls: [3, 2],
    skews: [0, 120_000],
    faults: 0,
    minutePasses: true,
  },
  {
    name: 'two windows, of which the shorter is foreseen',
    limit: 2,
    quota: { ...byUser, windows: [minute(9), month(2)] },
    calls: [2, 2],
    faults: 0,
    minutePasses: true,
  },
  {
    name: 'two windows, with a fault',
    limit: 2,
    quota: { ...byUser, windows: [minute(9), month(2)] },
    calls: [3],
    faults: 1,
    minutePasses: true,
  },
];

/** Too long for every run of the tests. */
export const longScenarios: readonly Scenario[] = [
  {
    name: 'three environments and a fault',
    limit: 2,
    quota: { windows: [minute(2)] },
    calls: [1, 1, 1],
    ...oneFault,
  },
  {
    name: 'two environments and two faults',
    limit: 2,
    quota: { windows: [minute(2)] },
    calls: [2, 1],
    faults: 2,
    minutePasses: false,
  },
  {
    name: 'two windows and a fault',
    limit: 2,
    quota: { windows: [minute(9), month(2)] },
    calls: [2, 2],
    faults: 1,
    minutePasses: true,
  },
  {
    name: 'leases of three and a fault',
    limit: 4,
    quota: { ...leased, windows: [minute(4)] },
    lease: 3,
    calls: [4, 3],
    ...oneFault,
  },
  {
    name: 'leases over two windows and a fault',
    limit: 3,
    quota: { ...leased, windows: [minute(9), month(3)] },
    lease: 2,
    calls: [2, 2],
    faults: 1,
    minutePasses: true,
  },
  {
    name: 'leases of three environments',
    limit: 4,
    quota: { ...leased, windows: [minute(4)] },
    lease: 4,
    calls: [2, 2, 2],
    ...calm,
  },
];

/** Calls that two strict quotas pay for, that of every user and that of a group. */
export interface StrictScenario extends Omit<WorldSketch, 'model' | 'entitlements' | 'route'> {
  readonly name: string;
  readonly everyone: number;
  readonly group: number;
  /** Calls that a quota beside them lets pass; absent: there is none. */
  readonly shared?: number;
}

export const strictScenarios: readonly StrictScenario[] = [
  { name: 'the first is the smaller', everyone: 1, group: 2, calls: [1, 1], ...oneFault },
  { name: 'the second is the smaller', everyone: 2, group: 1, calls: [1, 1], ...oneFault },
  { name: 'beside one by turn', everyone: 2, group: 2, shared: 1, calls: [2, 1], ...calm },
  {
    name: 'two environments and a minute that passes',
    everyone: 1,
    group: 1,
    calls: [1, 1],
    faults: 0,
    minutePasses: true,
  },
];

/** @throws Error for the first schedule in which one of the limits did not hold. */
export async function exploreStrict({
  name,
  everyone,
  group,
  shared,
  ...rest
}: StrictScenario): Promise<Explored> {
  const access = model({
    routes: [route],
    quotas: [
      { name: 'everyone', strict: true, windows: [minute(everyone)] },
      { name: 'group', strict: true, by: 'group', windows: [minute(group)] },
      { name: 'shared', by: 'group', windows: [minute(shared ?? 1)] },
    ],
    everyone: { quota: 'everyone' },
    groups: {
      readers: { allow: [route], quota: 'group' },
      ...(shared === undefined ? {} : { more: { allow: [route], quota: 'shared' } }),
    },
  });
  const groups = ['readers', 'more'];
  const caller = { kind: 'user' as const, uid: '00u1', cid: '0oa1web', groups, scopes: [] };
  const entitlements = entitlementsOf(access, caller);
  const limit = Math.min(everyone, group, shared ?? Number.POSITIVE_INFINITY);
  let most = 0;
  const runs = await everySchedule(async (choose) => {
    const world = { model: access, entitlements, route, ...rest };
    const { total } = await runWorld(world, choose, ({ calls }) => {
      if (beyondLimit(calls, limit) > 0)
        throw new Error(`more calls admitted than ${limit}: ${name}`);
    });
    most = Math.max(most, total);
  });
  return { runs, most };
}

export interface Explored {
  readonly runs: number;
  /** Calls admitted in the run that admitted most. */
  readonly most: number;
}

/** @throws Error for the first schedule in which more calls were admitted than the limit says. */
export async function exploreScenario({
  name,
  limit,
  quota,
  ...rest
}: Scenario): Promise<Explored> {
  const access = model({
    routes: [route],
    // The first write of a user's window is foreseen, which others that pay from it would not see.
    quotas: [{ name: 'standard', by: 'group', ...quota }],
    groups: { readers: { allow: [route], quota: 'standard' } },
  });
  const entitlements = entitlementsOf(access, {
    kind: 'user',
    uid: '00u1',
    cid: '0oa1web',
    groups: ['readers'],
    scopes: [],
  });
  const whole = quota.windows.length > 1;
  let most = 0;
  const runs = await everySchedule(async (choose) => {
    const { total } = await runWorld(
      { model: access, entitlements, route, ...rest },
      choose,
      ({ admitted, calls }) => {
        const counts = [...admitted.values()];
        const worst = whole ? counts.reduce((a, b) => a + b, 0) : Math.max(...counts);
        // By what the callers were told, and by the time that it was.
        if (worst > limit || (!whole && beyondLimit(calls, limit) > 0))
          throw new Error(
            `more calls admitted than ${limit}, ${worst} by the windows told: ${name}`,
          );
      },
    );
    most = Math.max(most, total);
  });
  return { runs, most };
}
