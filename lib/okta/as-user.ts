/**
 * The tokens that a user would get from each client of the maps, computed from the assignment of
 * the app, the rules that match the user, the user's groups and the claims. Requests no token.
 */
import type { OktaCodeOf } from '../../lambda/core/contract/okta-findings.ts';
import { evaluatePresence } from './claim-presence.ts';
import { type ClientView, viewOf } from './client-view.ts';
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { contextsOf } from './evaluate-server.ts';
import { serverFor } from './find-server.ts';
import { findUser } from './find-user.ts';
import { type OktaOrg, textAt } from './org.ts';
import type { GroupState, OrgState } from './state.ts';
import { groupOf } from './state-from-json.ts';
import {
  claimsOfToken,
  type EvaluatedClaim,
  evaluatedClaims,
  groupsClaimsOf,
} from './verify-claims.ts';

export interface ServerView {
  readonly server: DesiredServer;
  /** Name of the map whose clients these are. */
  readonly map: string;
  readonly clients: readonly ClientView[];
  /** Group names that the token would carry for sure. */
  readonly groups: readonly string[];
  /** Claims that may add others, as they are written in Okta. */
  readonly unjudged: readonly string[];
  /** The same, each with the code of what makes it unsure. */
  readonly unjudgedClaims: readonly UnevaluatedClaim[];
}

export interface UnevaluatedClaim {
  readonly claim: string;
  readonly value: string;
  readonly code: OktaCodeOf<'unjudged'>;
}

export interface UserView {
  readonly login: string;
  /** The `uid` of the user's tokens, by which a map blocks somebody. */
  readonly uid: string;
  readonly status: string;
  /** Whether Okta lets the user sign in at all. */
  readonly signsIn: boolean;
  readonly servers: readonly ServerView[];
}

/** @param user login or id. @throws OktaError for an unknown user. */
export async function viewAs(
  org: OktaOrg,
  user: string,
  desired: DesiredOrg,
  state: OrgState,
): Promise<UserView> {
  const found = await findUser(org, user);
  const uid = textAt(found, 'id');
  const groups = (await org.list(`/api/v1/users/${encodeURIComponent(uid)}/groups`)).map(groupOf);
  const status = textAt(found, 'status');
  // Every other status needs an administrator or a new password first.
  const signsIn = status === 'ACTIVE';
  const asking = { org, uid, groups, desired, state };
  const servers: ServerView[] = [];
  if (signsIn)
    for (const wanted of desired.servers) servers.push(...(await viewsOf(wanted, asking)));
  return { login: textAt(found, 'profile', 'login'), uid, status, signsIn, servers };
}

interface Asking {
  readonly org: OktaOrg;
  readonly uid: string;
  readonly groups: readonly GroupState[];
  readonly desired: DesiredOrg;
  readonly state: OrgState;
}

/** One for each map of a server. */
async function viewsOf(wanted: DesiredServer, asking: Asking): Promise<readonly ServerView[]> {
  const { desired, state, groups } = asking;
  const server = serverFor(wanted, state);
  const none = { server: wanted, clients: [], ...NO_GROUPS };
  if (!server) return wanted.maps.map((map) => ({ ...none, map }));
  const evaluated = { server, wanted, desired, state };
  const claims = evaluatedClaims(evaluated, claimsOfToken(server), groups);
  const named = groupsClaimsOf(server, wanted.claims).map(({ id }) => id);
  const views: ServerView[] = [];
  for (const { wanted: policy, clients } of contextsOf(evaluated)) {
    const seen: ClientView[] = [];
    for (const client of clients)
      seen.push(await viewOf(client, { ...asking, server, wanted, policy, claims }));
    const able = seen.filter(({ tokens }) => tokens.length > 0).map(({ client }) => client);
    const read = claims.filter(({ claim }) => named.includes(claim.id));
    views.push({
      server: wanted,
      map: policy.map,
      clients: seen,
      ...(able.length === 0 ? NO_GROUPS : carriedBy(read, able)),
    });
  }
  return views;
}

type Carried = Pick<ServerView, 'groups' | 'unjudged' | 'unjudgedClaims'>;
const NO_GROUPS: Carried = { groups: [], unjudged: [], unjudgedClaims: [] };

/** What the authorizer's claims carry, in the tokens of those clients that get one. */
function carriedBy(claims: readonly EvaluatedClaim[], able: readonly string[]): Carried {
  const theirs = claims.filter(
    ({ client }) => client.id === undefined || able.includes(client.shown),
  );
  const read = theirs.map((one) => ({ ...one, doubt: doubtOf(one, theirs) }));
  const names = read
    .filter(({ doubt }) => doubt === undefined || doubt === FOR_SOME_GROUPS)
    .flatMap(({ passed }) =>
      passed?.carries === 'name' ? passed.groups.map(({ name }) => name) : [],
    );
  const unjudged = new Map(
    read.flatMap(({ claim: { name, value }, doubt }) =>
      doubt ? [[`${name}: ${value}`, { claim: name, value, code: doubt }] as const] : [],
    ),
  );
  return {
    groups: [...new Set(names)],
    unjudged: [...unjudged.keys()],
    unjudgedClaims: [...unjudged.values()],
  };
}

/** The one doubt beside which the claim carries some groups for sure. */
const FOR_SOME_GROUPS = 'CLAIM_UNJUDGED_FOR_GROUPS';

function doubtOf(
  { claim, passed }: EvaluatedClaim,
  theirs: readonly EvaluatedClaim[],
): UnevaluatedClaim['code'] | undefined {
  if (!passed) return 'CLAIM_UNJUDGED';
  const [absent] = evaluatePresence(claim);
  if (absent) return absent.code;
  if (!isSameForAll(claim.id, theirs)) return 'CLAIM_VARIES_BY_CLIENT';
  return passed.unsure.length > 0 ? FOR_SOME_GROUPS : undefined;
}

/** An expression over the profile of a client may carry other groups for each. */
function isSameForAll(id: string, evaluated: readonly EvaluatedClaim[]): boolean {
  const each = evaluated
    .filter(({ claim }) => claim.id === id)
    .map(({ passed }) => JSON.stringify(passed?.groups.map((group) => group.id)));
  return new Set(each).size <= 1;
}
