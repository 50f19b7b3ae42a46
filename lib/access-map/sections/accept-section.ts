/**
 * Reads `api.accept`: findings that would stop a deployment, however the authorizer reaches the
 * API.
 */
import { hasBit, type Row } from '../../../lambda/core/model/bits.ts';
import { at, type Cursor, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { Inventory } from '../routes/inventory.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import type { SectionContext } from './section-context.ts';

export interface Accepted {
  /** Findings by name. */
  readonly findings: readonly string[];
  /** Keys of routes of the API that may keep an authorizer of somebody else. */
  readonly foreign: readonly string[];
}

type ReaderContext = Omit<SectionContext, 'document'>;

export function readAccepted(
  accept: Cursor<NonNullable<MapSection<'api'>['accept']>>,
  reading: ReaderContext,
): Accepted {
  const foreign = texts(at(accept, 'foreign')).flatMap(([pattern, { pointer }]) =>
    wholeRoutes(pattern, pointer, reading),
  );
  return {
    findings: texts(at(accept, 'findings')).map(([name]) => name),
    foreign: [...new Set(foreign)],
  };
}

/** An authorizer guards a route, not one of its methods. */
function wholeRoutes(pattern: string, pointer: string, reading: ReaderContext): readonly string[] {
  const row = expandOrReport(pattern, pointer, reading);
  if (row === undefined) return [];
  const { inventory, report } = reading;
  const keys = inventory.gatewayRoutes
    .map(({ key }) => key)
    .filter((key) => isWhole(key, row, inventory));
  if (keys.length === 0)
    report.error('PATTERN_UNMATCHED', pointer, {
      expected: 'a pattern that matches every method of an `ANY` route',
      found: code(pattern),
    });
  return keys;
}

/** No pattern for any method matches OPTIONS. */
function isWhole(key: string, row: Row, { cells }: Inventory): boolean {
  const own = cells.flatMap((cell, index) => ((cell.gateway ?? cell.key) === key ? [index] : []));
  const called = own.filter((index) => cells[index]?.method !== 'OPTIONS');
  return (called.length === 0 ? own : called).every((index) => hasBit(row, index));
}
