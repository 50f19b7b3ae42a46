/** A problem of a map in the stable form of `--json`. */
import type { RefusalCode } from '../../../lambda/core/contract/codes.ts';
import type { FailureCode } from '../../../lambda/core/contract/failures.ts';
import type { Problem } from '../../access-map/index.ts';

/** What commands find that is no problem of a map; docs/reference/codes.md lists them. */
export type FoundCode =
  | 'API_SETTING'
  | 'CALLS_LET_IN'
  | 'CALLS_REFUSED'
  | 'DATA_INCOMPLETE'
  | 'DIFF_CHANGED'
  | 'DIFF_NARROWED'
  | 'DIFF_WIDENED'
  | 'EXPECTATION_UNMET'
  | 'PLAN_PENDING'
  | 'ROUTE_FOREIGN'
  | 'ROUTE_MISSING'
  | 'ROUTE_STALE'
  | 'ROUTE_TAKEN_BACK'
  | 'ROUTE_UNPROTECTED'
  | 'SMOKE_FAILED'
  | 'UNUSED'
  | 'WOULD_BE_REFUSED';

/** What a command found that is no problem of a map, in the same form. */
export interface FoundProblem {
  readonly severity: 'error';
  /** Stable, as the codes of maps; the message is not. */
  readonly code: FoundCode | RefusalCode;
  readonly message: string;
}

/** @param message what was expected, what was found, and what to do. */
export const foundProblem = (code: FoundProblem['code'], message: string): FoundProblem => ({
  severity: 'error',
  code,
  message,
});

/** What ended a command, in the same form. */
export const failureProblem = (code: FailureCode, message: string) =>
  ({ severity: 'error', code, message }) as const;

/** Keys are added, never renamed; null where there is no value. */
export function problemJson({
  severity,
  code,
  message,
  place,
  expected,
  found,
  nearest,
}: Omit<Problem, 'code'> & { readonly code: string }) {
  return {
    severity,
    code,
    message,
    source: place.source,
    path: place.path,
    line: place.line ?? null,
    column: place.column ?? null,
    expected: expected ?? null,
    found: found ?? null,
    nearest: nearest ?? null,
  };
}
