/** Access policies of maps, each with its rule, as resources. */
import { appLabel } from '../access-map/index.ts';
import { type HclValue, reference } from '../hcl/hcl-values.ts';
import { keptGrants, neededOfPolicy } from './desired.ts';
import type { DesiredPolicy } from './desired-org.ts';
import { evaluateGrants } from './evaluate-server.ts';
import { valueAt } from './org.ts';
import { ownersIn, withoutMark } from './ownership.ts';
import { refreshOf } from './plan-policy-rule.ts';
import { policyName } from './policy-order.ts';
import { policiesOfOrg } from './server-clients.ts';
import type { PolicyState, RuleState, ServerState } from './state.ts';
import { reachOf } from './terraform-as-is.ts';
import { below, type Context, isForeign } from './terraform-context.ts';
import { childId, idOf, type Resources, resource } from './terraform-names.ts';

/** A policy of a map is added where no policy of somebody else gives its clients their tokens. */
export function neededPolicies(context: Context): readonly Resources[] {
  const { existing: server, wanted, desired, state } = context;
  const policies = policiesOfOrg(wanted, state);
  const evaluated = server && isForeign(context) ? { server, wanted, desired, state } : undefined;
  return policies.flatMap((policy, index) => {
    const only = { ...wanted, policies: [policy] };
    const suffices =
      evaluated !== undefined &&
      ownPolicyOf(evaluated.server, policy) === undefined &&
      evaluateGrants({ ...evaluated, wanted: only }).length === 0;
    return suffices ? [] : policyResources(policy, index, context);
  });
}

const ownPolicyOf = ({ policies }: ServerState, { map }: DesiredPolicy): PolicyState | undefined =>
  policies.find(
    ({ name, description }) =>
      name === policyName(map) || ownersIn(description)?.includes(map) === true,
  );

function policyResources(
  policy: DesiredPolicy,
  index: number,
  { existing, local, serverId, names, desired }: Context,
): readonly Resources[] {
  const name = policyName(policy.map);
  const found = existing && ownPolicyOf(existing, policy);
  const rule = found?.rules.find((candidate) => candidate.name === name);
  const own = below(local, policy.map);
  return [
    resource(
      'okta_auth_server_policy',
      own,
      {
        auth_server_id: serverId,
        name,
        description: withoutMark(found?.description ?? '') || `clients of ${policy.map}`,
        // After those of others: ours matches requests that none of them matches.
        priority: found?.priority ?? (existing?.policies.length ?? 0) + index + 1,
        client_whitelist: clientsOf(policy, names),
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
        ...ruleFields(policy, rule, desired),
        status: 'ACTIVE',
      },
      found && rule ? childId(existing, `${found.id}/${rule.id}`) : undefined,
    ),
  ];
}

/** An app that the same export makes is named by reference. */
const clientsOf = ({ clients }: DesiredPolicy, { apps }: Context['names']): readonly HclValue[] =>
  clients === 'any'
    ? ['ALL_CLIENTS']
    : clients.map((client) => {
        const app = apps.get(appLabel(client) ?? '');
        return app === undefined ? client : reference(`okta_app_oauth.${app}.client_id`);
      });

const ruleFields = (
  policy: DesiredPolicy,
  rule: RuleState | undefined,
  desired: Context['desired'],
): Readonly<Record<string, HclValue>> => ({
  priority: rule?.priority ?? 1,
  grant_type_whitelist: rule
    ? keptGrants(policy, rule.grantTypes, neededOfPolicy(policy, desired))
    : policy.grantTypes,
  // Whom a rule matches is not the map's to say: what somebody has narrowed stays.
  ...(rule ? reachOf(rule) : { group_whitelist: ['EVERYONE'], scope_whitelist: ['*'] }),
  ...lifetimesOf(policy, rule),
});

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
