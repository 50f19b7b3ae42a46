/**
 * `node --import tsx scripts/compare-templates.ts OLD_CHECKOUT`: synthesizes the same apps with the
 * code of another checkout and with this one's, and compares templates, warnings, errors and what
 * is packed beside the code of functions. For changes that shall change nothing that is deployed.
 *
 * Exit code 0: equal, but for the code of functions and for descriptions, which are printed where
 * they differ. 1: a difference, or an app that does not come to what it is there for. 2: wrong
 * usage.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CODE } from './compare-templates/assembly.ts';
import { type Difference, differences } from './compare-templates/differences.ts';
import type { Dumped, Outcome } from './compare-templates/dump.ts';
import { ENTRY } from './compare-templates/kit.ts';

const ROOT = join(import.meta.dirname, '..');

/** Why the apps cannot be made with a checkout. */
function whyNotUsable(checkout: string): string | undefined {
  const entry = join(checkout, ENTRY);
  if (!existsSync(entry))
    return `${checkout}: expected a checkout with ${ENTRY}, found no such file`;
  try {
    createRequire(entry).resolve('aws-cdk-lib/package.json');
    return undefined;
  } catch {
    return `${checkout}: expected its packages beside it, found no aws-cdk-lib: run \`npm ci\` there, or link a \`node_modules\` of the same lock file`;
  }
}

/** The apps as a process of their own makes them with the code of `checkout`. */
function dumpOf(checkout: string, file: string): Promise<Dumped> {
  const script = join(ROOT, 'scripts/compare-templates/dump.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, checkout, file], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status) => {
      if (status === 0) done(JSON.parse(readFileSync(file, 'utf8')));
      else
        fail(
          new Error(
            `the apps cannot be made with ${checkout} (exit code ${status}):\n${Buffer.concat(said)}`,
          ),
        );
    });
  });
}

interface Found extends Difference {
  readonly apps: readonly string[];
}

/** Each difference once, with the apps that have it. */
function grouped(old: Dumped, young: Dumped): readonly Found[] {
  const found = new Map<string, Found>();
  const apps = new Set([...Object.keys(old.outcomes), ...Object.keys(young.outcomes)]);
  for (const app of apps) {
    for (const difference of differences(old.outcomes[app], young.outcomes[app])) {
      const key = JSON.stringify(difference);
      found.set(key, { ...difference, apps: [...(found.get(key)?.apps ?? []), app] });
    }
  }
  return [...found.values()];
}

/**
 * Code that one side tells apart and the other does not: a function that got the code of another.
 */
function mixedCode(old: Dumped, young: Dumped): readonly string[] {
  const partners = new Map<string, Set<string>>();
  const pair = (one: string, other: string) =>
    partners.set(one, (partners.get(one) ?? new Set()).add(other));
  for (const [app, { assets = {} }] of Object.entries(old.outcomes)) {
    for (const [label, before] of Object.entries(assets)) {
      const after = young.outcomes[app]?.assets?.[label];
      if (after === undefined) continue;
      pair(`old ${before[CODE]}`, `new ${after[CODE]}`);
      pair(`new ${after[CODE]}`, `old ${before[CODE]}`);
    }
  }
  const mixed = [...partners].filter(([, others]) => others.size > 1);
  return mixed.map(
    ([code, others]) => `the code ${code} stands where others have ${[...others].join(' and ')}`,
  );
}

function print(title: string, found: readonly Found[]): void {
  if (found.length === 0) return;
  console.log(`${title}: ${found.length}`);
  for (const { path, old, new: young, apps } of found) {
    const more = apps.length === 1 ? '' : ` (and ${apps.length - 1} more)`;
    console.log(
      `\n  ${path.join(' / ')}\n    in   ${apps[0]}${more}\n    old  ${old}\n    new  ${young}`,
    );
  }
  console.log('');
}

function countOf(outcomes: readonly Outcome[]): string {
  const stacks = outcomes.flatMap(
    (outcome) =>
      Object.values(outcome.stacks ?? {}) as {
        readonly template: { readonly Resources?: object };
      }[],
  );
  const resources = stacks.reduce(
    (sum, { template }) => sum + Object.keys(template.Resources ?? {}).length,
    0,
  );
  return `${outcomes.length} apps, ${stacks.length} stacks, ${resources} resources`;
}

function report(old: Dumped, young: Dumped): boolean {
  const found = grouped(old, young);
  const those = (of: Difference['of']): readonly Found[] =>
    found.filter((difference) => difference.of === of);
  const others = those('behaviour');
  const failures = new Set([
    ...old.failures.map((text) => `old: ${text}`),
    ...young.failures.map((text) => `new: ${text}`),
  ]);
  print('Code of functions that differs, which is no failure', those('code'));
  print('Descriptions that differ, which is no failure', those('text'));
  print('Differences', others);
  for (const failure of failures) console.log(`An app that compares nothing: ${failure}`);
  const mixed = mixedCode(old, young);
  for (const sentence of mixed) console.log(`Functions have other code than before: ${sentence}`);
  const isEqual = others.length === 0 && failures.size === 0 && mixed.length === 0;
  console.log(`${isEqual ? 'Equal' : 'Not equal'}: ${countOf(Object.values(young.outcomes))}.`);
  return isEqual;
}

async function main(): Promise<number> {
  const [given, ...others] = process.argv.slice(2);
  if (given === undefined || others.length > 0) {
    console.error('Usage: node --import tsx scripts/compare-templates.ts OLD_CHECKOUT');
    return 2;
  }
  const old = resolve(given);
  const reasons = [old, ROOT].flatMap((checkout) => whyNotUsable(checkout) ?? []);
  for (const reason of reasons) console.error(reason);
  if (reasons.length > 0) return 2;
  const folder = mkdtempSync(join(tmpdir(), 'compare-templates-'));
  try {
    const dumped = await Promise.all([
      dumpOf(old, join(folder, 'old.json')),
      dumpOf(ROOT, join(folder, 'new.json')),
    ]);
    return report(...dumped) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
