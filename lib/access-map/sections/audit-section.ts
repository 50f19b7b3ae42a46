/** Reads `mode`, `routes.*.mode`, `routes.*.sensitive` and `audit`. */
import { DAY_SECONDS } from '../../../lambda/core/contract/periods.ts';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { RowHex } from '../../../lambda/core/model/bits.ts';
import { emptyRow, rowToHex, setBit } from '../../../lambda/core/model/bits.ts';
import type { AuditFile, ModelFile, ShadowFile } from '../../../lambda/core/model/model-file.ts';
import {
  at,
  type Cursor,
  choice,
  type ItemOf,
  is,
  items,
  type Report,
  text,
} from '../report/cursor.ts';
import { parseDuration } from '../report/durations.ts';
import { code } from '../report/problems.ts';
import type { Inventory } from '../routes/inventory.ts';
import type { MapSection } from '../schema/schema.ts';
import { RETENTION_DAYS } from './retention-days.ts';

export interface AuditSettings {
  /** Share of the allows that are recorded, from 0 to 1. Default: 1. */
  readonly allows: number;
  /** Days that logs are kept; absent: as the construct's `logRetention` says. */
  readonly retentionDays?: number;
  readonly hashPrincipal: boolean;
  /** No answer is cached, so each call has a decision record. */
  readonly complete: boolean;
}

export function readAudit(audit: Cursor<MapSection<'audit'>>, report: Report): AuditSettings {
  const { value, pointer } = at(audit, 'allows');
  if (typeof value === 'number' && value < 1 && is(at(audit, 'complete'), true)) {
    report.error('KEY_CONFLICT', pointer, {
      expected: 'every allow beside `complete`',
      found: `a share of ${code(String(value))}`,
    });
  }
  const retentionDays = readRetention(at(audit, 'retention'), report);
  return {
    allows: typeof value === 'number' && value >= 0 && value <= 1 ? value : 1,
    hashPrincipal: is(at(audit, 'hashPrincipal'), true),
    complete: is(at(audit, 'complete'), true),
    ...(retentionDays === undefined ? {} : { retentionDays }),
  };
}

function readRetention(cursor: Cursor, report: Report): number | undefined {
  const seconds = parseDuration(text(cursor) ?? '');
  if (seconds === undefined) return undefined;
  const days = seconds / DAY_SECONDS;
  if (RETENTION_DAYS.some((allowed) => allowed === days)) return days;
  const below = RETENTION_DAYS.findLast((allowed) => allowed < days);
  const above = RETENTION_DAYS.find((allowed) => allowed > days);
  const neighbours = [below, above]
    .flatMap((allowed) => (allowed === undefined ? [] : [code(`${allowed}d`)]))
    .join(' or ');
  report.error('DURATION_RANGE', cursor.pointer, {
    expected: `a time for which CloudWatch keeps logs, here ${neighbours}`,
    found: code(text(cursor) ?? ''),
  });
  return undefined;
}

export function auditFile({ allows, hashPrincipal }: AuditSettings): {
  readonly audit?: AuditFile;
} {
  if (allows === 1 && !hashPrincipal) return {};
  return { audit: { ...(allows !== 1 && { allows }), ...(hashPrincipal && { hashPrincipal }) } };
}

type Routes = MapSection<'routes'>;

/**
 * Routes in shadow mode and sensitive routes; a mark on an `ANY` route holds for every method.
 * @param whole whether the whole map is in shadow mode
 * @param endpoint whether the map has a permissions endpoint
 * @param attached whether the map attaches to an API, whose routes had an authorizer before
 */
export function readRouteMarks(
  routes: Cursor<Routes>,
  {
    whole,
    endpoint,
    attached,
  }: {
    readonly whole: boolean;
    readonly endpoint: boolean;
    readonly attached: boolean;
  },
  { cells, wordCount }: Inventory,
): Pick<ModelFile, 'shadow' | 'sensitive'> {
  const marks = new Map(
    items(routes).flatMap((item) =>
      isObject(item.value) ? [[text(at(item, 'route')), item] as const] : [],
    ),
  );
  const rowWhere = (
    is: (mark: Mark | undefined) => boolean,
    reserved: boolean,
  ): RowHex | undefined => {
    const row = emptyRow(wordCount);
    cells.forEach(({ key, gateway }, index) => {
      if (is(marks.get(gateway ?? key))) setBit(row, index);
    });
    // The permissions endpoint has the bit after the cells and the mode of the whole map.
    if (reserved && endpoint) setBit(row, cells.length);
    return row.some((bits) => bits !== 0) ? rowToHex(row) : undefined;
  };
  const inShadow = rowWhere((mark) => isInShadow(mark, whole), whole);
  const sensitive = rowWhere(isSensitive, false);
  const shadow: ShadowFile = {
    ...(whole && { whole }),
    routes: inShadow ?? rowToHex(emptyRow(wordCount)),
    ...(attached && { prior: true }),
  };
  return {
    ...((inShadow !== undefined || whole) && { shadow }),
    ...(sensitive === undefined ? {} : { sensitive }),
  };
}

type Mark = Cursor<ItemOf<Routes>>;

function isInShadow(mark: Mark | undefined, whole: boolean): boolean {
  const mode = mark && choice(at(mark, 'mode'), ['enforce', 'shadow']);
  return mode === undefined ? whole : mode === 'shadow';
}

const isSensitive = (mark: Mark | undefined): boolean =>
  mark !== undefined && is(at(mark, 'sensitive'), true);
