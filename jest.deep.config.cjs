// The deep tier of the tests: what stands in test/deep, and each file whose tests have two sizes
// (test/support/tier.ts), at full size. With TEST_ONLY_DEEP, of those files the ones with a test
// that the quick tier skips.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const quick = require('./jest.config.json');

process.env.TEST_TIER = 'deep';

const mark = process.env.TEST_ONLY_DEEP === undefined ? '/support/tier.ts' : 'deepTest';
const twoSizes = readdirSync(join(__dirname, 'test'), { recursive: true }).filter(
  (file) =>
    file.endsWith('.test.ts') && readFileSync(join(__dirname, 'test', file), 'utf8').includes(mark),
);

module.exports = {
  ...quick,
  testMatch: ['deep/**/*.test.ts', ...twoSizes].map((file) => `<rootDir>/test/${file}`),
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
  maxWorkers: 1,
};
