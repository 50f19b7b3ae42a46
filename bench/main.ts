/**
 * `npm run bench`: every claim of docs/explanation/performance.md, side by side with its yardstick,
 * as a table; exits 1 where a figure is past its bound by more than the noise that the run measured
 * itself. `npm run bench -- --short` is the form for CI: two minutes, and of the rows those that
 * are stable on a shared machine. BENCH_NODE names the Node that functions run on.
 */

import { coldRows, farIssuerRows } from './rows/cold.ts';
import { decisionRows } from './rows/decisions.ts';
import { gatewayTable } from './rows/gateway.ts';
import { revocationRows } from './rows/revocations.ts';
import { type Bench, isPast, type Row } from './rows/row.ts';
import { modelRows, sizeRows } from './rows/sizes.ts';
import { tokenRows } from './rows/tokens.ts';
import { clientRows, warmRows } from './rows/warm.ts';
import { writeRows } from './rows/writes.ts';
import { makeAssets } from './scene/assets.ts';
import { startScene } from './scene/loopback.ts';

type Part = (bench: Bench) => Promise<readonly Row[]> | readonly Row[];

const PARTS: readonly { readonly part: Part; readonly short: boolean }[] = [
  { part: sizeRows, short: true },
  { part: warmRows, short: false },
  { part: clientRows, short: true },
  { part: tokenRows, short: false },
  { part: coldRows, short: false },
  { part: farIssuerRows, short: false },
  { part: modelRows, short: false },
  { part: decisionRows, short: true },
  { part: revocationRows, short: true },
  { part: writeRows, short: true },
];

const isShort = process.argv.includes('--short');
const only = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const bench: Bench = {
  scene: await startScene(),
  assets: makeAssets(),
  rounds: isShort ? 11 : Number(process.env['ROUNDS'] ?? 41),
};
let past = 0;
try {
  console.log('| row | compared with | before | goal | bound | measured | noise | |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |');
  for (const { part, short } of PARTS) {
    if ((isShort && !short) || (only !== undefined && part.name !== only)) continue;
    for (const row of await part(bench)) {
      if (isPast(row)) past++;
      console.log(line(row));
    }
  }
  if (!isShort && (only === undefined || only === 'gatewayTable'))
    console.log(`\n${(await gatewayTable(bench)).join('\n')}`);
} finally {
  bench.scene.stop();
  bench.assets.remove();
}
if (past > 0) console.error(`\n${past} of the rows are past their bounds`);
process.exit(past > 0 ? 1 : 0);

function line(row: Row): string {
  const figure = (value: number | undefined): string =>
    value === undefined || Number.isNaN(value) ? '' : value.toFixed(value < 10 ? 2 : 0);
  const { name, comparedWith, before = '', goal, bound, value, noise } = row;
  const isMet = value <= goal ? 'met' : '';
  const verdict = isPast(row) ? 'past its bound' : isMet;
  const cells = [
    name,
    comparedWith,
    before,
    figure(goal),
    figure(bound),
    figure(value),
    figure(noise),
  ];
  return `| ${[...cells, verdict].join(' | ')} |`;
}
