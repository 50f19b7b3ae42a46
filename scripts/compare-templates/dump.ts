/**
 * `dump.ts CHECKOUT FILE`: makes the compared apps with the code of a checkout and writes what they
 * are synthesized to. A process of its own for each checkout, so that none sees the modules of the
 * other.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { type Assembly, levelsIn, readAssembly } from './assembly.ts';
import { attachedApis } from './attached-apis.ts';
import { type CompareCase, Kit, type Need } from './kit.ts';
import { ownApis } from './own-apis.ts';
import { protectedApis } from './protected-apis.ts';
import { reportedApps } from './reported-apps.ts';

/** What became of one app. */
export interface Outcome extends Partial<Assembly> {
  /** The message of what was thrown, or what the process of `bin/app.ts` wrote. */
  readonly refusal?: string;
  readonly exitCode?: number;
}

export interface Dumped {
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Apps that did not come to what they are there for, each with a sentence. */
  readonly failures: readonly string[];
}

const CASES: readonly CompareCase[] = [
  ...ownApis,
  ...protectedApis,
  ...attachedApis,
  ...reportedApps,
];

function outcomeOf({ make }: CompareCase, kit: Kit, outdir: string): Outcome {
  try {
    (make(kit).node.root as App).synth();
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
  return readAssembly(outdir);
}

/** Why an outcome is not what its app is there for. */
function failureOf(
  needs: Need,
  { refusal, stacks = {}, assets = {} }: Outcome,
): string | undefined {
  if (needs === 'refusal')
    return refusal === undefined ? 'expected a refusal, found a template' : undefined;
  if (refusal !== undefined) return `expected a template, found a refusal: ${refusal}`;
  if (Object.keys(stacks).length === 0) return 'expected a template, found none';
  const levels = levelsIn({ stacks, assets });
  return needs === 'template' || levels.has(needs)
    ? undefined
    : `expected a ${needs} in the metadata, found none`;
}

/** What the app of the command line makes of a context. */
interface Run {
  readonly name: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly needs: 'template' | 'refusal';
}

const RUNS: readonly Run[] = [
  {
    name: 'bin/app.ts with examples',
    context: { accessMap: './{access.yaml,examples/*.yaml}' },
    needs: 'template',
  },
  {
    name: 'bin/app.ts with stages and other context',
    context: {
      accessMap: 'examples/stages/*.yaml',
      apiGatewayAccountRole: 'true',
      alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:security',
      savedQueries: 'false',
    },
    needs: 'template',
  },
  {
    name: 'bin/app.ts with a map with mistakes',
    context: { accessMap: '{"api": {"name": "shop"}, "routez": []}' },
    needs: 'refusal',
  },
];

function run({ context }: Run, checkout: string, outdir: string): Outcome {
  const { context: own } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(checkout, 'bin/app.ts')],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...own, ...context }),
        CDK_VALIDATION: 'false',
      },
    },
  );
  if (status === 0) return { ...readAssembly(outdir), exitCode: 0 };
  return { refusal: stderr, exitCode: status ?? -1 };
}

async function dump(checkout: string): Promise<Dumped> {
  const folder = mkdtempSync(join(tmpdir(), 'compare-templates-'));
  const [outdir, outdirOfRuns] = [join(folder, 'apps'), join(folder, 'runs')];
  // One folder for all apps: the CDK packs what is the same once a process.
  const kit = await Kit.of(checkout, outdir);
  const outcomes: Record<string, Outcome> = {};
  const failures: string[] = [];
  const keep = (name: string, needs: Need, make: () => Outcome): void => {
    if (name in outcomes) throw new Error(`two apps are called \`${name}\``);
    const outcome = make();
    outcomes[name] = outcome;
    const failure = failureOf(needs, outcome);
    if (failure !== undefined) failures.push(`${name}: ${failure}`);
  };
  for (const one of CASES) keep(one.name, one.needs, () => outcomeOf(one, kit, outdir));
  for (const one of RUNS) keep(one.name, one.needs, () => run(one, checkout, outdirOfRuns));
  rmSync(folder, { recursive: true, force: true });
  return { outcomes, failures };
}

const [checkout = '', file = ''] = process.argv.slice(2);
const text = JSON.stringify(await dump(checkout));
// The one thing in which two checkouts differ.
writeFileSync(file, text.replaceAll(JSON.stringify(checkout).slice(1, -1), '<checkout>'));
