/** Commands that write a text: to a file, or to the standard output. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { escapeSteering } from '../../access-map/report/layout.ts';
import { code } from '../../access-map/report/problems.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export interface OutputOptions {
  readonly output?: string;
}

/** Errors of the system, as sentences. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write it',
  EPERM: 'this user may not write it',
  EROFS: 'the file system takes no writes',
  ENOSPC: 'the disk is full',
};

export const outputOption = (): Option =>
  new Option('-o, --output <file>', 'file to write (default: the standard output)');

/**
 * @param isNew the file must not be there yet: what a person has edited is never overwritten.
 * @throws UsageError for a file that cannot be written.
 */
export function writeOutput(given: string, file: string | undefined, io: Io, isNew = false): void {
  const text = escapeSteering(given);
  if (file === undefined) {
    io.out(text);
    return;
  }
  try {
    writeFileSync(resolve(io.cwd, file), text, { flag: isNew ? 'wx' : 'w' });
  } catch (error) {
    const { code: found = 'an error' } = error as NodeJS.ErrnoException;
    if (isNew && found === 'EEXIST')
      throw new UsageError(
        `${code(file)} exists already and is not overwritten: name another file, or move this one away`,
        { code: 'OUTPUT_EXISTS' },
      );
    const why = Object.hasOwn(WHY, found) ? WHY[found] : `the system says ${found}`;
    throw new UsageError(`expected a file that can be written, found ${code(file)}: ${why}`, {
      code: 'OUTPUT_UNWRITABLE',
    });
  }
  io.err(`wrote ${file}\n`);
}
