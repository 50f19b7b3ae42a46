/**
 * Every change when one map replaces another; complete because routes, groups and keys are finite.
 */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { ComparableMap } from '../access-map/deployed-map.ts';
import type { Change } from './change.ts';
import { diffAttachment } from './diff-attachment.ts';
import { diffCells } from './diff-cells.ts';
import { diffAudit, diffModes, diffRecords } from './diff-modes.ts';
import { diffOktaSides, diffTests } from './diff-okta-side.ts';
import { diffQuotas } from './diff-quotas.ts';
import { diffRevocations } from './diff-revocation.ts';
import { diffSettings } from './diff-settings.ts';
import { diffConflicts, diffPermissions, diffSubjects } from './diff-subjects.ts';
import { diffTrust } from './diff-trust.ts';

export type { Change } from './change.ts';

/** Empty for maps that differ in spelling alone. */
export function diffMaps(old: ComparableMap, next: ComparableMap): readonly Change[] {
  // The version does not cover how to attach, the Okta side and the tests.
  const decided = old.version === next.version ? [] : diffDecisions(old, next);
  return [
    ...decided,
    ...diffSettings(old, next),
    ...diffAttachment(old, next),
    ...diffRevocations(old.revocations, next.revocations),
    ...diffFiles(old, next),
  ];
}

function diffDecisions(old: ComparableMap, next: ComparableMap): readonly Change[] {
  const [from, to] = [parseModel(old.model), parseModel(next.model)];
  return [
    ...diffCells(from, to),
    ...diffSubjects(old.model, next.model),
    ...diffPermissions(from, to),
    ...diffConflicts(from, to),
    ...diffQuotas(from, to),
    ...diffTrust(from, to),
    ...diffModes(from, to),
    ...diffAudit(from, to),
  ];
}

/** A deployed stack keeps neither Okta side nor tests, so there is nothing to compare. */
function diffFiles(old: ComparableMap, next: ComparableMap): readonly Change[] {
  if (!old.tests || !next.tests) return [];
  const tested = [
    { tests: old.tests, model: old.model },
    { tests: next.tests, model: next.model },
  ] as const;
  const records = old.audit && next.audit ? diffRecords(old.audit, next.audit) : [];
  return [...diffOktaSides(old, next), ...records, ...diffTests(...tested)];
}
