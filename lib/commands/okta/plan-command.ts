/** `okta plan`: reads the org and says what would be written. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isBlocked, makePlan } from '../../okta/plan.ts';
import { writePlanFile } from '../../okta/plan-file.ts';
import { readOrgState } from '../../okta/read-state.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  UsageError,
} from '../shell/command.ts';
import { type Io, writeJson, writeLines } from '../shell/io.ts';
import { planLines } from './render-plan.ts';
import {
  connect,
  type MapsOptions,
  mapsOption,
  RIGHTS,
  readMaps,
  withOktaErrors,
} from './session.ts';

export interface OktaPlanOptions extends MapsOptions, JsonOptions {
  readonly maps?: readonly string[];
  readonly output?: string;
  readonly block?: string;
}

const runOktaPlan = (
  { maps = [], map = [], output, block, json }: OktaPlanOptions,
  io: Io,
): Promise<ExitCode> =>
  withOktaErrors(io, async () => {
    const { desired, files } = readMaps([...maps, ...map], block, io);
    const org = await connect(desired.org, RIGHTS.plan, io);
    const state = await readOrgState(org, desired);
    const plan = makePlan(desired, state);
    if (json) writeJson(io, { org: org.url, maps: desired.maps, ...plan });
    else
      writeLines(io, [`${org.url}, from ${desired.maps.join(', ')}:`, '', ...planLines(plan, io)]);
    if (output !== undefined)
      writePlan(
        resolve(io.cwd, output),
        writePlanFile({ maps: files.map((file) => ({ file })), desired, plan }),
      );
    return isBlocked(plan) || plan.steps.length > 0 || plan.unlisted.length > 0
      ? EXIT.problem
      : EXIT.good;
  });

function writePlan(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(
      `cannot write \`${path}\` (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
  }
}

export const oktaPlan = defineCommand<OktaPlanOptions>({
  name: 'plan',
  summary: 'say what would be created and changed in Okta; exit code 1 while something would',
  examples: ['okta plan', 'okta plan orders.yaml billing.yaml -o plan.json'],
  declare: (command) =>
    void command
      .argument('[maps...]', 'access maps that share an org (default: the map of the project)')
      .addOption(mapsOption())
      .option('-o, --output <file>', 'write the plan, to be reviewed and applied')
      .option('--block <name>', 'the okta block, of maps that list several')
      .addOption(jsonOption()),
  run: runOktaPlan,
});
