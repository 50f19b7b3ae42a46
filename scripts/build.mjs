// Builds what the package ships into dist/: JavaScript and types of lib, bin and the core, and the bundled functions.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
const functions = readdirSync('lambda').filter((name) => existsSync(join('lambda', name, 'index.ts')));
for (const name of functions) {
  for (const { path, contents } of bundleLambda(join(root, 'lambda', name, 'index.ts'))) {
    const file = join('dist/lambda', name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
}
