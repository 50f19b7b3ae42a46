/** The rules that hold between the sections of a map. */
import {
  addRow,
  differenceRow,
  emptyRow,
  type Row,
  rowFromHex,
} from '../../../lambda/core/model/bits.ts';
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import { at, entries, items, text, texts } from '../report/cursor.ts';
import { nearest } from '../report/nearest.ts';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';
import { isEmpty, keysOf } from '../routes/patterns.ts';
import {
  type AccessRule,
  type Permission,
  type SectionContext,
  type Subject,
  unionOf,
} from './rules-section.ts';

export interface Sections {
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly publicRules: readonly AccessRule[];
  readonly signedInRules: readonly AccessRule[];
  readonly groups: readonly Subject[];
  readonly machines: readonly Subject[];
  readonly quotas: readonly QuotaFile[];
}

export function checkSections(sections: Sections, reading: SectionContext): void {
  checkUngroupedRoutes(sections, reading);
  checkMachines(sections, reading);
  checkQuotaNames(sections, reading);
  checkUse(sections, reading);
  checkUnreachable(sections, reading);
  checkPrefix(sections, reading);
  checkScopes(sections, reading);
}

function checkUngroupedRoutes(
  { publicRules, signedInRules, groups, machines }: Sections,
  reading: SectionContext,
): void {
  const { wordCount } = reading.inventory;
  const publicRow = unionOf(publicRules, 'allow', wordCount);
  const signedIn = unionOf(signedInRules, 'allow', wordCount);
  for (const rule of signedInRules) {
    const both = named(overlap(rule.routes, publicRow), reading);
    if (both)
      reportRule(
        rule,
        'PUBLIC_AND_SIGNED_IN',
        { expected: 'routes that are not `public`', found: both },
        reading,
      );
  }
  for (const rule of [...groups, ...machines].flatMap((subject) => subject.rules)) {
    const isPublic = named(overlap(rule.routes, publicRow), reading);
    const isSignedIn = named(overlap(rule.routes, signedIn), reading);
    if (rule.effect === 'allow') {
      const says = `${code(rule.pattern)} grants ${isPublic}, which everyone may call as \`public\``;
      if (isPublic) reportRule(rule, 'PUBLIC_AND_GRANTED', { says }, reading);
      continue;
    }
    const why = 'has no effect there, expected routes that need a group';
    if (isPublic) {
      const because = isPreflightOnly(rule, publicRules)
        ? 'which `api.cors` opens for preflights: a deny has no effect there, expected a route of its own under `routes`'
        : `which is \`public\`: a deny ${why}`;
      reportRule(
        rule,
        'DENY_PUBLIC',
        { says: `${code(rule.pattern)} denies ${isPublic}, ${because}` },
        reading,
      );
    }
    if (isSignedIn)
      reportRule(
        rule,
        'DENY_SIGNED_IN',
        {
          says: `${code(rule.pattern)} denies ${isSignedIn}, which is \`signedIn\`: a deny ${why}`,
        },
        reading,
      );
  }
}

/** What the rule reaches of the public routes is open for preflights alone. */
function isPreflightOnly(rule: AccessRule, publicRules: readonly AccessRule[]): boolean {
  return publicRules.every(
    ({ routes, place }) => isEmpty(overlap(rule.routes, routes)) || place.path === '/api/cors',
  );
}

function reportRule(
  { place }: AccessRule,
  code: ProblemCode,
  detail: Detail,
  { report }: SectionContext,
): void {
  if (code === 'PUBLIC_AND_GRANTED') report.warn(code, place.path, detail);
  else report.error(code, place.path, detail);
}

const overlap = (a: Row, b: Row): Row => a.map((bits, index) => bits & (b[index] ?? 0));

function named(row: Row, { inventory }: SectionContext): string | undefined {
  if (isEmpty(row)) return undefined;
  const keys = keysOf(row, inventory);
  return `${keys.slice(0, 3).map(code).join(', ')}${keys.length > 3 ? ` and ${keys.length - 3} more` : ''}`;
}

function checkMachines({ groups }: Sections, { root, report }: SectionContext): void {
  const names = new Set(groups.map(({ name }) => name));
  for (const [, machine] of entries(at(root, 'machines'))) {
    const own = ['allow', 'deny', 'quota'].filter((key) => at(machine, key).value !== undefined);
    if (own.length > 0 && at(machine, 'groups').value !== undefined) {
      const found = `\`groups\` and \`${own[0]}\``;
      report.error(
        'KEY_CONFLICT',
        machine.pointer,
        { expected: 'either `groups`, or `allow`, `deny` and `quota`', found },
        'key',
      );
    }
    for (const [name, { pointer }] of texts(at(machine, 'groups'))) {
      if (names.has(name)) continue;
      report.error('GROUP_UNKNOWN', pointer, {
        expected: 'a group under `groups`',
        found: code(name),
        nearest: nearest(name, names),
      });
    }
  }
}

function checkQuotaNames({ groups, machines, quotas }: Sections, { report }: SectionContext): void {
  const names = quotas.map(({ name }) => name);
  for (const { quota, pointer } of [...groups, ...machines]) {
    if (quota === undefined || names.includes(quota)) continue;
    report.error('QUOTA_UNKNOWN', `${pointer}/quota`, {
      expected: 'a name under `quotas`',
      found: code(quota),
      nearest: nearest(quota, names),
    });
  }
  for (const { quota, pointer } of machines) {
    if (quotas.find(({ name }) => name === quota)?.by !== 'group') continue;
    const fix = 'a machine with rules of its own has no group that could pay';
    report.error('QUOTA_PAYER', `${pointer}/quota`, {
      expected: 'a quota by `client`',
      found: `${code(quota ?? '')} by \`group\``,
      fix,
    });
  }
}

function checkUse(
  { permissions, groups, machines, quotas }: Sections,
  { root, report }: SectionContext,
): void {
  const subjects = [...groups, ...machines];
  const charged = new Set(subjects.map(({ quota }) => quota));
  for (const [name, { pointer }] of entries(at(root, 'quotas'))) {
    if (charged.has(name) || !quotas.some((quota) => quota.name === name)) continue;
    report.warn(
      'QUOTA_UNUSED',
      pointer,
      { says: `${code(name)} is not used: no group and no machine names this quota` },
      'key',
    );
  }
  const granted = new Set(
    subjects.flatMap(({ rules }) => rules.map(({ permission }) => permission)),
  );
  const inWindows = new Set(
    entries(at(root, 'quotas')).flatMap(([, quota]) => windowRoutes(quota)),
  );
  for (const [name, { pointer }] of entries(at(root, 'permissions'))) {
    if (granted.has(name) || inWindows.has(name) || permissions.get(name)?.patterns.length === 0)
      continue;
    report.warn(
      'PERMISSION_UNUSED',
      pointer,
      { says: `${code(name)} is not used: no group and no machine names this permission` },
      'key',
    );
  }
}

/**
 * Rules and quotas that are written down and never come to bear; told of maps without mistakes
 * only, where it can be known.
 */
function checkUnreachable(sections: Sections, reading: SectionContext): void {
  const { report, inventory } = reading;
  if (report.problems.some(({ severity }) => severity === 'error')) return;
  const noGroupRow = unionOf(
    [...sections.publicRules, ...sections.signedInRules],
    'allow',
    inventory.wordCount,
  );
  const charged = new Map<string, Row>();
  for (const { rules, quota, pointer } of [...sections.groups, ...sections.machines]) {
    const denied = unionOf(rules, 'deny', inventory.wordCount);
    for (const rule of rules) {
      if (rule.effect === 'deny' || !isEmpty(differenceRow(rule.routes, denied))) continue;
      report.warn('ALLOW_CANCELLED', rule.place.path, {
        says: `${code(rule.pattern)} is wholly denied by the same \`deny\`, so it opens nothing`,
      });
    }
    if (quota === undefined) continue;
    const pays = differenceRow(
      differenceRow(unionOf(rules, 'allow', inventory.wordCount), denied),
      noGroupRow,
    );
    if (isEmpty(pays))
      report.warn('QUOTA_IDLE', `${pointer}/quota`, {
        says: `${code(quota)} counts nothing here: no route is opened that a quota counts`,
      });
    addRow(
      charged.get(quota) ?? charged.set(quota, emptyRow(inventory.wordCount)).get(quota) ?? pays,
      pays,
    );
  }
  for (const { name, windows } of sections.quotas)
    warnOfIdleWindows(name, windows, charged.get(name), reading);
}

function warnOfIdleWindows(
  name: string,
  windows: QuotaFile['windows'],
  charged: Row | undefined,
  { root, report, inventory }: SectionContext,
): void {
  if (!charged || isEmpty(charged)) return;
  const { pointer } = at(root, 'quotas', name);
  for (const { per, routes } of windows) {
    if (routes === undefined || !isEmpty(overlap(rowFromHex(routes, inventory.wordCount), charged)))
      continue;
    const says = `the window by \`${per}\` of ${code(name)} never counts: nobody who pays with it may call one of its \`routes\``;
    report.warn('QUOTA_IDLE', pointer, { says }, 'key');
  }
}

function windowRoutes(quota: Parameters<typeof at>[0]): readonly string[] {
  const windows = at(quota, 'windows');
  return Array.isArray(windows.value)
    ? windows.value.flatMap((value: unknown) =>
        texts(at({ value, pointer: '' }, 'routes')).map(([item]) => item),
      )
    : [];
}

/**
 * The prefix is stripped before look-up, so a name that still has it is found by tokens with a
 * doubled prefix only.
 */
function checkPrefix({ groups }: Sections, { root, report }: SectionContext): void {
  const okta = at(root, 'okta');
  const blocks = Array.isArray(okta.value) ? items(okta) : [okta];
  const prefixes = blocks.map((block) => text(at(block, 'groupPrefix')) ?? '');
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

/**
 * With `scopes: intersect` a route that no permission contains is refused to everyone, whoever has
 * been granted it.
 */
function checkScopes({ permissions, groups, machines }: Sections, reading: SectionContext): void {
  const scopes = at(reading.root, 'scopes');
  if (scopes.value !== 'intersect') return;
  const { wordCount } = reading.inventory;
  const inPermissions = emptyRow(wordCount);
  for (const { routes } of permissions.values()) addRow(inPermissions, routes);
  const rules = [...groups, ...machines].flatMap((subject) => subject.rules);
  const lost = named(differenceRow(unionOf(rules, 'allow', wordCount), inPermissions), reading);
  const says = `with \`intersect\` a granted route in no permission is refused to everyone: ${lost}`;
  if (lost) reading.report.warn('SCOPE_UNREACHABLE', scopes.pointer, { says });
}
