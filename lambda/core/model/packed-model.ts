/**
 * `access-model.json` in the form that a cold start reads fast: what a large map has a thousand of
 * is in long texts, which JSON.parse takes as they are, and is read when a decision needs it.
 */
import { emptyRow, type Row, type RowHex, rowFromHex } from './bits.ts';
import type { GrantsFile, ModelFile } from './model-file.ts';
import { type PackedRuleTable, packRules } from './packed-rules.ts';

/** A row: as text, or by its index among the packed ones. */
export type RowRef = RowHex | number;

type PackedGrants<Subject extends GrantsFile> = Omit<Subject, 'allow' | 'deny'> & {
  readonly allow: RowRef;
  readonly deny: RowRef;
};

export interface PackedModel
  extends Omit<ModelFile, 'groups' | 'machines' | 'permissions' | 'rules'> {
  /**
   * Distinct rows with a space between them: words with a point between them, in hexadecimal
   * without leading zeros, so that a word without routes is no text at all.
   */
  readonly rows: string;
  readonly groups: readonly PackedGrants<ModelFile['groups'][number]>[];
  readonly machines: readonly PackedGrants<ModelFile['machines'][number]>[];
  readonly permissions: readonly { readonly name: string; readonly routes: RowRef }[];
  readonly rules?: PackedRuleTable;
}

export function packModel({ rules, ...model }: ModelFile): PackedModel {
  const rows = new Map<RowHex, number>();
  const indexOf = (row: RowHex): number => {
    const index = rows.get(row) ?? rows.size;
    rows.set(row, index);
    return index;
  };
  const packed = <Subject extends GrantsFile>(subject: Subject): PackedGrants<Subject> => ({
    ...subject,
    allow: indexOf(subject.allow),
    deny: indexOf(subject.deny),
  });
  return {
    ...model,
    groups: model.groups.map(packed),
    machines: model.machines.map(packed),
    permissions: model.permissions.map(({ name, routes }) => ({ name, routes: indexOf(routes) })),
    rows: [...rows.keys()].map(packedRow).join(' '),
    ...(rules && { rules: packRules(rules) }),
  };
}

const packedRow = (hex: RowHex): string =>
  (hex.match(/.{8}/g) ?? []).map((word) => word.replace(/^0+/, '')).join('.');

/** @throws RangeError unless the text is a packed row of `wordCount` words. */
function unpackedRow(text: string, wordCount: number): Row {
  const digits = wordCount === 0 ? [] : text.split('.');
  if (digits.length !== wordCount || !digits.every((word) => /^[0-9a-f]{0,8}$/.test(word)))
    throw new RangeError(`expected ${wordCount} words of up to 8 hexadecimal digits`);
  const row = emptyRow(wordCount);
  digits.forEach((word, index) => {
    row[index] = Number.parseInt(word || '0', 16);
  });
  return row;
}

export interface RowReader {
  /** @throws RangeError unless there is a row; its words are not read. */
  check(ref: RowRef): void;
  /** @throws RangeError unless the row is one. */
  read(ref: RowRef): Row;
}

/** @param packed the rows that numbers stand for. */
export function rowReader(packed: string | undefined, wordCount: number): RowReader {
  const texts = packed?.split(' ') ?? [];
  const known: Row[] = [];
  const at = (index: number): Row => {
    known[index] ??= unpackedRow(texts[index] ?? '', wordCount);
    return known[index];
  };
  return {
    check(ref) {
      const isThere = typeof ref === 'number' ? ref in texts : ref.length === wordCount * 8;
      if (!isThere) throw new RangeError(`expected a row of ${wordCount} words`);
    },
    read: (ref) => (typeof ref === 'number' ? at(ref) : rowFromHex(ref, wordCount)),
  };
}
