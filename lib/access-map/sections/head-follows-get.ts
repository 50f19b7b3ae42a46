/**
 * `HEAD` runs the handler of `GET` (RFC 9110, 9.3.2), so a caller that is denied the one is denied
 * the other: a rule that denies `GET` denies `HEAD` of the same template too, unless its subject
 * allows that by a pattern that names `HEAD`.
 */
import {
  addRow,
  differenceRow,
  emptyRow,
  hasBit,
  type Row,
  setBit,
} from '../../../lambda/core/model/bits.ts';
import type { Inventory } from '../routes/inventory.ts';

interface Rule {
  readonly effect: 'allow' | 'deny';
  readonly pattern: string;
  readonly routes: Row;
}

/** @param rules of one subject. */
export function withHeadDenied<Of extends Rule>(
  rules: readonly Of[],
  inventory: Inventory,
): readonly Of[] {
  const named = emptyRow(inventory.wordCount);
  for (const { effect, pattern, routes } of rules)
    if (effect === 'allow' && pattern.startsWith('HEAD ')) addRow(named, routes);
  return rules.map((rule) => {
    if (rule.effect === 'allow') return rule;
    const routes = differenceRow(headsOf(rule.routes, inventory), named);
    addRow(routes, rule.routes);
    return { ...rule, routes };
  });
}

/** The row with `HEAD` of each template whose `GET` it has. */
export function withHeads(row: Row, inventory: Inventory): Row {
  const heads = headsOf(row, inventory);
  addRow(heads, row);
  return heads;
}

/** `HEAD` of each template whose `GET` is in the row. */
function headsOf(row: Row, { cells, places, wordCount }: Inventory): Row {
  const heads = emptyRow(wordCount);
  cells.forEach(({ method, template }, index) => {
    const head =
      method === 'GET' && hasBit(row, index) ? places.get(`HEAD ${template}`) : undefined;
    if (head !== undefined) setBit(heads, head);
  });
  return heads;
}
