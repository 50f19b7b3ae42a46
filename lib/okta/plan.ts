/** Makes a plan: what must be written so that an org is as the maps say. Pure. */
import type { DesiredOrg } from './desired.ts';
import { planApps } from './plan-apps.ts';
import { type Draft, type Finding, type LeftAlone, newDraft, type Unlisted } from './plan-draft.ts';
import { noteFormerNames } from './plan-former-names.ts';
import { planGroups } from './plan-groups.ts';
import { planOrigins } from './plan-origins.ts';
import { noteRenames } from './plan-renames.ts';
import { planServers } from './plan-server.ts';
import type { OrgState } from './state.ts';
import type { Step } from './step.ts';

export interface Plan {
  /** In the order in which they are applied: what is referred to comes first. */
  readonly steps: readonly Step[];
  /** Removes owned objects that the maps dropped; applied on request only. */
  readonly dropped: readonly Step[];
  readonly findings: readonly Finding[];
  readonly left: readonly LeftAlone[];
  /** Ids of objects that exist, by reference. */
  readonly ids: Readonly<Record<string, string>>;
  /** References to objects that exist and do not carry our mark. */
  readonly foreign: readonly string[];
  readonly unlisted: readonly Unlisted[];
}

export function makePlan(desired: DesiredOrg, state: OrgState): Plan {
  const draft: Draft = newDraft();
  planGroups(desired, state, draft);
  planApps(desired, state, draft);
  planOrigins(desired, state, draft);
  planServers(desired, state, draft);
  noteRenames(desired, state, draft);
  noteFormerNames(desired, state, draft);
  const { steps, dropped, findings, left, ids, foreign, unlisted } = draft;
  return {
    steps,
    dropped,
    findings,
    left,
    ids: Object.fromEntries(ids),
    foreign: [...foreign],
    unlisted,
  };
}

export const isBlocked = ({ findings }: Pick<Plan, 'findings'>): boolean =>
  findings.some(({ level }) => level === 'blocks');
