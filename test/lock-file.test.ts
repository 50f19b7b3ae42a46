import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const locked = Object.entries(packages).filter(([where]) => where !== '');

/** Entries that scripts/complete-lock.mjs adds for platforms that npm left out. */
const isPlaceholder = ({ optional, os, cpu }: Locked): boolean =>
  optional === true && (os !== undefined || cpu !== undefined);

/** The package whose archive, with an integrity of its own, has this one in it. */
const bundleOf = (where: string): Locked | undefined =>
  packages[where.slice(0, where.lastIndexOf('/node_modules/'))];

test('every package of the lock has one version, and what is downloaded an integrity in SHA-512', () => {
  const unsure = locked.filter(
    ([where, entry]) =>
      entry.link !== true &&
      (!/^[0-9]+\.[0-9]+\.[0-9]+/.test(entry.version ?? '') ||
        !(
          entry.integrity?.startsWith('sha512-') ||
          isPlaceholder(entry) ||
          (entry.inBundle === true && bundleOf(where)?.integrity !== undefined)
        )),
  );
  expect(unsure.map(([where]) => where)).toEqual([]);
});

test('no package comes from elsewhere than the registry: no entry names an address', () => {
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
