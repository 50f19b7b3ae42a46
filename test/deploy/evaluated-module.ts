/**
 * Modules of Terraform against the schema of its provider `aws`, as a package of the registry
 * carries it.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { codeBlocks } from '../docs/support/code-blocks.ts';
import { folderOf, run } from './tools.ts';
import type { World } from './world.ts';

const PROVIDER = '@cdktf/provider-aws@21.22.1';

type Block = Readonly<Record<string, unknown>>;

/**
 * Evaluates the module in `folder`, and the page's file that calls it. @throws AssertionError for
 * an argument that the provider does not have, and for a file that Terraform would format
 * otherwise.
 */
export async function evaluatedModule(world: World, folder: string): Promise<void> {
  await evaluatedResources(world, readFileSync(join(folder, 'main.tf'), 'utf8'));
  const page = codeBlocks(['docs/start/terraform.md']).find(({ language }) => language === 'hcl');
  // The page's own file stands above the module.
  const root = folderOf({ folder }, 'page', { 'main.tf': page?.text ?? '' });
  await evaluatedResources(world, page?.text ?? '');
  const terraform = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((place) => join(place, 'terraform'))
    .find(existsSync);
  if (terraform === undefined) console.log('     Terraform is not installed: no `terraform fmt`');
  else
    for (const formatted of [folder, root])
      await run([terraform, 'fmt', '-check', '-diff', formatted], {
        cwd: folder,
        signal: world.signal,
      });
}

async function evaluatedResources(world: World, text: string): Promise<void> {
  const main = (await parse('main.tf', text)) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, readonly Block[]>>>>;
  };
  const schema = await providerFolder(world);
  for (const [type, named] of Object.entries(main.resource)) {
    const known = argumentsOf(schema, type);
    for (const body of Object.values(named).flat())
      for (const name of namesIn(body))
        assert(known.has(name), `${type}: the provider has no argument ${name}`);
  }
}

/** Arguments of Terraform's own, of every resource. */
const META: readonly string[] = ['depends_on', 'for_each'];

/**
 * Arguments of a body and of the blocks in it; not the keys of a map, which are the module's own.
 */
const namesIn = (body: Block): readonly string[] =>
  Object.entries(body).flatMap(([name, value]) => [
    ...(META.includes(name) ? [] : [name]),
    ...(Array.isArray(value)
      ? value
          .filter((item): item is Block => typeof item === 'object' && item !== null)
          .flatMap(namesIn)
      : []),
  ]);

async function providerFolder({ folder, signal }: World): Promise<string> {
  const there = join(folder, 'provider');
  if (existsSync(there)) return there;
  mkdirSync(there);
  const options = { cwd: there, signal };
  const { stdout } = await run(['npm', 'pack', '--loglevel=error', PROVIDER], options);
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await run(['tar', 'xzf', tarball, '--wildcards', 'package/lib/*/index.d.ts'], options);
  return there;
}

/**
 * Names of arguments, blocks and their members, as the provider's schema was when it was generated.
 */
function argumentsOf(schema: string, type: string): ReadonlySet<string> {
  const resource = type.replace(/^aws_/, '');
  const file = join(schema, 'package/lib', resource.replaceAll('_', '-'), 'index.d.ts');
  const names = [...readFileSync(file, 'utf8').matchAll(/docs\/resources\/\w+#(\w+) /g)];
  return new Set(names.map(([, name = '']) => name));
}
