/** The commands, in the order in which help lists them. */
import { check } from './check.ts';
import { coverage } from './coverage.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { init } from './init.ts';
import { inject } from './inject.ts';
import { login } from './login.ts';
import { matrix } from './matrix.ts';
import { okta } from './okta.ts';
import { packageCommand } from './package.ts';
import { promote } from './promote.ts';
import { replay } from './replay.ts';
import type { CliCommand } from './shell/command.ts';
import { smoke } from './smoke.ts';
import { test } from './test.ts';
import { token } from './token.ts';
import { types } from './types.ts';
import { unused } from './unused.ts';
import { usage } from './usage.ts';

export const COMMANDS: readonly CliCommand[] = [
  // A command joins here.
  check,
  explain,
  matrix,
  diff,
  test,
  init,
  types,
  token,
  login,
  inject,
  packageCommand,
  coverage,
  smoke,
  usage,
  unused,
  promote,
  replay,
  okta,
];
