// Builds the constructs for the other languages of the CDK:
// `node scripts/build-jsii.mjs [python java go dotnet]` (python alone by default) leaves in
// jsii/dist/LANGUAGE what its package registry takes.
//
// What jsii compiles are the classes of jsii/src, in the shapes that jsii knows. They inherit the
// constructs themselves: one CommonJS bundle of dist/lib beside the bundled functions of
// dist/lambda, so that the functions' assets are those of the npm package byte for byte.
// aws-cdk-lib and constructs are never bundled: the app has them.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const own = join(root, 'jsii');
const dist = join(own, 'dist');
const project = join(dist, 'project');
/** Two folders below `bundled`, where the constructs look for the functions. */
const BUNDLE = 'bundled/lib/constructs/index.js';

/** What the npm package exports, and classes of which it exports the types alone. */
const EXPORTED = `
export * from './index.js';
export { HubAlarms } from './hub/hub-alarms.js';
export { AccessAlarms } from './watch/access-alarms.js';
export { AccessDashboard } from './watch/dashboard.js';
export { Detector } from './watch/detector.js';
`;

const FOREIGN =
  /node_modules\/(?:aws-cdk-lib|constructs|@aws-sdk|@smithy|commander)\/|dist\/lib\/commands\//;

const languages = process.argv.slice(2);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const run = (program, args, cwd = project) =>
  execFileSync(program, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
const node = (script, args) => run(process.execPath, [join(own, 'node_modules', script), ...args]);

if (!existsSync(join(root, 'dist/lib/index.js')))
  throw new Error('expected the build in dist/, found none: npm run build');
if (!existsSync(join(own, 'node_modules/jsii')))
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], own);

rmSync(dist, { recursive: true, force: true });
mkdirSync(project, { recursive: true });
cpSync(join(own, 'src'), join(project, 'src'), { recursive: true });
for (const file of ['README.md', 'LICENSE'])
  cpSync(join(file === 'LICENSE' ? root : own, file), join(project, file));
writeManifest();
writeBundle();
// Types that jsii/src is checked against; the package is without them.
const isType = (file) => file.endsWith('.d.ts') || !/\.\w+$/.test(file);
for (const folder of ['lib', 'lambda'])
  cpSync(join(root, 'dist', folder), join(project, 'bundled', folder), {
    recursive: true,
    filter: isType,
  });
// The functions as the npm package ships them.
const isFunction = (file) => /\.(?:mjs|txt)$/.test(file) || !/\.\w+$/.test(file);
cpSync(join(root, 'dist/lambda'), join(project, 'bundled/lambda'), {
  recursive: true,
  filter: isFunction,
});

// `function` is a word of some languages, whose generated code writes it in another way; the peers
// are those of the project, against whose newest release it is compiled.
node('jsii/bin/jsii', [
  '--fail-on-warnings',
  ...['reserved-word', 'metadata/missing-dev-dependency'].map(
    (name) => `--silence-warnings=${name}`,
  ),
]);
const targets = (languages.length === 0 ? ['python'] : languages).flatMap((name) => [
  '--target',
  name,
]);
// Java, Go and .NET are generated as sources: what compiles them is not needed here.
const isSource = !targets.includes('python');
node('jsii-pacmak/bin/jsii-pacmak', [
  ...targets,
  ...(isSource ? ['--code-only'] : []),
  '--outdir',
  dist,
]);

/** Version, licence and addresses have one home, the project's package.json. */
function writeManifest() {
  const { version, license, homepage, repository, keywords, engines, peerDependencies } = readJson(
    join(root, 'package.json'),
  );
  const { private: _, devDependencies: __, ...manifest } = readJson(join(own, 'package.json'));
  const author = { name: 'okta-group-authorizer', url: homepage, organization: true };
  const whole = {
    ...manifest,
    ...{ version, license, homepage, repository: { ...repository, directory: 'jsii' }, keywords },
    ...{ author, engines, peerDependencies },
  };
  writeFileSync(join(project, 'package.json'), `${JSON.stringify(whole, undefined, 2)}\n`);
}

function writeBundle() {
  const { metafile } = require('esbuild').buildSync({
    stdin: { contents: EXPORTED, resolveDir: join(root, 'dist/lib') },
    outfile: join(project, BUNDLE),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.12',
    external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'constructs/*'],
    // Names of constructs' classes are in messages and in metadata.
    keepNames: true,
    metafile: true,
    absWorkingDir: root,
    logLevel: 'warning',
  });
  // The app has the CDK; a second copy would not know its objects. The rest is of the commands
  // alone.
  const foreign = Object.keys(metafile.inputs).filter((file) => FOREIGN.test(file));
  if (foreign.length > 0)
    throw new Error(`expected a bundle of constructs and map, found in it ${foreign.join(', ')}`);
  const { noticeOf } = require('./bundle-lambda.cjs');
  writeFileSync(join(project, 'NOTICE'), noticeOf(metafile));
}
