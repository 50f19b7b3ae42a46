/** The commands, in the order in which help lists them. */
import { check } from './check.ts';
import { explain } from './explain.ts';
import type { CliCommand } from './shell/command.ts';
import { usage } from './usage.ts';

export const COMMANDS: readonly CliCommand[] = [
  // A command joins here.
  check,
  explain,
  usage,
];
