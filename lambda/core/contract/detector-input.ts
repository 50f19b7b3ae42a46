/**
 * What the stack and the detector agree on; names of variables and metrics have their own files.
 */
import { FIVE_MINUTES_SECONDS, MINUTE_SECONDS } from './periods.ts';

/** The detector runs this often, and counts records in steps of it. */
export const DETECTOR_STEP_SECONDS = FIVE_MINUTES_SECONDS;
/** The same in a query of CloudWatch Logs Insights. */
export const DETECTOR_STEP_BIN = `bin(${DETECTOR_STEP_SECONDS / MINUTE_SECONDS}m)`;

/** The file beside the detector's code. */
export interface DetectorSettings {
  /** Distinct routes from which on a principal's refusals are a finding: 2 to 50. */
  readonly probedRoutes: number;
  /** A multiple of the step. */
  readonly windowMs: number;
  /** How long a sensitive route is watched before its new groups are findings. */
  readonly learningMs: number;
  /** Sensitive routes with the groups that the map lets in. */
  readonly sensitive: readonly { readonly route: string; readonly groups: readonly string[] }[];
}
