/** `okta export`: the Okta side of maps in the language of another tool. */
import { Option } from 'commander';
import { readOrgState } from '../../okta/read-state.ts';
import { exportGaps, terraformOf } from '../../okta/terraform.ts';
import { defineCommand, EXIT, type ExitCode } from '../shell/command.ts';
import { escapeControls, type Io, redactTokens } from '../shell/io.ts';
import { type OutputOptions, outputOption, writeOutput } from '../shell/output.ts';
import { writeJson } from '../shell/write-json.ts';
import {
  declareMaps,
  openSession,
  RIGHTS,
  type SessionOptions,
  withOktaErrors,
} from './session.ts';

export interface OktaExportOptions extends SessionOptions, OutputOptions {
  readonly format: 'terraform';
}

const runOktaExport = (options: OktaExportOptions, io: Io): Promise<ExitCode> =>
  withOktaErrors(io, options, async () => {
    const { desired, org } = await openSession(options, RIGHTS.plan, io);
    const state = await readOrgState(org, desired);
    const text = redactTokens(terraformOf(desired, state));
    const gaps = exportGaps(desired, state);
    for (const each of gaps) io.err(`warning: ${escapeControls(each)}\n`);
    if (options.json && options.output === undefined)
      writeJson(io, 'okta export', {
        ok: true,
        exit: EXIT.good,
        problems: gaps.map((message) => ({ level: 'warning', text: message })),
        org: org.url,
        maps: desired.maps,
        terraform: text,
      });
    else writeOutput(text, options.output, io);
    return EXIT.good;
  });

export const oktaExport = defineCommand<OktaExportOptions>({
  name: 'export',
  summary: 'write the Okta side as resources of the Okta provider for Terraform',
  examples: ['okta export --format terraform -o okta.tf'],
  declare: (command) =>
    void declareMaps(command)
      .addOption(
        new Option('--format <format>', 'language of the output')
          .choices(['terraform'])
          .default('terraform'),
      )
      .addOption(outputOption()),
  run: runOktaExport,
});
