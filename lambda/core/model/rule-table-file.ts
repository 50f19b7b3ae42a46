/** The shape of the rule table in `access-model.json`: where each entry of the map is. */
import type { RecordedRule } from '../contract/decision-record.ts';
import type { RowHex } from './bits.ts';
import { mapPath, pointerParts } from './map-path.ts';

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

/**
 * What a record says of an entry.
 * @param parts keys and indices of the entry; of one that is elsewhere its own path counts.
 */
export function recordedRule(
  { sources }: Pick<RuleTableFile, 'sources'>,
  parts: readonly string[],
  { at, path }: RuleEntryFile,
): RecordedRule {
  const written = mapPath(path === undefined ? parts : pointerParts(path));
  if (!at) return { path: written };
  const [line, column, source = 0] = at;
  return { path: written, at: `${sources[source] ?? ''}:${line}:${column}` };
}
