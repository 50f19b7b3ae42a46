import type { MapDocument, Report } from '../report/cursor.ts';
import type { Inventory } from '../routes/inventory.ts';

/** What the readers of the map's sections share beside their own section. */
export interface SectionContext {
  readonly document: MapDocument;
  readonly report: Report;
  readonly inventory: Inventory;
}
