/**
 * A set of routes as a bit row: route n is bit `n % 32` of word `n / 32`. One pass over such rows
 * answers for all routes at once, and one bit answers for one route, however many there are.
 */
export type Row = Uint32Array;

export const emptyRow = (wordCount: number): Row => new Uint32Array(wordCount);

export const isEmptyRow = (row: Row): boolean => row.every((word) => word === 0);

export const hasBit = (row: Row, index: number): boolean =>
  (((row[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;

export function setBit(row: Row, index: number): void {
  row[index >>> 5] = (row[index >>> 5] ?? 0) | (1 << (index & 31));
}

/** Indices of the routes of a row, in order. */
export function routesIn(row: Row): readonly number[] {
  const routes: number[] = [];
  for (const [at, bits] of row.entries()) {
    // The lowest bit is taken off at each turn.
    for (let left = bits; left !== 0; left &= left - 1)
      routes.push(at * 32 + 31 - Math.clz32(left & -left));
  }
  return routes;
}

/** Adds the routes of `from` to `into`. */
export function addRow(into: Row, from: Row): void {
  for (let word = 0; word < into.length; word++) into[word] = (into[word] ?? 0) | (from[word] ?? 0);
}

/** The routes of `row` that are not in `without`. */
export function differenceRow(row: Row, without: Row): Row {
  return row.map((word, index) => word & ~(without[index] ?? 0));
}

/** The routes that are in both. */
export function intersectRow(a: Row, b: Row): Row {
  return a.map((word, index) => word & (b[index] ?? 0));
}

/** Whether all routes of `part` are in `whole`; false for an empty `part`, which grants nothing. */
export function isNonEmptySubset(part: Row, whole: Row): boolean {
  let some = 0;
  for (let word = 0; word < part.length; word++) {
    const bits = part[word] ?? 0;
    if ((bits & ~(whole[word] ?? 0)) !== 0) return false;
    some |= bits;
  }
  return some !== 0;
}

/** Eight hexadecimal digits a word, first word first. */
export function rowToHex(row: Row): string {
  return Array.from(row, (word) => word.toString(16).padStart(8, '0')).join('');
}

/** @throws RangeError unless `hex` holds exactly `wordCount` words. */
export function rowFromHex(hex: string, wordCount: number): Row {
  if (hex.length !== wordCount * 8 || /[^0-9a-f]/.test(hex))
    throw new RangeError(`expected ${wordCount} words of 8 hexadecimal digits`);
  const row = emptyRow(wordCount);
  for (let word = 0; word < wordCount; word++)
    row[word] = Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16);
  return row;
}

/** A row as text: eight hexadecimal digits a word; bit n is the route at index n of `routes`. */
export type RowHex = string;
