/** What the plan of an apply says of an org: settings that decide who gets which token. */
import type { OktaFindingCode } from '../../lambda/core/contract/okta-findings.ts';
import { code } from '../access-map/report/problems.ts';
import type { DesiredOrg } from './desired-org.ts';
import { makePlan } from './plan.ts';
import { originFaults } from './plan-origins.ts';
import { LIFETIME } from './plan-policy-rule.ts';
import type { OrgState } from './state.ts';
import type { PlanStep } from './step.ts';
import { error, findingOf, type VerifyFinding, warning } from './verify-finding.ts';

export function verifySettings(desired: DesiredOrg, state: OrgState): readonly VerifyFinding[] {
  const { steps, findings, unlisted } = makePlan(desired, state);
  return [
    ...unlisted.map(({ map, claims }) =>
      error(
        'MAP_CLAIMS_UNLISTED',
        `map ${code(map)} must list all claims with its groups: \`okta.groupsClaim: [${claims.join(', ')}]\``,
      ),
    ),
    ...originFaults(desired, state),
    ...findings.flatMap(({ code: found, text }) => APPS_AS_THEY_ARE[found]?.(text) ?? []),
    ...steps.flatMap(stepFinding),
  ];
}

/**
 * An app that no apply changes: it is another one than the map names, or its settings are not
 * managed, so that nothing compares them later.
 */
const APPS_AS_THEY_ARE: Partial<Record<OktaFindingCode, (text: string) => VerifyFinding>> = {
  APP_LABEL_AMBIGUOUS: (text) => error('APP_LABEL_AMBIGUOUS', text),
  APP_TYPE: (text) => error('APP_TYPE', text),
  APP_SHARED_DIFFERS: (text) => error('APP_SHARED_DIFFERS', text),
  APP_FOREIGN: (text) => warning('APP_FOREIGN', text),
  APP_FOREIGN_DIFFERS: (text) => warning('APP_FOREIGN_DIFFERS', text),
};

const KINDS: readonly PlanStep['kind'][] = ['server', 'policy', 'policy rule', 'app'];

/** What the step would set right; others tell of claims, groups, hooks and absent objects. */
function stepFinding({ action, kind, name, changes }: PlanStep): readonly VerifyFinding[] {
  if (action === 'create' && kind === 'app')
    return [error('APP_ABSENT', `app ${code(name)} does not exist: apply the map`)];
  if (action === 'assign') {
    const given = changes.map(({ to }) => code(String(to))).join(', ');
    return [
      error('APP_UNASSIGNED', `app ${code(name)} is not assigned to ${given}: apply the map`),
    ];
  }
  const differs = changes
    .map(({ what }) => what)
    .filter((what) => what !== 'maps' && what !== 'audience');
  if (action !== 'update' || !KINDS.includes(kind) || differs.length === 0) return [];
  // A shorter life than the map names does no harm; a longer one has a finding of its own.
  const toFinding = findingOf(differs.every((what) => what === LIFETIME) ? 'warning' : 'error');
  return [
    toFinding(
      'DIFFERS_FROM_MAP',
      `${kind} ${code(name)} differs from the map in ${differs.join(', ')}: apply the map`,
    ),
  ];
}
