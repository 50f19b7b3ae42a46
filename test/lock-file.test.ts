import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { globSync } from 'tinyglobby';

interface Locked {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}
type Packages = Readonly<Record<string, Locked>>;

const files = globSync('**/package-lock.json', {
  ignore: ['**/node_modules/**', '.local/**'],
  dot: true,
});
const packagesOf = (file: string): Packages =>
  (JSON.parse(readFileSync(file, 'utf8')) as { readonly packages: Packages }).packages;

/** The package whose archive, with an integrity of its own, has this one in it. */
const bundleOf = (packages: Packages, where: string): Locked | undefined =>
  packages[where.slice(0, where.lastIndexOf('/node_modules/'))];

/**
 * Addresses of npm's own registry, whatever registry this machine loads from: npm puts that one in
 * its place.
 */
const addressOf = (where: string, { name, version }: Locked): string => {
  const given = name ?? where.slice(where.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const file = given.slice(given.indexOf('/') + 1);
  return `https://registry.npmjs.org/${given}/-/${file}-${version}.tgz`;
};

test('the lock files are known to scripts/complete-lock.mjs', () => {
  const script = readFileSync('scripts/complete-lock.mjs', 'utf8');
  expect(files.length).toBeGreaterThanOrEqual(5);
  expect(files.filter((file) => !script.includes(`'${file}'`))).toEqual([]);
});

test.each(files)(
  'every package of %s has one version, an integrity in SHA-512 and where it is loaded from',
  (file) => {
    const packages = packagesOf(file);
    const unsure = Object.entries(packages).filter(([where, entry]) => {
      if (where === '' || entry.link === true) return false;
      if (!/^[0-9]+\.[0-9]+\.[0-9]+/.test(entry.version ?? '')) return true;
      const isLocated =
        entry.integrity?.startsWith('sha512-') === true &&
        entry.resolved === addressOf(where, entry);
      return !(
        isLocated ||
        (entry.inBundle === true && bundleOf(packages, where)?.integrity !== undefined)
      );
    });
    expect(unsure.map(([where]) => where)).toEqual([]);
  },
);

test('the clients of the AWS SDK are of one version', () => {
  const versions = Object.entries(packagesOf('package-lock.json')).flatMap(
    ([where, { version }]) =>
      /(?:^|\/)node_modules\/@aws-sdk\/client-[\w-]+$/.test(where) ? [version] : [],
  );
  expect(versions.length).toBeGreaterThanOrEqual(6);
  expect(new Set(versions).size).toBe(1);
});
