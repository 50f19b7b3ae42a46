/** The plan as a file: what was reviewed. It never holds a secret. */
import { createHash } from 'node:crypto';
import { code } from '../access-map/problems.ts';
import type { DesiredOrg } from './desired.ts';
import { OktaError } from './errors.ts';
import type { Plan } from './plan.ts';
import type { OrgState } from './state.ts';

export interface PlanFile {
  readonly format: 'okta-group-authorizer/okta-plan';
  readonly version: 1;
  readonly org: string;
  /** The maps, as they were named: `--write` writes them. */
  readonly maps: readonly { readonly file: string }[];
  readonly desired: DesiredOrg;
  readonly plan: Plan;
  /** Digest of the state that the plan was made from. */
  readonly base: string;
}

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

export const digestOf = (state: OrgState): string => sha256(JSON.stringify(state));

export function writePlanFile(parts: Omit<PlanFile, 'format' | 'version' | 'base' | 'org'>, state: OrgState): string {
  const file: PlanFile = {
    format: 'okta-group-authorizer/okta-plan',
    version: 1,
    org: parts.desired.org,
    ...parts,
    base: digestOf(state),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws OktaError for a file that is not a plan of this version. */
export function readPlanFile(text: string, name: string): PlanFile {
  let file: Partial<PlanFile> | null;
  try {
    file = JSON.parse(text) as Partial<PlanFile> | null;
  } catch (cause) {
    throw new OktaError(`expected a plan in \`${name}\`, found no JSON`, {}, { cause });
  }
  if (file?.format !== 'okta-group-authorizer/okta-plan')
    throw new OktaError(`expected a plan in \`${name}\`, found something else: make one with \`okta plan -o\``);
  if (file.version !== 1)
    throw new OktaError(`expected a plan of version 1 in \`${name}\`, found version \`${String(file.version)}\`: plan again`);
  const { plan, desired, maps, base, org } = file;
  const whole = plan && desired && Array.isArray(plan.steps) && Array.isArray(plan.dropped) && Array.isArray(maps) && base && org;
  if (!whole || org !== desired.org) throw new OktaError(`expected a whole plan in \`${name}\`, found one with parts missing: plan again`);
  // Our credentials go there, and a plan may come from anywhere.
  if (!/^(?:https:\/\/[^/@?#]+|http:\/\/(?:127(?:\.\d+){3}|\[::1\])(?::\d+)?)$/.test(org)) {
    throw new OktaError(`expected the https origin of an org in \`${name}\`, found ${code(org)}`);
  }
  return file as PlanFile;
}
