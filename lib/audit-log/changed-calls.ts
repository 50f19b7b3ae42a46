/** Counts calls whose effect another map changes, by what they have in common. */
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import type { Decision } from '../../lambda/core/decision/decide.ts';
import { type CallerCounter, type Callers, callerCounter } from './callers.ts';
import { outcomeOf } from './reevaluate.ts';

/** Calls of one kind whose effect changes. */
export interface ChangedCalls extends Callers {
  readonly from: 'allow' | 'deny';
  readonly to: 'allow' | 'deny';
  readonly route: string;
  readonly kind: 'user' | 'machine' | undefined;
  /** Mapped groups of the callers, as recorded. */
  readonly groups: readonly string[];
  readonly scopes: readonly string[] | undefined;
  /** Client id of a machine that is not hashed. */
  readonly machine: string | undefined;
  /** Code and reason, or the reason of an allow. */
  readonly was: string;
  readonly becomes: string;
}

export interface ChangeCounter {
  note(record: DecisionRecord, becomes: Decision, at: number): void;
  counted(): readonly ChangedCalls[];
}

export function changeCounter(): ChangeCounter {
  const changed = new Map<
    string,
    { readonly sample: Omit<ChangedCalls, keyof Callers>; readonly count: CallerCounter }
  >();
  return {
    note(record, becomes, at) {
      const sample = sampleOf(record, becomes);
      const key = JSON.stringify(sample);
      const entry = changed.get(key) ?? { sample, count: callerCounter() };
      entry.count.add(record, at);
      changed.set(key, entry);
    },
    counted: () =>
      [...changed.values()].map(({ sample, count }) => ({ ...sample, ...count.counted() })),
  };
}

function sampleOf(record: DecisionRecord, becomes: Decision): Omit<ChangedCalls, keyof Callers> {
  const { principal } = record;
  return {
    from: record.effect,
    to: record.effect === 'allow' ? 'deny' : 'allow',
    route: becomes.route,
    kind: principal?.kind,
    groups: [...(record.groups ?? [])].toSorted(),
    scopes: record.scopes,
    machine: principal?.kind === 'machine' ? principal.cid : undefined,
    was: recordedOutcome(record),
    becomes: `${outcomeOf(becomes)}${becomes.effect === 'deny' && record.effect === 'deny' ? ' (passes in shadow)' : ''}`,
  };
}

function recordedOutcome({ code, reason, effect }: DecisionRecord): string {
  if (code === undefined) return reason;
  return `${code} ${reason}${effect === 'allow' ? ' (passed in shadow)' : ''}`;
}
