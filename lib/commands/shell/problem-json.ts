/** A problem of a map in the stable form of `--json`. */
import type { Problem } from '../../access-map/index.ts';

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
