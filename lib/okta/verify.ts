/**
 * Compares a running org with the maps: what will not work, or not as the maps mean it. Read scopes
 * only.
 */
import { code } from '../access-map/report/problems.ts';
import type { DesiredOrg } from './desired-org.ts';
import { findServer, serverFor } from './find-server.ts';
import type { OktaOrg } from './org.ts';
import { readOrgState } from './read-state.ts';
import type { OrgState } from './state.ts';
import { error, type VerifyFinding } from './verify-finding.ts';
import { verifyGroup, verifyRule } from './verify-groups.ts';
import { verifyHooks } from './verify-hooks.ts';
import { evaluateWhole } from './verify-server.ts';
import { verifySettings } from './verify-settings.ts';

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
    if (server) findings.push(...evaluateWhole({ server, wanted, desired, state }));
    else findings.push(absentServer(findServer(wanted, state), wanted.name));
  }
  findings.push(...verifySettings(desired, state), ...verifyHooks(desired, state));
  return { findings, state };
}

const absentServer = (found: ReturnType<typeof findServer>, name: string): VerifyFinding =>
  found.kind === 'unusable'
    ? error(found.code, found.why)
    : error('SERVER_ABSENT', `authorization server ${code(name)} does not exist: apply the map`);
