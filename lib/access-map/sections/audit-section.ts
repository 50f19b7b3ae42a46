/** Reads `mode`, `routes.*.mode`, `routes.*.sensitive` and `audit`. */
import { emptyRow, rowToHex, setBit } from '../../../lambda/core/model/bits.ts';
import type {
  AuditFile,
  ModelFile,
  RowHex,
  ShadowFile,
} from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, isData, items, type Report, text } from '../report/cursor.ts';
import { parseDuration } from '../report/durations.ts';
import { code } from '../report/problems.ts';
import type { Inventory } from '../routes/inventory.ts';

export interface AuditSettings {
  /** Share of the allows that are recorded, from 0 to 1. Default: 1. */
  readonly allows: number;
  /** Days that logs are kept; absent: as the construct's `logRetention` says. */
  readonly retentionDays?: number;
  readonly hashPrincipal: boolean;
  /** No answer is cached, so that each call has a decision record. */
  readonly complete: boolean;
}

/**
 * Days that CloudWatch keeps logs for. Source: CloudWatch Logs API Reference, "PutRetentionPolicy".
 */
export const RETENTION_DAYS = [
  ...[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
  ],
] as const;

export function readAudit(audit: Cursor, report: Report): AuditSettings {
  const { value, pointer } = at(audit, 'allows');
  if (typeof value === 'number' && value < 1 && at(audit, 'complete').value === true) {
    report.error('KEY_CONFLICT', pointer, {
      expected: 'every allow beside `complete`',
      found: `a share of ${code(String(value))}`,
    });
  }
  const retentionDays = readRetention(at(audit, 'retention'), report);
  return {
    allows: typeof value === 'number' && value >= 0 && value <= 1 ? value : 1,
    hashPrincipal: at(audit, 'hashPrincipal').value === true,
    complete: at(audit, 'complete').value === true,
    ...(retentionDays === undefined ? {} : { retentionDays }),
  };
}

function readRetention(cursor: Cursor, report: Report): number | undefined {
  const seconds = parseDuration(text(cursor) ?? '');
  if (seconds === undefined) return undefined;
  const days = seconds / 86_400;
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

/**
 * Elsewhere its owner connects the authorizer, and nobody knows what the routes asked for before.
 */
export function reportShadow(root: Cursor, inShadow: boolean, report: Report): void {
  const cursor = at(root, 'api', 'authorizerOnly');
  if (!inShadow || cursor.value !== true) return;
  const expected =
    'no shadow mode beside `authorizerOnly`, since nobody knows what the routes asked for before, and any valid token would pass';
  report.error('KEY_CONFLICT', cursor.pointer, { expected, found: 'both' }, 'key');
}

export const auditFile = ({
  allows,
  hashPrincipal,
}: AuditSettings): { readonly audit?: AuditFile } =>
  allows === 1 && !hashPrincipal
    ? {}
    : {
        audit: {
          ...(allows === 1 ? {} : { allows }),
          ...(hashPrincipal ? ({ hashPrincipal: true } as const) : {}),
        },
      };

/** What is in shadow, and what is sensitive: of `ANY` routes every method. */
export function readRouteMarks(
  root: Cursor,
  { cells, wordCount }: Inventory,
  endpoint: boolean,
): Pick<ModelFile, 'shadow' | 'sensitive'> {
  const whole = at(root, 'mode').value === 'shadow';
  const marks = new Map(
    items(at(root, 'routes')).flatMap((item) =>
      isData(item.value) ? [[text(at(item, 'route')), item] as const] : [],
    ),
  );
  const rowWhere = (
    is: (mark: Cursor | undefined) => boolean,
    reserved: boolean,
  ): RowHex | undefined => {
    const row = emptyRow(wordCount);
    cells.forEach(({ key, gateway }, index) => {
      if (is(marks.get(gateway ?? key))) setBit(row, index);
    });
    // The permissions endpoint stands behind the cells and has the map's own mode.
    if (reserved && endpoint) setBit(row, cells.length);
    return row.some((bits) => bits !== 0) ? rowToHex(row) : undefined;
  };
  const routes = rowWhere(
    (mark) => ((mark && at(mark, 'mode').value) ?? (whole ? 'shadow' : 'enforce')) === 'shadow',
    whole,
  );
  const sensitive = rowWhere(
    (mark) => mark !== undefined && at(mark, 'sensitive').value === true,
    false,
  );
  const shadow: ShadowFile | undefined =
    routes === undefined && !whole
      ? undefined
      : { ...(whole ? { whole } : {}), routes: routes ?? rowToHex(emptyRow(wordCount)) };
  return { ...(shadow && { shadow }), ...(sensitive === undefined ? {} : { sensitive }) };
}
