/** Spans of time in the map: digits and a unit. */
import {
  DAY_SECONDS,
  HOUR_SECONDS,
  MINUTE_SECONDS,
} from '../../../lambda/core/contract/periods.ts';
import { type Cursor, type Report, text } from './cursor.ts';
import { code } from './problems.ts';

const SECONDS = {
  s: 1,
  m: MINUTE_SECONDS,
  h: HOUR_SECONDS,
  d: DAY_SECONDS,
} as const;

/** Digits and a unit: `60s`, `5m`, `24h`, `90d`. */
export const DURATION = '^(?:0|[1-9][0-9]{0,6})[smhd]$';

/** The unit that is meant by a longer word; digits alone say none. */
export function meantDuration(text: string): { readonly nearest?: string; readonly fix?: string } {
  const written = /^(0|[1-9][0-9]{0,6})[ _-]?([a-z]*)$/i.exec(text.trim());
  if (written === null) return {};
  const [, amount = '', unit = ''] = written;
  if (unit === '') return { fix: `write the unit as well: \`${amount}s\` are seconds` };
  const short = /^(?:[smhd]$|[SHD]$|sec|min|hour|hr|day)/.exec(unit)?.[0]?.[0]?.toLowerCase();
  return short === undefined ? {} : { nearest: `${amount}${short}` };
}

/** Seconds of a duration such as `5m`; nothing if it is not written as one. */
export function parseDuration(text: string): number | undefined {
  const unit = text.at(-1);
  if (
    !new RegExp(DURATION).test(text) ||
    (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd')
  )
    return undefined;
  return Number(text.slice(0, -1)) * SECONDS[unit];
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
