/** `okta plan`: reads the org and says what would be written. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInOrder, makePlan, type Plan } from '../../okta/plan.ts';
import { writePlanFile } from '../../okta/plan-file.ts';
import { readOrgState } from '../../okta/read-state.ts';
import { defineCommand, EXIT, type ExitCode, jsonOption, UsageError } from '../shell/command.ts';
import { type Io, pluralize, writeLines } from '../shell/io.ts';
import { foundProblem } from '../shell/problem-json.ts';
import { writeJson } from '../shell/write-json.ts';
import { findingProblems } from './finding-problems.ts';
import { planLines } from './render-plan.ts';
import {
  declareMaps,
  openSession,
  RIGHTS,
  type SessionOptions,
  withOktaErrors,
} from './session.ts';

export interface OktaPlanOptions extends SessionOptions {
  readonly output?: string;
}

const runOktaPlan = (options: OktaPlanOptions, io: Io): Promise<ExitCode> =>
  withOktaErrors(io, options, async () => {
    const { desired, files, org } = await openSession(options, RIGHTS.plan, io);
    const plan = makePlan(desired, await readOrgState(org, desired));
    const exit = isInOrder(plan) ? EXIT.good : EXIT.problem;
    if (options.output !== undefined)
      writePlan(
        resolve(io.cwd, options.output),
        writePlanFile({ maps: files.map((file) => ({ file })), desired, plan }),
      );
    if (options.json) writeJson(io, 'okta plan', planObject(plan, exit, org.url, desired.maps));
    else
      writeLines(io, [`${org.url}, from ${desired.maps.join(', ')}:`, '', ...planLines(plan, io)]);
    return exit;
  });

function planObject(plan: Plan, exit: ExitCode, org: string, maps: readonly string[]) {
  const { findings, steps, unlisted } = plan;
  const pending = steps.length + unlisted.length;
  const problems = [
    ...findingProblems(findings),
    ...(pending === 0
      ? []
      : [
          foundProblem(
            'PLAN_PENDING',
            `expected the org as the maps say, found ${pluralize(pending, 'change')} to write: review \`steps\` and \`unlisted\`, then \`okta apply\``,
          ),
        ]),
  ];
  return { ok: exit === EXIT.good, exit, problems, org, maps, ...plan };
}

function writePlan(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(
      `cannot write \`${path}\` (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
      { code: 'OUTPUT_UNWRITABLE' },
    );
  }
}

export const oktaPlan = defineCommand<OktaPlanOptions>({
  name: 'plan',
  summary: 'say what would be created and changed in Okta (exit 1 if anything would)',
  examples: ['okta plan', 'okta plan orders.yaml billing.yaml -o plan.json'],
  declare: (command) =>
    void declareMaps(command)
      .option('-o, --output <file>', 'write the plan, to be reviewed and applied')
      .addOption(jsonOption()),
  run: runOktaPlan,
});
