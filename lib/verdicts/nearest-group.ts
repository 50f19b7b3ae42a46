/** The smallest change of groups that would allow a route for a principal. */
import { decide } from '../../lambda/core/decision/decide.ts';
import { type Entitlements, entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';

export interface NearestGroup {
  readonly name: string;
  /** The other routes that the principal would gain with it. */
  readonly furtherRoutes: readonly string[];
}

/**
 * The group that, added to those of the principal, allows the route and the fewest other
 * routes; the first of the map where several do. Nothing where no single group helps, as after a
 * deny.
 */
export function nearestGroup(
  model: AccessModel,
  principal: Principal,
  route: string,
): NearestGroup | undefined {
  const before = entitlementsOf(model, principal);
  let best: NearestGroup | undefined;
  for (const name of model.groups.keys()) {
    const after = before.groups.includes(name)
      ? undefined
      : entitlementsWith(model, principal, name);
    if (!after || decide(model, after, route).effect === 'deny') continue;
    const furtherRoutes = gainedRoutes(model, before, after).filter((gained) => gained !== route);
    if (best === undefined || furtherRoutes.length < best.furtherRoutes.length)
      best = { name, furtherRoutes };
  }
  return best;
}

/** A machine with rules of its own cannot have groups beside them. */
function entitlementsWith(
  model: AccessModel,
  principal: Principal,
  group: string,
): Entitlements | undefined {
  if (principal.kind === 'user')
    return entitlementsOf(model, { ...principal, groups: [...principal.groups, group] });
  const machine = model.machines.get(principal.cid);
  if (machine?.groups.length === 0) return undefined;
  const own = machine?.own ?? model.groups.get(group);
  if (!own) return undefined;
  const machines = new Map(model.machines).set(principal.cid, {
    groups: [...(machine?.groups ?? []), group],
    own,
  });
  return entitlementsOf({ ...model, machines }, principal);
}

function gainedRoutes(
  model: AccessModel,
  before: Entitlements,
  after: Entitlements,
): readonly string[] {
  const isAllowed = (entitlements: Entitlements, route: string): boolean =>
    decide(model, entitlements, route).effect === 'allow';
  return model.routes
    .map(({ key }) => key)
    .filter((key) => isAllowed(after, key) && !isAllowed(before, key));
}
