/** Why a file that a map names is not read. */
import type { Detail } from './problems.ts';

/** Thrown by readers of files: messages name what was found, never what the file says. */
export class FileRefusal extends Error {
  override readonly name = 'FileRefusal';
  /** Completes the file's name in a message: `which is a folder`. */
  readonly found: string;
  readonly fix: string | undefined;

  constructor(found: string, fix?: string) {
    super(found);
    this.found = found;
    this.fix = fix;
  }
}

/**
 * What a message says of a file that was not read.
 * @param name how the message names the file.
 * @param otherwise what was found where the error says nothing.
 */
export const foundOf = (
  error: unknown,
  name: string,
  otherwise: string,
): Pick<Detail, 'found' | 'fix'> =>
  error instanceof FileRefusal
    ? { found: `${name}, ${error.found}`, ...(error.fix !== undefined && { fix: error.fix }) }
    : { found: otherwise };
