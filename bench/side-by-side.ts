/**
 * Ratios of two sides that are measured in turns, so that whatever else the machine does falls on
 * both.
 */

/** One measurement of a side: processor time, in any unit that both sides share. */
export interface Side {
  readonly name: string;
  readonly measure: () => number | Promise<number>;
}

export interface Ratio {
  /** Median of the ratios of the rounds. */
  readonly value: number;
  /** Half the width of the interval that holds the true median in 19 of 20 runs. */
  readonly noise: number;
  /** Median of the side's own measurements. */
  readonly own: number;
}

/**
 * @param sides the first is what the others are compared with.
 * @returns a ratio for each other side, in their order.
 */
export async function compare(sides: readonly Side[], rounds: number): Promise<readonly Ratio[]> {
  const samples = sides.map(() => [] as number[]);
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const at = (turn + Math.max(round, 0)) % sides.length;
      const measured = await sides[at]?.measure();
      // The first round warms up.
      if (round >= 0) samples[at]?.push(measured ?? Number.NaN);
    }
  }
  const [base = [], ...others] = samples;
  return others.map((own) => {
    const ratios = own.map((value, round) => value / (base[round] ?? Number.NaN));
    return { value: median(ratios), noise: noiseOf(ratios), own: median(own) };
  });
}

/** Processor time of this process in microseconds, all its threads. */
export const cpuMicroseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** A side that runs in this process: batches of about 8 ms, in microseconds a call. */
export function inProcess(name: string, call: () => unknown): Side {
  let calls = 0;
  const batch = async (count: number): Promise<number> => {
    const startedAt = cpuMicroseconds();
    for (let n = 0; n < count; n++) {
      const result = call();
      if (result instanceof Promise) await result;
    }
    return cpuMicroseconds() - startedAt;
  };
  return {
    name,
    async measure() {
      while (calls === 0) calls = await sizeOf(batch);
      return (await batch(calls)) / calls;
    },
  };
}

async function sizeOf(batch: (count: number) => Promise<number>): Promise<number> {
  let count = 16;
  let spent = 0;
  while (spent < 100_000) {
    const took = await batch(count);
    spent += took;
    if (took < 8_000) count *= 2;
  }
  return count;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** Source: McGill, Tukey and Larsen, "Variations of Box Plots" (1978): the notch of a box plot. */
export const noiseOf = (values: readonly number[]): number =>
  (1.57 * (quantile(values, 0.75) - quantile(values, 0.25))) / Math.sqrt(values.length);
