/** The command line as a whole: parses, runs one command, tells mistakes in one line. */
import { Command, CommanderError } from 'commander';
import { AccessMapError } from '../../access-map/index.ts';
import { awsAccessError } from './aws-access.ts';
import { type CliCommand, CommandError, EXIT, type ExitCode, PROGRAM, RUN } from './command.ts';
import { type Io, printable, redactTokens } from './io.ts';
import { jsonAnswer } from './json-answer.ts';

interface ProgramParts {
  readonly commands: readonly CliCommand[];
  readonly version: string;
  /** Runs before the command; what it throws is reported like an error of the command. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Runs one command line.
 * @param args arguments after the program's name.
 * @param given what the command may touch; messages reach it escaped.
 * @returns the exit code; nothing is thrown.
 */
export async function runProgram(
  args: readonly string[],
  given: Io,
  { commands, version, prepare }: ProgramParts,
): Promise<ExitCode> {
  const plain: Io = { ...given, err: (text) => given.err(printable(given, text)) };
  const answer = jsonAnswer(args, plain);
  const io = answer?.io ?? plain;
  let code: ExitCode = EXIT.good;
  const program = newProgram(io, version);
  let ended: unknown;
  try {
    for (const command of neededOf(commands, args))
      await command.register(program, io, (result) => {
        code = result;
      });
    await prepare?.();
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    ended = awsAccessError(error, io.env) ?? error;
    code = tellError(ended, io);
  }
  answer?.finish(code, ended);
  return code;
}

/** The one that is named; help, completion and a misspelt name need them all. */
function neededOf(
  commands: readonly CliCommand[],
  [name]: readonly string[],
): readonly CliCommand[] {
  const named = commands.filter((command) => command.name === name);
  return named.length > 0 ? named : commands;
}

function newProgram(io: Io, version: string): Command {
  return new Command(PROGRAM)
    .description('Okta groups decide who may call which API Gateway route, and how often.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText(
      'after',
      `\nExit codes: 0 good, 1 problem found, 2 wrong usage, 3 a service could not be asked.\n\nExample:\n  $ ${RUN} check`,
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      getOutHasColors: () => io.color === true,
      outputError: (text, write) => write(`${PROGRAM}: ${usageMessage(text)}\n`),
    });
}

/**
 * The parser's message in the form of all others: one line, input in backticks, the nearest name,
 * where to look.
 */
function usageMessage(text: string): string {
  const [statement = '', ...hints] = redactTokens(text).trim().split('\n');
  const hint = /Did you mean (one of )?(.+)\?\)/.exec(hints.join(' '));
  const nearest = hint ? `, did you mean ${hint[1] ?? ''}\`${hint[2]}\`?` : '';
  const inBackticks = statement.replace(/^error: /, '').replace(/'([^']*)'/g, '`$1`');
  const oneSentence = inBackticks
    .replace(/\.$/, '')
    .replace(/\. ([A-Z])/g, (_, first: string) => `, ${first.toLowerCase()}`);
  return `${oneSentence}${nearest}${nearest ? '' : ': see `--help`'}`;
}

function tellError(error: unknown, io: Io): ExitCode {
  // Help and version end the parser by an exception too; what it had to say is already written.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
  if (error instanceof CommandError) {
    io.err(`${error.prefix}${redactTokens(error.message)}\n`);
    return error.exit;
  }
  if (error instanceof AccessMapError) {
    io.err(`${error.message}\n`);
    return EXIT.problem;
  }
  const { message, stack } =
    error instanceof Error ? error : { message: String(error), stack: undefined };
  const [line = ''] = redactTokens(message).split('\n');
  io.err(
    io.env['DEBUG'] && stack
      ? `${redactTokens(stack)}\n`
      : `${PROGRAM}: unexpected error: ${line} (DEBUG=1 shows where)\n`,
  );
  return EXIT.problem;
}
