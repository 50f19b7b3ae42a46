/** Warns of what the map defines and never uses, and of rules without effect. */
import {
  addRow,
  differenceRow,
  emptyRow,
  intersectRow,
  isEmptyRow,
  type Row,
  rowFromHex,
} from '../../../lambda/core/model/bits.ts';
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, entries, items, type Report, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { AccessMapInput } from '../schema/schema.ts';
import { type MapRules, subjectsOf } from './map-rules.ts';
import { type Subject, unionOf } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

export function checkUse(
  root: Cursor<AccessMapInput>,
  rules: MapRules,
  { report }: SectionContext,
): void {
  checkQuotaUse(root, rules, report);
  checkPermissionUse(root, rules, report);
}

function checkQuotaUse(root: Cursor<AccessMapInput>, rules: MapRules, report: Report): void {
  const { quotas } = rules;
  const charged = new Set(subjectsOf(rules).map(({ quota }) => quota));
  for (const [name, { pointer }] of entries(at(root, 'quotas'))) {
    if (charged.has(name) || !quotas.some((quota) => quota.name === name)) continue;
    report.warn(
      'QUOTA_UNUSED',
      pointer,
      { says: `${code(name)} is not used: no group and no machine names this quota` },
      'key',
    );
  }
}

function checkPermissionUse(root: Cursor<AccessMapInput>, rules: MapRules, report: Report): void {
  const { permissions } = rules;
  const granted = new Set(
    subjectsOf(rules).flatMap((subject) => subject.rules.map(({ permission }) => permission)),
  );
  const inWindows = new Set(
    entries(at(root, 'quotas')).flatMap(([, quota]) =>
      items(at(quota, 'windows')).flatMap((window) =>
        texts(at(window, 'routes')).map(([item]) => item),
      ),
    ),
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
 * Rules and quotas without effect. Reported only for maps without errors, where this is certain.
 */
export function checkUnreachable(
  root: Cursor<AccessMapInput>,
  sections: MapRules,
  reading: SectionContext,
): void {
  const { wordCount } = reading.inventory;
  const charged = new Map<string, Row>();
  for (const subject of subjectsOf(sections)) {
    warnOfCancelled(subject, reading);
    const { quota, quotaPointer } = subject;
    if (quota === undefined) continue;
    const pays = chargedRoutes(subject, sections, wordCount);
    if (isEmptyRow(pays))
      reading.report.warn('QUOTA_IDLE', quotaPointer, {
        says: `${code(quota)} counts nothing here: the rules allow no route whose calls are charged`,
      });
    const row = charged.get(quota) ?? emptyRow(wordCount);
    charged.set(quota, row);
    addRow(row, pays);
  }
  for (const quota of sections.quotas) {
    const { pointer } = at(at(root, 'quotas'), quota.name);
    warnOfIdleWindows(quota, pointer, charged.get(quota.name), reading);
  }
}

/** An `allow` whose routes a `deny` of the same entry refuses. */
function warnOfCancelled({ rules }: Subject, { report, inventory }: SectionContext): void {
  const denied = unionOf(rules, 'deny', inventory.wordCount);
  for (const rule of rules) {
    if (rule.effect === 'deny' || !isEmptyRow(differenceRow(rule.routes, denied))) continue;
    report.warn('ALLOW_CANCELLED', rule.place.path, {
      says: `${code(rule.pattern)} has no effect: \`deny\` of the same entry refuses all of its routes`,
    });
  }
}

/** Routes whose calls the quota of a group, a machine or every user is charged for. */
function chargedRoutes(
  { rules, quotaPointer }: Subject,
  sections: MapRules,
  wordCount: number,
): Row {
  // The quota of every user is charged for routes that any group allows.
  const paying = quotaPointer === sections.everyone?.quotaPointer ? ofUsers(sections) : rules;
  const free = unionOf([...sections.publicRules, ...sections.signedInRules], 'allow', wordCount);
  const denied = unionOf(rules, 'deny', wordCount);
  return differenceRow(differenceRow(unionOf(paying, 'allow', wordCount), denied), free);
}

const ofUsers = ({ groups, everyone }: MapRules) =>
  [...groups, ...(everyone ? [everyone] : [])].flatMap(({ rules }) => rules);

function warnOfIdleWindows(
  { name, windows }: QuotaFile,
  pointer: string,
  charged: Row | undefined,
  { report, inventory }: SectionContext,
): void {
  if (!charged || isEmptyRow(charged)) return;
  for (const { per, routes } of windows) {
    if (
      routes === undefined ||
      !isEmptyRow(intersectRow(rowFromHex(routes, inventory.wordCount), charged))
    )
      continue;
    const says = `the window by \`${per}\` of ${code(name)} never counts: no caller charged to it may call one of its \`routes\``;
    report.warn('QUOTA_IDLE', pointer, { says }, 'key');
  }
}
