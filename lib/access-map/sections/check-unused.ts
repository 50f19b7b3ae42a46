/** Warns of what the map defines and never uses, and of rules without effect. */
import {
  addRow,
  differenceRow,
  emptyRow,
  intersectRow,
  type Row,
  rowFromHex,
} from '../../../lambda/core/model/bits.ts';
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, entries, items, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import { isEmpty } from '../routes/patterns.ts';
import type { AccessMapInput } from '../schema/schema.ts';
import { type MapRules, subjectsOf } from './map-rules.ts';
import { unionOf } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

export function checkUse(
  root: Cursor<AccessMapInput>,
  rules: MapRules,
  { report }: SectionContext,
): void {
  const { permissions, quotas } = rules;
  const subjects = subjectsOf(rules);
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
    subjects.flatMap((subject) => subject.rules.map(({ permission }) => permission)),
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
  const { report, inventory } = reading;
  const noGroupRow = unionOf(
    [...sections.publicRules, ...sections.signedInRules],
    'allow',
    inventory.wordCount,
  );
  const charged = new Map<string, Row>();
  for (const { rules, quota, quotaPointer } of subjectsOf(sections)) {
    const denied = unionOf(rules, 'deny', inventory.wordCount);
    for (const rule of rules) {
      if (rule.effect === 'deny' || !isEmpty(differenceRow(rule.routes, denied))) continue;
      report.warn('ALLOW_CANCELLED', rule.place.path, {
        says: `${code(rule.pattern)} has no effect: \`deny\` of the same entry refuses all of its routes`,
      });
    }
    if (quota === undefined) continue;
    // What every user has is charged for what any group opens.
    const paying = quotaPointer === sections.everyone?.quotaPointer ? ofUsers(sections) : rules;
    const pays = differenceRow(
      differenceRow(unionOf(paying, 'allow', inventory.wordCount), denied),
      noGroupRow,
    );
    if (isEmpty(pays))
      report.warn('QUOTA_IDLE', quotaPointer, {
        says: `${code(quota)} counts nothing here: the rules allow no route whose calls are charged`,
      });
    addRow(
      charged.get(quota) ?? charged.set(quota, emptyRow(inventory.wordCount)).get(quota) ?? pays,
      pays,
    );
  }
  for (const quota of sections.quotas) {
    const { pointer } = at(at(root, 'quotas'), quota.name);
    warnOfIdleWindows(quota, pointer, charged.get(quota.name), reading);
  }
}

const ofUsers = ({ groups, everyone }: MapRules) =>
  [...groups, ...(everyone ? [everyone] : [])].flatMap(({ rules }) => rules);

function warnOfIdleWindows(
  { name, windows }: QuotaFile,
  pointer: string,
  charged: Row | undefined,
  { report, inventory }: SectionContext,
): void {
  if (!charged || isEmpty(charged)) return;
  for (const { per, routes } of windows) {
    if (
      routes === undefined ||
      !isEmpty(intersectRow(rowFromHex(routes, inventory.wordCount), charged))
    )
      continue;
    const says = `the window by \`${per}\` of ${code(name)} never counts: no caller charged to it may call one of its \`routes\``;
    report.warn('QUOTA_IDLE', pointer, { says }, 'key');
  }
}
