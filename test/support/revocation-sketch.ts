/**
 * What a simulated org's revocations are asked to be, what is reported, and what its parts share.
 */
import type { hubTable } from './hub-table.ts';
import type { SimulatedTime } from './simulated-time.ts';

export interface WorldSketch {
  readonly seed: number;
  readonly environments: number;
  readonly users: number;
  /** In a minute, in random order. */
  readonly revoked: number;
  readonly withinSeconds: number;
  /** Whether the gateway keeps answers, for `within` as `auto` does. */
  readonly cached: boolean;
  readonly onStoreFailure: 'allow' | 'deny';
  /** Share of the store's requests that are lost, before or after they are carried out. */
  readonly faults: number;
  /** Tokens that each call of an environment stands for. */
  readonly tokensACall: number;
  /**
   * Between calls of an environment. Default: three times `within`, so that its list is always old.
   */
  readonly pauseSeconds?: number;
  /** How long calls go on after the minute of revocations. */
  readonly seconds: number;
}

export interface WorldReport {
  /** Void tokens that were admitted after the bound; expected none. */
  readonly late: readonly string[];
  /** Tokens that were refused and that no entry names; expected none. */
  readonly wronged: readonly string[];
  readonly admitted: number;
  readonly refused: number;
  /** Calls while the list could not be read. */
  readonly unread: number;
  /** Void tokens that were seen after the bound. */
  readonly evaluatedLate: number;
  /**
   * Longest time from an acknowledgement to a revoked token that was still admitted, in
   * milliseconds.
   */
  readonly lastAdmittedMs: number;
  readonly coldStarts: number;
  readonly freezes: number;
  readonly duplicates: number;
  readonly storeFaults: number;
  /** Units that the store counted, by kind of work. */
  readonly readUnits: number;
  readonly reads: number;
}

export interface Delivery {
  readonly uuid: string;
  readonly user: number;
  readonly at: number;
  /** When Okta says that it happened. */
  readonly published: number;
}

/** What the parts of a run share. */
export interface World {
  readonly sketch: WorldSketch;
  /** Host of the Okta org. */
  readonly org: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly random: () => number;
  readonly time: SimulatedTime;
  readonly table: ReturnType<typeof hubTable>;
  readonly deliveries: readonly Delivery[];
  /**
   * Of a user: when the receiver had acknowledged the event, and the last second that is revoked.
   */
  readonly acknowledged: Map<number, { readonly at: number; readonly revokedUpTo: number }>;
  /**
   * Users whose events were sent, acknowledged or not, with the last second that may be revoked.
   */
  readonly sent: Map<number, number>;
  /** Answers that the gateway keeps, by token. */
  readonly kept: Map<string, { readonly until: number }>;
  readonly counted: {
    -readonly [Key in Exclude<
      keyof WorldReport,
      'late' | 'wronged' | 'reads' | 'readUnits'
    >]: number;
  } & { readonly late: string[]; readonly wronged: string[] };
}
