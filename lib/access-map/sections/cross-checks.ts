/**
 * The rules that hold between the sections of a map: all of them, in the order of their reports.
 */
import { addRow, differenceRow, emptyRow } from '../../../lambda/core/model/bits.ts';
import { at, type Cursor, is, type Report } from '../report/cursor.ts';
import { namedRoutes } from '../routes/patterns.ts';
import type { AccessMapInput, MapSection } from '../schema/schema.ts';
import { checkConflictingMachines } from './check-conflicts.ts';
import {
  checkConflictGroups,
  checkMachines,
  checkOktaGroups,
  checkPrefix,
  checkQuotaNames,
  checkTestSubjects,
  checkUnmanagedGroups,
} from './check-names.ts';
import { checkSpelling } from './check-spelling.ts';
import { checkUngroupedRoutes } from './check-ungrouped.ts';
import { checkUnreachable, checkUse } from './check-unused.ts';
import { isManaged } from './manage-section.ts';
import { type MapRules, subjectsOf } from './map-rules.ts';
import { oktaBlocks } from './okta-section.ts';
import { type Subject, unionOf } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

/** What the rules of the map mean for each other. */
export function checkRules(
  root: Cursor<AccessMapInput>,
  rules: MapRules,
  reading: SectionContext,
): void {
  const { report } = reading;
  const groups = namesOf(rules.groups);
  checkSpelling(root, report);
  checkUngroupedRoutes(rules, at(at(root, 'api'), 'cors').pointer, reading);
  checkConflictGroups(at(root, 'conflicts'), groups, report);
  checkConflictingMachines(rules.conflicts, rules.machines, reading);
  checkMachines(at(root, 'machines'), groups, report);
  checkQuotaNames(rules, report);
  checkPrefix(at(root, 'okta'), rules, report);
  checkTestSubjects(root, { groups, machines: namesOf(rules.machines) }, report);
  // What an error hides looks unused or without effect; that is certain in a map without errors.
  if (report.problems.some(({ severity }) => severity === 'error')) return;
  checkUse(root, rules, reading);
  checkUnreachable(root, rules, reading);
  checkScopes(at(root, 'scopes'), rules, reading);
}

/** What the okta blocks and `okta.manage` say of the groups. */
export function checkOktaNames(
  root: Cursor<AccessMapInput>,
  { groups, everyone }: MapRules,
  report: Report,
): void {
  checkOktaGroups(at(root, 'okta'), namesOf(groups), everyone !== undefined, report);
  if (!isManaged(oktaBlocks(at(root, 'okta'))[0])) checkUnmanagedGroups(at(root, 'groups'), report);
}

const namesOf = (subjects: readonly Subject[]): ReadonlySet<string> =>
  new Set(subjects.map(({ name }) => name));

/**
 * With `scopes: intersect` a route that no permission contains is refused to everyone, also
 * to callers with a grant.
 */
function checkScopes(
  scopes: Cursor<MapSection<'scopes'>>,
  sections: MapRules,
  reading: SectionContext,
): void {
  if (!is(scopes, 'intersect')) return;
  const { wordCount } = reading.inventory;
  const inPermissions = emptyRow(wordCount);
  for (const { routes } of sections.permissions.values()) addRow(inPermissions, routes);
  const rules = subjectsOf(sections).flatMap((subject) => subject.rules);
  const lost = namedRoutes(
    differenceRow(unionOf(rules, 'allow', wordCount), inPermissions),
    reading.inventory,
  );
  const says = `with \`intersect\` everyone is refused on granted routes that no permission contains: ${lost}`;
  if (lost) reading.report.warn('SCOPE_UNREACHABLE', scopes.pointer, { says });
}
