/**
 * `--json`: one shape on the standard output, `{ ok, exit, problems, ... }`, whatever a command
 * line ends with. What the command prints is added to it. A command that is run for its standard
 * output prints that alone where it succeeds.
 */

import type { FailureCode } from '../../../lambda/core/contract/failures.ts';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { AccessMapError } from '../../access-map/index.ts';
import { CommandError, EXIT, type ExitCode, PROGRAM } from './command.ts';
import type { Io } from './io.ts';
import { failureProblem, problemJson } from './problem-json.ts';
import { writeJsonValue } from './write-json.ts';

/** Commands that are run for their standard output. */
const OUTPUT_IS_PRODUCT = ['login', 'types'];

export interface JsonAnswer {
  /** What the command line runs with. */
  readonly io: Io;
  /** Writes the answer. @param ended what ended the command, where something was thrown. */
  finish(exit: ExitCode, ended?: unknown): void;
}

/** Nothing where the command line does not ask for JSON. */
export function jsonAnswer(args: readonly string[], given: Io): JsonAnswer | undefined {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  if (!options.includes('--json')) return undefined;
  let out = '';
  let err = '';
  const io: Io = {
    ...given,
    color: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      given.err(text);
    },
  };
  return {
    io,
    finish(exit, ended) {
      if (exit === EXIT.good && isProduct(options)) return given.out(out);
      const printed = printedObject(out);
      const own = problemsOf(ended) ?? asList(printed['problems'] ?? []);
      const problems = own.length > 0 ? own : problemsIn(err, exit, ended);
      const ok = exit === EXIT.good;
      // The exit code of the command wins over what it has printed.
      const { ok: _ok, exit: _exit, ...rest } = printed;
      writeJsonValue(given, { ok, exit, ...rest, problems: problems.map(inForm) });
    },
  };
}

const isProduct = ([command = '', ...options]: readonly string[]): boolean =>
  OUTPUT_IS_PRODUCT.includes(command) ||
  (command === 'inject' && !options.some((option) => /^(?:-o|--output\b)/.test(option)));

/** Text that is no object, such as help, is its `output`. */
function printedObject(out: string): Readonly<Record<string, unknown>> {
  if (out === '') return {};
  try {
    const value: unknown = JSON.parse(out);
    if (isObject(value)) return value;
  } catch {
    // Text.
  }
  return { output: out };
}

function problemsOf(ended: unknown): readonly unknown[] | undefined {
  if (ended instanceof AccessMapError) return ended.problems.map(problemJson);
  if (ended instanceof CommandError) return [failureProblem(ended.code, ended.message)];
  return undefined;
}

/** The lines of standard error where the command failed, each as a problem. */
function problemsIn(err: string, exit: ExitCode, ended: unknown): readonly unknown[] {
  if (exit === EXIT.good) return [];
  const code = codeOf(exit, ended);
  return err
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('wrote '))
    .map((line) => {
      const message = line.replace(`${PROGRAM}: `, '');
      const severity = message.startsWith('warning: ') ? 'warning' : 'error';
      return { severity, ...(code !== undefined && { code }), message };
    });
}

/** Code of a command line that the parser refuses, or of a fault of our own. */
function codeOf(exit: ExitCode, ended: unknown): FailureCode | undefined {
  if (exit === EXIT.usage) return 'USAGE_INVALID';
  return ended === undefined ? undefined : 'UNEXPECTED_ERROR';
}

const asList = (problems: unknown): readonly unknown[] =>
  Array.isArray(problems) ? problems : [problems];

/** Every problem has a severity and a message; what it was printed with stays beside them. */
function inForm(problem: unknown): unknown {
  if (!isObject(problem)) return { severity: 'error', message: String(problem) };
  const { level, text } = problem;
  return { ...(level !== undefined && { severity: level, message: text }), ...problem };
}
