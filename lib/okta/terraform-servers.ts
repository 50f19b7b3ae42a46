/** Authorization servers with their scopes, claims, policies and rules as resources. */
import { appLabel } from '../access-map/index.ts';
import { type HclTemplate, type HclValue, reference } from '../hcl/hcl-values.ts';
import { GROUPS_PER_CLAIM } from './claim-filter.ts';
import { claimNames } from './claim-names.ts';
import type { DesiredOrg, DesiredPolicy, DesiredServer } from './desired-org.ts';
import { serverFor } from './find-server.ts';
import { valueAt } from './org.ts';
import { withoutMark } from './ownership.ts';
import { refreshOf } from './plan-policy-rule.ts';
import { policyName } from './policy-order.ts';
import { policiesOfOrg } from './server-clients.ts';
import type { OrgState, RuleState, ServerState } from './state.ts';
import { groupId } from './terraform-groups.ts';
import { idOf, type Names, type Resources, resource } from './terraform-names.ts';

interface Context {
  readonly wanted: DesiredServer;
  readonly existing: ServerState | undefined;
  readonly desired: DesiredOrg;
  readonly state: OrgState;
  readonly names: Names;
  /** Local name of the server. */
  readonly local: string;
  readonly serverId: HclValue;
}

export const serverBlocks = (
  desired: DesiredOrg,
  state: OrgState,
  names: Names,
): readonly Resources[] =>
  desired.servers.flatMap((wanted) => {
    const existing = serverFor(wanted, state);
    const local = names.servers.get(wanted.name) ?? wanted.name;
    const type = existing?.isDefault ? 'okta_auth_server_default' : 'okta_auth_server';
    const context = { wanted, existing, desired, state, names, local, serverId: idOf(type, local) };
    return [
      serverResource(type, context),
      ...scopeResources(context),
      ...claimResources(context),
      ...policiesOfOrg(wanted, state).flatMap((policy, index) =>
        policyResources(policy, index, context),
      ),
    ];
  });

function serverResource(type: string, { wanted, existing, local }: Context): Resources {
  const { audience, issuerMode } = wanted;
  const mode = issuerMode ?? existing?.issuerMode;
  const attributes = {
    name: existing?.name ?? wanted.name,
    description: withoutMark(existing?.description ?? '') || `access of ${wanted.name}`,
    audiences: [audience],
    ...(mode === undefined || mode === '' ? {} : { issuer_mode: mode }),
    status: 'ACTIVE',
  };
  return resource(type, local, attributes, existing?.isDefault ? 'default' : existing?.id);
}

/** Local names below a server, which several servers may have. */
const below = (local: string, name: string): string =>
  `${local}_${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;

const childId = (existing: ServerState | undefined, id: string | undefined): string | undefined =>
  existing && id !== undefined ? `${existing.id}/${id}` : undefined;

function scopeResources({ wanted, existing, local, serverId }: Context): readonly Resources[] {
  return wanted.scopes.map(({ name }) => {
    const found = existing?.scopes.find((scope) => scope.name === name);
    const description = withoutMark(found?.description ?? '') || `permission ${name}`;
    return resource(
      'okta_auth_server_scope',
      below(local, name),
      {
        auth_server_id: serverId,
        name,
        description,
        consent: 'IMPLICIT',
        metadata_publish: 'ALL_CLIENTS',
      },
      childId(existing, found?.id),
    );
  });
}

function claimResources(context: Context): readonly Resources[] {
  const { wanted } = context;
  return [
    ...claimsOf('RESOURCE', wanted.groups, context),
    ...claimsOf('IDENTITY', wanted.idTokenGroups, context),
  ];
}

/** By ids, as many groups in a claim as Okta takes. */
function claimsOf(
  type: 'RESOURCE' | 'IDENTITY',
  groups: readonly string[],
  context: Context,
): readonly Resources[] {
  const { wanted, existing, local, serverId } = context;
  const count = Math.ceil(groups.length / GROUPS_PER_CLAIM);
  return claimNames(wanted.claims, count)
    .slice(0, count)
    .map((name, index) => {
      const part = groups.slice(index * GROUPS_PER_CLAIM, (index + 1) * GROUPS_PER_CLAIM);
      const found = existing?.claims.find(
        (claim) => claim.name === name && claim.claimType === type,
      );
      return resource(
        'okta_auth_server_claim',
        below(local, type === 'IDENTITY' ? `${name}_id_token` : name),
        {
          auth_server_id: serverId,
          name,
          claim_type: type,
          value_type: 'EXPRESSION',
          value: expressionOf(part, context),
          always_include_in_token: true,
          status: 'ACTIVE',
        },
        childId(existing, found?.id),
      );
    });
}

function expressionOf(groups: readonly string[], { names, state, desired }: Context): HclTemplate {
  const ids = groups.flatMap((group, index) => [
    index === 0 ? '"' : '", "',
    groupId(group, names, state, desired),
  ]);
  const list = groups.length === 0 ? [] : [...ids, '"'];
  return { parts: ['getFilteredGroups({', ...list, `}, "group.name", ${GROUPS_PER_CLAIM})`] };
}

function policyResources(
  policy: DesiredPolicy,
  index: number,
  { existing, local, serverId, names }: Context,
): readonly Resources[] {
  const name = policyName(policy.map);
  const found = existing?.policies.find((candidate) => candidate.name === name);
  const rule = found?.rules.find((candidate) => candidate.name === name);
  const own = below(local, policy.map);
  const clients =
    policy.clients === 'any'
      ? ['ALL_CLIENTS']
      : policy.clients.map((client) => {
          const label = appLabel(client);
          const app = label === undefined ? undefined : names.apps.get(label);
          return app === undefined ? client : reference(`okta_app_oauth.${app}.client_id`);
        });
  return [
    resource(
      'okta_auth_server_policy',
      own,
      {
        auth_server_id: serverId,
        name,
        description: withoutMark(found?.description ?? '') || `clients of ${policy.map}`,
        priority: found?.priority ?? index + 1,
        client_whitelist: clients,
        status: 'ACTIVE',
      },
      childId(existing, found?.id),
    ),
    resource(
      'okta_auth_server_policy_rule',
      own,
      {
        auth_server_id: serverId,
        policy_id: idOf('okta_auth_server_policy', own),
        name,
        priority: rule?.priority ?? 1,
        grant_type_whitelist: policy.grantTypes,
        ...reachOf(rule),
        ...lifetimesOf(policy, rule),
        status: 'ACTIVE',
      },
      found && rule ? childId(existing, `${found.id}/${rule.id}`) : undefined,
    ),
  ];
}

/** Whom a rule matches is not the map's to say: what somebody has narrowed stays. */
function reachOf(rule: RuleState | undefined): Readonly<Record<string, HclValue>> {
  if (!rule) return { group_whitelist: ['EVERYONE'], scope_whitelist: ['*'] };
  const { people, users, excludedUsers, excludedGroups, scopes, inlineHook } = rule;
  return {
    group_whitelist: people,
    ...(users.length > 0 ? { user_whitelist: users } : {}),
    ...(excludedUsers.length > 0 ? { user_blacklist: excludedUsers } : {}),
    ...(excludedGroups.length > 0 ? { group_blacklist: excludedGroups } : {}),
    scope_whitelist: scopes,
    ...(inlineHook === '' ? {} : { inline_hook_id: inlineHook }),
  };
}

/** What the map names; else what the rule has, and a new one gets. */
function lifetimesOf(
  policy: DesiredPolicy,
  rule: RuleState | undefined,
): Readonly<Record<string, HclValue>> {
  const fresh = refreshOf(policy);
  const window = valueAt(rule?.json, 'actions', 'token', 'refreshTokenWindowMinutes');
  const isKept = rule !== undefined && policy.refreshMinutes === undefined;
  return {
    access_token_lifetime_minutes:
      rule === undefined || policy.lifetimeNamed ? policy.lifetimeMinutes : rule.lifetimeMinutes,
    refresh_token_lifetime_minutes: isKept
      ? rule.refreshMinutes
      : fresh.refreshTokenLifetimeMinutes,
    refresh_token_window_minutes:
      isKept && typeof window === 'number' ? window : fresh.refreshTokenWindowMinutes,
  };
}
