/**
 * Which entry of the map decided, and where it is: a small table in the model file, read when a
 * record needs it.
 */

import type { RecordedRule } from '../contract/decision-record.ts';
import { hasBit, type Row, rowFromHex } from '../model/bits.ts';
import type { AccessModel } from '../model/model.ts';
import type { RuleTable } from '../model/packed-rules.ts';
import { type RuleEntryFile, recordedRule } from '../model/rule-table-file.ts';
import type { DeterminingRules } from './determining-rules.ts';

/**
 * The first entry of the map, in its order, that made the decision; nothing where none did.
 * @param hidden pseudonym of a machine's client id in the path. Default: the id.
 */
export type RuleFinder = (
  determining: DeterminingRules,
  route: string,
  pseudonym?: (cid: string) => string,
) => RecordedRule | undefined;

export function ruleFinder(model: AccessModel): RuleFinder {
  const { rules: table } = model;
  if (!table) return () => undefined;
  const ruleInList = listReader(table, model.signedIn.length);
  return (determining, key, pseudonym = (cid) => cid) => {
    const route = model.routeIndex.get(key) ?? -1;
    switch (determining.kind) {
      case 'public':
      case 'signedIn':
        return ruleInList([determining.kind], table[determining.kind], route);
      case 'grants': {
        const { effect, grants } = determining;
        const [grant] = grants;
        if (!grant) return undefined;
        if (grant.kind === 'everyone')
          return ruleInList([grant.name, effect], table.everyone?.[effect] ?? [], route);
        const name = grant.kind === 'group' ? grant.name : pseudonym(grant.name);
        const rules = table.grantRules(grant.kind, grant.at);
        return ruleInList([`${grant.kind}s`, name, effect], rules?.[effect] ?? [], route);
      }
      case 'blocked': {
        const { list, name } = determining;
        const at = [...model.blocked[list]].indexOf(name);
        const entry = table.blocked[list][at];
        return entry && recordedRule(table, ['blocked', list, String(at)], entry);
      }
      case 'conflict': {
        const entry = table.conflicts?.[determining.at];
        return entry && recordedRule(table, ['conflicts', String(determining.at)], entry);
      }
      default:
        return undefined;
    }
  };
}

/** Finds the first entry of a list that holds a route; rows are read from the file once. */
function listReader(table: RuleTable, wordCount: number) {
  const rows: Row[] = [];
  const rowAt = (at: number): Row => {
    const row = rows[at] ?? rowFromHex(table.rows[at] ?? '', wordCount);
    rows[at] = row;
    return row;
  };
  const holds = ({ routes, row }: RuleEntryFile, route: number): boolean =>
    routes?.includes(route) ?? (row === undefined || hasBit(rowAt(row), route));
  return (
    parts: readonly string[],
    entries: readonly RuleEntryFile[],
    route: number,
  ): RecordedRule | undefined => {
    const at = entries.findIndex((one) => holds(one, route));
    const entry = entries[at];
    return entry && recordedRule(table, [...parts, String(at)], entry);
  };
}

/** The entry of a quota, which decides where none of the caller's has room. */
export function quotaRule(
  { rules: table, quotas }: AccessModel,
  name: string,
): RecordedRule | undefined {
  const entry = table?.quotas[quotas.get(name)?.rank ?? -1];
  return table && entry && recordedRule(table, ['quotas', name], entry);
}
