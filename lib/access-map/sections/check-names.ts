/** Checks names in one section that stand for entries of another. */
import { EVERYONE } from '../../../lambda/core/model/model-file.ts';
import {
  at,
  type Cursor,
  entries,
  has,
  items,
  oneOrMore,
  type Report,
  text,
  texts,
} from '../report/cursor.ts';
import { nearest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';
import type { AccessMapInput, MapSection } from '../schema/schema.ts';
import { readsAsPattern } from './check-spelling.ts';
import { type MapRules, subjectsOf } from './map-rules.ts';
import { type OktaBlock, oktaBlocks } from './okta-section.ts';

type Names = ReadonlySet<string>;

function checkNames(list: Cursor, known: Names, expected: string, report: Report): void {
  for (const [name, { pointer }] of texts(list)) {
    // A name that reads as a pattern has a problem of its own.
    if (known.has(name) || readsAsPattern(name)) continue;
    report.error('GROUP_UNKNOWN', pointer, {
      expected,
      found: code(name),
      nearest: nearest(name, known),
    });
  }
}

export function checkMachines(
  machines: Cursor<MapSection<'machines'>>,
  groups: Names,
  report: Report,
): void {
  for (const [, machine] of entries(machines)) {
    const own = (['allow', 'deny', 'quota'] as const).filter((key) => has(machine, key));
    if (own.length > 0 && has(machine, 'groups')) {
      const found = `\`groups\` and \`${own[0]}\``;
      report.error(
        'KEY_CONFLICT',
        machine.pointer,
        { expected: 'either `groups`, or `allow`, `deny` and `quota`', found },
        'key',
      );
    }
    checkNames(at(machine, 'groups'), groups, 'a group under `groups`', report);
  }
}

export function checkQuotaNames(rules: MapRules, report: Report): void {
  const { everyone, machines, quotas } = rules;
  const names = quotas.map(({ name }) => name);
  for (const { quota, quotaPointer } of subjectsOf(rules)) {
    if (quota === undefined || names.includes(quota)) continue;
    report.error('QUOTA_UNKNOWN', quotaPointer, {
      expected: 'a name under `quotas`',
      found: code(quota),
      nearest: nearest(quota, names),
    });
  }
  for (const { quota, quotaPointer } of [...machines, ...(everyone ? [everyone] : [])]) {
    if (quotas.find(({ name }) => name === quota)?.by !== 'group') continue;
    const ofEveryone = quotaPointer === everyone?.quotaPointer;
    const fix = ofEveryone
      ? 'what every user has belongs to no group that could be charged'
      : 'a machine with rules of its own has no group that could be charged';
    report.error('QUOTA_PAYER', quotaPointer, {
      expected: ofEveryone ? 'a quota by `user` or `client`' : 'a quota by `client`',
      found: `${code(quota ?? '')} by \`group\``,
      fix,
    });
  }
}

/**
 * The prefix is stripped before look-up, so a name that still has it matches tokens with a doubled
 * prefix only.
 */
export function checkPrefix(
  okta: Cursor<MapSection<'okta'>>,
  { groups }: MapRules,
  report: Report,
): void {
  const prefixes = oneOrMore(okta).map((block) => text(at(block, 'groupPrefix')) ?? '');
  for (const { name, pointer } of groups) {
    const prefix = prefixes.find((candidate) => name.startsWith(candidate)) ?? '';
    // Tokens of a block without this prefix may carry the name as it is.
    if (
      prefix === '' ||
      !prefixes.every((candidate) => name.startsWith(candidate) && candidate !== '')
    )
      continue;
    const says = `${code(name)} begins with \`okta.groupPrefix\`, which is stripped from the names in tokens`;
    report.warn(
      'GROUP_PREFIXED',
      pointer,
      { says, nearest: name.slice(prefix.length) || undefined },
      'key',
    );
  }
}

/** Groups of the okta blocks, and of the apps that `okta apply` sets up for them. */
export function checkOktaGroups(
  okta: Cursor<MapSection<'okta'>>,
  groups: Names,
  everyone: boolean,
  report: Report,
) {
  const known = everyone ? new Set([...groups, EVERYONE]) : groups;
  for (const block of oktaBlocks(okta)) {
    checkNames(at(block, 'groups'), known, 'a group under `groups`', report);
    checkAppGroups(block, groups, report);
  }
}

export function checkConflictGroups(
  conflicts: Cursor<MapSection<'conflicts'>>,
  groups: Names,
  report: Report,
): void {
  for (const conflict of items(conflicts))
    checkNames(at(conflict, 'groups'), groups, 'a group under `groups`', report);
}

/** An app takes groups that tokens of its block may carry. */
function checkAppGroups(block: OktaBlock, groups: Names, report: Report): void {
  const listed = has(block, 'groups')
    ? texts(at(block, 'groups')).map(([name]) => name)
    : [...groups];
  const known = new Set(['Everyone', ...[...groups].filter((name) => listed.includes(name))]);
  for (const app of items(at(at(block, 'manage'), 'apps'))) {
    // The schema has reported an app without label or type.
    if (text(at(app, 'label')) === undefined || text(at(app, 'type')) === undefined) continue;
    checkNames(at(app, 'groups'), known, 'a group under `groups`, or `Everyone`', report);
  }
}

/** `id` and `rule` of a group have no effect without `okta.manage`, and the author expects one. */
export function checkUnmanagedGroups(groups: Cursor<MapSection<'groups'>>, report: Report): void {
  for (const [, group] of entries(groups)) {
    for (const key of ['id', 'rule'] as const) {
      const { value, pointer } = at(group, key);
      if (value === undefined || value === null) continue;
      const detail = { expected: '`okta.manage` in the map', found: `${code(key)} without it` };
      report.error('KEY_CONFLICT', pointer, detail, 'key');
    }
  }
}

export function checkTestSubjects(
  root: Cursor<AccessMapInput>,
  { groups, machines }: { readonly groups: Names; readonly machines: Names },
  report: Report,
): void {
  for (const test of items(at(root, 'tests'))) {
    checkNames(at(test, 'groups'), groups, 'a group under `groups`', report);
    const machine = at(test, 'machine');
    const cid = text(machine);
    if (cid === undefined || machines.has(cid) || readsAsPattern(cid)) continue;
    report.error('MACHINE_UNKNOWN', machine.pointer, {
      expected: 'a client id under `machines`',
      found: code(cid),
      nearest: nearest(cid, machines),
    });
  }
}
