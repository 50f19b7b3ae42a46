/**
 * The constructs in Java and in Go, only where the command line asks for them: Maven and Go load
 * some 300 MB. Each synthesizes the example, which must be what the sources here make of it: `dist`
 * must be built from them.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AccessMap, AccessStack } from '../../lib/index.ts';
import type { Step } from './steps.ts';
import { folderOf, keptFiles, type RunOptions, run } from './tools.ts';
import type { World } from './world.ts';

const { moduleName, packageName } = goTarget();
const MODULE = `${moduleName}/${packageName}`;
const GO_MOD = `module example.com/app

go 1.25

require ${MODULE} v0.0.0

replace ${MODULE} => ./generated/${packageName}
`;

export async function javaAndGo(world: World, step: Step): Promise<void> {
  const { signal } = world;
  await step('java, go and .NET: jsii-pacmak generates their sources', () =>
    run(['node', 'scripts/build-jsii.mjs', 'java', 'go', 'dotnet'], { cwd: resolve('.'), signal }),
  );
  const expected = await step('java, go: what TypeScript makes of the example', async () =>
    fromTypeScript(join(world.folder, 'typescript-out')),
  );
  const kept = keptFiles('test/deploy/java-go');
  const files = { 'access.yaml': readFileSync('access.yaml', 'utf8') };
  const options = (language: 'java' | 'go', more: Readonly<Record<string, string>>): RunOptions => {
    const cwd = folderOf(world, language, { ...files, ...more });
    cpSync(join('jsii/dist', language), join(cwd, 'generated'), { recursive: true });
    return { cwd, signal, env: { CDK_OUTDIR: join(cwd, 'out') } };
  };
  const main = { 'generated/src/main/java/app/Main.java': kept['Main.java'] ?? '' };
  await step('java: the sources compile, and give the same template', async () =>
    assert.equal(await inJava(options('java', main)), expected),
  );
  const go = { 'go.mod': GO_MOD, 'main.go': (kept['main.go'] ?? '').replace('GO_MODULE', MODULE) };
  await step('go: the sources compile, and give the same template', async () =>
    assert.equal(await inGo(options('go', go)), expected),
  );
}

/** How jsii names the constructs in Go. */
function goTarget(): Readonly<Record<'moduleName' | 'packageName', string>> {
  return JSON.parse(readFileSync('jsii/package.json', 'utf8')).jsii.targets.go;
}

const templateIn = (folder: string): string =>
  readFileSync(join(folder, 'access-orders.template.json'), 'utf8');

function fromTypeScript(outdir: string): string {
  mkdirSync(outdir, { recursive: true });
  const app = new App({ analyticsReporting: false, outdir });
  new AccessStack(app, 'access-orders', { map: AccessMap.fromFile('access.yaml') });
  app.synth();
  return templateIn(outdir);
}

async function inJava(options: RunOptions): Promise<string> {
  const pom = join(options.cwd, 'generated/pom.xml');
  const paths = join(options.cwd, 'class-path');
  const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${paths}`];
  await run(['mvn', '-q', '-B', '-f', pom, ...goals], options);
  const classPath = `generated/target/classes:${readFileSync(paths, 'utf8').trim()}`;
  await run(['java', '-cp', classPath, 'app.Main'], options);
  return templateIn(join(options.cwd, 'out'));
}

async function inGo(options: RunOptions): Promise<string> {
  await run(['go', 'mod', 'tidy'], options);
  await run(['go', 'build', '-o', 'app', '.'], options);
  await run([join(options.cwd, 'app')], options);
  return templateIn(join(options.cwd, 'out'));
}
