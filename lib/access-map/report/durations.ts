/** Spans of time in the map: digits and a unit. */
import {
  DAY_SECONDS,
  HOUR_SECONDS,
  MINUTE_SECONDS,
} from '../../../lambda/core/contract/periods.ts';
import { type Cursor, type Report, text } from './cursor.ts';
import { code } from './problems.ts';

/** Milliseconds of each unit. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', MINUTE_SECONDS * 1_000],
  ['h', HOUR_SECONDS * 1_000],
  ['d', DAY_SECONDS * 1_000],
]);

const AMOUNT = '(?:0|[1-9][0-9]{0,6})';

/** Digits and a unit: `60s`, `5m`, `24h`, `90d`. */
export const DURATION = `^${AMOUNT}[smhd]$`;

/** The same, and `300ms`. */
const DURATION_OR_MS = new RegExp(`^(${AMOUNT})(ms|[smhd])$`);

/** The unit that is meant by a longer word; digits alone say none. */
export function intendedDuration(text: string): {
  readonly nearest?: string;
  readonly fix?: string;
} {
  const written = new RegExp(`^(${AMOUNT})[ _-]?([a-z]*)$`, 'i').exec(text.trim());
  if (written === null) return {};
  const [, amount = '', unit = ''] = written;
  if (unit === '') return { fix: `write the unit as well: \`${amount}s\` are seconds` };
  const short = /^(?:[smhd]$|[SHD]$|sec|min|hour|hr|day)/.exec(unit)?.[0]?.[0]?.toLowerCase();
  return short === undefined ? {} : { nearest: `${amount}${short}` };
}

/** Milliseconds of a duration such as `300ms` or `5m`; nothing if it is not written as one. */
export function parseDurationMs(text: string): number | undefined {
  const [, amount, unit = ''] = DURATION_OR_MS.exec(text) ?? [];
  const ms = UNITS.get(unit);
  return ms === undefined ? undefined : Number(amount) * ms;
}

/** Seconds of a duration such as `5m`, never in `ms`; nothing if it is not written as one. */
export function parseDuration(text: string): number | undefined {
  const ms = text.endsWith('ms') ? undefined : parseDurationMs(text);
  return ms === undefined ? undefined : ms / 1_000;
}

/** Seconds; the default where the key is absent or its text has been reported by the schema. */
export function readDuration(
  cursor: Cursor,
  {
    otherwise,
    least,
    most,
  }: { readonly otherwise: string; readonly least: string; readonly most: string },
  report: Report,
): number {
  const written = text(cursor);
  const seconds = parseDuration(written ?? otherwise) ?? 0;
  if (seconds >= (parseDuration(least) ?? 0) && seconds <= (parseDuration(most) ?? 0))
    return seconds;
  if (parseDuration(written ?? '') !== undefined) {
    report.error('DURATION_RANGE', cursor.pointer, {
      expected: `a duration from \`${least}\` to \`${most}\``,
      found: code(written ?? ''),
    });
  }
  return parseDuration(otherwise) ?? 0;
}
