/** A line of the table: what is measured, compared with what, and how far it may go. */
import type { Assets } from '../scene/assets.ts';
import type { Scene } from '../scene/loopback.ts';

export interface Row {
  readonly name: string;
  /** What a ratio of 1 is; the unit where there is none. */
  readonly comparedWith: string;
  /** What was measured on 28 November 2026, before the first of these goals was worked at. */
  readonly before?: string;
  readonly goal: number;
  /**
   * The run fails beyond it, noise taken off: the goal where it is met, else what is reached.
   * Absent: told only.
   */
  readonly bound?: number;
  readonly value: number;
  readonly noise: number;
}

export interface Bench {
  readonly scene: Scene;
  readonly assets: Assets;
  /** Rounds of a measurement that takes milliseconds; cold starts take a third of them. */
  readonly rounds: number;
}

/** Whether a row is past its bound by more than the noise that it measured itself. */
export const isPast = ({ value, noise, bound }: Row): boolean =>
  bound !== undefined && value - noise > bound;
