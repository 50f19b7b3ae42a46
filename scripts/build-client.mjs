// Builds what the client package ships into client/dist/: two small modules, each as an ES module
// and as CommonJS, and their types.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { clientBuildOptions } from './client-build-options.mjs';

const here = join(import.meta.dirname, '../client');
const types = join(here, 'dist');
rmSync(types, { recursive: true, force: true });
const { metafile } = buildSync({ ...clientBuildOptions, write: true, metafile: true });
buildSync({
  ...clientBuildOptions,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  write: true,
});

const require = createRequire(import.meta.url);
const { noticeOf } = require('./bundle-lambda.cjs');
writeFileSync(join(types, 'NOTICE.txt'), noticeOf(metafile));

const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [compiler, '-p', join(here, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
// Relative imports in declarations keep the source's ending, which a package has not.
for (const name of readdirSync(types).filter((file) => file.endsWith('.d.ts'))) {
  const text = readFileSync(join(types, name), 'utf8');
  const importing = (ending) => text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, `$1.${ending}'`);
  writeFileSync(join(types, name), importing('js'));
  writeFileSync(join(types, name.replace(/\.ts$/, '.cts')), importing('cjs'));
}
