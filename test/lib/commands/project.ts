import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../../lib/commands/shell/io.ts';

/** The example map of the repository. */
export const EXAMPLE = readFileSync(join(__dirname, '../../../access.yaml'), 'utf8');

/**
 * The example with each `[old, next]` replaced; an old text that is not there is a mistake of the
 * test.
 */
export function exampleWith(...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((text, [old, next]) => {
    if (!text.includes(old)) throw new Error(`the example has no ${old}`);
    return text.replace(old, () => next);
  }, EXAMPLE);
}

/** A folder of its own with these files. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

export interface Captured extends Io {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The one line of JSON on stdout. */
  readonly json: () => unknown;
}

export function capture(
  cwd: string,
  more: Partial<Pick<Io, 'env' | 'color' | 'now' | 'input'>> = {},
): Captured {
  let out = '';
  let err = '';
  return {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    cwd,
    env: {},
    ...more,
    stdout: () => out,
    stderr: () => err,
    json: () => JSON.parse(out) as unknown,
  };
}
