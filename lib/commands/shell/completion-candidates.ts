/** What may follow on a command line, read off the commands themselves. */
import type { Command, Option } from 'commander';

export interface Candidate {
  readonly name: string;
  readonly description?: string;
}

/**
 * @param typed those before the one that is completed, without the program's name.
 * @param current the word that is completed, as far as it is typed.
 * @returns nothing where a file may follow, or what only the user can know.
 */
export function candidatesAfter(
  program: Command,
  typed: readonly string[],
  current: string,
): readonly Candidate[] {
  const { command, positional, awaiting } = walk(program, typed);
  const matching = (candidates: readonly Candidate[]): readonly Candidate[] =>
    candidates.filter(({ name }) => name.startsWith(current));
  if (awaiting !== undefined) return matching(choices(awaiting.argChoices));
  if (current.startsWith('-')) return matching(optionsOf(command));
  if (command.commands.length > 0) return matching(commandsOf(command));
  const { registeredArguments: all } = command;
  return matching(choices((all[positional] ?? all.at(-1))?.argChoices));
}

interface Walked {
  readonly command: Command;
  /** How many arguments are there already. */
  readonly positional: number;
  /** The option whose value comes next. */
  readonly awaiting: Option | undefined;
}

function walk(program: Command, typed: readonly string[]): Walked {
  let command = program;
  let positional = 0;
  let awaiting: Option | undefined;
  for (const word of typed) {
    if (awaiting !== undefined) awaiting = undefined;
    else if (word.startsWith('-')) awaiting = optionAt(command, word);
    else {
      const next = command.commands.find((one) => one.name() === word);
      if (next === undefined) positional += 1;
      else command = next;
    }
  }
  return { command, positional, awaiting };
}

/** The option that waits for a value after this word. */
const optionAt = (command: Command, word: string): Option | undefined =>
  command.options.find(
    (option) => (option.required || option.optional) && [option.long, option.short].includes(word),
  );

const choices = (values: readonly string[] | undefined = []): readonly Candidate[] =>
  values.map((name) => ({ name }));

const optionsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ name: long ?? short ?? '', description }));

const commandsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ name: one.name(), description: one.summary() || one.description() }));
