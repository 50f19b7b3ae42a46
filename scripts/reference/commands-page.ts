/** docs/reference/commands.md: every command with its options, from the code that parses them. */
import { Command, type Option } from 'commander';
import { JSON_FIELDS } from '../../lambda/core/contract/json-output.ts';
import { COMMANDS } from '../../lib/commands/index.ts';
import { EXIT, PROGRAM } from '../../lib/commands/shell/command.ts';
import type { Io } from '../../lib/commands/shell/io.ts';
import { inCode, table } from './markdown.ts';

type Exit = keyof typeof EXIT;

const EXITS: Readonly<Record<Exit, string>> = {
  good: 'good',
  problem: 'a problem was found, or a difference that `--fail-on` names',
  usage: 'wrong usage: an option that is unknown, missing or does not go with another',
  service: 'a service could not be asked: Okta, AWS, or the issuer',
};

const INTRODUCTION = `# Commands

\`npx ${PROGRAM} COMMAND\`; \`--help\` prints what stands here. \`npm run configuration\` writes
this page from the code that parses the options; a test fails while it is not current.

${table(
  ['exit code', 'means'],
  Object.entries(EXITS).map(([name, meaning]) => [String(EXIT[name as Exit]), meaning]),
)}
With \`--json\` every command prints one object: \`{ ok, exit, problems, ... }\`. Each problem has a \`severity\` and a
\`message\`, and a [\`code\`](codes.md) where it has one. Messages are for people and may change; codes do not.
What else a command prints stands below its options. A release may add a field, and renames or removes none. \`[]\`
is each item of a list, \`*\` any name, \`**\` what has the form of somebody else, such as a request to Okta.
\`login\`, \`types\`, and \`inject\` without \`--output\`, print what they are run for where they succeed, with \`--json\` or without.

A command that reads a map takes it from \`--map\`, else from the context \`accessMap\` of \`cdk.json\`, else from
\`access.yaml\`. \`HTTPS_PROXY\`, \`HTTP_PROXY\` and \`NO_PROXY\` hold for every command.
`;

const silent: Io = {
  out: () => undefined,
  err: () => undefined,
  cwd: '.',
  env: {},
} as unknown as Io;

/** The program with all its commands, as it is before a command line is parsed. */
export async function wholeProgram(): Promise<Command> {
  const program = new Command(PROGRAM);
  for (const command of COMMANDS) await command.register(program, silent, () => undefined);
  return program;
}

export interface DocumentedCommand {
  /** `okta plan`. */
  readonly name: string;
  readonly command: Command;
}

/** Commands and their parts, but for those that only a shell's completion calls. */
export function documentedCommands(program: Command): readonly DocumentedCommand[] {
  const walk = (command: Command, above: string): readonly DocumentedCommand[] => {
    const name = `${above}${command.name()}`;
    const parts = command.commands.filter((part) => !isHidden(part) && part.name() !== 'help');
    return parts.length > 0 ? parts.flatMap((part) => walk(part, `${name} `)) : [{ name, command }];
  };
  return program.commands
    .filter((command) => !isHidden(command))
    .flatMap((command) => walk(command, ''));
}

const isHidden = (command: Command): boolean =>
  (command as unknown as { readonly _hidden?: boolean })._hidden === true;

export async function commandsPage(): Promise<string> {
  const sections = documentedCommands(await wholeProgram()).map(({ name, command }) => {
    const parameters = command.registeredArguments.map((argument) => [
      inCode(argument.required ? `<${argument.name()}>` : `[${argument.name()}]`),
      '',
      argument.description,
    ]);
    const options = command.options.filter(({ hidden }) => !hidden).map(optionRow);
    return `## ${name}\n\n${capitalized(command.description())}.\n\n\`\`\`sh\n${examplesOf(command).join('\n')}\n\`\`\`\n\n${table(
      ['option', 'default', 'meaning'],
      [...parameters, ...options],
    )}${jsonTable(JSON_FIELDS[name as keyof typeof JSON_FIELDS] ?? [])}`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

/** Fields by what holds them. */
function jsonTable(fields: readonly string[]): string {
  const byHolder = new Map<string, string[]>();
  for (const path of fields) {
    const [, holder = '', field = path] = /^(?:(.*?)\.)?([^.]+(?:\.\*\*)?)$/.exec(path) ?? [];
    byHolder.set(holder, [...(byHolder.get(holder) ?? []), field]);
  }
  const rows = [...byHolder].map(([holder, names]) => [
    inCode(holder),
    names.map(inCode).join(', '),
  ]);
  return rows.length === 0 ? '' : `\n${table(['`--json`: in', 'fields'], rows)}`;
}

const capitalized = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;

function optionRow(option: Option): readonly string[] {
  const { flags, description, defaultValue, argChoices } = option;
  const choices = argChoices === undefined ? '' : `. One of ${argChoices.map(inCode).join(', ')}.`;
  const fallback = defaultValue === undefined ? '' : inCode(String(defaultValue));
  return [inCode(flags), fallback, `${description}${choices}`];
}

/** The examples that the command's help prints. */
function examplesOf(command: Command): readonly string[] {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return [...text.matchAll(/^ {2}\$ (.+)$/gm)].map(([, line = '']) => line);
}
