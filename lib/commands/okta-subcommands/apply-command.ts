/** `okta apply`: writes what was reviewed. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { applySteps, stalenessReason } from '../../okta/apply.ts';
import type { DesiredOrg } from '../../okta/desired-org.ts';
import { OktaError } from '../../okta/okta-error.ts';
import type { OktaOrg } from '../../okta/org.ts';
import { isBlocked, makePlan, type Plan } from '../../okta/plan.ts';
import { type PlanFile, readPlanFile } from '../../okta/plan-file.ts';
import { readOrgState } from '../../okta/read-state.ts';
import type { PlanStep } from '../../okta/step.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  PROGRAM,
  UsageError,
} from '../shell/command.ts';
import { escapeControls, type Io, pluralize, writeLines } from '../shell/io.ts';
import { failureProblem, foundProblem } from '../shell/problem-json.ts';
import { writeJson } from '../shell/write-json.ts';
import { refuseUnwritable, resultLines, resultsOf } from './apply-results.ts';
import { hookSecrets } from './find-hubs.ts';
import { findingProblems } from './finding-problems.ts';
import { planLines } from './render-plan.ts';
import {
  blockOption,
  connect,
  type MapsOptions,
  mapsOption,
  RIGHTS,
  readMaps,
  waitOf,
  withHooks,
  withOktaErrors,
} from './session.ts';

export interface OktaApplyOptions extends MapsOptions, JsonOptions {
  readonly plan?: string;
  readonly yes?: boolean;
  readonly prune?: boolean;
  readonly write?: boolean;
  readonly block?: string;
}

interface Job {
  readonly desired: DesiredOrg;
  readonly files: readonly string[];
  readonly reviewed?: PlanFile;
}

function runOktaApply(options: OktaApplyOptions, io: Io): Promise<ExitCode> {
  assertUsage(options, io);
  return withOktaErrors(io, options, async () => {
    const job = await jobOf(options, io);
    const org = await connect(job.desired, RIGHTS.apply, io);
    const plan = await freshPlan(org, job, options);
    const { maps } = job.desired;
    if (!options.json)
      writeLines(io, [
        `${org.url}, from ${maps.join(', ')}:`,
        '',
        ...planLines(plan, io, options),
        '',
      ]);
    if (isBlocked(plan)) return refuseBlocked(plan, { org: org.url, maps }, options, io);
    const steps = [...plan.steps, ...(options.prune ? plan.dropped : [])];
    if (steps.length > 0 && !(options.yes || (await confirmed(steps, io)))) {
      io.err('nothing was written: only `yes` writes\n');
      return EXIT.problem;
    }
    const secrets = steps.length > 0 ? await hookSecrets(job.desired, io) : {};
    const ids = await write(org, steps, { ids: { ...plan.ids, ...secrets } }, io);
    return tellResults({ org, job, plan, changes: steps.length, ids }, options, io);
  });
}

/** @throws OktaError, where the answer is for people. */
function refuseBlocked(
  { findings }: Plan,
  of: { readonly org: string; readonly maps: readonly string[] },
  { json }: OktaApplyOptions,
  io: Io,
): ExitCode {
  if (!json) throw new OktaError('PLAN_BLOCKED', BLOCKED);
  const problems = [failureProblem('PLAN_BLOCKED', BLOCKED), ...findingProblems(findings)];
  writeJson(io, 'okta apply', { ...of, problems });
  io.err(`${PROGRAM}: ${BLOCKED}\n`);
  return EXIT.problem;
}

interface Written {
  readonly org: OktaOrg;
  readonly job: Job;
  readonly plan: Plan;
  readonly changes: number;
  readonly ids: ReadonlyMap<string, string>;
}

/** What the maps have to say now; what they lack is a problem unless it is written into them. */
async function tellResults(
  { org, job, plan: { unlisted }, changes, ids }: Written,
  options: OktaApplyOptions,
  io: Io,
): Promise<ExitCode> {
  const writes = options.write === true;
  const results = await resultsOf(org, job, ids, { write: writes, cwd: io.cwd, unlisted });
  const isListed = unlisted.length === 0 || writes;
  const problems = isListed ? [] : [foundProblem('PLAN_PENDING', UNLISTED)];
  const { maps } = job.desired;
  if (options.json)
    writeJson(io, 'okta apply', { org: org.url, maps, changes, ...results, problems });
  else writeLines(io, resultLines(results, job.desired, writes));
  for (const { message } of problems) io.err(`${message}\n`);
  return isListed ? EXIT.good : EXIT.problem;
}

const BLOCKED = 'nothing was written: fix what is marked with `!` first';

const UNLISTED =
  'expected `okta.groupsClaim` of the map to list what Okta fills, found claims that it lacks: add them, or apply with `--write`';

function assertUsage({ yes, plan, map, block, json }: OktaApplyOptions, { ask }: Io): void {
  if (json && !yes)
    throw new UsageError('`--json` does not prompt: review the plan, then give `--yes`', {
      code: 'CONFIRMATION_ABSENT',
    });
  if (!yes && !ask)
    throw new UsageError('there is no terminal to confirm on: review the plan, then give `--yes`', {
      code: 'CONFIRMATION_ABSENT',
    });
  if (plan !== undefined && (map !== undefined || block !== undefined))
    throw new UsageError('expected a plan or maps, found both: a plan holds its maps and blocks');
}

/** What is applied: maps, or a plan that was reviewed. */
async function jobOf({ plan, map = [], block, write }: OktaApplyOptions, io: Io): Promise<Job> {
  const job: Job =
    plan === undefined ? await withHooks(readMaps(map, block, io), io) : readJob(plan, io);
  if (!write) return job;
  if (job.files.length === 0)
    throw new OktaError(
      'MAP_UNWRITABLE',
      'the map is part of cdk.json, which `--write` does not change: apply without, and put issuer and client ids there',
    );
  refuseUnwritable(job.files, job.desired, io.cwd);
  return job;
}

function readJob(name: string, io: Io): Job {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, name), 'utf8');
  } catch {
    throw new UsageError(`expected a plan, found no readable file \`${name}\``);
  }
  const reviewed = readPlanFile(text, name);
  return { desired: reviewed.desired, files: reviewed.maps.map(({ file }) => file), reviewed };
}

/** The plan for the org as it is now; it may only hold what was reviewed. */
async function freshPlan(
  org: OktaOrg,
  { desired, reviewed }: Job,
  { prune }: OktaApplyOptions,
): Promise<Plan> {
  const fresh = makePlan(desired, await readOrgState(org, desired));
  if (!reviewed) return fresh;
  const why = stalenessReason(reviewed.plan, prune ? fresh : { ...fresh, dropped: [] });
  if (why !== undefined)
    throw new OktaError(
      'PLAN_OUTDATED',
      `the org has changed since the plan was made: ${why}; plan again`,
    );
  return fresh;
}

async function confirmed(steps: readonly PlanStep[], io: Io): Promise<boolean> {
  const answer = await io.ask?.(
    `Write ${pluralize(steps.length, 'change')} to Okta? Only "yes" writes: `,
  );
  return answer?.trim() === 'yes';
}

async function write(
  org: OktaOrg,
  steps: readonly PlanStep[],
  { ids }: Pick<Plan, 'ids'>,
  io: Io,
): Promise<ReadonlyMap<string, string>> {
  let written = 0;
  let interrupted = false;
  // The current write completes, so that the report is accurate; a second interrupt ends at once.
  const interrupt = (): void => {
    interrupted = true;
  };
  process.once('SIGINT', interrupt);
  try {
    return await applySteps(org, steps, ids, {
      wait: waitOf(io),
      isInterrupted: () => interrupted,
      onStep: ({ action, kind, name }, done, all) => {
        written = done;
        io.err(`${done}/${all} ${action} ${kind} ${escapeControls(name)}\n`);
      },
    });
  } catch (error) {
    if (!(error instanceof OktaError)) throw error;
    const { code, message, detail } = error;
    throw new OktaError(
      code,
      `${message} (${written} of ${pluralize(steps.length, 'change')} ${steps.length === 1 ? 'is' : 'are'} written; apply again to go on)`,
      detail,
      { cause: error },
    );
  } finally {
    process.off('SIGINT', interrupt);
  }
}

export const oktaApply = defineCommand<OktaApplyOptions>({
  name: 'apply',
  summary: 'create and change in Okta what the plan says; running it again changes nothing',
  examples: [
    'okta apply',
    'okta apply plan.json --yes',
    'okta apply -m orders.yaml -m billing.yaml --yes --write',
  ],
  declare: (command) =>
    void command
      .argument('[plan]', 'a plan of `okta plan -o`; refused if the org has changed since')
      .addOption(mapsOption())
      .addOption(blockOption())
      .option('--yes', 'write without asking')
      .option('--prune', 'remove owned objects that the maps dropped')
      .option('--write', 'write issuer and client ids into the maps; comments stay'),
  run: runOktaApply,
});
