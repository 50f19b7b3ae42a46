/** `completion`: the script by which a shell completes our command lines. */
import tabtab from '@pnpm/tabtab';
import { Argument, type Command } from 'commander';
import { type CliCommand, defineCommand, EXIT, type ExitCode, PROGRAM } from './shell/command.ts';
import { candidatesAfter } from './shell/completion-candidates.ts';
import type { Io } from './shell/io.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** The name that the library's scripts call. */
const SERVER = 'completion-server';
/** The scripts complete file names for it; the library's `logFiles` prints it past `io`. */
const FILES = '__tabtab_complete_files__';

const script = defineCommand<{ readonly shell: Shell }>({
  name: 'completion',
  summary: 'print the script by which a shell completes command lines',
  examples: [
    'completion bash >> ~/.bashrc',
    'completion zsh >> ~/.zshrc',
    'completion fish > ~/.config/fish/completions/okta-group-authorizer.fish',
  ],
  declare: (command) =>
    void command.addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS)),
  run: async ({ shell }, io) => {
    io.out(await tabtab.getCompletionScript({ name: PROGRAM, completer: PROGRAM, shell }));
    return EXIT.good;
  },
});

export const completion: CliCommand = {
  name: script.name,
  register(program, io, finish) {
    script.register(program, io, finish);
    program
      .command(`${SERVER} [line...]`, { hidden: true })
      .description('what a shell asks for')
      .action((line: readonly string[]) => finish(answer(program, line, io)));
  },
};

/** @param line the command line as the shell split it, the program's name first. */
function answer(program: Command, [, ...line]: readonly string[], io: Io): ExitCode {
  const shell = SHELLS.find((name) => name === io.env['SHELL']) ?? 'bash';
  const given = Number(io.env['COMP_CWORD']) - 1;
  const at = Number.isInteger(given) && given >= 0 ? given : line.length;
  const candidates = candidatesAfter(program, line.slice(0, at), line[at] ?? '');
  // Without an answer bash offers files by itself.
  const offered = candidates.length === 0 && shell !== 'bash' ? [FILES] : [...candidates];
  tabtab.log(offered, shell, (text) => io.out(`${text}\n`));
  return EXIT.good;
}
