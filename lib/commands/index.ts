/** The commands, in the order in which help lists them. */
import { check } from './check.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { init } from './init.ts';
import { matrix } from './matrix.ts';
import type { CliCommand } from './shell/command.ts';
import { test } from './test.ts';
import { types } from './types.ts';

export const COMMANDS: readonly CliCommand[] = [
  // A command joins here.
  check,
  explain,
  matrix,
  diff,
  test,
  init,
  types,
];
