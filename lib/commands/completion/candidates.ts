/** What may follow on a command line, read off the commands themselves. */
import type { Command, Option } from 'commander';

export interface Candidate {
  readonly name: string;
  readonly description?: string;
}

/**
 * @param words those before the one that is completed, without the program's name.
 * @param current the word that is completed, as far as it is typed.
 * @returns nothing where a file may follow, or what only the user can know.
 */
export function candidatesAfter(
  program: Command,
  words: readonly string[],
  current: string,
): readonly Candidate[] {
  const { command, positional, open } = walk(program, words);
  const matching = (candidates: readonly Candidate[]): readonly Candidate[] =>
    candidates.filter(({ name }) => name.startsWith(current));
  if (open !== undefined) return matching(choices(open.argChoices));
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
  readonly open: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Walked {
  let command = program;
  let positional = 0;
  let open: Option | undefined;
  for (const word of words) {
    if (open !== undefined) open = undefined;
    else if (word.startsWith('-')) open = optionAt(command, word);
    else {
      const next = command.commands.find((one) => one.name() === word);
      if (next === undefined) positional += 1;
      else command = next;
    }
  }
  return { command, positional, open };
}

/** The option that waits for a value behind this word. */
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
