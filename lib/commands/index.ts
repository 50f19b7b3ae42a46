/** The commands, in the order in which help lists them. */
import { check } from './check.ts';
import { explain } from './explain.ts';
import { login } from './login.ts';
import { okta } from './okta.ts';
import type { CliCommand } from './shell/command.ts';
import { token } from './token.ts';
import { usage } from './usage.ts';

export const COMMANDS: readonly CliCommand[] = [
  // A command joins here.
  check,
  explain,
  token,
  login,
  usage,
  okta,
];
