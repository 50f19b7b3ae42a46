/** Plans the one rule of an access policy. */
import { code } from '../access-map/report/problems.ts';
import { keptGrants } from './desired.ts';
import type { DesiredPolicy } from './desired-org.ts';
import { differences, doing, finding, joined, leaving, type PlanPart } from './plan-part.ts';
import { activation, update } from './plan-steps.ts';
import { rulesBefore } from './policy-order.ts';
import type { PolicyState, RuleState } from './state.ts';
import type { Change, Path, PlanStep } from './step.ts';

/** How a plan calls the lifetime of access tokens. */
export const LIFETIME = 'token lifetime in minutes';

/** Life of the refresh tokens of a new rule: 30 days, unless the map names another. */
export const REFRESH_MINUTES = 43_200;

/** A refresh token that is unused for this time expires early. */
const WINDOW_MINUTES = 10_080;

export interface WantedRule extends DesiredPolicy {
  /** Grants that an existing rule may not lack. */
  readonly needed: readonly string[];
}

/**
 * Every scope, for everyone: Okta refuses a request with a scope that the rule does not name, it
 * never narrows it. Afterwards an apply changes only what the map names: what somebody has
 * tightened stays.
 * @param names that of the rule, then former ones.
 */
export function planPolicyRule(
  wanted: WantedRule,
  names: readonly string[],
  policy: PolicyState | undefined,
  path: Path,
): PlanPart {
  const [name = ''] = names;
  const [existing] = names.flatMap(
    (each) => policy?.rules.find((rule) => rule.name === each) ?? [],
  );
  if (!policy || !existing) return doing(creationOf(wanted, name, path));
  const before = rulesBefore(policy, existing).map((other) => {
    const text = `rule ${code(other.name)} has a higher priority than ours in the policy ${code(name)} and decides first: move it below, or deactivate it`;
    return finding('warns', 'RULE_PRECEDED', text);
  });
  return joined(...before, updateRule(wanted, name, existing, path));
}

const conditionsOf = ({ grantTypes }: DesiredPolicy) =>
  ({
    people: { groups: { include: ['EVERYONE'] } },
    grantTypes: { include: grantTypes },
    scopes: { include: ['*'] },
  }) as const;

/** What the map names: the grants that its apps need, and the lifetimes that it says. */
const changesOf = (wanted: WantedRule, name: string, existing: RuleState): readonly Change[] =>
  differences({
    name: [existing.name, name],
    grantTypes: [existing.grantTypes, grantsOf(wanted, existing)],
    ...(wanted.lifetimeNamed
      ? { [LIFETIME]: [existing.lifetimeMinutes, wanted.lifetimeMinutes] as const }
      : {}),
    ...(wanted.refreshMinutes === undefined
      ? {}
      : {
          refreshTokenLifetimeMinutes: [
            existing.refreshMinutes,
            refreshOf(wanted).refreshTokenLifetimeMinutes,
          ] as const,
        }),
  });

const grantsOf = (wanted: WantedRule, { grantTypes }: RuleState): readonly string[] =>
  keptGrants(wanted, grantTypes, wanted.needed);

/** Both lifetimes of refresh tokens as Okta accepts them: not below that of the access token. */
export function refreshOf({ refreshMinutes = REFRESH_MINUTES, lifetimeMinutes }: DesiredPolicy) {
  const longest = refreshMinutes === 0 ? WINDOW_MINUTES : refreshMinutes;
  return {
    refreshTokenLifetimeMinutes:
      refreshMinutes === 0 ? 0 : Math.max(refreshMinutes, lifetimeMinutes),
    refreshTokenWindowMinutes: Math.max(Math.min(WINDOW_MINUTES, longest), lifetimeMinutes),
  };
}

const creationOf = (wanted: DesiredPolicy, name: string, path: Path): PlanStep => ({
  action: 'create',
  kind: 'policy rule',
  name,
  changes: [
    { what: 'grantTypes', to: wanted.grantTypes },
    { what: 'scopes', to: ['*'] },
    { what: 'people', to: ['EVERYONE'] },
    { what: LIFETIME, to: wanted.lifetimeMinutes },
  ],
  request: {
    method: 'POST',
    path,
    body: {
      type: 'RESOURCE_ACCESS',
      status: 'ACTIVE',
      name,
      priority: 1,
      conditions: conditionsOf(wanted),
      actions: {
        token: { accessTokenLifetimeMinutes: wanted.lifetimeMinutes, ...refreshOf(wanted) },
      },
    },
  },
});

function updateRule(wanted: WantedRule, name: string, existing: RuleState, path: Path): PlanPart {
  const target = { kind: 'policy rule', name } as const;
  const own: Path = [...path, `/${existing.id}`];
  const changes = changesOf(wanted, name, existing);
  const isActive = existing.status === 'ACTIVE';
  if (changes.length === 0 && isActive)
    return leaving('policy rule', name, `tokens of ${existing.lifetimeMinutes} minutes`);
  return doing(
    ...(changes.length > 0
      ? [update(target, own, updateBody(wanted, name, existing), changes)]
      : []),
    ...(isActive ? [] : [activation(target, own)]),
  );
}

function updateBody(wanted: WantedRule, name: string, existing: RuleState) {
  const { lifetimeNamed, lifetimeMinutes, refreshMinutes } = wanted;
  const token = {
    ...(lifetimeNamed ? { accessTokenLifetimeMinutes: lifetimeMinutes } : {}),
    ...(refreshMinutes === undefined ? {} : refreshOf(wanted)),
  };
  return {
    name,
    conditions: { grantTypes: { include: grantsOf(wanted, existing) } },
    ...(Object.keys(token).length === 0 ? {} : { actions: { token } }),
  };
}
