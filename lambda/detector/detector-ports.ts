/** The detector's ports: the counted decision records, and the store of its state. */
import type { RefusalCode } from '../core/contract/codes.ts';
import type { DetectorState } from './detector-state.ts';

/**
 * Milliseconds since the epoch; `from` belongs to it, `to` does not. Both are multiples of STEP_MS.
 */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A principal was refused on a route, once or more within the STEP_MS that begin at `at`. */
export interface RefusedRoute {
  readonly at: number;
  /** As in the record: hashed where `audit.hashPrincipal` is on. */
  readonly principal: string;
  readonly route: string;
}

/** Callers with these groups passed on a route within the STEP_MS that begin at `at`. */
export interface PassedRoute {
  readonly at: number;
  readonly route: string;
  /** Groups of the caller that the map knows. */
  readonly groups: readonly string[];
}

export interface Counted<Row> {
  readonly rows: readonly Row[];
  /** False where the answer's row limit truncated the rows. */
  readonly complete: boolean;
}

/** The decision records of one authorizer. Both queries throw when there is no answer in time. */
export interface DecisionLog {
  /** Refusals of known principals with one of these codes. */
  refused(span: Span, codes: readonly RefusalCode[]): Promise<Counted<RefusedRoute>>;
  /** Calls that the rules allow on one of these routes. */
  passed(span: Span, routes: readonly string[]): Promise<Counted<PassedRoute>>;
}

export interface StoredState {
  /** Absent before the first `save`, and where the stored text is not of this version. */
  readonly state?: DetectorState;
  /** Counts the writes; 0 before the first. */
  readonly revision: number;
}

export interface StateStore {
  /** Throws when there is no answer in time. */
  load(): Promise<StoredState>;
  /**
   * Replaces the state of revision `expectedRevision`.
   * @returns `overtaken`, and nothing is written, where another run has saved since. Throws when
   * there is no answer in time.
   */
  save(state: DetectorState, expectedRevision: number): Promise<'saved' | 'overtaken'>;
}
