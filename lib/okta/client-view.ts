/** What one client of a map may get for a user: by which grants and rules, or why nothing. */
import type { OktaCodeOf } from '../../lambda/core/contract/okta-findings.ts';
import { appLabel } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { type Client, lacksKey, mayUse } from './clients.ts';
import type { DesiredPolicy, DesiredServer } from './desired-org.ts';
import { unevaluatedOfDecision } from './evaluate-rules.ts';
import { unevaluatedOfClient } from './evaluate-server.ts';
import { hasUser } from './grants.ts';
import { ANY_CLIENT, type Decision, decidingRule } from './minting.ts';
import type { OktaOrg } from './org.ts';
import { isAssigned } from './read-assignments.ts';
import { serverFaults } from './server-faults.ts';
import type { GroupState, ServerState } from './state.ts';
import type { EvaluatedClaim } from './verify-claims.ts';
import { distinct, type UnevaluatedFinding } from './verify-finding.ts';

/** Why a client gets a user no token. */
interface NoToken {
  readonly code: OktaCodeOf<'why'>;
  readonly why: string;
}

/** What one client may get for a user; a code and a text where that is no token. */
export interface ClientView extends Partial<NoToken> {
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
  /** What may change its tokens, and is not evaluated, `okta.manage.accepted` or not. */
  readonly unjudged: readonly string[];
  /** The same as findings, without the level that the map may change. */
  readonly unjudgedFindings: readonly Omit<UnevaluatedFinding, 'level'>[];
}

const noToken = (reason: NoToken['code'], why: string): NoToken => ({ code: reason, why });

export interface ClientAsking {
  readonly org: OktaOrg;
  readonly uid: string;
  readonly groups: readonly GroupState[];
  readonly server: ServerState;
  readonly wanted: DesiredServer;
  readonly policy: DesiredPolicy;
  readonly claims: readonly EvaluatedClaim[];
}

export async function viewOf(client: Client, asking: ClientAsking): Promise<ClientView> {
  const none = { client: client.shown, tokens: [], unjudged: [], unjudgedFindings: [] };
  const refused = whyNone(client, asking);
  if (refused) return { ...none, ...refused };
  if (!(await mayAsk(client, asking)))
    return {
      ...none,
      ...noToken('USER_UNASSIGNED', 'the user is not assigned to the app (`access_denied`)'),
    };
  const grants = grantsOf(client).map((grant) => tokenBy(grant, client, asking));
  const given = grants.flatMap(({ token }) => token ?? []);
  if (given.length === 0) {
    const [first = noToken('CLIENT_WITHOUT_USERS', 'the app has no grant with a user')] =
      grants.flatMap(({ refused: each }) => each ?? []);
    return { ...none, ...first };
  }
  const unjudged = distinct([
    ...unevaluatedOfClient(asking.server, asking.policy, client),
    ...grants.flatMap(({ decision }) => (decision ? unevaluatedOfDecision(decision) : [])),
  ]);
  return {
    client: client.shown,
    tokens: given,
    unjudged: unjudged.map(({ text }) => text),
    unjudgedFindings: unjudged.map(({ level, ...finding }) => finding),
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
): NoToken | undefined {
  const [useless] = serverFaults(server, wanted);
  if (useless) return noToken(useless.code, useless.text);
  if (id !== ANY_CLIENT && !app)
    return noToken(
      appLabel(id) === undefined ? 'CLIENT_UNKNOWN' : 'APP_ABSENT',
      'the org has no such app',
    );
  if (app && app.status !== '' && app.status !== 'ACTIVE')
    return noToken('APP_INACTIVE', 'the app is not active');
  if (app && lacksKey(app))
    return noToken('APP_WITHOUT_KEY', 'the app must authenticate by a key, and has none');
  if (app?.isDpopBound)
    return noToken(
      'APP_DPOP',
      'its tokens are bound to a key (DPoP), which the authorizer does not accept',
    );
  const listless = claims.find(
    ({ client, passed }) => passed?.missingList !== undefined && isOf(client.id, id),
  );
  return (
    listless &&
    noToken(
      'CLAIM_LIST_ABSENT',
      `the claim ${code(listless.claim.name)} reads a list that the app does not have`,
    )
  );
}

/** A claim that reads no profile is evaluated once, for all clients. */
const isOf = (evaluated: string | undefined, id: string): boolean =>
  evaluated === undefined || evaluated === id;

async function mayAsk({ app }: Client, { org, uid }: ClientAsking): Promise<boolean> {
  if (!app || app.implicitAssignment) return true;
  return app.assigned.hasUsers && (await isAssigned(org, app.id, uid));
}

interface ByGrant {
  readonly token?: ClientView['tokens'][number];
  /** The rule that decides on the token. */
  readonly decision?: Decision;
  readonly refused?: NoToken;
}

function tokenBy(grant: string, client: Client, asking: ClientAsking): ByGrant {
  const found = deciding(grant, client, asking);
  if (!found)
    return {
      refused: noToken(
        'USER_WITHOUT_RULE',
        `no rule of a policy for it matches the user and ${code(grant)} (\`access_denied\`)`,
      ),
    };
  const { decision, scopes } = found;
  const { policy, rule } = decision;
  const bound = asking.policy.maxLifetimeSeconds;
  if (rule.lifetimeMinutes * 60 > bound)
    return {
      refused: noToken(
        'RULE_LIFETIME_REFUSED',
        `the authorizer refuses tokens of ${rule.lifetimeMinutes} minutes, which the rule ${code(rule.name)} gives`,
      ),
    };
  const full = asking.claims.find((one) => isOf(one.client.id, client.id) && isOver(one, grant));
  if (full)
    return {
      refused: noToken(
        'CLAIM_LIMIT_EXCEEDED',
        `the claim ${code(full.claim.name)} finds more groups of the user than it takes: Okta refuses the token`,
      ),
    };
  const minutes = rule.lifetimeMinutes;
  return { token: { grant, policy: policy.name, rule: rule.name, minutes, scopes }, decision };
}

/** The authorization code flow has no limit with a filter. */
const isOver = ({ claim, passed }: EvaluatedClaim, grant: string): boolean =>
  (passed?.exceeded.length ?? 0) > 0 &&
  !(claim.valueType === 'GROUPS' && grant === 'authorization_code');

/**
 * Finds the first request that gets a decision: for all scopes of the map, for `openid` alone, or
 * for each scope alone.
 */
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
