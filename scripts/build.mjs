// Builds what the package ships into dist/: CommonJS and types of lib, bin, the core and the
// middleware, thin ES modules before them, and the bundled functions.
//
// There is one implementation, which `import` and `require` share: an app may use both, and two
// copies would not know each other's objects.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
process.chdir(root);
rmSync('dist', { recursive: true, force: true });

const write = (file, contents, options) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents, options);
};
const filesBelow = (folder, ending) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

// Types, and which sources there are to compile: what the entries reach.
const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
// Below dist/ everything is CommonJS but what ends with `.mjs` or `.d.mts`.
const { exports, version } = JSON.parse(readFileSync('package.json', 'utf8'));
write('dist/package.json', `${JSON.stringify({ type: 'commonjs', version })}\n`);

// `./x.ts` of the sources is `./x.js` in what is built, in types too.
const builtNames = (text) =>
  text.replaceAll(
    /((?:from|import|import\(|require\()\s*['"]\.{1,2}\/[^'"\n]+)\.ts(?=['"])/g,
    '$1.js',
  );
const types = filesBelow('dist', '.d.ts');
for (const file of types) writeFileSync(file, builtNames(readFileSync(file, 'utf8')));

const { outputFiles } = require('esbuild').buildSync({
  entryPoints: types.map((file) => file.replace(/^dist[/\\]/, '').replace(/\.d\.ts$/, '.ts')),
  outbase: '.',
  outdir: 'dist',
  format: 'cjs',
  platform: 'node',
  target: 'node20.12',
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  write: false,
});
for (const { path, text } of outputFiles)
  write(path, builtNames(text), path.endsWith('cli.js') ? { mode: 0o755 } : {});

// The schema, compiled: the compiler need not run at every start.
const validator = 'dist/lib/access-map/schema/validator.js';
const { validatorSource } = require('./validator-source.cjs');
write(validator, validatorSource(require(join(root, validator))));

// What package.json exports, for those who import.
for (const { import: wrapper, require: common } of Object.values(exports)) {
  if (wrapper === undefined) continue;
  const from = (file) => `export * from './${file.split('/').pop()}';\n`;
  write(wrapper.default, from(common.default));
  write(wrapper.types, from(common.default));
}

const { bundleLambda, lambdaBuildOptions, noticeOf } = require('./bundle-lambda.cjs');
// A function is a folder below lambda/ with an index.ts.
const functions = readdirSync('lambda').filter((name) =>
  existsSync(join('lambda', name, 'index.ts')),
);
// What asks DynamoDB on the path of a call is there twice: lib/resources/asset-files.ts takes one.
const bundles = [
  ...functions.map((name) => ({ name, folder: name, storeClient: 'light' })),
  ...['authorizer', 'permissions'].map((name) => ({
    name,
    folder: `${name}-sdk`,
    storeClient: 'sdk',
  })),
];
const inputs = [];
for (const { name, folder, storeClient } of bundles) {
  const entry = join(root, 'lambda', name, 'index.ts');
  for (const { path, contents } of bundleLambda(entry, storeClient))
    write(join('dist/lambda', folder, path), contents);
  const options = { ...lambdaBuildOptions(entry, storeClient), write: false, metafile: true };
  inputs.push(require('esbuild').buildSync(options).metafile);
}
// What all functions hold, once; each has its own beside it in its asset.
const outputs = inputs.flatMap((metafile) => Object.values(metafile.outputs));
write('dist/NOTICE.txt', noticeOf({ outputs }));
