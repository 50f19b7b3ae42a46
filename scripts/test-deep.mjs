// `npm run test:deep`: the deep tier of jest (jest.deep.config.cjs), then the tests from end to end
// over the other client of DynamoDB, then real back ends. Names of test files run those alone;
// `tests` runs all of jest's, `only-deep` those of them that the quick tier skips, `store-clients`
// the second, `back-ends` the third, and options (`--without NAME`, `--spellings N`) are theirs.
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
const wholes = new Set(['tests', 'only-deep', 'store-clients', 'back-ends']);
const files = positionals.filter((name) => !wholes.has(name));
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
const jestBin = 'node_modules/jest/bin/jest.js';

if (positionals.includes('only-deep')) process.env.TEST_ONLY_DEEP = 'true';
const jest = () => run(jestBin, '--config', 'jest.deep.config.cjs', ...files);
const storeClients = () => {
  process.env.E2E_STORE_CLIENT = 'sdk';
  return run(jestBin, '--maxWorkers', '1', 'test/e2e');
};
const backEnds = () => run('--import', 'tsx', 'test/deep/back-ends/run.ts', ...options);

const wants = (whole) => positionals.length === 0 || positionals.includes(whole);
process.exitCode = Math.max(
  wants('tests') || wants('only-deep') || files.length > 0 ? jest() : 0,
  wants('store-clients') ? storeClients() : 0,
  wants('back-ends') ? backEnds() : 0,
);
