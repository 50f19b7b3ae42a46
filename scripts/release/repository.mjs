// Where the repository is. package.json is the home of the address; the other places follow it. The
// address that is there until somebody sets one is made up, so that nothing may be published
// under it.
import { spawnSync } from 'node:child_process';

/** Files with the address; `ADDRESS` is its owner and name. */
const PLACES = [
  ['package.json', 'https://github.com/ADDRESS#readme'],
  ['package.json', 'git+https://github.com/ADDRESS.git'],
  ['package.json', 'https://github.com/ADDRESS/issues'],
  ['client/package.json', 'git+https://github.com/ADDRESS.git'],
  ['examples/github-actions-diff.yml', 'uses: ADDRESS/.github/actions/access-diff@'],
  // A Go module is named by the repository that holds it: constructs for Go get one of their own.
  ['jsii/package.json', '"moduleName": "github.com/ADDRESS-go"'],
];

export const FILES_WITH_ADDRESS = [...new Set(PLACES.map(([file]) => file))];

const placed = (around, address) => around.replace('ADDRESS', address);

/** `owner/name` of a GitHub address in any of git's spellings; undefined for other hosts. */
const addressIn = (url) =>
  /^(?:git\+)?(?:(?:https|ssh|git):\/\/(?:[^@/]+@)?|git@)github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
    url.trim(),
  )?.[1];

/** What package.json says. */
export const addressOf = (read) => addressIn(JSON.parse(read('package.json')).repository.url);

/** The repository that this runs in: of the workflow's run, else where `origin` points. */
export function addressHere(root, env = process.env) {
  if (env.GITHUB_REPOSITORY) return env.GITHUB_REPOSITORY;
  const { status, stdout } = spawnSync('git', ['-C', root, 'remote', 'get-url', 'origin'], {
    encoding: 'utf8',
  });
  return status === 0 ? addressIn(stdout) : undefined;
}

/** Why nothing may be published from here, each in a sentence. */
export function addressProblems(read, here) {
  const said = addressOf(read);
  if (here === undefined)
    return [
      'expected a GitHub repository to publish from, found none: neither GITHUB_REPOSITORY nor the remote `origin` names one',
    ];
  if (said?.toLowerCase() === here.toLowerCase()) return [];
  return [
    `package.json: expected the repository that this runs in, \`${here}\`, found \`${said}\`: npm run release -- --repository ${here}`,
  ];
}

/** Places that do not have the address of package.json, each in a sentence. */
export const strayAddresses = (read) =>
  PLACES.filter(([file, around]) => !read(file).includes(placed(around, addressOf(read)))).map(
    ([file, around]) => `${file}: expected \`${placed(around, addressOf(read))}\``,
  );

/** The text of a file with another address at its places. */
export const withAddress = (file, text, from, to) =>
  PLACES.filter(([name]) => name === file).reduce(
    (changed, [, around]) => changed.replaceAll(placed(around, from), placed(around, to)),
    text,
  );
