/** Plans the one rule of an access policy. */
import { code } from '../access-map/report/problems.ts';
import type { DesiredPolicy } from './desired-org.ts';
import { differences, doing, finding, joined, leaving, type PlanPart } from './plan-part.ts';
import { activation, update } from './plan-steps.ts';
import { rulesBefore } from './policy-order.ts';
import type { PolicyState, RuleState } from './state.ts';
import type { Change, Path, Step } from './step.ts';

/** How a plan calls the lifetime of access tokens. */
export const LIFETIME = 'token lifetime in minutes';

/**
 * Every scope, for everyone: Okta refuses a request with a scope that the rule does not name, it
 * never narrows it.
 * @param names that of the rule, then former ones.
 */
export function planPolicyRule(
  wanted: DesiredPolicy,
  names: readonly string[],
  policy: PolicyState | undefined,
  path: Path,
): PlanPart {
  const [name = ''] = names;
  const [existing] = names.flatMap(
    (each) => policy?.rules.find((rule) => rule.name === each) ?? [],
  );
  const changes = changesOf(wanted, name, existing);
  if (!policy || !existing) return doing(creationOf(wanted, name, changes, path));
  const before = rulesBefore(policy, existing).map((other) => {
    const text = `rule ${code(other.name)} stands before ours in the policy ${code(name)} and decides first: move it below, or deactivate it`;
    return finding('warns', text);
  });
  return joined(...before, updateRule(wanted, name, existing, path));
}

const conditionsOf = ({ grantTypes }: DesiredPolicy) =>
  ({
    people: { groups: { include: ['EVERYONE'] } },
    grantTypes: { include: grantTypes },
    scopes: { include: ['*'] },
  }) as const;

const changesOf = (
  wanted: DesiredPolicy,
  name: string,
  existing: RuleState | undefined,
): readonly Change[] =>
  differences({
    ...(existing ? { name: [existing.name, name] as const } : {}),
    grantTypes: [existing?.grantTypes ?? [], wanted.grantTypes],
    scopes: [existing?.scopes ?? [], ['*']],
    people: [existing?.people ?? [], ['EVERYONE']],
    [LIFETIME]: [existing?.lifetimeMinutes ?? 0, wanted.lifetimeMinutes],
  });

const creationOf = (
  wanted: DesiredPolicy,
  name: string,
  changes: readonly Change[],
  path: Path,
): Step => ({
  action: 'create',
  kind: 'policy rule',
  name,
  changes: changes.map(({ what, to }) => ({ what, to })),
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
        token: {
          accessTokenLifetimeMinutes: wanted.lifetimeMinutes,
          refreshTokenLifetimeMinutes: 0,
          refreshTokenWindowMinutes: 10_080,
        },
      },
    },
  },
});

function updateRule(
  wanted: DesiredPolicy,
  name: string,
  existing: RuleState,
  path: Path,
): PlanPart {
  const target = { kind: 'policy rule', name } as const;
  const own: Path = [...path, `/${existing.id}`];
  const changes = changesOf(wanted, name, existing);
  const isActive = existing.status === 'ACTIVE';
  if (changes.length === 0 && isActive)
    return leaving('policy rule', name, `tokens of ${existing.lifetimeMinutes} minutes`);
  const body = {
    name,
    conditions: conditionsOf(wanted),
    actions: { token: { accessTokenLifetimeMinutes: wanted.lifetimeMinutes } },
  };
  return doing(
    ...(changes.length > 0 ? [update(target, own, body, changes)] : []),
    ...(isActive ? [] : [activation(target, own)]),
  );
}
