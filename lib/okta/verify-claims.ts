/**
 * Whether the groups claims carry exactly the mapped groups, in tokens that Okta makes and the
 * gateway takes.
 */

import { isObject } from '../../lambda/core/json/json-object.ts';
import { pluralize } from '../access-map/report/layout.ts';
import { code } from '../access-map/report/problems.ts';
import { evaluateFilter, GROUPS_PER_CLAIM, type Passed } from './claim-filter.ts';
import { evaluatePresence } from './claim-presence.ts';
import { givenNames } from './desired.ts';
import { contextsOf, type EvaluatedServer } from './evaluate-server.ts';
import { evaluateSize } from './evaluate-size.ts';
import { matchingGroups } from './matching-groups.ts';
import { valueAt } from './org.ts';
import { ownersIn } from './ownership.ts';
import type { ClaimState, GroupState, ServerState } from './state.ts';
import { error, findingOf, type VerifyFinding, warning } from './verify-finding.ts';

/** Active claims of access tokens. */
export const claimsOfToken = ({ claims }: ServerState): readonly ClaimState[] =>
  claims.filter(({ claimType, status }) => claimType === 'RESOURCE' && status === 'ACTIVE');

/** Those that the authorizer reads. */
export const groupsClaimsOf = (
  server: ServerState,
  names: readonly string[],
): readonly ClaimState[] => claimsOfToken(server).filter(({ name }) => names.includes(name));

type Profile = Readonly<Record<string, unknown>>;

/** A client whose profile an expression may read; without one, any. */
interface ClientProfile {
  /** Absent where the claim is the same for every client. */
  readonly id?: string;
  readonly shown: string;
  readonly profile: Profile | undefined;
}

const SAME_FOR_ALL: ClientProfile = { shown: 'any client', profile: undefined };

/** Claims as one client gets them. */
export interface EvaluatedClaim {
  readonly claim: ClaimState;
  readonly client: ClientProfile;
  readonly passed: Passed<GroupState> | undefined;
}

/** The claims, once for each client where an expression reads the client's profile. */
export function evaluatedClaims(
  evaluated: EvaluatedServer,
  claims: readonly ClaimState[],
  groups: readonly GroupState[],
): readonly EvaluatedClaim[] {
  const clients = profilesOf(evaluated);
  return claims.flatMap((claim) =>
    (/\bapp\.profile\./.test(claim.value) ? clients : [SAME_FOR_ALL]).map((client) => ({
      claim,
      client,
      passed: evaluateFilter(claim, groups, client.profile),
    })),
  );
}

function profilesOf(evaluated: EvaluatedServer): readonly ClientProfile[] {
  const clients = contextsOf(evaluated).flatMap((context) => context.clients);
  const profiles = clients.map(({ id, shown, app }) => {
    const profile = app && valueAt(app.json, 'profile');
    return { id, shown, profile: isObject(profile) ? profile : undefined };
  });
  return profiles.length === 0 ? [SAME_FOR_ALL] : profiles;
}

export function verifyClaims(evaluated: EvaluatedServer): readonly VerifyFinding[] {
  const { server, wanted, desired, state } = evaluated;
  const groups = state.allGroups;
  const claims = groupsClaimsOf(server, wanted.claims);
  if (claims.length === 0)
    return [
      error(
        'CLAIM_ABSENT',
        `server ${code(server.name)} puts no claim ${code(wanted.claims.join())} into access tokens`,
      ),
    ];
  const all = evaluatedClaims(evaluated, claims, groups);
  const mapped = [
    ...new Set(
      desired.groups
        .filter(({ name }) => wanted.groups.includes(name))
        .flatMap((group) => matchingGroups(group, groups)),
    ),
  ];
  const carried = [...new Set(all.flatMap(({ passed }) => named(passed)))];
  const others = evaluatedClaims(
    evaluated,
    claimsOfToken(server).filter(
      (claim) => !wanted.claims.includes(claim.name) && isOfGroups(claim),
    ),
    groups,
  );
  const filling = others.flatMap(({ passed }) => passed?.groups ?? []);
  return [
    ...claims.flatMap(evaluatePresence),
    ...all.flatMap((one) => evaluateClaim(one, mapped)),
    ...missingGroups(mapped, all, server),
    ...extraGroups(
      carried.filter((group) => !mapped.includes(group)),
      evaluated,
    ),
    ...others.flatMap((one) => evaluateLimits(one, mapped)),
    evaluateSize(evaluated, [...carried, ...filling], mapped),
  ];
}

/** The authorizer knows no group of a claim that carries ids. */
const named = (passed: Passed<GroupState> | undefined): readonly GroupState[] =>
  passed?.carries === 'name' ? passed.groups : [];

const isOfGroups = ({ valueType, value }: ClaimState): boolean =>
  valueType === 'GROUPS' || /\b[Gg](?:etFilteredGroups|roups\.|etGroups)/.test(value);

const shownClaim = ({ name, value, valueType, filterType = '' }: ClaimState): string =>
  `claim ${code(name)} (${code(valueType === 'GROUPS' ? `${filterType} ${value}`.trim() : value)})`;

function evaluateClaim(
  one: EvaluatedClaim,
  mapped: readonly GroupState[],
): readonly VerifyFinding[] {
  const { claim, passed } = one;
  const text = shownClaim(claim);
  if (!passed)
    return [
      warning(
        'CLAIM_UNJUDGED',
        `${text} cannot be evaluated from here: it may carry any group, and lack one that denies`,
      ),
    ];
  const unsure = passed.unsure.filter((group) => mapped.includes(group));
  return [
    ...(passed.carries === 'id'
      ? [
          error(
            'CLAIM_CARRIES_IDS',
            `${text} carries the ids of groups, and the authorizer reads their names`,
          ),
        ]
      : []),
    ...(unsure.length > 0 && passed.missingList === undefined
      ? [
          warning(
            'CLAIM_UNJUDGED_FOR_GROUPS',
            `${text} cannot be evaluated from here for ${listed(unsure)}`,
          ),
        ]
      : []),
    ...evaluateLimits(one, mapped),
  ];
}

/**
 * For a list that a client lacks, and for a user in more groups than a limit, Okta refuses the
 * whole token. Who is in how many groups is not read: more than enough mapped ones are an error.
 */
function evaluateLimits(
  { claim, client, passed }: EvaluatedClaim,
  mapped: readonly GroupState[],
): readonly VerifyFinding[] {
  const { name, valueType, value } = claim;
  // Each call of a function has one, the last of what it is given.
  const limits = [...value.matchAll(/,\s*(\d+)\s*\)/g)].map(([, limit]) => Number(limit));
  const highest = Math.max(0, ...limits);
  const exceeded = evaluateFilter(claim, mapped, client.profile)?.exceeded ?? [];
  const tooHigh = valueType === 'EXPRESSION' && highest > GROUPS_PER_CLAIM;
  return [
    ...(passed?.missingList === undefined
      ? []
      : [
          error(
            'CLAIM_LIST_ABSENT',
            `${shownClaim(claim)} reads the list ${code(`app.profile.${passed.missingList}`)}, which the client ${code(client.shown)} does not have: it gets no token`,
          ),
        ]),
    ...(passed?.exceeded ?? []).map((limit) =>
      findingOf(exceeded.includes(limit) ? 'error' : 'warning')(
        'CLAIM_LIMIT_EXCEEDED',
        `claim ${code(name)} lets ${passed?.groups.length} groups through: for a user with more than ${limit} of them Okta refuses the token, or makes one too long for the gateway`,
      ),
    ),
    ...(tooHigh
      ? [
          warning(
            'CLAIM_LIMIT_TOO_HIGH',
            `claim ${code(name)} has the limit ${highest}: Okta takes more than ${GROUPS_PER_CLAIM} in the authorization code flow alone`,
          ),
        ]
      : []),
  ];
}

/** Groups of maps that are not given are no fault; a namesake of a mapped group is one. */
function extraGroups(
  extra: readonly GroupState[],
  { server, wanted, desired }: EvaluatedServer,
): readonly VerifyFinding[] {
  if (extra.length === 0) return [];
  const text = `the claims carry ${pluralize(extra.length, 'group')} that the map does not name (${listed(extra)})`;
  if (extra.some((group) => wanted.groups.includes(group.name)))
    return [
      error(
        'CLAIM_CARRIES_NAMESAKE',
        `${text}, among them a namesake of a mapped group, whose members would pass for it`,
      ),
    ];
  const given = givenNames(desired);
  const isShared = (ownersIn(server.description) ?? []).some((map) => !given.includes(map));
  return [findingOf(isShared ? 'note' : 'warning')('CLAIM_FILTER_TOO_WIDE', text)];
}

/** What the maps' claims lack: another claim may carry it, which the map then must list. */
function missingGroups(
  mapped: readonly GroupState[],
  all: readonly EvaluatedClaim[],
  server: ServerState,
): readonly VerifyFinding[] {
  // A claim that cannot be evaluated may carry it, and has a finding of its own.
  if (all.some(({ passed }) => passed === undefined)) return [];
  const missing = mapped.filter(
    (group) =>
      !all.some(({ passed }) => passed && [...named(passed), ...passed.unsure].includes(group)),
  );
  if (missing.length === 0) return [];
  const found = claimsOfToken(server)
    .map((claim) => ({ name: claim.name, groups: named(evaluateFilter(claim, missing)) }))
    .filter(({ groups }) => groups.length > 0);
  const nowhere = missing.filter((group) => !found.some(({ groups }) => groups.includes(group)));
  return [
    ...found.map(({ name, groups }) =>
      error(
        'CLAIM_UNLISTED',
        `claim ${code(name)} carries ${listed(groups)}, and \`okta.groupsClaim\` does not list it: the authorizer does not see them`,
      ),
    ),
    ...(nowhere.length > 0
      ? [
          error(
            'GROUP_NOT_CARRIED',
            `no claim carries ${listed(nowhere)}, which the map names${whyImported(nowhere)}`,
          ),
        ]
      : []),
  ];
}

const whyImported = (groups: readonly GroupState[]): string =>
  groups.some(({ type }) => type === 'APP_GROUP')
    ? ': a filter by name does not take in groups that a directory has imported, an expression does'
    : '';

const listed = (groups: readonly GroupState[]): string => {
  const names = groups.slice(0, 5).map(({ name }) => code(name));
  return `${names.join(', ')}${groups.length > 5 ? ` and ${groups.length - 5} more` : ''}`;
};
