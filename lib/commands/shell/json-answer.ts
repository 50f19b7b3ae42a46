/**
 * `--json`: one shape on the standard output, `{ ok, exit, problems, ... }`, whatever a command
 * line ends with. What the command prints is added to it.
 */

import { isObject } from '../../../lambda/core/contract/json-object.ts';
import type { AccessMapError } from '../../access-map/index.ts';
import { EXIT, type ExitCode, PROGRAM } from './command.ts';
import type { Io } from './io.ts';
import { problemJson } from './problem-json.ts';
import { writeJsonValue } from './write-json.ts';

/** Commands that are run for their standard output. */
const OUTPUT_IS_PRODUCT = ['login', 'types'];

export interface JsonAnswer {
  /** What the command line runs with. */
  readonly io: Io;
  /** Writes the answer. @param refusal the map that ended the command, where one did. */
  finish(exit: ExitCode, refusal?: AccessMapError): void;
}

/** Nothing where the command line does not ask for JSON. */
export function jsonAnswer(args: readonly string[], given: Io): JsonAnswer | undefined {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  if (!options.includes('--json') || isProduct(options)) return undefined;
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
    finish(exit, refusal) {
      const printed = printedObject(out);
      const own = asList(refusal?.problems.map(problemJson) ?? printed['problems'] ?? []);
      const problems = own.length > 0 ? own : problemsIn(err, exit);
      const ok = exit === EXIT.good;
      // The exit code of the command wins over what it has printed.
      const { ok: _ok, exit: _exit, ...rest } = printed;
      writeJsonValue(given, { ok, exit, ...rest, problems: problems.map(asProblem) });
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

/** The lines of standard error where the command failed, each as a problem. */
const problemsIn = (err: string, exit: ExitCode): readonly string[] =>
  exit === EXIT.good
    ? []
    : err.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('wrote '));

const asList = (problems: unknown): readonly unknown[] =>
  Array.isArray(problems) ? problems : [problems];

/** Every problem has a severity and a message; what it was printed with stays beside them. */
function asProblem(problem: unknown): unknown {
  if (typeof problem === 'object' && problem !== null) {
    const { level, text } = problem as { readonly level?: unknown; readonly text?: unknown };
    return { ...(level !== undefined && { severity: level, message: text }), ...problem };
  }
  const message = String(problem).replace(`${PROGRAM}: `, '');
  return { severity: message.startsWith('warning: ') ? 'warning' : 'error', message };
}
