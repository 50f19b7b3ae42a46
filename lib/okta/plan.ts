/** Makes a plan: what must be written so that an org is as the maps say. Pure. */
import type { DesiredOrg } from './desired-org.ts';
import { planApps } from './plan-apps.ts';
import { formerNameFindings } from './plan-former-names.ts';
import { planGroups } from './plan-groups.ts';
import { planHooks } from './plan-hooks.ts';
import { planOrigins } from './plan-origins.ts';
import { joined, type PlanPart } from './plan-part.ts';
import { renameFindings } from './plan-renames.ts';
import { planServers } from './plan-servers.ts';
import { referencesOf } from './references.ts';
import type { OrgState } from './state.ts';

/** As a plan file holds it. */
export interface Plan extends Omit<PlanPart, 'ids'> {
  /** Ids of objects that exist, by reference. */
  readonly ids: Readonly<Record<string, string>>;
}

export function makePlan(desired: DesiredOrg, state: OrgState): Plan {
  const groups = planGroups(desired, state);
  const apps = planApps(desired, state, referencesOf(groups));
  const references = referencesOf(joined(groups, apps));
  const { ids, ...plan } = joined(
    groups,
    apps,
    planOrigins(desired, state),
    planServers(desired, state, references),
    planHooks(desired, state),
    renameFindings(desired, state, references),
    formerNameFindings(desired, state),
  );
  return { ...plan, ids: Object.fromEntries(ids) };
}

export const isBlocked = ({ findings }: Pick<Plan, 'findings'>): boolean =>
  findings.some(({ level }) => level === 'blocks');

/**
 * Whether nothing is to be written, nothing to be listed, and nothing is wrong that no apply fixes.
 */
export const isInOrder = (plan: Plan): boolean =>
  !isBlocked(plan) &&
  plan.steps.length + plan.unlisted.length === 0 &&
  !plan.findings.some(({ level }) => level === 'faults');
