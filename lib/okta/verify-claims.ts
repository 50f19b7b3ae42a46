/**
 * Whether the groups claims carry exactly the mapped groups, in tokens that Okta makes and the
 * gateway takes.
 */
import { code } from '../access-map/report/problems.ts';
import { GROUPS_PER_FILTER, passesClaim } from './claim-filter.ts';
import { givenNames } from './desired.ts';
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { ownersIn } from './ownership.ts';
import type { ClaimState, GroupState, ServerState } from './state.ts';
import { TOKEN_BUDGET_BYTES, tokenBytes } from './token-size.ts';
import type { VerifyFinding } from './verify-finding.ts';
import { matchingGroups } from './verify-groups.ts';

/** Claims of access tokens that the authorizer reads. */
export const groupsClaimsOf = (
  server: ServerState,
  names: readonly string[],
): readonly ClaimState[] =>
  server.claims.filter(
    ({ name, claimType, status }) =>
      claimType === 'RESOURCE' && status === 'ACTIVE' && names.includes(name),
  );

export function verifyClaims(
  server: ServerState,
  wanted: DesiredServer,
  desired: DesiredOrg,
  groups: readonly GroupState[],
): readonly VerifyFinding[] {
  const claims = groupsClaimsOf(server, wanted.claims);
  if (claims.length === 0) {
    const text = `server ${code(server.name)} puts no claim ${code(wanted.claims.join())} into access tokens`;
    return [{ level: 'error', text }];
  }
  const findings: VerifyFinding[] = [];
  const carried = new Set<GroupState>();
  for (const claim of claims) {
    const passed = passesClaim(claim, groups);
    if (!passed) {
      const text = `claim ${code(claim.name)} (${code(claim.value)}) cannot be judged from here: it may carry any group`;
      return [...findings, { level: 'error', text }];
    }
    for (const group of passed) carried.add(group);
    findings.push(...judgeClaim(claim, passed.length));
  }
  const mapped = desired.groups
    .filter(({ name }) => wanted.groups.includes(name))
    .flatMap((group) => matchingGroups(group, groups));
  const missing = [...new Set(mapped)].filter((group) => !carried.has(group));
  const extra = [...carried].filter((group) => !mapped.includes(group));
  const others = otherClaims(server, wanted, groups);
  return [
    ...findings,
    ...(missing.length > 0 ? missingGroups(missing, server) : []),
    ...(extra.length > 0 ? [extraGroups(extra, server, wanted, desired)] : []),
    ...others.flatMap(({ claim, passed }) => judgeCount(claim, passed.length)),
    sizeOf(server, wanted, [...carried, ...others.flatMap(({ passed }) => passed)]),
  ];
}

/** Groups of maps that are not given are no fault; a namesake of a mapped group is one. */
function extraGroups(
  extra: readonly GroupState[],
  server: ServerState,
  wanted: DesiredServer,
  desired: DesiredOrg,
): VerifyFinding {
  const text = `the claims carry ${extra.length} groups that the map does not name (${listed(extra)})`;
  if (extra.some((group) => wanted.groups.includes(group.name))) {
    const danger = 'among them a namesake of a mapped group, whose members would pass for it';
    return { level: 'error', text: `${text}, ${danger}` };
  }
  const given = givenNames(desired);
  const isShared = (ownersIn(server.description) ?? []).some((map) => !given.includes(map));
  return { level: isShared ? 'note' : 'warning', text };
}

interface OtherClaim {
  readonly claim: ClaimState;
  readonly passed: readonly GroupState[];
}

/**
 * Claims that the authorizer does not read: they fill the token all the same, and over their limit
 * there is none.
 */
const otherClaims = (
  { claims }: ServerState,
  wanted: DesiredServer,
  groups: readonly GroupState[],
): readonly OtherClaim[] =>
  claims
    .filter(
      ({ name, claimType, status }) =>
        claimType === 'RESOURCE' && status === 'ACTIVE' && !wanted.claims.includes(name),
    )
    .map((claim) => ({ claim, passed: passesClaim(claim, groups) ?? [] }));

/** What the maps' claims lack: another claim may carry it, which the map then must list. */
function missingGroups(
  missing: readonly GroupState[],
  server: ServerState,
): readonly VerifyFinding[] {
  const claims = server.claims.filter(
    ({ claimType, status }) => claimType === 'RESOURCE' && status === 'ACTIVE',
  );
  const found = claims
    .map((claim) => ({ name: claim.name, groups: passesClaim(claim, missing) ?? [] }))
    .filter(({ groups }) => groups.length > 0);
  const nowhere = missing.filter((group) => !found.some(({ groups }) => groups.includes(group)));
  return [
    ...found.map(({ name, groups }): VerifyFinding => {
      const text = `claim ${code(name)} carries ${listed(groups)}, and \`okta.groupsClaim\` does not list it: the authorizer does not see them`;
      return { level: 'error', text };
    }),
    ...(nowhere.length > 0
      ? [
          {
            level: 'error',
            text: `no claim carries ${listed(nowhere)}, which the map names`,
          } as const,
        ]
      : []),
  ];
}

function judgeCount({ name, valueType }: ClaimState, count: number): readonly VerifyFinding[] {
  if (valueType !== 'GROUPS' || count <= GROUPS_PER_FILTER) return [];
  const text = `claim ${code(name)} lets ${count} groups through: for a user with more than ${GROUPS_PER_FILTER} of them Okta refuses the token, or makes one too long for the gateway`;
  return [{ level: 'error', text }];
}

function judgeClaim(claim: ClaimState, count: number): readonly VerifyFinding[] {
  const { name, scopes } = claim;
  const findings = [...judgeCount(claim, count)];
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

function sizeOf(
  { issuer, audiences }: ServerState,
  { claims, scopes }: DesiredServer,
  groups: readonly GroupState[],
): VerifyFinding {
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
