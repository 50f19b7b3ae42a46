/** A problem of a map in the stable form of `--json`. */
import type { Problem } from '../../access-map/index.ts';

/** What a command found that is no problem of a map, in the same form. */
export interface FoundProblem {
  readonly severity: 'error';
  /** Stable, as the codes of maps; the message is not. */
  readonly code: string;
  readonly message: string;
}

/** @param message what was expected, what was found, and what to do. */
export const foundProblem = (code: string, message: string): FoundProblem => ({
  severity: 'error',
  code,
  message,
});

/** Keys are added, never renamed; null where there is no value. */
export function problemJson({
  severity,
  code,
  message,
  place,
  expected,
  found,
  nearest,
}: Omit<Problem, 'code'> & { readonly code: string }): unknown {
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
