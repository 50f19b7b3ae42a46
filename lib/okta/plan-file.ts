/** The plan as a file: what was reviewed. It never holds a secret. */
import { createHash } from 'node:crypto';
import { isSafeOrigin } from '../../lambda/core/contract/loopback.ts';
import { isObject } from '../../lambda/core/json/json-object.ts';
import { code } from '../access-map/report/problems.ts';
import type { DesiredOrg } from './desired-org.ts';
import { OktaError } from './okta-error.ts';
import type { Plan } from './plan.ts';

/** Counted up when plans of before no longer hold all that an apply needs. */
const VERSION = 2;

export interface PlanFile {
  readonly format: 'okta-group-authorizer/okta-plan';
  readonly version: typeof VERSION;
  readonly org: string;
  /** The maps, as they were named: `--write` writes them. */
  readonly maps: readonly { readonly file: string }[];
  readonly desired: DesiredOrg;
  readonly plan: Plan;
  /**
   * Digest of everything else in the file: an edited plan is not what was reviewed. It is no
   * signature.
   */
  readonly digest: string;
}

const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

type Reviewed = Pick<PlanFile, 'org' | 'maps' | 'desired' | 'plan'>;

const digestOf = ({ org, maps, desired, plan }: Reviewed): string =>
  sha256(JSON.stringify({ org, maps, desired, plan }));

export function writePlanFile(parts: Omit<Reviewed, 'org'>): string {
  const reviewed = { org: parts.desired.org, ...parts };
  const file: PlanFile = {
    format: 'okta-group-authorizer/okta-plan',
    version: VERSION,
    ...reviewed,
    digest: digestOf(reviewed),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws OktaError for a file that is not a plan of this version. */
export function readPlanFile(text: string, name: string): PlanFile {
  const file = jsonOf(text, name);
  if (file?.format !== 'okta-group-authorizer/okta-plan')
    throw new OktaError(
      'PLAN_FOREIGN',
      `expected a plan in \`${name}\`, found something else: make one with \`okta plan -o\``,
    );
  if (file.version !== VERSION)
    throw new OktaError(
      'PLAN_VERSION',
      `expected a plan of version ${VERSION} in \`${name}\`, found version \`${String(file.version)}\`: plan again`,
    );
  if (!isWhole(file))
    throw new OktaError(
      'PLAN_INCOMPLETE',
      `expected a whole plan in \`${name}\`, found one with parts missing: plan again`,
    );
  assertOrigin(file.org, name);
  if (digestOf(file) !== file.digest)
    throw new OktaError(
      'PLAN_EDITED',
      `expected the plan in \`${name}\` as it was written, found it changed since: plan again`,
    );
  return file;
}

function jsonOf(text: string, name: string): Partial<PlanFile> | null {
  try {
    return JSON.parse(text) as Partial<PlanFile> | null;
  } catch (cause) {
    throw new OktaError(
      'PLAN_FOREIGN',
      `expected a plan in \`${name}\`, found no JSON: make one with \`okta plan -o\`, or name maps with \`-m\``,
      {},
      { cause },
    );
  }
}

/** Credentials are sent to this host, and a plan may come from anywhere. */
function assertOrigin(org: string, name: string): void {
  if (!isSafeOrigin(org))
    throw new OktaError(
      'PLAN_ORG_INVALID',
      `expected the https origin of an org in \`${name}\`, found ${code(org)}`,
    );
}

/** Whether no part is missing; the digest proves what the parts hold. */
function isWhole(file: Partial<PlanFile>): file is PlanFile {
  const { org, maps, desired, plan, digest } = file;
  return (
    Boolean(org) &&
    Boolean(digest) &&
    Array.isArray(maps) &&
    Boolean(plan && isComplete(plan)) &&
    Boolean(desired && isDesired(desired)) &&
    org === desired?.org
  );
}

const isComplete = ({ steps, dropped, ids }: Plan): boolean =>
  Array.isArray(steps) && Array.isArray(dropped) && isObject(ids);

const isDesired = ({ maps, renamed, servers, groups, apps, origins }: DesiredOrg): boolean =>
  isObject(renamed) && [maps, servers, groups, apps, origins].every((part) => Array.isArray(part));
