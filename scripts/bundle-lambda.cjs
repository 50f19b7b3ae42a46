// How the functions are bundled: shared by the constructs in a checkout and by the build of the
// package. CommonJS, because it is loaded only where no bundle has been built, so that users of the
// package need no esbuild.
const { join, relative, sep } = require('node:path');

/**
 * @param {string} entryFile the function's composition root, a TypeScript module that exports
 * `handler`
 * @returns {import('esbuild').BuildOptions & { outdir: string }}
 */
function lambdaBuildOptions(entryFile) {
  return {
    entryPoints: { index: entryFile },
    outdir: 'out',
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    // CommonJS packages in the bundle ask for Node's own modules by `require`, which an ES module
    // does not have.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
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
 * Bundles in memory.
 * @param {string} entryFile
 * @returns {{ path: string, contents: Uint8Array }[]} paths relative to the asset, `/` as
 * separator, sorted
 */
function bundleLambda(entryFile) {
  const { buildSync } = require('esbuild');
  const options = lambdaBuildOptions(entryFile);
  const { outputFiles } = buildSync({ ...options, write: false });
  return outputFiles
    .map((file) => ({
      path: relative(join(options.absWorkingDir, options.outdir), file.path).split(sep).join('/'),
      contents: file.contents,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

module.exports = { lambdaBuildOptions, bundleLambda };
