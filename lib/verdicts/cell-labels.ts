/** How a cell is shown in a matrix: one sign, and what it says in plain English. */
import type { Cell, RuleState } from '../../lambda/core/decision/cell.ts';
import { shadowNote } from './cells.ts';

export interface CellLabel {
  readonly sign: string;
  readonly label: string;
}

export const CELL_LABELS: { readonly [rule in RuleState]: CellLabel } = {
  allowed: { sign: '✓', label: 'allowed' },
  denied: { sign: '✕', label: 'denied, whatever other groups allow' },
  closed: { sign: '·', label: 'not allowed' },
  signedIn: { sign: 'S', label: 'any signed-in user' },
  public: { sign: 'P', label: 'public, no token needed' },
};

/** The label, and in shadow mode what the gateway does. */
export function labelOfCell(cell: Cell): string {
  const note = shadowNote(cell);
  const { label } = CELL_LABELS[cell.rule];
  return note === undefined ? label : `${label} (${note})`;
}
