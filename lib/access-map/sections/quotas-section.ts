/** Reads quotas and puts them in the order in which they are tried. */
import { createHash } from 'node:crypto';
import { PERIOD_SECONDS, PERIODS } from '../../../lambda/core/contract/periods.ts';
import { addRow, emptyRow, rowToHex } from '../../../lambda/core/model/bits.ts';
import type { QuotaFile, QuotaWindowFile } from '../../../lambda/core/model/model-file.ts';
import {
  at,
  type Cursor,
  choice,
  entries,
  has,
  integer,
  is,
  items,
  texts,
} from '../report/cursor.ts';
import type { MapSection } from '../schema/schema.ts';
import { type Permissions, readRules } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

type Quota = MapSection<'quotas'>[string];
type Window = NonNullable<Quota['windows']>[number];

export function readQuotas(
  quotas: Cursor<MapSection<'quotas'>>,
  reading: SectionContext,
  permissions: Permissions,
): readonly QuotaFile[] {
  return entries(quotas)
    .map(([name, cursor]) => ({
      name,
      by: choice(at(cursor, 'by'), ['user', 'client', 'group']) ?? 'user',
      accuracy: choice(at(cursor, 'accuracy'), ['exact', 'leased']) ?? 'exact',
      onStoreFailure: choice(at(cursor, 'onStoreFailure'), ['deny', 'allow']) ?? 'deny',
      onExceeded: choice(at(cursor, 'onExceeded'), ['refuse', 'pass']) ?? 'refuse',
      ...(is(at(cursor, 'strict'), true) ? ({ strict: true } as const) : {}),
      windows: readWindows(cursor, reading, permissions),
    }))
    .sort(fromMostGenerous);
}

function readWindows(
  quota: Cursor<Quota>,
  reading: SectionContext,
  permissions: Permissions,
): readonly QuotaWindowFile[] {
  reportForm(quota, reading);
  const listed = at(quota, 'windows');
  const windows: QuotaWindowFile[] = [];
  const written: readonly Cursor<Quota | Window>[] =
    listed.value === undefined ? [quota] : items(listed);
  for (const cursor of written) {
    const window = readWindow(cursor, reading, permissions);
    if (!window) continue;
    if (windows.some(({ per, routes }) => per === window.per && routes === window.routes)) {
      const says = `two windows per ${window.per} over the same routes: expected one, the smaller limit is the one that counts`;
      reading.report.error('QUOTA_WINDOW_DUPLICATE', cursor.pointer, { says });
    }
    windows.push(window);
  }
  return windows;
}

/** Either `windows`, or the short form with both of its keys. */
function reportForm(quota: Cursor<Quota>, { report }: SectionContext): void {
  // Reported already: `standard: 100/min`, `limit: 100/min`, which leaves `per` out.
  if (quota.value === null || at(quota, 'limit').value === null) return;
  const [windows, limit, per] = [has(quota, 'windows'), has(quota, 'limit'), has(quota, 'per')];
  const expected = '`windows`, or `limit` and `per`';
  if (windows && (limit || per))
    report.error('KEY_CONFLICT', quota.pointer, { expected, found: 'both' }, 'key');
  if (windows || (limit && per)) return;
  report.error('KEY_MISSING', quota.pointer, { expected, found: halfFound(limit, per) }, 'key');
}

function halfFound(limit: boolean, per: boolean): string {
  if (limit) return 'no `per`';
  return per ? 'no `limit`' : 'neither';
}

function readWindow(
  cursor: Cursor<Quota | Window>,
  reading: SectionContext,
  permissions: Permissions,
): QuotaWindowFile | undefined {
  const limit = integer(at(cursor, 'limit'));
  const per = choice(at(cursor, 'per'), PERIODS);
  if (limit === undefined || per === undefined) return undefined;
  const list = at(cursor, 'routes');
  if (list.value === undefined) return { id: per, per, limit };
  const routes = emptyRow(reading.inventory.wordCount);
  const rule = { subject: { kind: 'group', name: '' }, effect: 'allow' } as const;
  for (const { routes: some } of readRules(list, rule, reading, permissions)) addRow(routes, some);
  return { id: `${per}_${digest(list)}`, per, limit, routes: rowToHex(routes) };
}

/**
 * Depends on the patterns as written, so neither their order nor a new route of the API starts
 * another counter.
 */
function digest(list: Cursor): string {
  const patterns = texts(list)
    .map(([pattern]) => pattern)
    .toSorted();
  return createHash('sha256').update(JSON.stringify(patterns)).digest('hex').slice(0, 8);
}

/**
 * Generosity = smallest limit per second over the windows; ties: limit of the shortest window, then
 * name.
 */
function fromMostGenerous(a: QuotaFile, b: QuotaFile): number {
  return (
    generosity(b) - generosity(a) ||
    shortestLimit(b) - shortestLimit(a) ||
    (a.name < b.name ? -1 : 1)
  );
}

const generosity = ({ windows }: QuotaFile): number =>
  Math.min(Number.MAX_VALUE, ...windows.map(({ limit, per }) => limit / PERIOD_SECONDS[per]));

function shortestLimit({ windows }: QuotaFile): number {
  return (
    windows.toSorted(
      (a, b) => PERIOD_SECONDS[a.per] - PERIOD_SECONDS[b.per] || a.limit - b.limit,
    )[0]?.limit ?? 0
  );
}
