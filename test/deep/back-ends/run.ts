/**
 * Real back ends behind the evaluator of paths: random trees of routes, other spellings of the
 * routes that the caller may not call, sent the way that each kind of API sends them. Without the
 * evaluator they reach closed handlers; with it none does.
 *
 *     npm run test:deep -- [--without NAME]... [--spellings 100000] [--trees 200] [--seed 1]
 *
 * Fails for a back end that is missing and not left out.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { type Random, random } from '../../lib/watch/random.ts';
import { asking, type Kind } from '../../support/asked-paths.ts';
import { modelFile } from '../../support/model.ts';
import { type Client, clientOf } from './client.ts';
import { FALLBACK, GATEWAYS, type Sent } from './gateways.ts';
import { BACK_ENDS, type BackEnd, run } from './servers.ts';
import { type Spelling, type SpellingClass, spell } from './spellings.ts';
import { randomTree, type Tree } from './trees.ts';

const MIN_HITS = 100;
/** So many spellings are on their way at once. */
const AT_ONCE = 128;
const CALLER = 'caller';

const { values: options } = parseArgs({
  options: {
    without: { type: 'string', multiple: true, default: [] },
    spellings: { type: 'string', default: '100000' },
    trees: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});

interface Tally {
  readonly backEnd: BackEnd;
  readonly client: Client;
  /** Answers of closed handlers with the evaluator taken away, by the one class of the spelling. */
  readonly hits: Map<SpellingClass, number>;
  all: number;
  /** Answers of closed handlers that the evaluator let through. */
  readonly passed: string[];
}

/** The back ends that are there. @throws Error that names those that are not. */
function present(): readonly BackEnd[] {
  const unknown = options.without.filter((name) => !BACK_ENDS.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new Error(
      `--without: expected one of ${BACK_ENDS.map(({ name }) => name).join(', ')}, found ${unknown.join(', ')}`,
    );
  const wanted = BACK_ENDS.filter(({ name }) => !options.without.includes(name));
  const missing = wanted.flatMap(({ name, missing }) => {
    const why = missing();
    return why === undefined ? [] : [`${name} (${why}; or --without ${name})`];
  });
  if (missing.length > 0) throw new Error(`back ends are missing: ${missing.join(', ')}`);
  return wanted;
}

/** What the evaluator says of calls on a tree, by kind of API. */
function evaluatorsOf(tree: Tree) {
  const evaluatorOf = (kind: Kind) => {
    const fallback = tree.fallback ? [FALLBACK[kind]] : [];
    const routes = [...tree.templates.map((template) => `GET ${template}`), ...fallback];
    const allow = routes.filter((route) => !tree.closed.has(route.slice('GET '.length)));
    const file = modelFile({ routes, groups: { [CALLER]: { allow } } });
    const ask = asking(
      parseModel({ ...file, routesBelow: tree.fallback || hasGreedy(tree) }),
      kind,
    );
    const gateway = GATEWAYS[kind](tree);
    return { ask, gateway, callable: new Set(allow) };
  };
  return { http: evaluatorOf('http'), rest: evaluatorOf('rest') };
}

const hasGreedy = ({ templates }: Tree): boolean =>
  templates.some((template) => template.endsWith('+}'));

async function tryOne(
  host: string,
  tree: Tree,
  { path, classes }: Spelling,
  { sent, passes }: { readonly sent: Sent; readonly passes: boolean },
  tallies: readonly Tally[],
): Promise<void> {
  await Promise.all(
    tallies.map(async (tally) => {
      const served = await tally.client.ask(host, sent.target);
      if (served === undefined || !tree.closed.has(served)) return;
      tally.all++;
      const [only] = classes;
      if (classes.length === 1 && only) tally.hits.set(only, (tally.hits.get(only) ?? 0) + 1);
      if (passes) tally.passed.push(`GET ${path} on ${sent.matched} served ${served}`);
    }),
  );
}

const KINDS: readonly Kind[] = ['http', 'rest'];
const filled = (template: string): string => template.replace(/\{[^{}]+\}/g, '7');

/** One tree: so many spellings of its closed routes, each by both kinds of API. */
async function tryTree(
  host: string,
  tree: Tree,
  count: number,
  numbers: Random,
  tallies: readonly Tally[],
): Promise<void> {
  const evaluates = evaluatorsOf(tree);
  const closed = [...tree.closed];
  const running = new Set<Promise<void>>();
  for (let n = 0; n < count; n++) {
    const spelling = spell(filled(numbers.pick(closed)), numbers);
    for (const kind of KINDS) {
      const { ask, gateway, callable } = evaluates[kind];
      const sent = gateway(spelling.path);
      // Whoever may not call the route itself is refused before any reading.
      if (!sent || !callable.has(sent.route)) continue;
      const call = { matched: sent.matched, sent: `GET ${spelling.path}`, as: CALLER };
      const passes = (await ask(call)) === 'allow';
      const one = tryOne(host, tree, spelling, { sent, passes }, tallies).finally(() =>
        running.delete(one),
      );
      running.add(one);
      if (running.size >= AT_ONCE) await Promise.race(running);
    }
  }
  await Promise.all(running);
}

/** What is wrong with one back end's counts. */
function faultsOf({ backEnd, hits, passed }: Tally, isFull: boolean): readonly string[] {
  const few = backEnd.documented.filter((one) => (hits.get(one) ?? 0) < MIN_HITS);
  return [
    ...(passed.length > 0
      ? [
          `${backEnd.name}: ${passed.length} calls let through to closed handlers: ${passed.slice(0, 5).join('; ')}`,
        ]
      : []),
    ...(isFull && few.length > 0
      ? [`${backEnd.name}: fewer than ${MIN_HITS} hits without the evaluate by ${few.join(', ')}`]
      : []),
  ];
}

async function main(): Promise<number> {
  const backEnds = present();
  const numbers = random(Number(options.seed));
  const trees = Array.from({ length: Number(options.trees) }, () => randomTree(numbers));
  const work = mkdtempSync(join(tmpdir(), 'back-ends-'));
  const file = join(work, 'trees.json');
  writeFileSync(file, JSON.stringify(trees.map(({ templates }) => templates)));
  const started = [];
  try {
    for (const backEnd of backEnds) started.push({ backEnd, ...(await run(backEnd, file, work)) });
    const tallies = started.map(({ backEnd, port }): Tally => {
      const client = clientOf(port);
      return { backEnd, client, hits: new Map(), all: 0, passed: [] };
    });
    const each = Math.ceil(Number(options.spellings) / trees.length);
    for (const [index, tree] of trees.entries())
      await tryTree(`t${index}`, tree, each, numbers, tallies);
    for (const { client } of tallies) client.close();
    return told(tallies, each * trees.length);
  } finally {
    for (const { stop } of started) stop();
    rmSync(work, { recursive: true, force: true });
  }
}

function told(tallies: readonly Tally[], spellings: number): number {
  for (const { backEnd, hits } of tallies)
    console.log(
      `${backEnd.name}: ${[...hits].map(([one, count]) => `${one} ${count}`).join(', ')}`,
    );
  const faults = tallies.flatMap((tally) => faultsOf(tally, spellings >= 100_000));
  for (const fault of faults) console.error(fault);
  const counts = tallies.map(
    ({ backEnd, all, passed }) => `${backEnd.name} ${all}/${passed.length}`,
  );
  console.log(
    `${spellings} spellings, hits on closed handlers without and with the evaluator: ${counts.join(', ')}`,
  );
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
