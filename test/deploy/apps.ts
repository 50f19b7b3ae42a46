/**
 * Apps of others that use the package: as `cdk init` makes them today, as it made them in 2023, as
 * ES modules and in JavaScript. In each the types are checked, `jest` runs, and `cdk synth`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Step } from './steps.ts';
import {
  CDK_CLI,
  folderOf,
  keptFiles,
  LOWEST_NODE,
  npmInstall,
  PEERS,
  type RunOptions,
  run,
} from './tools.ts';
import type { World } from './world.ts';

/** Releases of TypeScript that check the types beside the one of the app itself. */
const COMPILERS = ['5.9.3', '6.0.3', '7.0.2'] as const;
const LAST_OF_TS_JEST = '6.0.3';
const MAP = readFileSync('access.yaml', 'utf8');

const BODY = `
    const api = new HttpApi(this, 'Api');
    const integration = new HttpUrlIntegration('Back', 'https://orders.example.com');
    api.addRoutes({ path: '/orders', methods: [HttpMethod.GET, HttpMethod.POST], integration });
    api.addRoutes({ path: '/orders/{id}', methods: [HttpMethod.GET], integration });
    new OktaGroupAuthorizer(this, 'Authorizer', { map: AccessMap.fromFile('access.yaml') }).protect(api);
`;
const NAMES = {
  'aws-cdk-lib/aws-apigatewayv2': 'HttpApi, HttpMethod',
  'aws-cdk-lib/aws-apigatewayv2-integrations': 'HttpUrlIntegration',
  'aws-cdk-lib/assertions': 'Template',
  'okta-group-authorizer': 'AccessMap, OktaGroupAuthorizer',
} as const;
const IMPORTS = Object.entries(NAMES)
  .map(([from, names]) => `import { ${names} } from '${from}';`)
  .join('\n');
const REQUIRES = Object.entries(NAMES)
  .map(([from, names]) => `const { ${names} } = require('${from}');`)
  .join('\n');
const EXPECTED = `
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
    template.resourcePropertiesCountIs('AWS::ApiGatewayV2::Route', { AuthorizationType: 'CUSTOM' }, 3);
`;

export async function apps(world: World, file: string, step: Step): Promise<void> {
  const { folder, signal } = world;
  const at = (name: string, files = {}): RunOptions => ({
    cwd: folderOf({ folder }, name, { 'access.yaml': MAP, ...files }),
    signal,
  });
  await step('apps: `cdk init` of today, TypeScript', () => today(at('today-ts'), file));
  await step('apps: `cdk init` of today, JavaScript', () => todayJs(at('today-js'), file));
  await step('apps: the template of 2023 with the oldest aws-cdk-lib, CommonJS and ts-jest', () =>
    of2023(at('app-2023', keptFiles('test/deploy/apps/2023')), file),
  );
  for (const version of COMPILERS)
    await step(`apps: the types for TypeScript ${version}`, () =>
      checkedBy(version, at('app-2023'), at(`tsc-${version}`)),
    );
  await step(`apps: ts-jest of that template with TypeScript ${LAST_OF_TS_JEST}`, () =>
    tsJestOfToday(at('app-2023')),
  );
  await step(`apps: ES modules on Node ${LOWEST_NODE}`, () =>
    esModules(at('es-modules', keptFiles('test/deploy/apps/es-modules')), file),
  );
}

/** Puts our construct where the template says that the stack is defined, and a test of it. */
async function initialized(options: RunOptions, language: 'typescript' | 'javascript') {
  const { cwd } = options;
  // The command line wants an empty folder.
  const empty = { ...options, cwd: folderOf({ folder: cwd }, 'app', {}) };
  const init = ['init', 'app', '--language', language, '--generate-only'];
  await run(['node', resolve('node_modules/aws-cdk/bin/cdk'), ...init], empty);
  const [imports, ending] = language === 'typescript' ? [IMPORTS, 'ts'] : [REQUIRES, 'js'];
  edit(join(empty.cwd, `lib/app-stack.${ending}`), (text) =>
    `${imports}\n${text}`.replace('// The code that defines your stack goes here', BODY),
  );
  edit(join(empty.cwd, `test/app.test.${ending}`), (text) =>
    text
      .replace(/^\/\/ (?=import|const)/gm, '')
      .replace(/^\/\/ {3}(?=const (?:app|stack) )/gm, '')
      .replace('//   const template = Template.fromStack(stack);', EXPECTED),
  );
  writeFileSync(join(empty.cwd, 'access.yaml'), MAP);
  return empty;
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  assert.notEqual(after, before, `${file} is not as expected`);
  writeFileSync(file, after);
}

async function today(options: RunOptions, file: string): Promise<void> {
  const app = await initialized(options, 'typescript');
  await npmInstall(app, [file]);
  await run(['npx', 'tsc', '--noEmit', '--skipLibCheck', 'false'], app);
  await testedAndSynthesized(app);
}

async function todayJs(options: RunOptions, file: string): Promise<void> {
  const app = await initialized(options, 'javascript');
  await npmInstall(app, [file]);
  await testedAndSynthesized(app);
}

async function testedAndSynthesized(app: RunOptions): Promise<void> {
  await run(['npx', 'jest'], app);
  await synthesized(app);
}

async function synthesized(app: RunOptions): Promise<void> {
  await run(['npx', 'cdk', 'synth', '--quiet'], app);
  const templates = readdirSync(join(app.cwd, 'cdk.out')).filter((name) =>
    name.endsWith('.template.json'),
  );
  const [name = ''] = templates;
  const template = readFileSync(join(app.cwd, 'cdk.out', name), 'utf8');
  assert.equal(template.match(/"AuthorizationType": "CUSTOM"/g)?.length, 3);
}

async function of2023(app: RunOptions, file: string): Promise<void> {
  await npmInstall(app, [file, ...PEERS.lowest]);
  await run(['npx', 'tsc', '--noEmit', '--skipLibCheck', 'false'], app);
  await testedAndSynthesized(app);
}

/** TypeScript 6 warns of what the app's settings were, and 7 no longer has them. */
const SETTINGS: Readonly<Record<(typeof COMPILERS)[number], readonly string[]>> = {
  '5.9.3': [],
  '6.0.3': ['--ignoreDeprecations', '6.0', '--types', 'jest,node'],
  '7.0.2': ['--module', 'nodenext', '--types', 'jest,node'],
};

/** ts-jest has no release for TypeScript 7. */
async function tsJestOfToday(app: RunOptions): Promise<void> {
  await npmInstall(app, [`typescript@${LAST_OF_TS_JEST}`]);
  edit(join(app.cwd, 'tsconfig.json'), (text) =>
    text.replace(
      '"compilerOptions": {',
      '"compilerOptions": { "ignoreDeprecations": "6.0", "types": ["jest", "node"],',
    ),
  );
  await run(['npx', 'jest', '--no-cache'], app);
}

async function checkedBy(
  version: (typeof COMPILERS)[number],
  app: RunOptions,
  compiler: RunOptions,
): Promise<void> {
  await npmInstall(compiler, [`typescript@${version}`]);
  const tsc = join(compiler.cwd, 'node_modules/typescript/bin/tsc');
  await run(['node', tsc, '--noEmit', '--skipLibCheck', 'false', ...SETTINGS[version]], app);
}

/** With the oldest Node that package.json allows, as a package of the registry carries it. */
async function esModules(options: RunOptions, file: string): Promise<void> {
  const { cwd } = options;
  const node = `node-${process.platform}-${process.arch}`;
  await npmInstall(options, [file, ...PEERS.newest, CDK_CLI, `${node}@${LOWEST_NODE}`]);
  await run(['npx', 'tsc'], options);
  // What npm starts as `node`, and programs of packages, is the oldest one too.
  const bin = join(cwd, 'node_modules', node, 'bin');
  const oldest = { ...options, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } };
  await run(['node', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'], oldest);
  await synthesized(oldest);
  await run(['node', 'node_modules/okta-group-authorizer/dist/bin/cli.js', 'check'], oldest);
  const both =
    "import('okta-group-authorizer').then((m) => process.exit(m.AccessMap === require('okta-group-authorizer').AccessMap ? 0 : 1))";
  writeFileSync(join(cwd, 'both.cjs'), both);
  await run(['node', 'both.cjs'], oldest);
}
