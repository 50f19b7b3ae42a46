/** The table by which a decision record names the entry of the map that decided. */
import { basename } from 'node:path';
import type { RowHex } from '../../../lambda/core/model/bits.ts';
import { addRow, emptyRow, type Row, routesIn, rowToHex } from '../../../lambda/core/model/bits.ts';
import type { BlockedFile, ModelFile } from '../../../lambda/core/model/model-file.ts';
import {
  type GrantRulesFile,
  type RuleEntryFile,
  type RuleTableFile,
  recordedRule,
} from '../../../lambda/core/model/rule-table-file.ts';
import { mapPointer } from '../report/map-pointer.ts';
import type { Place } from '../report/problems.ts';
import type { AccessRule } from '../sections/rules-section.ts';
import type { SectionContext } from '../sections/section-context.ts';

/** Routes that are shorter as a list than as a row. */
const MAX_LISTED_ROUTES = 8;

interface Written {
  readonly publicRules: readonly AccessRule[];
  readonly signedInRules: readonly AccessRule[];
  readonly groups: readonly { readonly rules: readonly AccessRule[] }[];
  readonly everyone: { readonly rules: readonly AccessRule[] } | undefined;
  readonly machines: readonly { readonly rules: readonly AccessRule[] }[];
  readonly conflicts: readonly { readonly pointer: string }[];
  readonly quotas: readonly { readonly name: string }[];
  readonly blocked: BlockedFile;
}

export function ruleTableOf(
  written: Written,
  { document, inventory: { wordCount } }: SectionContext,
): RuleTableFile {
  const table = newTable(wordCount);
  const keyAt = (pointer: string): RuleEntryFile =>
    table.placeFile(document.placeOf(pointer, 'key'));
  const blockedList = (list: keyof BlockedFile): readonly RuleEntryFile[] =>
    written.blocked[list].map((_, index) =>
      table.placeFile(document.placeOf(mapPointer('blocked', list, index))),
    );
  const entries = {
    public: entriesOf(written.publicRules, mapPointer('public'), table),
    signedIn: entriesOf(written.signedInRules, mapPointer('signedIn'), table),
    groups: written.groups.map(({ rules }) => grantsOf(rules, 'groups', table)),
    machines: written.machines.map(({ rules }) => grantsOf(rules, 'machines', table)),
    ...(written.everyone && { everyone: grantsOf(written.everyone.rules, 'everyone', table) }),
    ...(written.conflicts.length > 0 && {
      conflicts: written.conflicts.map(({ pointer }) => table.placeFile(document.placeOf(pointer))),
    }),
    quotas: written.quotas.map(({ name }) => keyAt(mapPointer('quotas', name))),
    blocked: {
      users: blockedList('users'),
      clients: blockedList('clients'),
      tokens: blockedList('tokens'),
    },
  };
  return { sources: table.sources, rows: [...table.rows.keys()], ...entries };
}

/** Names of files and rows, which the entries refer to by number. */
interface Table {
  readonly wordCount: number;
  readonly sources: readonly string[];
  readonly rows: ReadonlyMap<RowHex, number>;
  placeFile(place: Place): Pick<RuleEntryFile, 'at'>;
  routesFile(union: Row): Pick<RuleEntryFile, 'routes' | 'row'>;
}

function newTable(wordCount: number): Table {
  const sources: string[] = [];
  const rows = new Map<RowHex, number>();
  return {
    wordCount,
    sources,
    rows,
    placeFile: (place) => {
      if (place.line === undefined) return {};
      // Without the folder: equal maps give equal assets on every machine, and records contain no
      // local paths.
      const name = basename(place.source);
      if (!sources.includes(name)) sources.push(name);
      const source = sources.indexOf(name);
      const column = place.column ?? 1;
      return { at: source === 0 ? [place.line, column] : [place.line, column, source] };
    },
    routesFile: (union) => {
      const routes = routesIn(union);
      if (routes.length <= MAX_LISTED_ROUTES) return { routes };
      const hex = rowToHex(union);
      if (!rows.has(hex)) rows.set(hex, rows.size);
      return { row: rows.get(hex) ?? 0 };
    },
  };
}

/** Entries of one list: a permission has a rule for each of its patterns, all in one place. */
function entriesOf(
  rules: readonly AccessRule[],
  list: string,
  table: Table,
): readonly RuleEntryFile[] {
  const byPlace = new Map<string, AccessRule[]>();
  for (const rule of rules)
    byPlace.set(rule.place.path, [...(byPlace.get(rule.place.path) ?? []), rule]);
  return [...byPlace].map(([path, [first, ...others]], index) => {
    const union = emptyRow(table.wordCount);
    for (const rule of first ? [first, ...others] : []) addRow(union, rule.routes);
    return {
      ...(byPlace.size > 1 ? table.routesFile(union) : {}),
      ...(first ? table.placeFile(first.place) : {}),
      ...(path === `${list}/${index}` ? {} : { path }),
    };
  });
}

function grantsOf(
  rules: readonly AccessRule[],
  section: 'groups' | 'machines' | 'everyone',
  table: Table,
): GrantRulesFile {
  const list = (effect: AccessRule['effect']): GrantRulesFile => {
    const own = rules.filter((rule) => rule.effect === effect);
    const { subject } = own[0] ?? {};
    if (!subject) return {};
    const written =
      section === 'everyone'
        ? mapPointer(section, effect)
        : mapPointer(section, subject.name, effect);
    return { [effect]: entriesOf(own, written, table) };
  };
  return { ...list('allow'), ...list('deny') };
}

/**
 * Maps the path of each entry, as a decision record names it, to its place in the file, such as
 * `access.yaml:52:12`.
 */
export function rulePlaces({
  model,
  ruleTable,
}: {
  readonly model: ModelFile;
  readonly ruleTable: RuleTableFile;
}): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const add = (parts: readonly string[], entry: RuleEntryFile): void => {
    const { path, at } = recordedRule(ruleTable, parts, entry);
    if (at !== undefined) places.set(path, at);
  };
  const addList = (parts: readonly string[], entries: readonly RuleEntryFile[] = []): void =>
    entries.forEach((entry, index) => {
      add([...parts, String(index)], entry);
    });
  const addGrants = (parts: readonly string[], { allow, deny }: GrantRulesFile = {}): void => {
    addList([...parts, 'allow'], allow);
    addList([...parts, 'deny'], deny);
  };
  addList(['public'], ruleTable.public);
  addList(['signedIn'], ruleTable.signedIn);
  model.groups.forEach(({ name }, index) => {
    addGrants(['groups', name], ruleTable.groups[index]);
  });
  model.machines.forEach(({ cid }, index) => {
    addGrants(['machines', cid], ruleTable.machines[index]);
  });
  addGrants(['everyone'], ruleTable.everyone);
  addList(['conflicts'], ruleTable.conflicts);
  model.quotas.forEach(({ name }, index) => {
    add(['quotas', name], ruleTable.quotas[index] ?? {});
  });
  for (const list of ['users', 'clients', 'tokens'] as const)
    addList(['blocked', list], ruleTable.blocked[list]);
  return places;
}
