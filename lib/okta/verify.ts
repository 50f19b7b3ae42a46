/**
 * Compares a running org with the maps: what will not work, or not as the maps mean it. Read scopes
 * only.
 */

import { DAY_SECONDS } from '../../lambda/core/contract/periods.ts';
import { code } from '../access-map/report/problems.ts';
import type { DesiredOrg, DesiredPolicy, DesiredServer } from './desired-org.ts';
import { issuerFault } from './issuers.ts';
import type { OktaOrg } from './org.ts';
import { ownersIn } from './ownership.ts';
import { makePlan } from './plan.ts';
import { LIFETIME } from './plan-policy-rule.ts';
import { policyName, rulesBefore, shadowing } from './policy-order.ts';
import { readGroups, readOrgState } from './read-state.ts';
import { unknownClients } from './server-clients.ts';
import type { GroupState, OrgState, PolicyState, RuleState, ServerState } from './state.ts';
import { verifyClaims } from './verify-claims.ts';
import type { VerifyFinding } from './verify-finding.ts';
import { verifyGroup, verifyRule } from './verify-groups.ts';

export interface Verified {
  readonly findings: readonly VerifyFinding[];
  readonly state: OrgState;
  readonly groups: readonly GroupState[];
}

/** Bounds that the maps set, by server. */
export interface Bounds {
  readonly server: string;
  readonly map: string;
  readonly maxTokenLifetimeSeconds: number;
}

/** @throws OktaError */
export async function verifyOrg(
  org: OktaOrg,
  desired: DesiredOrg,
  bounds: readonly Bounds[],
): Promise<Verified> {
  const state = await readOrgState(org, desired);
  const groups = await readGroups(org);
  const findings: VerifyFinding[] = [];
  for (const group of desired.groups)
    findings.push(...(await verifyGroup(org, group, groups)), ...verifyRule(group, groups, state));
  for (const wanted of desired.servers) {
    const server = serverFor(wanted, state);
    if (!server) {
      findings.push({
        level: 'error',
        text: `authorization server ${code(wanted.name)} does not exist: apply the map`,
      });
      continue;
    }
    const own = bounds.filter((bound) => bound.server === wanted.name);
    findings.push(
      ...verifyServer(server, wanted),
      ...unknownClients(wanted, state).map(unknownClient),
      ...verifyClaims(server, wanted, desired, groups),
      ...verifyPolicies(server, wanted, own),
    );
  }
  findings.push(...verifySettings(desired, state));
  return { findings, state, groups };
}

/**
 * What an apply would set right in servers, policies, rules and apps: each of them decides who gets
 * which token.
 */
function verifySettings(desired: DesiredOrg, state: OrgState): readonly VerifyFinding[] {
  const kinds = ['server', 'policy', 'policy rule', 'app'];
  const { steps, unlisted } = makePlan(desired, state);
  const short = unlisted.map(({ map, claims }): VerifyFinding => {
    return {
      level: 'error',
      text: `map ${code(map)} must list all claims with its groups: \`okta.groupsClaim: [${claims.join(', ')}]\``,
    };
  });
  const differ = steps.flatMap(({ action, kind, name, changes }): readonly VerifyFinding[] => {
    const differs = changes
      .map(({ what }) => what)
      .filter((what) => what !== 'maps' && what !== 'audience');
    if (action !== 'update' || !kinds.includes(kind) || differs.length === 0) return [];
    // Another lifetime is judged by the map's bound.
    const level = differs.every((what) => what === LIFETIME) ? 'warning' : 'error';
    return [
      {
        level,
        text: `${kind} ${code(name)} differs from the map in ${differs.join(', ')}: apply the map`,
      },
    ];
  });
  return [...short, ...differ];
}

const unknownClient = (client: string): VerifyFinding => {
  return {
    level: 'error',
    text: `client ${code(client)} is no app of the org: no token comes from it, take it out of the map`,
  };
};

export function serverFor(
  { name, ids }: DesiredServer,
  { servers }: OrgState,
): ServerState | undefined {
  const named = servers.filter((server) =>
    ids.length > 0 ? ids.includes(server.id) : server.name === name,
  );
  return named.find(({ description }) => ownersIn(description)) ?? named[0];
}

function verifyServer(server: ServerState, wanted: DesiredServer): readonly VerifyFinding[] {
  const { status, audiences, issuer, name } = server;
  const findings: VerifyFinding[] = [];
  if (status !== 'ACTIVE')
    findings.push({ level: 'error', text: `authorization server ${code(name)} is not active` });
  if (!audiences.includes(wanted.audience)) {
    findings.push({
      level: 'error',
      text: `server ${code(name)} has the audience ${code(audiences.join())}, the map expects ${code(wanted.audience)}`,
    });
  }
  const fault = issuerFault(wanted, server);
  if (fault) findings.push(fault);
  if (wanted.ids.length === 0)
    findings.push({
      level: 'warning',
      text: `the map has no \`okta.issuer\`: it is ${code(issuer)}`,
    });
  return findings;
}

function verifyPolicies(
  server: ServerState,
  wanted: DesiredServer,
  bounds: readonly Bounds[],
): readonly VerifyFinding[] {
  return wanted.policies.flatMap((policy): readonly VerifyFinding[] => {
    const own = server.policies.find(({ description }) =>
      ownersIn(description)?.includes(policy.map),
    );
    if (!own)
      return [
        error(
          `server ${code(server.name)} has no access policy of the map ${code(policy.map)}: apply the map`,
        ),
      ];
    const bound = bounds.find(({ map }) => map === policy.map);
    return [
      ...verifyPolicy(own, policy, server),
      ...verifyRules(own, policyName(policy.map)),
      ...verifyLifetimes(own, bound?.maxTokenLifetimeSeconds ?? DAY_SECONDS),
    ];
  });
}

const error = (text: string): VerifyFinding => ({ level: 'error', text });

function verifyPolicy(
  own: PolicyState,
  wanted: DesiredPolicy,
  { policies }: ServerState,
): readonly VerifyFinding[] {
  const inactive = error(`policy ${code(own.name)} is not active: its clients get no token`);
  const before = shadowing(own, own.clients, policies, wanted).map(({ name }) =>
    error(`policy ${code(name)} stands before ${code(own.name)} and decides for its clients`),
  );
  return [...(own.status === 'ACTIVE' ? [] : [inactive]), ...before];
}

const activeRules = ({ rules }: PolicyState): readonly RuleState[] =>
  rules.filter(({ status }) => status === 'ACTIVE');

function verifyRules(own: PolicyState, name: string): readonly VerifyFinding[] {
  const rule = own.rules.find((candidate) => candidate.name === name);
  const none = error(`policy ${code(own.name)} has no active rule: its clients get no token`);
  const before = (rule ? rulesBefore(own, rule) : []).map((other) =>
    error(
      `rule ${code(other.name)} stands before ours in the policy ${code(own.name)} and decides first`,
    ),
  );
  return [...(activeRules(own).length === 0 ? [none] : []), ...before];
}

const verifyLifetimes = (own: PolicyState, bound: number): readonly VerifyFinding[] =>
  activeRules(own)
    .filter(({ lifetimeMinutes }) => lifetimeMinutes * 60 > bound)
    .map(({ name, lifetimeMinutes }) =>
      error(
        `rule ${code(name)} issues tokens of ${lifetimeMinutes} minutes, the authorizer refuses those over ${bound} s (\`okta.maxTokenLifetime\`)`,
      ),
    );
