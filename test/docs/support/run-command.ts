import { COMMANDS } from '../../../lib/commands/index.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import type { Captured } from '../../lib/commands/project.ts';

export interface Answer {
  readonly code: number;
  /** What it prints for people: the answer, then problems. */
  readonly output: string;
}

/** Runs a command line of the program, as the pages write it. */
export async function runCommand(tokens: readonly string[], io: Captured): Promise<Answer> {
  const code = await runProgram(tokens, io, { commands: COMMANDS, version: '0.0.0' });
  return { code, output: `${io.stdout()}${io.stderr()}` };
}
