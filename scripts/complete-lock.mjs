// What the lock files lack after `npm install`: run after it.
//
// - npm leaves optional binaries of platforms that its registry does not serve out, and `npm ci`
//   then refuses the lock on those platforms ("Missing: ... from lock file"). The absent entries
//   are added, with the platform read off the package's name, so that one lock serves Linux, macOS
//   and Windows.
// - Every entry has the integrity of its archive, which the registry is asked for where npm has not
//   written it, and `resolved`. That is the address at npm's own registry, wherever the archive was
//   loaded from: npm puts the registry that is configured in its place (`replace-registry-host`).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** Lock files of the project, and of folders with packages of their own. */
const LOCKS = [
  'package-lock.json',
  'bench/tools/package-lock.json',
  'jsii/package-lock.json',
  'site/package-lock.json',
  'test/deep/back-ends/package-lock.json',
  'test/iam-simulate/package-lock.json',
];
const REGISTRY = 'https://registry.npmjs.org';

const OS = [
  'android',
  'darwin',
  'win32',
  'linux',
  'freebsd',
  'openbsd',
  'netbsd',
  'openharmony',
  'aix',
  'sunos',
];
const CPU = [
  'arm64',
  'x64',
  'arm',
  'ia32',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'mips64el',
  'wasm32',
];

/** What a name begins a part with, and what npm calls it. */
const LIBC = [
  ['musl', 'musl'],
  ['gnu', 'glibc'],
];

function platformOf(name) {
  const parts = name.split(/[-/]/);
  const cpu = CPU.find((part) => parts.includes(part));
  const os = OS.find((part) => parts.includes(part));
  const libc = LIBC.find(([prefix]) => parts.some((part) => part.startsWith(prefix)))?.[1];
  return {
    ...(cpu && { cpu: [cpu] }),
    ...(os && { os: [os] }),
    ...(os === 'linux' && libc && { libc: [libc] }),
  };
}

/** What an entry is an archive of; aliases say it, of the others the place does. */
const nameOf = (where, { name }) => name ?? where.slice(where.lastIndexOf('node_modules/') + 13);

const addressOf = (name, version) =>
  `${REGISTRY}/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;

function integrityOf(name, version) {
  const args = ['view', `${name}@${version}`, 'dist.integrity'];
  const integrity = execFileSync('npm', args, { encoding: 'utf8' }).trim();
  if (!integrity.startsWith('sha512-'))
    throw new Error(`${name}@${version}: expected an integrity in SHA-512, found \`${integrity}\``);
  return integrity;
}

/** A package in the archive of another has neither: the other's integrity holds it. */
function located(where, entry) {
  if (where === '' || entry.link || entry.inBundle) return entry;
  const { version, resolved: _, integrity, ...rest } = entry;
  const name = nameOf(where, entry);
  return {
    version,
    resolved: addressOf(name, version),
    integrity: integrity ?? integrityOf(name, version),
    ...rest,
  };
}

function addAbsentPlatforms(packages) {
  for (const [where, locked] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`;
      if (packages[key] || packages[`${where}/${key}`]) continue;
      packages[key] = {
        version,
        ...(locked.dev && { dev: true }),
        optional: true,
        ...platformOf(name),
      };
    }
  }
}

for (const file of LOCKS) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  if (file === 'package-lock.json') addAbsentPlatforms(lock.packages);
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages)
      .map(([where, entry]) => [where, located(where, entry)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
