/** The commands, in the order in which help lists them. */
import { check } from './check.ts';
import { explain } from './explain.ts';
import { login } from './login.ts';
import type { CliCommand } from './shell/command.ts';
import { token } from './token.ts';

export const COMMANDS: readonly CliCommand[] = [
  // A command joins here.
  check,
  explain,
  token,
  login,
];
