// Prepares a release: `npm run release -- 0.3.0`. It refuses while the changelog has nothing to
// release or an empty section, then moves the changelog and every version together. Commit, tag
// `v0.3.0` and push the tag: the workflow `release` publishes. `-- --check` says whether all
// versions and addresses agree, `--check --publish` whether package.json names the repository that
// this runs in and nothing is unreleased too, and `-- --repository OWNER/NAME` writes that at every
// place.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pendingProblems, problemsOf, releasedAs, versionsOf } from './release/changelog.mjs';
import {
  addressHere,
  addressOf,
  addressProblems,
  FILES_WITH_ADDRESS,
  strayAddresses,
  withAddress,
} from './release/repository.mjs';
import { comesAfter, PLACES, strayPlaces, withVersion } from './release/versions.mjs';

const root = join(import.meta.dirname, '..');
const read = (file) => readFileSync(join(root, file), 'utf8');
const [version, second] = process.argv.slice(2);

function fail(problems) {
  for (const problem of problems) console.error(`release: ${problem}`);
  process.exit(1);
}

const { version: current } = JSON.parse(read('package.json'));
const changelog = read('CHANGELOG.md');
const releases = versionsOf(changelog).map(({ name }) => name);

if (version === '--check') {
  const missing = releases.includes(current) ? [] : [`CHANGELOG.md: expected \`## ${current}\``];
  const stray = [...strayPlaces(read, current), ...strayAddresses(read), ...missing];
  if (second === '--publish')
    stray.push(...addressProblems(read, addressHere(root)), ...pendingProblems(changelog));
  if (stray.length > 0) fail(stray);
  process.exit(0);
}
if (version === '--repository') {
  if (!/^[\w.-]+\/[\w.-]+$/.test(second ?? '')) {
    console.error(
      `release: expected OWNER/NAME of a GitHub repository, found ${second ? `\`${second}\`` : 'none'}: npm run release -- --repository OWNER/NAME`,
    );
    process.exit(2);
  }
  const from = addressOf(read);
  for (const file of FILES_WITH_ADDRESS)
    writeFileSync(join(root, file), withAddress(file, read(file), from, second));
  console.log(`${second}: written to ${FILES_WITH_ADDRESS.join(', ')}`);
  process.exit(0);
}
if (!/^\d+\.\d+\.\d+$/.test(version ?? '')) {
  console.error(
    `release: expected a version such as \`0.3.0\`, found ${version ? `\`${version}\`` : 'none'}: npm run release -- 0.3.0`,
  );
  process.exit(2);
}
const problems = [
  ...(comesAfter(version, current)
    ? []
    : [`expected a version after ${current}, found ${version}`]),
  ...(releases.includes(version) ? [`CHANGELOG.md has ${version} already`] : []),
  ...strayPlaces(read, current),
  ...strayAddresses(read),
  ...addressProblems(read, addressHere(root)),
  ...problemsOf(changelog),
];
if (problems.length > 0) fail(problems);

writeFileSync(
  join(root, 'CHANGELOG.md'),
  releasedAs(changelog, version, second ?? new Date().toISOString().slice(0, 10)),
);
for (const file of new Set(PLACES.map(([name]) => name)))
  writeFileSync(join(root, file), withVersion(file, read(file), current, version));
console.log(`${version}: commit, then git tag v${version} && git push origin v${version}`);
