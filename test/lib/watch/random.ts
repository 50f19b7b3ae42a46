import { seededRandom } from '../../support/seeded-random.ts';

/** Random choices that are the same on every machine. */
export interface Random {
  /** 0 to 1, without 1. */
  next(): number;
  /** A whole number below `bound`. */
  below(bound: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function random(seed: number): Random {
  const next = seededRandom(seed);
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('expected items to pick from, found none');
      return item;
    },
  };
}
