/**
 * What a command may touch: its streams, a folder, the environment, the time. Tests hand in their
 * own.
 */

import { printable } from '../../access-map/report/layout.ts';
import { redactTokens } from '../../access-map/report/redact-tokens.ts';

export {
  escapeControls,
  firstOf,
  formatCount,
  paint,
  pluralize,
  printable,
  type Style,
  table,
} from '../../access-map/report/layout.ts';
export { redactTokens };

export interface Io {
  /** Writes text as it is; a line needs its own line break. */
  out(text: string): void;
  err(text: string): void;
  /** Folder that file names are relative to. */
  readonly cwd: string;
  /** Folder that files which a map names must lie below. Default: as `AccessMapOptions` says. */
  readonly root?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `out` is a terminal that shows colours. Default: it is not. */
  readonly color?: boolean;
  /** Milliseconds since the epoch. Default: the real time. */
  readonly now?: () => number;
  /** Waits for what takes time outside. Default: real time. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** Standard input. Default: there is none. */
  readonly input?: Input;
  /** Asks at the terminal; absent where there is none. */
  readonly ask?: (question: string) => Promise<string>;
}

export interface Input {
  readonly isTerminal: boolean;
  /** All of it, cut off past `maxLetters`. */
  read(maxLetters: number): Promise<string>;
  /** Its bytes as they come; absent where it cannot be read so. */
  readonly bytes?: AsyncIterable<Uint8Array>;
  /** A line that is typed without being shown; empty when none was given. */
  askHidden(question: string): Promise<string>;
}

export const writeLines = (io: Io, lines: readonly string[]): void =>
  io.out(printable(io, redactTokens(lines.map((line) => `${line}\n`).join(''))));
