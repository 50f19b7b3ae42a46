import type { RECORD_VERSION } from './decision-record.ts';

/**
 * A decision, or an answer of the permissions endpoint, that could not be made, since the code
 * failed: one JSON line in place of the decision record.
 */
export interface FaultRecord {
  readonly record: 'fault';
  readonly v: typeof RECORD_VERSION;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  /** The kind of fault alone: its text could hold what the caller sent. */
  readonly error: string;
  /** Request id of the authorizer's invocation. */
  readonly requestId?: string;
  readonly route?: string;
  readonly mapVersion: string;
}
