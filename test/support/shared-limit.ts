import { quotaLimiter } from '../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import type { QuotaStore } from '../../lambda/ports.ts';
import { model } from './model.ts';

const route = 'GET /orders';
const NOW = Date.parse('2026-11-22T10:15:30Z');
let made = 0;

export interface SharedLimit {
  readonly store: QuotaStore;
  readonly accuracy: 'exact' | 'leased';
  readonly limit: number;
  readonly environments: number;
}

/**
 * Environments at work at once that share 1.5 times the limit in calls; a tenth of a second passes
 * with each call of an environment.
 */
export async function shareLimit({ store, accuracy, limit, environments }: SharedLimit) {
  const quota = { name: `shared${++made}`, by: 'group' as const, accuracy };
  const access = model({
    routes: [route],
    quotas: [{ ...quota, windows: [{ id: 'month', per: 'month', limit }] }],
    groups: { partners: { allow: [route], quota: quota.name } },
  });
  const entitlements = entitlementsOf(access, {
    kind: 'user',
    uid: '00u1',
    cid: '0oa1web',
    groups: ['partners'],
    scopes: [],
  });
  const calls = limit * 1.5;
  let left = calls;
  let admitted = 0;
  let charges = 0;
  const counted: QuotaStore = {
    charge: (charge) => {
      charges++;
      return store.charge(charge);
    },
  };
  const environment = async (): Promise<void> => {
    let nowMs = NOW;
    const keep = quotaLimiter(access, counted, { now: () => nowMs });
    while (left-- > 0) {
      nowMs += 100;
      if ((await keep(entitlements, route)).kind === 'admitted') admitted++;
      // Calls from the lease wait for nothing; without this one environment would use up all of
      // them at once.
      await new Promise<void>((done) => void setImmediate(done));
    }
  };
  await Promise.all(Array.from({ length: environments }, environment));
  return { calls, admitted, charges };
}
