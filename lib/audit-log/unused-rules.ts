/** Which parts of a map no recorded call used. Reports only what certainly was not used. */

import type {
  DecisionRecord,
  RecordedPrincipal,
} from '../../lambda/core/contract/decision-record.ts';
import { addRow, differenceRow, emptyRow, type Row, setBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { EVERYONE } from '../../lambda/core/model/model-file.ts';
import type { AccessLine, AuditLogItem } from './audit-log-line.ts';
import { type AtLimit, limitCounter } from './limits.ts';
import { isHashed } from './reevaluate.ts';

/** What the audit trail says was used. Rows are over the model's routes. */
export interface RuleUsage {
  /**
   * Routes of calls that a group, a machine with rules of its own, or the rules of every user
   * allowed.
   */
  readonly usedRoutes: (kind: SubjectKind, name: string) => Row;
  readonly groupsSeen: ReadonlySet<string>;
  readonly machinesSeen: ReadonlySet<string>;
  /** Routes of which there was any call, refused or not. */
  readonly called: Row;
  /** Routes called by a caller without any decision record: their grants are not reported. */
  readonly unexplained: Row;
  readonly unexplainedCallers: number;
  readonly hashedMachines: boolean;
  readonly atLimit: readonly AtLimit[];
}

type SubjectKind = 'group' | 'machine' | 'everyone';

export interface UsageCounter {
  add(item: AuditLogItem): void;
  result(): RuleUsage;
}

/** Codes that come after a group has allowed the route. */
const GRANTED: ReadonlySet<string> = new Set([
  'SCOPE_MISSING',
  'QUOTA_EXCEEDED',
  'QUOTA_STORE_UNAVAILABLE',
]);

interface Caller {
  readonly groups: Set<string>;
  /** Whether a decision of a user is recorded: the rules of every user apply. */
  isUser: boolean;
  /** Whether a decision is recorded, so that the groups are known. */
  decided: boolean;
  /** Routes whose calls only the access log shows. */
  routes: Row | undefined;
}

export function usageCounter(model: AccessModel): UsageCounter {
  const wordCount = model.signedIn.length;
  const rows = rowsByName(wordCount);
  const callers = callersById(wordCount);
  const called = emptyRow(wordCount);
  const limits = limitCounter();
  const routesOf = gatewayRoutes(model);

  const decision = (record: DecisionRecord): void => {
    const { principal, route, code } = record;
    const index = route === undefined ? undefined : model.routeIndex.get(route);
    if (index !== undefined) setBit(called, index);
    if (principal === undefined) return;
    const groups = (record.groups ?? []).map((name) => model.groups.get(name)?.name ?? name);
    callers.decided(principal, groups);
    limits.add(record);
    if (index === undefined || (code !== undefined && !GRANTED.has(code))) return;
    for (const name of groups) setBit(rows.of('group', name), index);
    if (principal.kind === 'machine') setBit(rows.of('machine', principal.id), index);
    else setBit(rows.of('everyone', EVERYONE), index);
  };

  const access = ({ route, status, caller, code }: AccessLine): void => {
    // A refusal with a code has a decision record that explains it; without one it may be the back
    // end's.
    const isExplained = status === 401 || (status === 403 && code !== undefined);
    for (const index of routesOf(route)) {
      setBit(called, index);
      if (caller !== undefined && !isExplained) callers.accessed(caller, index);
    }
  };

  return {
    add: (item) => (item.kind === 'decision' ? decision(item.record) : access(item.access)),
    result: () => ({
      ...explainAccesses(model, callers.all, rows, callers.machines),
      usedRoutes: (kind, name) => rows.of(kind, name),
      groupsSeen: callers.groups,
      machinesSeen: callers.machines,
      hashedMachines: callers.hasHashedMachines(),
      called,
      atLimit: limits.counted(),
    }),
  };
}

interface Callers {
  readonly all: ReadonlyMap<string, Caller>;
  /** Of all of them. */
  readonly groups: ReadonlySet<string>;
  readonly machines: ReadonlySet<string>;
  hasHashedMachines(): boolean;
  /** @param groups by the map's names. */
  decided(principal: RecordedPrincipal, groups: readonly string[]): void;
  accessed(id: string, index: number): void;
}

function callersById(wordCount: number): Callers {
  const all = new Map<string, Caller>();
  const [seenGroups, machines] = [new Set<string>(), new Set<string>()];
  let hashedMachines = false;
  const callerOf = (id: string): Caller => {
    const caller = all.get(id) ?? {
      groups: new Set<string>(),
      isUser: false,
      decided: false,
      routes: undefined,
    };
    all.set(id, caller);
    return caller;
  };
  return {
    ...{ all, groups: seenGroups, machines },
    hasHashedMachines: () => hashedMachines,
    decided(principal, groups) {
      const caller = callerOf(principal.id);
      caller.decided = true;
      caller.isUser ||= principal.kind === 'user';
      for (const name of groups) {
        seenGroups.add(name);
        caller.groups.add(name);
      }
      if (principal.kind !== 'machine') return;
      hashedMachines ||= isHashed(principal);
      machines.add(principal.id);
    },
    accessed(id, index) {
      const caller = callerOf(id);
      caller.routes ??= emptyRow(wordCount);
      setBit(caller.routes, index);
    },
  };
}

/**
 * Counts routes of the access log for the groups of the caller's decisions. What callers without
 * any decision called stays unexplained.
 */
function explainAccesses(
  model: AccessModel,
  callers: ReadonlyMap<string, Caller>,
  rows: Rows,
  machines: ReadonlySet<string>,
): Pick<RuleUsage, 'unexplained' | 'unexplainedCallers'> {
  const unexplained = emptyRow(model.signedIn.length);
  let unexplainedCallers = 0;
  for (const [id, { groups, isUser, decided, routes }] of callers) {
    if (routes === undefined) continue;
    const closed = differenceRow(differenceRow(routes, model.public), model.signedIn);
    if (!decided) {
      if (closed.some((word) => word !== 0)) unexplainedCallers++;
      addRow(unexplained, closed);
    }
    for (const name of groups) addRow(rows.of('group', name), closed);
    if (machines.has(id)) addRow(rows.of('machine', id), closed);
    if (isUser) addRow(rows.of('everyone', EVERYONE), closed);
  }
  return { unexplained, unexplainedCallers };
}

interface Rows {
  of(kind: SubjectKind, name: string): Row;
}

function rowsByName(wordCount: number): Rows {
  const rows = new Map<string, Row>();
  return {
    of(kind, name) {
      const row = rows.get(`${kind} ${name}`) ?? emptyRow(wordCount);
      rows.set(`${kind} ${name}`, row);
      return row;
    },
  };
}

/**
 * The gateway's key of an `ANY` route stands for each of its methods, which the access log does
 * not tell apart.
 */
function gatewayRoutes({ routes }: AccessModel): (key: string) => readonly number[] {
  const byKey = new Map<string, number[]>();
  routes.forEach(({ key, gateway }, index) => {
    for (const name of new Set([key, gateway ?? key]))
      byKey.set(name, [...(byKey.get(name) ?? []), index]);
  });
  return (key) => byKey.get(key) ?? [];
}
