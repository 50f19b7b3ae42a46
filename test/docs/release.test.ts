/** `npm run release`, on a copy of the files that it changes. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';

const CHANGED = [
  'package.json',
  'package-lock.json',
  'client/package.json',
  'client/examples/okta-react/package.json',
  'examples/github-actions-diff.yml',
  'docs/reference/versions.md',
  'docs/start/terraform.md',
  'docs/how-to/package.md',
];
/** Has the address of the repository and no version. */
const CONSTRUCTS = 'jsii/package.json';

const HEAD = '# Changelog\n\n## Unreleased\n';
const BEFORE = '\n## 0.2.0 (2026-01-01)\n\n### Added\n\n- Everything.\n';

/** A copy of the project as far as a release goes, with what is unreleased. */
function projectWith(unreleased: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  cpSync('scripts/release', join(folder, 'scripts/release'), { recursive: true });
  cpSync('scripts/release.mjs', join(folder, 'scripts/release.mjs'));
  for (const file of [...CHANGED, CONSTRUCTS]) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    const text = readFileSync(file, 'utf8').replaceAll(current, '0.2.0');
    writeFileSync(join(folder, file), text);
  }
  writeFileSync(join(folder, 'CHANGELOG.md'), `${HEAD}${unreleased}${BEFORE}`);
  return folder;
}

const { version: current } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
};

const MADE_UP = 'okta-group-authorizer/okta-group-authorizer';
const ADDRESS = new RegExp(`(?:github\\.com/|uses: )${MADE_UP}`);

function release(folder: string, ...parameters: readonly string[]) {
  return releaseFrom(MADE_UP, folder, ...parameters);
}

type Prepare = (
  root: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
) => { readonly status: number; readonly problems: readonly string[] };

/** The script's own module, which a CommonJS test cannot import; a process each takes longer. */
const prepare = ((): Prepare => {
  const { outputFiles } = buildSync({
    entryPoints: ['scripts/release/prepare.mjs'],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  });
  const module = { exports: {} as { prepare: Prepare } };
  new Function('module', 'require', outputFiles[0]?.text ?? '')(module, require);
  return module.exports.prepare;
})();

function releaseFrom(repository: string, folder: string, ...parameters: readonly string[]) {
  const { status, problems } = prepare(folder, parameters, { GITHUB_REPOSITORY: repository });
  return { status, stderr: problems.join('\n') };
}

/** As a user runs it. */
function run(folder: string, ...parameters: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'scripts/release.mjs'), ...parameters],
    { encoding: 'utf8', env: { ...process.env, GITHUB_REPOSITORY: MADE_UP } },
  );
  return { status, stdout, stderr };
}

describe('npm run release', () => {
  test('moves the changelog and every version together', () => {
    const folder = projectWith('\n### Added\n\n- One thing.\n\n### Security\n\n- Another.\n');
    expect(release(folder, '0.3.0', '2026-12-01')).toEqual({ status: 0, stderr: '' });
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    expect(read('CHANGELOG.md')).toContain(
      '## Unreleased\n\n## 0.3.0 (2026-12-01)\n\n### Added\n\n- One thing.\n',
    );
    for (const file of CHANGED) {
      expect([file, read(file).includes('0.3.0')]).toEqual([file, true]);
      if (!file.includes('lock'))
        expect([file, read(file).includes('0.2.0')]).toEqual([file, false]);
    }
  });

  test('says what to do next, or each problem in a line, and exits so', () => {
    const folder = projectWith('\n### Added\n\n- One.\n');
    expect(run(folder, '0.3.0')).toEqual({
      status: 0,
      stdout: '0.3.0: commit, then git tag v0.3.0 && git push origin v0.3.0\n',
      stderr: '',
    });
    expect(run(folder, '0.3.0')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^(release: .+\n){3}$/),
    });
  });

  test.each([
    ['nothing', '', 'nothing to release'],
    ['an empty section', '\n### Added\n\n### Fixed\n\n- A fault.\n', '`Added` is empty'],
    ['a change outside of a section', '\n- A change.\n\n### Added\n\n- One.\n', 'found outside'],
    ['a section that the format does not have', '\n### New\n\n- One.\n', 'the section `New`'],
    ['a section twice', '\n### Added\n\n- One.\n\n### Added\n\n- Two.\n', 'stands twice'],
  ])('refuses %s, and changes nothing', (_, unreleased, says) => {
    const folder = projectWith(unreleased);
    const { status, stderr } = release(folder, '0.3.0');
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(says) });
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toContain('"version": "0.2.0"');
  });

  test.each([
    ['0.1.9', 1, 'expected a version after 0.2.0, found 0.1.9'],
    ['0.2.0', 1, 'expected a version after 0.2.0, found 0.2.0'],
    ['v0.3.0', 2, 'found `v0.3.0`'],
    ['', 2, 'found none'],
  ])('refuses the version `%s`', (version, status, says) => {
    const folder = projectWith('\n### Added\n\n- One.\n');
    expect(release(folder, version)).toEqual({ status, stderr: expect.stringContaining(says) });
  });
});

describe('the address of the repository', () => {
  const released = '\n### Added\n\n- One.\n';

  test('is refused where it is not the repository that runs the release, with the command that sets it', () => {
    const folder = projectWith(released);
    const refused = {
      status: 1,
      stderr: expect.stringContaining('npm run release -- --repository acme/access'),
    };
    expect(releaseFrom('acme/access', folder, '0.3.0')).toEqual(refused);
    expect(releaseFrom('acme/access', folder, '--check', '--publish')).toEqual(refused);
    expect(releaseFrom('', folder, '--check', '--publish')).toEqual({
      status: 1,
      stderr: expect.stringContaining('expected a GitHub repository to publish from, found none'),
    });
    expect(release(projectWith(''), '--check', '--publish').status).toBe(0);
  });

  test('nothing is published beside changes that no version has', () => {
    expect(release(projectWith(released), '--check', '--publish')).toEqual({
      status: 1,
      stderr: expect.stringContaining('CHANGELOG.md, Unreleased: expected nothing'),
    });
    expect(release(projectWith(released), '--check').status).toBe(0);
  });

  test('is set at every place by one command', () => {
    const folder = projectWith('');
    expect(releaseFrom('', folder, '--repository', 'acme/access').status).toBe(0);
    expect(releaseFrom('acme/access', folder, '--check', '--publish')).toEqual({
      status: 0,
      stderr: '',
    });
    for (const file of [...CHANGED, CONSTRUCTS])
      expect([file, readFileSync(join(folder, file), 'utf8').search(ADDRESS) >= 0]).toEqual([
        file,
        false,
      ]);
    expect(releaseFrom('', folder, '--repository', 'acme').status).toBe(2);
  });

  test.each([
    ['package.json', '"url": "git+https://github.com/acme/access.git"'],
    ['client/package.json', '"url": "git+https://github.com/acme/access.git"'],
    ['examples/github-actions-diff.yml', 'uses: acme/access/.github/actions/access-diff@'],
    ['jsii/package.json', '"moduleName": "github.com/acme/access-go"'],
  ])('is in %s as `%s`, and missed where it is not', (file, place) => {
    const folder = projectWith('');
    releaseFrom('', folder, '--repository', 'acme/access');
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text).toContain(place);
    writeFileSync(join(folder, file), text.replace(place, place.replace('acme/', 'other/')));
    expect(releaseFrom('acme/access', folder, '--check', '--publish').status).toBe(1);
  });

  test.each([
    ['git@github.com:acme/access.git'],
    ['ssh://git@github.com/acme/access'],
    ['https://github.com/acme/access.git'],
  ])('is read from the remote %s', (url) => {
    const folder = projectWith('');
    for (const command of [
      ['init', '-q'],
      ['remote', 'add', 'origin', url],
    ])
      spawnSync('git', ['-C', folder, ...command]);
    releaseFrom('', folder, '--repository', 'acme/access');
    expect(releaseFrom('', folder, '--check', '--publish')).toEqual({ status: 0, stderr: '' });
  });
});

test('every version of the repository is the same, and the changelog has it', () => {
  expect(release('.', '--check')).toEqual({ status: 0, stderr: '' });
});
