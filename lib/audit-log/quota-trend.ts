/** How calls develop: by outcome, route, group and code, and who is at a limit. */
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { idInBlock } from '../../lambda/core/quota/caller-name.ts';
import type { AuditLogItem } from './audit-log-line.ts';
import { type AtLimit, limitCounter } from './limits.ts';
import { type Series, seriesCounter, type TimeStep } from './series.ts';

export interface Trend {
  readonly step: TimeStep;
  /** Start of each step, milliseconds since the epoch, UTC. */
  readonly starts: readonly number[];
  /** `allowed`, `refused`, and `would be refused` for calls that passed in shadow mode. */
  readonly outcomes: readonly Series[];
  readonly routes: readonly Series[];
  /** A call of somebody in several groups counts for each of them. */
  readonly groups: readonly Series[];
  readonly codes: readonly Series[];
  /** How the gateway answered, from the access log. */
  readonly statuses: readonly Series[];
  readonly atLimit: readonly AtLimit[];
  readonly callers: number;
  /**
   * The log that counts the routes: the access log has also what the gateway answered itself, and
   * calls of public routes.
   */
  readonly routesFrom: 'access log' | 'decision records';
}

export interface TrendCounter {
  add(item: AuditLogItem): void;
  result(): Trend;
}

const OUTCOMES = ['allowed', 'would be refused', 'refused'] as const;

function outcomeOf({ effect, code }: DecisionRecord): (typeof OUTCOMES)[number] {
  if (effect === 'deny') return 'refused';
  return code === undefined ? 'allowed' : 'would be refused';
}

export function trendCounter(step?: TimeStep): TrendCounter {
  const count = seriesCounter(step);
  const limits = limitCounter();
  const callers = new Set<string>();
  let accesses = 0;
  return {
    add(item) {
      const { at } = item;
      if (item.kind === 'access') {
        accesses++;
        count.add('access', item.access.route, at, 1);
        count.add('status', `${Math.floor(item.access.status / 100)}xx`, at, 1);
        return;
      }
      const { code, route, groups = [], principal, weight } = item.record;
      count.add('outcome', outcomeOf(item.record), at, weight);
      if (route !== undefined) count.add('route', route, at, weight);
      if (code !== undefined) count.add('code', code, at, weight);
      for (const group of groups) count.add('group', group, at, weight);
      if (principal) callers.add(idInBlock(principal.id, principal));
      limits.add(item.record);
    },
    result() {
      const { step: shown, starts, series } = count.table();
      return {
        step: shown,
        starts,
        outcomes: OUTCOMES.flatMap((name) => series('outcome').filter((one) => one.name === name)),
        routes: series(accesses > 0 ? 'access' : 'route'),
        groups: series('group'),
        codes: series('code'),
        statuses: series('status').toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        atLimit: limits.counted(),
        callers: callers.size,
        routesFrom: accesses > 0 ? 'access log' : 'decision records',
      };
    },
  };
}
