// What `npm run release` does with its parameters, in the project that lies in `root`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pendingProblems, problemsOf, releasedAs, versionsOf } from './changelog.mjs';
import {
  addressHere,
  addressOf,
  addressProblems,
  FILES_WITH_ADDRESS,
  strayAddresses,
  withAddress,
} from './repository.mjs';
import { comesAfter, PLACES, strayPlaces, withVersion } from './versions.mjs';

/**
 * @param {string} root
 * @param {readonly string[]} parameters as they are typed
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ status: number, problems: readonly string[], done?: string }} the status to exit
 * with, and what to say
 */
export function prepare(root, [version, second], env = process.env) {
  const project = projectIn(root, env);
  if (version === '--check') return check(project, second === '--publish');
  if (version === '--repository') return move(project, second);
  if (/^\d+\.\d+\.\d+$/.test(version ?? '')) return release(project, version, second);
  return misused(
    `expected a version such as \`0.3.0\`, found ${found(version)}: npm run release -- 0.3.0`,
  );
}

const found = (parameter) => (parameter ? `\`${parameter}\`` : 'none');

const misused = (problem) => ({ status: 2, problems: [problem] });

function projectIn(root, env) {
  const read = (file) => readFileSync(join(root, file), 'utf8');
  const changelog = read('CHANGELOG.md');
  return {
    read,
    write: (file, text) => writeFileSync(join(root, file), text),
    here: () => addressHere(root, env),
    current: JSON.parse(read('package.json')).version,
    changelog,
    releases: versionsOf(changelog).map(({ name }) => name),
  };
}

function check({ read, here, current, changelog, releases }, isToPublish) {
  const problems = [
    ...strayPlaces(read, current),
    ...strayAddresses(read),
    ...(releases.includes(current) ? [] : [`CHANGELOG.md: expected \`## ${current}\``]),
    ...(isToPublish ? [...addressProblems(read, here()), ...pendingProblems(changelog)] : []),
  ];
  return { status: problems.length > 0 ? 1 : 0, problems };
}

function move({ read, write }, address) {
  if (!/^[\w.-]+\/[\w.-]+$/.test(address ?? ''))
    return misused(
      `expected OWNER/NAME of a GitHub repository, found ${found(address)}: npm run release -- --repository OWNER/NAME`,
    );
  const from = addressOf(read);
  for (const file of FILES_WITH_ADDRESS) write(file, withAddress(file, read(file), from, address));
  return {
    status: 0,
    problems: [],
    done: `${address}: written to ${FILES_WITH_ADDRESS.join(', ')}`,
  };
}

function release({ read, write, here, current, changelog, releases }, version, date) {
  const problems = [
    ...(comesAfter(version, current)
      ? []
      : [`expected a version after ${current}, found ${version}`]),
    ...(releases.includes(version) ? [`CHANGELOG.md has ${version} already`] : []),
    ...strayPlaces(read, current),
    ...strayAddresses(read),
    ...addressProblems(read, here()),
    ...problemsOf(changelog),
  ];
  if (problems.length > 0) return { status: 1, problems };
  const day = date ?? new Date().toISOString().slice(0, 10);
  write('CHANGELOG.md', releasedAs(changelog, version, day));
  for (const file of new Set(PLACES.map(([name]) => name)))
    write(file, withVersion(file, read(file), current, version));
  return {
    status: 0,
    problems: [],
    done: `${version}: commit, then git tag v${version} && git push origin v${version}`,
  };
}
