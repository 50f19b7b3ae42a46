/** What a command is, and the options that commands share. */
import { type Command, Option } from 'commander';
import {
  FAILURES,
  type FailureCode,
  type FailureOf,
} from '../../../lambda/core/contract/failures.ts';
import type { Io } from './io.ts';

/** Exit codes: fixed, since scripts rely on them. */
export const EXIT = { good: 0, problem: 1, usage: 2, service: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const PROGRAM = 'okta-group-authorizer';

/** How it is run where its package is installed. */
export const RUN = `npx ${PROGRAM}`;

/** What `--fail-on` of the commands that compare may name. */
export const KINDS_THAT_FAIL = ['widened', 'narrowed', 'any'] as const;

interface CommandErrorOptions extends ErrorOptions {
  readonly prefix?: string;
}

/** Ends a command without its result: one line, and the exit code of its code. */
export class CommandError<Code extends FailureCode = FailureCode> extends Error {
  override readonly name: string = 'CommandError';
  readonly code: Code;
  /** How the line begins. */
  readonly prefix: string;

  constructor(code: Code, message: string, options: CommandErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.prefix = options.prefix ?? `${PROGRAM}: `;
  }

  get exit(): ExitCode {
    return EXIT[FAILURES[this.code]];
  }
}

/** The command line is invalid. */
export class UsageError extends CommandError<FailureOf<'usage'>> {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    options: ErrorOptions & { readonly code?: FailureOf<'usage'> } = {},
  ) {
    super(options.code ?? 'USAGE_INVALID', message, options);
  }
}

/** A service could not be asked, so there is no verdict. */
export class ServiceError extends CommandError<FailureOf<'service'>> {
  override readonly name = 'ServiceError';
}

/** @typeParam Options positional arguments and options by their names in camel case. */
export interface CommandSpec<Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Command lines without the program's name. */
  readonly examples: readonly string[];
  /** Adds arguments and options. */
  declare(command: Command): void;
  /** @throws UsageError for options that do not go together. */
  run(options: Options, io: Io): ExitCode | Promise<ExitCode>;
}

/** A command whose options are known to itself alone. */
export interface CliCommand {
  readonly name: string;
  register(program: Command, io: Io, finish: (code: ExitCode) => void): void | Promise<void>;
}

/** A command whose code is loaded when it is registered. */
export const lazyCommand = (name: string, load: () => Promise<CliCommand>): CliCommand => ({
  name,
  register: async (program, io, finish) => (await load()).register(program, io, finish),
});

export function defineCommand<Options>(spec: CommandSpec<Options>): CliCommand {
  return {
    name: spec.name,
    register(program, io, finish) {
      const command = program.command(spec.name).summary(spec.summary).description(spec.summary);
      spec.declare(command);
      if (command.options.some(({ long }) => long === '--map')) command.addOption(rootOption());
      if (!command.options.some(({ long }) => long === '--json')) command.addOption(jsonOption());
      const heading = spec.examples.length === 1 ? 'Example' : 'Examples';
      command.addHelpText(
        'after',
        ['', `${heading}:`, ...spec.examples.map((example) => `  $ ${RUN} ${example}`)].join('\n'),
      );
      command.action(async () => {
        requireOptions(command);
        const positional = command.registeredArguments.map((argument, at) => [
          argument.name(),
          command.processedArgs[at] as unknown,
        ]);
        const { root } = command.opts<{ readonly root?: string }>();
        // The one place where the parser's untyped result gets the type that `declare` describes.
        finish(
          await spec.run(
            { ...Object.fromEntries(positional), ...command.opts() } as Options,
            root === undefined ? io : { ...io, root },
          ),
        );
      });
    },
  };
}

const required = new WeakSet<Option>();

/**
 * An option that must be given. The parser reports a missing option of its own kind before an
 * unknown one, so a misspelt `--rout` would be reported as a missing `--route`.
 */
export function requiredOption(flags: string, description: string): Option {
  const option = new Option(flags, `${description} (required)`);
  required.add(option);
  return option;
}

function requireOptions(command: Command): void {
  const missing = command.options.filter(
    (option) =>
      required.has(option) && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing.length === 0) return;
  throw new UsageError(
    `expected ${missing.map(({ flags }) => `\`${flags}\``).join(' and ')}, found no such option: see \`--help\``,
  );
}

export interface MapOptions {
  /** File named with `--map`. Default: `cdk.json` context `accessMap`, then `access.yaml`. */
  readonly map?: string;
}

export const mapOption = (): Option =>
  new Option(
    '-m, --map <file>',
    'access map (default: `accessMap` in the context of cdk.json, then access.yaml)',
  );

/** Every command with `--map` has it; `Io.root` hands it to the reader of maps. */
const rootOption = (): Option =>
  new Option(
    '--root <folder>',
    'folder that must hold every file that the map names (default: the nearest folder above the map that has .git)',
  );

export interface JsonOptions {
  readonly json?: boolean;
}

export const jsonOption = (): Option => new Option('--json', 'print JSON for programs');

/** An option that may be given several times; its values are collected in order. */
export const listOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(
    (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
  );
