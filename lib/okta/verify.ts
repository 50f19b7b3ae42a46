/** Compares a running org with the maps: what will not work, or not as the maps mean it. Read scopes only. */
import { code } from '../access-map/problems.ts';
import { GROUPS_PER_FILTER, passesClaim } from './claim-filter.ts';
import { type DesiredGroup, type DesiredOrg, type DesiredServer, givenNames } from './desired.ts';
import { issuerFault } from './issuers.ts';
import type { OktaOrg } from './org.ts';
import { ownersIn } from './ownership.ts';
import { makePlan } from './plan.ts';
import { LIFETIME, policyName, rulesBefore } from './plan-policies.ts';
import { unknownClients } from './plan-server.ts';
import { shadowing } from './policy-order.ts';
import { type ClaimState, type GroupState, type OrgState, readGroups, readOrgState, type ServerState } from './state.ts';
import { TOKEN_BUDGET_BYTES, tokenBytes } from './token-size.ts';

export interface VerifyFinding {
  /** An error makes calls fail or open wrongly; a warning may be meant; a note is a measure. */
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
}

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
export async function verifyOrg(org: OktaOrg, desired: DesiredOrg, bounds: readonly Bounds[]): Promise<Verified> {
  const state = await readOrgState(org, desired);
  const groups = await readGroups(org);
  const findings: VerifyFinding[] = [];
  for (const group of desired.groups) findings.push(...(await verifyGroup(org, group, groups)), ...verifyRule(group, groups, state));
  for (const wanted of desired.servers) {
    const server = serverFor(wanted, state);
    if (!server) {
      findings.push({ level: 'error', text: `authorization server ${code(wanted.name)} does not exist: apply the map` });
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

/** What an apply would set right in servers, policies, rules and apps: each of them decides who gets which token. */
function verifySettings(desired: DesiredOrg, state: OrgState): readonly VerifyFinding[] {
  const kinds = ['server', 'policy', 'policy rule', 'app'];
  const { steps, unlisted } = makePlan(desired, state);
  const short = unlisted.map(({ map, claims }): VerifyFinding => {
    return { level: 'error', text: `map ${code(map)} must list all claims with its groups: \`okta.groupsClaim: [${claims.join(', ')}]\`` };
  });
  const differ = steps.flatMap(({ action, kind, name, changes }): readonly VerifyFinding[] => {
    const differs = changes.map(({ what }) => what).filter((what) => what !== 'maps' && what !== 'audience');
    if (action !== 'update' || !kinds.includes(kind) || differs.length === 0) return [];
    // Another lifetime is judged by the map's bound.
    const level = differs.every((what) => what === LIFETIME) ? 'warning' : 'error';
    return [{ level, text: `${kind} ${code(name)} differs from the map in ${differs.join(', ')}: apply the map` }];
  });
  return [...short, ...differ];
}

const unknownClient = (client: string): VerifyFinding => {
  return { level: 'error', text: `client ${code(client)} is no app of the org: no token comes from it, take it out of the map` };
};

export function serverFor({ name, ids }: DesiredServer, { servers }: OrgState): ServerState | undefined {
  const named = servers.filter((server) => (ids.length > 0 ? ids.includes(server.id) : server.name === name));
  return named.find(({ description }) => ownersIn(description)) ?? named[0];
}

/** The groups of Okta that a map's group means: by id, else those of the name that were made in Okta. */
export function meantGroups({ id, name }: DesiredGroup, groups: readonly GroupState[]): readonly GroupState[] {
  if (id !== undefined) return groups.filter((group) => group.id === id);
  return groups.filter((group) => group.name === name && group.type !== 'APP_GROUP');
}

async function verifyGroup(org: OktaOrg, wanted: DesiredGroup, groups: readonly GroupState[]): Promise<readonly VerifyFinding[]> {
  const { name, was, denies } = wanted;
  const findings: VerifyFinding[] = [];
  const meant = meantGroups(wanted, groups);
  const twins = groups.filter((group) => group.name === name && !meant.includes(group));
  const [group] = meant;
  if (!group) {
    const former = groups.find((candidate) => was.includes(candidate.name));
    const instead = former
      ? `, it is still called ${code(former.name)}`
      : twins.length > 0
        ? ', only a directory has one of that name'
        : '';
    findings.push({ level: former ? 'warning' : 'error', text: `group ${code(name)} does not exist in Okta${instead}` });
  } else if ((await org.first(`/api/v1/groups/${group.id}/users`, 1)).length === 0) {
    findings.push({ level: 'warning', text: `group ${code(name)} has no members${denies ? ': what it denies is denied to nobody' : ''}` });
  }
  if (group && group.name !== name && !was.includes(group.name)) {
    findings.push({
      level: 'error',
      text: `group ${code(name)} is called ${code(group.name)} in Okta, and tokens carry that: list it under \`was\``,
    });
  }
  for (const twin of twins) {
    const where = twin.type === 'APP_GROUP' ? 'imported from a directory' : 'made in Okta';
    findings.push({
      level: 'warning',
      text: `another group ${code(name)} exists, ${where} (${twin.id}): a claim by name would not tell them apart`,
    });
  }
  return findings;
}

function verifyRule(wanted: DesiredGroup, groups: readonly GroupState[], { groupRules }: OrgState): readonly VerifyFinding[] {
  const ids = new Set(meantGroups(wanted, groups).map(({ id }) => id));
  if (ids.size === 0) return [];
  const rules = groupRules.filter(({ groupIds }) => groupIds.some((id) => ids.has(id)));
  const inactive = rules.filter(({ status }) => status !== 'ACTIVE');
  const findings = inactive.map(({ name, status }): VerifyFinding => {
    return { level: 'error', text: `rule ${code(name)} of the group ${code(wanted.name)} is ${status.toLowerCase()}: it adds nobody` };
  });
  if (wanted.rule === undefined || rules.some(({ expression }) => expression === wanted.rule)) return findings;
  return [...findings, { level: 'error', text: `group ${code(wanted.name)} has no rule with the map's expression: apply the map` }];
}

function verifyServer(server: ServerState, wanted: DesiredServer): readonly VerifyFinding[] {
  const { status, audiences, issuer, name } = server;
  const findings: VerifyFinding[] = [];
  if (status !== 'ACTIVE') findings.push({ level: 'error', text: `authorization server ${code(name)} is not active` });
  if (!audiences.includes(wanted.audience)) {
    findings.push({
      level: 'error',
      text: `server ${code(name)} has the audience ${code(audiences.join())}, the map expects ${code(wanted.audience)}`,
    });
  }
  const fault = issuerFault(wanted, server);
  if (fault) findings.push(fault);
  if (wanted.ids.length === 0) findings.push({ level: 'warning', text: `the map has no \`okta.issuer\`: it is ${code(issuer)}` });
  return findings;
}

/** Claims of access tokens that the authorizer reads. */
export const groupsClaimsOf = (server: ServerState, names: readonly string[]): readonly ClaimState[] =>
  server.claims.filter(({ name, claimType, status }) => claimType === 'RESOURCE' && status === 'ACTIVE' && names.includes(name));

function verifyClaims(
  server: ServerState,
  wanted: DesiredServer,
  desired: DesiredOrg,
  groups: readonly GroupState[],
): readonly VerifyFinding[] {
  const claims = groupsClaimsOf(server, wanted.claims);
  if (claims.length === 0) {
    return [{ level: 'error', text: `server ${code(server.name)} puts no claim ${code(wanted.claims.join())} into access tokens` }];
  }
  const findings: VerifyFinding[] = [];
  const carried = new Set<GroupState>();
  for (const claim of claims) {
    const passed = passesClaim(claim, groups);
    if (!passed) {
      findings.push({ level: 'warning', text: `claim ${code(claim.name)} (${code(claim.value)}) cannot be judged from here` });
      return findings;
    }
    for (const group of passed) carried.add(group);
    findings.push(...judgeClaim(claim, passed.length));
  }
  const mapped = new Set(desired.groups.filter(({ name }) => wanted.groups.includes(name)).flatMap((group) => meantGroups(group, groups)));
  const missing = [...mapped].filter((group) => !carried.has(group));
  const extra = [...carried].filter((group) => !mapped.has(group));
  if (missing.length > 0) findings.push(...missingGroups(missing, server));
  const shared = (ownersIn(server.description) ?? []).some((map) => !givenNames(desired).includes(map));
  if (extra.length > 0) {
    const spoofed = extra.some((group) => wanted.groups.includes(group.name));
    const danger = spoofed ? ', among them a namesake of a mapped group, whose members would pass for it' : '';
    const level = spoofed ? 'error' : shared ? 'note' : 'warning';
    findings.push({ level, text: `the claims carry ${extra.length} groups that the map does not name (${listed(extra)})${danger}` });
  }
  return [...findings, sizeOf(server, wanted, [...carried])];
}

/** What the maps' claims lack: another claim may carry it, which the map then must list. */
function missingGroups(missing: readonly GroupState[], server: ServerState): readonly VerifyFinding[] {
  const claims = server.claims.filter(({ claimType, status }) => claimType === 'RESOURCE' && status === 'ACTIVE');
  const found = claims
    .map((claim) => ({ name: claim.name, groups: passesClaim(claim, missing) ?? [] }))
    .filter(({ groups }) => groups.length > 0);
  const nowhere = missing.filter((group) => !found.some(({ groups }) => groups.includes(group)));
  return [
    ...found.map(({ name, groups }): VerifyFinding => {
      const text = `claim ${code(name)} carries ${listed(groups)}, and \`okta.groupsClaim\` does not list it: the authorizer does not see them`;
      return { level: 'error', text };
    }),
    ...(nowhere.length > 0 ? [{ level: 'error', text: `no claim carries ${listed(nowhere)}, which the map names` } as const] : []),
  ];
}

function judgeClaim({ name, valueType, scopes }: ClaimState, count: number): readonly VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  if (valueType === 'GROUPS' && count > GROUPS_PER_FILTER) {
    const text = `claim ${code(name)} lets ${count} groups through: for a user with more than ${GROUPS_PER_FILTER} of them Okta refuses the token, or makes one too long for the gateway`;
    findings.push({ level: 'error', text });
  }
  if (scopes.length > 0) {
    const text = `claim ${code(name)} comes with the scopes ${scopes.map(code).join(', ')} only: a client that does not ask for them has no groups, those that deny included`;
    findings.push({ level: 'error', text });
  }
  return findings;
}

const listed = (groups: readonly GroupState[]): string => {
  const names = groups.slice(0, 5).map(({ name }) => code(name));
  return `${names.join(', ')}${groups.length > 5 ? ` and ${groups.length - 5} more` : ''}`;
};

function sizeOf({ issuer, audiences }: ServerState, { claims, scopes }: DesiredServer, groups: readonly GroupState[]): VerifyFinding {
  const bytes = tokenBytes({
    issuer,
    audience: audiences[0] ?? '',
    clientId: '',
    login: 'a.login.of.usual.length@example.com',
    scopes: ['openid', ...scopes.map(({ name }) => name)],
    groups: { [claims[0] ?? 'groups']: groups.map(({ name }) => name) },
  });
  const text = `a token with all ${groups.length} groups has about ${bytes.toLocaleString('en-US')} bytes of the ${TOKEN_BUDGET_BYTES.toLocaleString('en-US')} that fit through the gateway`;
  return { level: bytes > TOKEN_BUDGET_BYTES ? 'error' : 'note', text };
}

function verifyPolicies(server: ServerState, wanted: DesiredServer, bounds: readonly Bounds[]): readonly VerifyFinding[] {
  return wanted.policies.flatMap((policy): readonly VerifyFinding[] => {
    const own = server.policies.find(({ description }) => ownersIn(description)?.includes(policy.map));
    if (!own)
      return [{ level: 'error', text: `server ${code(server.name)} has no access policy of the map ${code(policy.map)}: apply the map` }];
    const findings: VerifyFinding[] = [];
    if (own.status !== 'ACTIVE')
      findings.push({ level: 'error', text: `policy ${code(own.name)} is not active: its clients get no token` });
    for (const other of shadowing(own, own.clients, server.policies, policy)) {
      findings.push({ level: 'error', text: `policy ${code(other.name)} stands before ${code(own.name)} and decides for its clients` });
    }
    const active = own.rules.filter(({ status }) => status === 'ACTIVE');
    if (active.length === 0)
      findings.push({ level: 'error', text: `policy ${code(own.name)} has no active rule: its clients get no token` });
    const rule = own.rules.find(({ name }) => name === policyName(policy.map));
    for (const { name } of rule ? rulesBefore(own, rule) : []) {
      findings.push({ level: 'error', text: `rule ${code(name)} stands before ours in the policy ${code(own.name)} and decides first` });
    }
    const bound = bounds.find(({ map }) => map === policy.map)?.maxTokenLifetimeSeconds ?? 86_400;
    for (const { name, lifetimeMinutes } of active) {
      if (lifetimeMinutes * 60 <= bound) continue;
      const text = `rule ${code(name)} issues tokens of ${lifetimeMinutes} minutes, the authorizer refuses those over ${bound} s (\`okta.maxTokenLifetime\`)`;
      findings.push({ level: 'error', text });
    }
    return findings;
  });
}
