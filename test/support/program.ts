import { existsSync, renameSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** A module of a bundle knows its own place, as it does unbundled. */
const places: Plugin = {
  name: 'places',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8'))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path)),
    }));
  },
};

/**
 * Bundles one of the project's programs once a run of the tests, so that a test that starts it as a
 * process of its own does not compile all its modules each time, which takes a second. What the
 * program imports later stays apart, so that it is loaded by who needs it alone.
 * @param entry its module, from the project's folder
 * @returns the file for Node, in a folder where the project's packages are found
 */
export async function programOf(entry: string): Promise<string> {
  const parent = process.env['PROGRAMS'];
  if (parent === undefined) throw new Error('expected PROGRAMS, which the global setup names');
  const folder = join(parent, entry.replaceAll('/', '-'));
  if (!existsSync(folder)) await bundle(entry, folder);
  return join(folder, 'program.mjs');
}

async function bundle(entry: string, folder: string): Promise<void> {
  // Two tests may bundle at once; the folder is there as a whole or not at all.
  const own = `${folder}.${process.pid}`;
  await build({
    entryPoints: { program: join(root, entry) },
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [places],
    outdir: own,
    outExtension: { '.js': '.mjs' },
    logLevel: 'silent',
  });
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
