// Bills of materials (CycloneDX) for the packed package: of what an installation brings, by npm,
// and of what the bundler took into each function. Run by `npm pack` and `npm publish`.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
process.chdir(root);
// Not in dist/, which `prepare` builds again after `prepack`.
mkdirSync('sbom', { recursive: true });

const sbom = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
const bill = JSON.parse(
  execFileSync('npm', sbom, { maxBuffer: 1e8, shell: process.platform === 'win32' }),
);
// npm names the main component after the folder that the checkout lies in.
bill.metadata.component.name = JSON.parse(readFileSync('package.json', 'utf8')).name;
writeFileSync('sbom/package.cdx.json', `${JSON.stringify(bill, undefined, 2)}\n`);

const { lambdaBuildOptions } = require('./bundle-lambda.cjs');
const { buildSync } = require('esbuild');
const folder = mkdtempSync(join(tmpdir(), 'bill-'));
try {
  const functions = readdirSync('lambda').filter((name) =>
    existsSync(join('lambda', name, 'index.ts')),
  );
  for (const name of functions) writeBill(name, name, 'light');
  // The same two as in scripts/build.mjs: their assets hold other packages with the other client.
  for (const name of ['authorizer', 'permissions']) writeBill(name, `${name}-sdk`, 'sdk');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function writeBill(name, file, storeClient) {
  const entry = join(root, 'lambda', name, 'index.ts');
  const options = lambdaBuildOptions(entry, storeClient);
  const { metafile } = buildSync({ ...options, write: false, metafile: true });
  const list = join(folder, `${file}.json`);
  writeFileSync(list, JSON.stringify(metafile));
  const tool = join(root, 'node_modules/.bin/cyclonedx-esbuild');
  const output = ['--output-reproducible', '--output-file', `sbom/${file}.cdx.json`];
  execFileSync(tool, [...output, list], { stdio: ['ignore', 'ignore', 'inherit'] });
}
