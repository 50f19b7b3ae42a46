/** What one client of a map may get for a user: by which grants and rules, or why nothing. */
import { code } from '../access-map/report/problems.ts';
import { type Client, lacksKey, mayUse } from './clients.ts';
import type { DesiredPolicy, DesiredServer } from './desired-org.ts';
import { hasUser } from './grants.ts';
import { unjudgedOfDecision } from './judge-rules.ts';
import { unjudgedOfClient } from './judge-server.ts';
import { ANY_CLIENT, type Decision, decidingRule } from './minting.ts';
import type { OktaOrg } from './org.ts';
import { isAssigned } from './read-assignments.ts';
import { serverFaults } from './server-faults.ts';
import type { GroupState, ServerState } from './state.ts';
import type { JudgedClaim } from './verify-claims.ts';

/** What one client may get for a user. */
export interface ClientView {
  /** How messages call the client. */
  readonly client: string;
  /**
   * The grants by which it gets a token that the gateway takes, each with the rule that gives it.
   */
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

export interface ClientAsking {
  readonly org: OktaOrg;
  readonly uid: string;
  readonly groups: readonly GroupState[];
  readonly server: ServerState;
  readonly wanted: DesiredServer;
  readonly policy: DesiredPolicy;
  readonly claims: readonly JudgedClaim[];
}

export async function viewOf(client: Client, asking: ClientAsking): Promise<ClientView> {
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
  if (app && lacksKey(app)) return 'the app must authenticate by a key, and has none';
  if (app?.isDpopBound)
    return 'its tokens are bound to a key (DPoP), which the authorizer does not accept';
  const listless = claims.find(
    ({ client, passed }) => passed?.missingList !== undefined && isOf(client.id, id),
  );
  return (
    listless && `the claim ${code(listless.claim.name)} reads a list that the app does not have`
  );
}

/** A claim that reads no profile is judged once, for all clients. */
const isOf = (judged: string | undefined, id: string): boolean =>
  judged === undefined || judged === id;

async function mayAsk({ app }: Client, { org, uid }: ClientAsking): Promise<boolean> {
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
