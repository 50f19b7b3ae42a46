/** Keys that the schema knows and this version does not act on: any value but the default is an error, nothing is silently ignored. */
import { at, type Cursor, entries, items, type Report } from './cursor.ts';
import { code } from './problems.ts';

/** `*` stands for every item or entry. A row without default refuses every value. */
export const NOT_AVAILABLE: readonly {
  readonly path: string;
  readonly default?: unknown;
  readonly only?: 'list' | 'mapping';
  readonly what?: string;
}[] = [{ path: 'okta.*.manage' }];

export function reportNotAvailable(root: Cursor, report: Report): void {
  for (const row of NOT_AVAILABLE) {
    for (const { value, pointer } of select(root, row.path.split('.'))) {
      const kind = Array.isArray(value) ? 'list' : typeof value === 'object' ? 'mapping' : 'scalar';
      if (value === undefined || value === null || value === row.default || (row.only && row.only !== kind)) continue;
      const what = row.what ?? code(row.default === undefined || kind !== 'scalar' ? (row.path.split('.').at(-1) ?? '') : String(value));
      const expected = row.default === undefined ? undefined : code(String(row.default));
      const says = `${what} is not available yet${expected === undefined ? '' : `, expected ${expected}`}`;
      report.error('NOT_AVAILABLE', pointer, { says, ...(expected === undefined ? {} : { expected }) }, 'key');
    }
  }
}

function select(from: Cursor, [step, ...rest]: readonly string[]): readonly Cursor[] {
  if (step === undefined) return [from];
  const next = step === '*' ? [...items(from), ...entries(from).map(([, cursor]) => cursor)] : [at(from, step)];
  return next.flatMap((cursor) => select(cursor, rest));
}
