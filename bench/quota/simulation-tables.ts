/**
 * Tables of the simulation: writes a request and what was served, by limit, demand, environments
 * and arrival.
 */
import { type Result, type Sketch, simulate } from './simulation.ts';

export interface Cell {
  readonly writesPerRequest: number;
  /** Of the seed that served least. */
  readonly served: number;
  readonly overshoot: number;
  readonly writesAfterExhaustion: number;
}

/** The same sketch with several seeds: mean writes, worst of everything else. */
export async function cellOf(sketch: Omit<Sketch, 'seed'>, seeds: number): Promise<Cell> {
  const results: Result[] = [];
  for (let seed = 1; seed <= seeds; seed++)
    results.push(await simulate({ ...sketch, seed: seed * 7_919 }));
  return {
    writesPerRequest:
      results.reduce((sum, result) => sum + result.writesPerRequest, 0) / results.length,
    served: Math.min(...results.map((result) => result.served)),
    overshoot: Math.max(...results.map((result) => result.overshoot)),
    writesAfterExhaustion: Math.max(...results.map((result) => result.writesAfterExhaustion)),
  };
}

const ENVIRONMENTS = [1, 5, 20, 50, 200] as const;
const STEADY = [
  { limit: 1_000, demand: 0.8 },
  { limit: 1_000, demand: 1.5 },
  { limit: 10_000, demand: 0.8 },
  { limit: 10_000, demand: 1.5 },
] as const;

export async function printSimulation(seeds: number, print: (line: string) => void): Promise<void> {
  print(
    `Cell: writes a request, served of what is possible (worst of ${seeds} seeds), overshoot. Window of 60 s.`,
  );
  print('');
  const head = (first: string) =>
    `| ${first} | accuracy | ${ENVIRONMENTS.map((count) => `${count} env.`).join(' | ')} |`;
  print(head('limit, demand'));
  print(`| --- | --- |${' --- |'.repeat(ENVIRONMENTS.length)}`);
  for (const setting of STEADY)
    await printRow(`${setting.limit}, ${setting.demand * 100} %`, setting, seeds, print);
  const burst = { limit: 1_000, demand: 1.5, burstSeconds: 2 };
  await printRow('1000, 150 %, 80 % of it in 2 s', burst, seeds, print);
  await printRow(
    '1000, 150 %, first idle environment',
    { limit: 1_000, demand: 1.5, routing: 'first_idle' },
    seeds,
    print,
  );
}

type Setting = Omit<Sketch, 'seed' | 'accuracy' | 'environments'>;

async function printRow(
  name: string,
  setting: Setting,
  seeds: number,
  print: (line: string) => void,
): Promise<void> {
  for (const accuracy of ['exact', 'leased'] as const) {
    const cells: string[] = [];
    for (const environments of ENVIRONMENTS) {
      const { writesPerRequest, served, overshoot } = await cellOf(
        { ...setting, accuracy, environments },
        seeds,
      );
      cells.push(`${writesPerRequest.toFixed(2)}, ${(served * 100).toFixed(1)} %, ${overshoot}`);
    }
    print(`| ${name} | ${accuracy} | ${cells.join(' | ')} |`);
  }
}
