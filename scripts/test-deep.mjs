// `npm run test:deep`: the deep tier of jest (jest.deep.config.cjs), then real back ends. Names of
// test files run those alone; `tests` runs all of jest's, `back-ends` the back ends, and options (`--without NAME`, `--spellings N`) are
// theirs.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { positionals, tokens } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
  tokens: true,
  options: {
    without: { type: 'string', multiple: true },
    spellings: { type: 'string' },
    trees: { type: 'string' },
    seed: { type: 'string' },
  },
});
const options = tokens.flatMap((token) =>
  token.kind === 'option'
    ? [token.rawName, ...(token.value === undefined ? [] : [token.value])]
    : [],
);
const wholes = new Set(['tests', 'back-ends']);
const files = positionals.filter((name) => !wholes.has(name));
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

const jest = () =>
  run('node_modules/jest/bin/jest.js', '--config', 'jest.deep.config.cjs', ...files);
const backEnds = () => run('--import', 'tsx', 'test/deep/back-ends/run.ts', ...options);

const wantsJest = positionals.length === 0 || files.length > 0 || positionals.includes('tests');
const wantsBackEnds = positionals.length === 0 || positionals.includes('back-ends');
process.exitCode = Math.max(wantsJest ? jest() : 0, wantsBackEnds ? backEnds() : 0);
