/**
 * Packs an earlier commit as npm would, for the tests of upgrades:
 * `node scripts/pack-former.mjs 1c4f789`. Needs the commit in the history, and the network for
 * `npm ci`. Writes test/deploy/former/NAME-VERSION.tar.br: the tarball, compressed with Brotli in
 * place of gzip, for which it is half as large.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';

const [commit] = process.argv.slice(2);
if (commit === undefined) {
  console.error('usage: node scripts/pack-former.mjs 1c4f789');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'pack-former-'));
try {
  const archive = join(folder, 'archive.tar');
  execFileSync('git', ['archive', '--output', archive, commit]);
  execFileSync('tar', ['xf', archive, '-C', folder]);
  const there = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], there);
  const name = execFileSync('npm', ['pack', '--silent'], there).trim().split('\n').at(-1);
  const tar = gunzipSync(readFileSync(join(folder, name)));
  const params = {
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: tar.length,
  };
  const file = join('test/deploy/former', name.replace(/\.tgz$/, '.tar.br'));
  mkdirSync('test/deploy/former', { recursive: true });
  writeFileSync(file, brotliCompressSync(tar, { params }));
  console.log(file);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
