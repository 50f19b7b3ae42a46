/** The shape of the rule table in `access-model.json`: which entry of the map stands where. */
import type { RowHex } from './bits.ts';

/**
 * Line and column, both from 1, and the index of the file among the sources where it is not the
 * first.
 */
export type PlaceFile = readonly [line: number, column: number, source?: number];

/** One entry of a list of the map; its index there is its index here. */
export interface RuleEntryFile {
  /**
   * Indices of its routes where they are few; absent with `row` where the list has no other entry.
   */
  readonly routes?: readonly number[];
  /** Its routes as an index into `rows`. */
  readonly row?: number;
  /** Absent in a map that was given as an object. */
  readonly at?: PlaceFile;
  /** JSON pointer, where the entry is not one of the list. */
  readonly path?: string;
}

export interface GrantRulesFile {
  readonly allow?: readonly RuleEntryFile[];
  readonly deny?: readonly RuleEntryFile[];
}

export interface RuleTableFile {
  /** Names of the map's files, without their folders. */
  readonly sources: readonly string[];
  readonly rows: readonly RowHex[];
  readonly public: readonly RuleEntryFile[];
  readonly signedIn: readonly RuleEntryFile[];
  /** In the order of the model's groups, machines and quotas, and of its `blocked` lists. */
  readonly groups: readonly GrantRulesFile[];
  readonly machines: readonly GrantRulesFile[];
  readonly everyone?: GrantRulesFile;
  /** In the order of the model's conflicts. */
  readonly conflicts?: readonly RuleEntryFile[];
  readonly quotas: readonly RuleEntryFile[];
  readonly blocked: { readonly [List in 'users' | 'clients' | 'tokens']: readonly RuleEntryFile[] };
}
