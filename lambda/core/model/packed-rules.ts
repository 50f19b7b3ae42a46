/**
 * The rules of groups and machines as one text for each, a line a group or machine: as objects they
 * would take most of the time that a large model costs a cold start, and a record needs one line.
 */
import type { GrantRulesFile, PlaceFile, RuleEntryFile, RuleTableFile } from './rule-table-file.ts';

export interface PackedRuleTable extends Omit<RuleTableFile, 'groups' | 'machines'> {
  readonly groups: string;
  readonly machines: string;
}

/** The rule table with its lists of groups and machines read when they are asked for. */
export interface RuleTable extends Omit<RuleTableFile, 'groups' | 'machines'> {
  /** @param at place among the groups, or the machines, of the model's file. */
  grantRules(kind: 'group' | 'machine', at: number): GrantRulesFile | undefined;
}

/** Numbers and brackets: a text inside JSON grows with each quotation mark. */
type EntryTuple = readonly [
  where: readonly number[] | number | null,
  at: PlaceFile | null,
  path?: string,
];

export const packRules = (table: RuleTableFile): PackedRuleTable => ({
  ...table,
  groups: table.groups.map(lineOf).join('\n'),
  machines: table.machines.map(lineOf).join('\n'),
});

/** @param table as the compiler makes it, or packed. */
export function readRules(table: RuleTableFile | PackedRuleTable): RuleTable {
  const lists = { group: linesOf(table.groups), machine: linesOf(table.machines) };
  return { ...table, grantRules: (kind, at) => lists[kind](at) };
}

const lineOf = ({ allow = [], deny = [] }: GrantRulesFile): string =>
  JSON.stringify([allow.map(tupleOf), deny.map(tupleOf)]);

const tupleOf = ({ routes, row, at, path }: RuleEntryFile): EntryTuple => [
  routes ?? row ?? null,
  at ?? null,
  ...(path === undefined ? ([] as const) : ([path] as const)),
];

type Lists = (at: number) => GrantRulesFile | undefined;

function linesOf(packed: readonly GrantRulesFile[] | string): Lists {
  if (typeof packed !== 'string') return (at) => packed[at];
  let lines: readonly string[] | undefined;
  const read: GrantRulesFile[] = [];
  return (at) => {
    lines ??= packed.split('\n');
    const line = lines[at];
    if (line) read[at] ??= rulesIn(line);
    return read[at];
  };
}

function rulesIn(line: string): GrantRulesFile {
  const [allow, deny] = JSON.parse(line) as readonly [readonly EntryTuple[], readonly EntryTuple[]];
  return { allow: allow.map(entryIn), deny: deny.map(entryIn) };
}

function entryIn([where, at, path]: EntryTuple): RuleEntryFile {
  const routes = typeof where === 'number' ? { row: where } : where && { routes: where };
  return { ...routes, ...(at && { at }), ...(path !== undefined && { path }) };
}
