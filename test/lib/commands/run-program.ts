import { COMMANDS } from '../../../lib/commands/index.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { capture, EXAMPLE, project } from './project.ts';

/** Runs a whole command line; without a text on standard input that is a terminal. */
export async function ran(
  args: readonly string[],
  files: Readonly<Record<string, string>> = { 'access.yaml': EXAMPLE },
  stdin?: string,
) {
  const input = {
    isTerminal: stdin === undefined,
    read: async () => stdin ?? '',
    askHidden: async () => '',
  };
  const io = capture(project(files), { input });
  const code = await runProgram(args, io, { commands: COMMANDS, version: '1' });
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}
