import { existsSync, renameSync, writeFileSync } from 'node:fs';
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
 * process of its own does not compile all its modules each time, which takes a second.
 * @param entry its module, from the project's folder
 * @returns the file for Node, in a folder where the project's packages are found
 */
export async function programOf(entry: string): Promise<string> {
  const folder = process.env['PROGRAMS'];
  if (folder === undefined) throw new Error('expected PROGRAMS, which the global setup names');
  const file = join(folder, `${entry.replaceAll('/', '-')}.mjs`);
  if (existsSync(file)) return file;
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [places],
    write: false,
    outfile: file,
    logLevel: 'silent',
  });
  // Two tests may bundle at once; the file is there as a whole or not at all.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, outputFiles[0]?.contents ?? '');
  renameSync(own, file);
  return file;
}
