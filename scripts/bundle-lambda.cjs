// How the functions are bundled: shared by the constructs in a checkout and by the build of the
// package. CommonJS, because it is loaded only where no bundle has been built, so that users of the
// package need no esbuild.
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join, relative, sep } = require('node:path');

/**
 * @param {string} entryFile the function's composition root, a TypeScript module that exports
 * `handler`
 * @param {'light' | 'sdk'} [storeClient] what asks DynamoDB on the path of a call
 * (lambda/adapters/dynamo/load.ts). Default: light
 * @returns {import('esbuild').BuildOptions & { outdir: string }}
 */
function lambdaBuildOptions(entryFile, storeClient = 'light') {
  return {
    entryPoints: { index: entryFile },
    outdir: 'out',
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    define: { 'process.env.STORE_CLIENT': JSON.stringify(storeClient) },
    // The SDK is bundled: the runtime's own copy changes under a deployed function and loads
    // slower.
    external: [],
    legalComments: 'none',
    sourcemap: false,
    logLevel: 'silent',
    // Chunk names are hashes of content and path; the checkout's place on disk must not be in them.
    absWorkingDir: join(__dirname, '..'),
  };
}

/**
 * Bundles in memory. Where the environment variable BUNDLES names a folder, a bundle that is there
 * is taken, and a new one is put there: `npm test` gives its processes a folder for the run, so
 * that each function is bundled once and not by each of them.
 * @param {string} entryFile
 * @param {'light' | 'sdk'} [storeClient]
 * @returns {{ path: string, contents: Uint8Array }[]} paths relative to the asset, `/` as
 * separator, sorted
 */
function bundleLambda(entryFile, storeClient = 'light') {
  const folder = process.env.BUNDLES;
  if (!folder) return bundle(entryFile, storeClient);
  const kept = join(
    folder,
    `${createHash('sha256').update(`${storeClient} ${entryFile}`).digest('hex')}.json`,
  );
  if (!existsSync(kept)) {
    const files = bundle(entryFile, storeClient).map(({ path, contents }) => ({
      path,
      contents: Buffer.from(contents).toString('base64'),
    }));
    // Two processes may bundle at once; the file is there as a whole or not at all.
    const own = `${kept}.${process.pid}`;
    writeFileSync(own, JSON.stringify(files));
    renameSync(own, kept);
  }
  return JSON.parse(readFileSync(kept, 'utf8')).map(({ path, contents }) => ({
    path,
    contents: Buffer.from(contents, 'base64'),
  }));
}

function bundle(entryFile, storeClient) {
  const { buildSync } = require('esbuild');
  const options = lambdaBuildOptions(entryFile, storeClient);
  const { outputFiles, metafile } = buildSync({ ...options, write: false, metafile: true });
  const files = outputFiles.map((file) => ({
    path: relative(join(options.absWorkingDir, options.outdir), file.path).split(sep).join('/'),
    contents: file.contents,
  }));
  const notice = { path: 'NOTICE.txt', contents: Buffer.from(noticeOf(metafile)) };
  return [...files, notice].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Who holds the rights in what a bundle took in from packages: their licences ask for their texts
 * beside copies.
 * @param {import('esbuild').Metafile} metafile
 */
function noticeOf(metafile) {
  const folders = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const root = join(__dirname, '..');
  // Packages by the texts that come with them, most of which are of one licence.
  const named = new Map();
  for (const folder of new Set(folders)) {
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    const text = readdirSync(join(root, folder))
      .filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file))
      .sort()
      .map((file) => readFileSync(join(root, folder, file), 'utf8').trim())
      .join('\n\n');
    named.set(text, [...(named.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  if (named.size === 0) return 'This contains no part of another package.\n';
  const parts = [...named].map(([text, names]) => `${names.sort().join('\n')}\n\n${text}`.trim());
  return `${['This contains parts of these packages.', ...parts.sort()].join(NOTICE_LINE)}\n`;
}

const NOTICE_LINE = `\n\n${'-'.repeat(80)}\n\n`;

module.exports = { lambdaBuildOptions, bundleLambda, noticeOf };
