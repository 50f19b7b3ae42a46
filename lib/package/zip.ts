import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';

/** The first day that a zip can name; what changes by the hour would make equal files differ. */
const DAY = new Date(1980, 0, 1);
/** A regular file that everybody may read, which Lambda asks for, of a system with such rights. */
const READABLE = { os: 3, attrs: (0o100644 << 16) >>> 0 } as const;

export interface Zip {
  readonly contents: Uint8Array;
  /** SHA-256 as base64: what Lambda reports as `CodeSha256` of a function with this code. */
  readonly digest: string;
}

/**
 * The files below `folder`, and nothing else. Equal files give equal bytes, on every machine:
 * stored, since what a compressor writes changes with its version.
 */
export function zipOf(folder: string): Zip {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  const files = Object.fromEntries(
    names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  );
  const contents = zipSync(files, { level: 0, mtime: DAY, ...READABLE });
  return { contents, digest: createHash('sha256').update(contents).digest('base64') };
}
