// Builds what the package ships into dist/: JavaScript and types of lib, bin, the core and the
// middleware, and the bundled functions.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
process.chdir(root);
rmSync('dist', { recursive: true, force: true });

const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const entry of ['dist/bin/cli.js']) if (existsSync(entry)) chmodSync(entry, 0o755);

const { bundleLambda } = require('./bundle-lambda.cjs');
// A function is a folder below lambda/ with an index.ts.
const functions = readdirSync('lambda').filter((name) =>
  existsSync(join('lambda', name, 'index.ts')),
);
// What asks DynamoDB on the path of a call is there twice: lib/resources/function-code.ts takes one.
const bundles = [
  ...functions.map((name) => ({ name, folder: name, storeClient: 'light' })),
  ...['authorizer', 'permissions'].map((name) => ({
    name,
    folder: `${name}-sdk`,
    storeClient: 'sdk',
  })),
];
for (const { name, folder, storeClient } of bundles) {
  for (const { path, contents } of bundleLambda(
    join(root, 'lambda', name, 'index.ts'),
    storeClient,
  )) {
    const file = join('dist/lambda', folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
}

// Back ends may be CommonJS, and Node below 22.12 cannot `require` a module.
require('esbuild').buildSync({
  entryPoints: ['middleware/index.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outfile: 'dist/middleware/index.cjs',
});
for (const name of readdirSync('dist/middleware').filter((file) => file.endsWith('.d.ts'))) {
  const types = readFileSync(join('dist/middleware', name), 'utf8').replaceAll(
    /(from '\.\/[\w-]+)\.[tj]s'/g,
    "$1.cjs'",
  );
  writeFileSync(join('dist/middleware', name.replace(/ts$/, 'cts')), types);
}
