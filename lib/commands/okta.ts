/** `okta`: the group of commands that set up the Okta side from the maps. */
import { oktaApply } from './okta-subcommands/apply-command.ts';
import { oktaExport } from './okta-subcommands/export-command.ts';
import { oktaPlan } from './okta-subcommands/plan-command.ts';
import { oktaRotate } from './okta-subcommands/rotate-command.ts';
import { oktaVerify } from './okta-subcommands/verify-command.ts';
import { type CliCommand, RUN } from './shell/command.ts';

const SUMMARY = 'set up the Okta side from access maps: plan, apply, verify, export';

export const okta: CliCommand = {
  name: 'okta',
  register(program, io, finish) {
    const group = program.command('okta').summary(SUMMARY).description(SUMMARY);
    group.addHelpText('after', `\nExample:\n  $ ${RUN} okta plan`);
    for (const command of [oktaPlan, oktaApply, oktaVerify, oktaExport, oktaRotate])
      command.register(group, io, finish);
  },
};
