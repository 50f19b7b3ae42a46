/**
 * The tokens that a user would get from each client of the maps, computed from the assignment of the
 * app, the rules that match the user, the user's groups and the claims. Requests no token.
 */
import { code } from '../access-map/report/problems.ts';
import { type Client, lacksKey, mayUse } from './clients.ts';
import type { DesiredOrg, DesiredPolicy, DesiredServer } from './desired-org.ts';
import { serverFor } from './find-server.ts';
import { hasUser } from './grants.ts';
import { unjudgedOfDecision } from './judge-rules.ts';
import { contextsOf, unjudgedOfClient } from './judge-server.ts';
import { ANY_CLIENT, type Decision, decidingRule } from './minting.ts';
import { OktaError } from './okta-error.ts';
import { type OktaOrg, textAt } from './org.ts';
import { isAssigned } from './read-assignments.ts';
import { serverFaults } from './server-faults.ts';
import type { GroupState, OrgState, ServerState } from './state.ts';
import { groupOf } from './state-from-json.ts';
import { claimsOfToken, groupsClaimsOf, type JudgedClaim, judgedClaims } from './verify-claims.ts';

/** What one client may get for the user. */
export interface ClientView {
  /** How messages call the client. */
  readonly client: string;
  /** The grants by which it gets a token that the gateway takes, each with the rule that gives it. */
  readonly tokens: readonly {
    readonly grant: string;
    readonly policy: string;
    readonly rule: string;
    readonly minutes: number;
    /** Scopes that the request may have. */
    readonly scopes: readonly string[];
  }[];
  /** What may change its tokens, and is not judged, `okta.manage.accepted` or not. */
  readonly unjudged: readonly string[];
  /** Why it gets none. */
  readonly why?: string;
}

export interface ServerView {
  readonly server: DesiredServer;
  /** Name of the map whose clients these are. */
  readonly map: string;
  readonly clients: readonly ClientView[];
  /** Group names that the token would carry for sure. */
  readonly groups: readonly string[];
  /** Claims that may add others, as they are written in Okta. */
  readonly unjudged: readonly string[];
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
  const found = await org.get(`/api/v1/users/${encodeURIComponent(user)}`);
  if (!found) throw new OktaError(`the org has no user ${code(user)}`);
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
  const none = { server: wanted, clients: [], groups: [], unjudged: [] };
  if (!server) return wanted.maps.map((map) => ({ ...none, map }));
  const judged = { server, wanted, desired, state };
  const claims = judgedClaims(judged, claimsOfToken(server), groups);
  const named = groupsClaimsOf(server, wanted.claims).map(({ id }) => id);
  const views: ServerView[] = [];
  for (const { wanted: policy, clients } of contextsOf(judged)) {
    const seen: ClientView[] = [];
    for (const client of clients)
      seen.push(await viewOf(client, { ...asking, server, wanted, policy, claims }));
    const able = seen.filter(({ tokens }) => tokens.length > 0).map(({ client }) => client);
    const read = claims.filter(({ claim }) => named.includes(claim.id));
    views.push({
      server: wanted,
      map: policy.map,
      clients: seen,
      ...(able.length === 0 ? { groups: [], unjudged: [] } : carriedBy(read, able)),
    });
  }
  return views;
}

interface ClientAsking extends Asking {
  readonly server: ServerState;
  readonly wanted: DesiredServer;
  readonly policy: DesiredPolicy;
  readonly claims: readonly JudgedClaim[];
}

async function viewOf(client: Client, asking: ClientAsking): Promise<ClientView> {
  const none = { client: client.shown, tokens: [], unjudged: [] };
  const why = whyNone(client, asking);
  if (why !== undefined) return { ...none, why };
  if (!(await mayAsk(client, asking)))
    return { ...none, why: 'the user is not assigned to the app (`access_denied`)' };
  const grants = grantsOf(client).map((grant) => tokenBy(grant, client, asking));
  const given = grants.flatMap(({ token }) => token ?? []);
  if (given.length === 0) {
    const [refused = 'the app has no grant with a user'] = grants.flatMap(
      ({ why: each }) => each ?? [],
    );
    return { ...none, why: refused };
  }
  const unjudged = [
    ...unjudgedOfClient(asking.server, asking.policy, client),
    ...grants.flatMap(({ decision }) => (decision ? unjudgedOfDecision(decision) : [])),
  ];
  return {
    client: client.shown,
    tokens: given,
    unjudged: [...new Set(unjudged.map(({ text }) => text))],
  };
}

/** Grants with a user that the client may use: a refresh token only follows another one. */
const grantsOf = (client: Client): readonly string[] =>
  [...new Set([...client.grants, ...(client.app?.grantTypes ?? [])])].filter(
    (grant) => hasUser(grant) && grant !== 'refresh_token' && mayUse(client, grant),
  );

/** What holds for every grant. */
function whyNone(
  { app, id }: Client,
  { server, wanted, claims }: ClientAsking,
): string | undefined {
  const [useless] = serverFaults(server, wanted);
  if (useless) return useless.text;
  if (id !== ANY_CLIENT && !app) return 'the org has no such app';
  if (app && app.status !== '' && app.status !== 'ACTIVE') return 'the app is not active';
  if (app && lacksKey(app)) return 'the app is to prove itself by a key, and has none';
  if (app?.isDpopBound)
    return 'its tokens are bound to a key (DPoP), which the authorizer does not accept';
  const listless = claims.find(
    ({ client, passed }) => passed?.missingList !== undefined && isOf(client.id, id),
  );
  return listless && `the claim ${code(listless.claim.name)} reads a list that the app has not`;
}

/** A claim that reads no profile is judged once, for all clients. */
const isOf = (judged: string | undefined, id: string): boolean =>
  judged === undefined || judged === id;

async function mayAsk({ app }: Client, { org, uid }: Asking): Promise<boolean> {
  if (!app || app.implicitAssignment) return true;
  return app.assigned.hasUsers && (await isAssigned(org, app.id, uid));
}

interface ByGrant {
  readonly token?: ClientView['tokens'][number];
  /** Of the token. */
  readonly decision?: Decision;
  readonly why?: string;
}

function tokenBy(grant: string, client: Client, asking: ClientAsking): ByGrant {
  const found = deciding(grant, client, asking);
  if (!found)
    return {
      why: `no rule of a policy for it matches the user and ${code(grant)} (\`access_denied\`)`,
    };
  const { decision, scopes } = found;
  const { policy, rule } = decision;
  const bound = asking.policy.maxLifetimeSeconds;
  if (rule.lifetimeMinutes * 60 > bound)
    return {
      why: `the authorizer refuses tokens of ${rule.lifetimeMinutes} minutes, which the rule ${code(rule.name)} gives`,
    };
  const full = asking.claims.find((one) => isOf(one.client.id, client.id) && isOver(one, grant));
  if (full)
    return {
      why: `the claim ${code(full.claim.name)} finds more groups of the user than it takes: Okta refuses the token`,
    };
  const minutes = rule.lifetimeMinutes;
  return { token: { grant, policy: policy.name, rule: rule.name, minutes, scopes }, decision };
}

/** The authorization code flow has no limit with a filter. */
const isOver = ({ claim, passed }: JudgedClaim, grant: string): boolean =>
  (passed?.exceeded.length ?? 0) > 0 &&
  !(claim.valueType === 'GROUPS' && grant === 'authorization_code');

/** Of requests for all scopes of the map, for `openid` alone, and for each scope alone. */
function deciding(
  grant: string,
  { id }: Client,
  { server, wanted, uid, groups }: ClientAsking,
): { readonly decision: Decision; readonly scopes: readonly string[] } | undefined {
  const own = wanted.scopes.map(({ name }) => name);
  const requests = [['openid', ...own], ['openid'], ...own.map((scope) => [scope])];
  const user = { id: uid, groupIds: groups.map((group) => group.id) };
  // A client that no policy names, where a map takes any.
  const client = id === ANY_CLIENT ? '' : id;
  for (const scopes of requests) {
    const decision = decidingRule(server, { client, grant, scopes, user });
    if (decision) return { decision, scopes };
  }
  return undefined;
}

/** Of the claims that the authorizer reads, as the clients get them that get a token. */
function carriedBy(
  claims: readonly JudgedClaim[],
  able: readonly string[],
): Pick<ServerView, 'groups' | 'unjudged'> {
  const theirs = claims.filter(
    ({ client }) => client.id === undefined || able.includes(client.shown),
  );
  const sure = theirs.filter(
    ({ claim, passed }) => passed && claim.scopes.length === 0 && isSameForAll(claim.id, theirs),
  );
  const unjudged = theirs.filter(
    (one) => !sure.includes(one) || (one.passed?.unsure.length ?? 0) > 0,
  );
  const names = sure.flatMap(({ passed }) =>
    passed?.carries === 'name' ? passed.groups.map(({ name }) => name) : [],
  );
  return {
    groups: [...new Set(names)],
    unjudged: [...new Set(unjudged.map(({ claim }) => `${claim.name}: ${claim.value}`))],
  };
}

/** An expression over the profile of a client may carry other groups for each. */
function isSameForAll(id: string, judged: readonly JudgedClaim[]): boolean {
  const each = judged
    .filter(({ claim }) => claim.id === id)
    .map(({ passed }) => JSON.stringify(passed?.groups.map((group) => group.id)));
  return new Set(each).size <= 1;
}
