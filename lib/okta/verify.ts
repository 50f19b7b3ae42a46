/**
 * Compares a running org with the maps: what will not work, or not as the maps mean it. Read scopes
 * only.
 */
import { code } from '../access-map/report/problems.ts';
import type { DesiredOrg } from './desired-org.ts';
import { findServer, serverFor } from './find-server.ts';
import type { OktaOrg } from './org.ts';
import { makePlan } from './plan.ts';
import { originFaults } from './plan-origins.ts';
import { LIFETIME } from './plan-policy-rule.ts';
import { readOrgState } from './read-state.ts';
import type { OrgState } from './state.ts';
import type { Step } from './step.ts';
import { error, type VerifyFinding, warning } from './verify-finding.ts';
import { verifyGroup, verifyRule } from './verify-groups.ts';
import { verifyHooks } from './verify-hooks.ts';
import { judgeWhole } from './verify-server.ts';

export interface Verified {
  readonly findings: readonly VerifyFinding[];
  readonly state: OrgState;
}

/** @throws OktaError */
export async function verifyOrg(org: OktaOrg, desired: DesiredOrg): Promise<Verified> {
  const state = await readOrgState(org, desired);
  const findings: VerifyFinding[] = [];
  for (const group of desired.groups)
    findings.push(
      ...(await verifyGroup(org, group, state.allGroups)),
      ...verifyRule(group, state.allGroups, state),
    );
  for (const wanted of desired.servers) {
    const server = serverFor(wanted, state);
    if (server) findings.push(...judgeWhole({ server, wanted, desired, state }));
    else findings.push(absentServer(findServer(wanted, state), wanted.name));
  }
  findings.push(...verifySettings(desired, state), ...verifyHooks(desired, state));
  return { findings, state };
}

const absentServer = (found: ReturnType<typeof findServer>, name: string): VerifyFinding =>
  found.kind === 'unusable'
    ? error(found.code, found.why)
    : error('SERVER_ABSENT', `authorization server ${code(name)} does not exist: apply the map`);

const given = (changes: Step['changes']): string =>
  changes.map(({ to }) => code(String(to))).join(', ');

/**
 * What an apply would set right in servers, policies, rules and apps: each of them decides who gets
 * which token.
 */
function verifySettings(desired: DesiredOrg, state: OrgState): readonly VerifyFinding[] {
  const kinds = ['server', 'policy', 'policy rule', 'app'];
  const { steps, unlisted } = makePlan(desired, state);
  const short = unlisted.map(({ map, claims }) =>
    error(
      'MAP_CLAIMS_UNLISTED',
      `map ${code(map)} must list all claims with its groups: \`okta.groupsClaim: [${claims.join(', ')}]\``,
    ),
  );
  const differ = steps.flatMap(({ action, kind, name, changes }): readonly VerifyFinding[] => {
    const differs = changes
      .map(({ what }) => what)
      .filter((what) => what !== 'maps' && what !== 'audience');
    if (action === 'assign')
      return [
        error(
          'APP_UNASSIGNED',
          `app ${code(name)} is not assigned to ${given(changes)}: apply the map`,
        ),
      ];
    if (action !== 'update' || !kinds.includes(kind) || differs.length === 0) return [];
    // A shorter life than the map names does no harm; a longer one has a finding of its own.
    const tell = differs.every((what) => what === LIFETIME) ? warning : error;
    return [
      tell(
        'DIFFERS_FROM_MAP',
        `${kind} ${code(name)} differs from the map in ${differs.join(', ')}: apply the map`,
      ),
    ];
  });
  return [...short, ...originFaults(desired, state), ...differ];
}
