import { describe, expect, test } from '@jest/globals';
import { exploreOrders, type OrderSketch } from '../../support/revocation-orders.ts';
import { deepTest } from '../../support/tier.ts';

type Row = OrderSketch & { readonly atLeast: number };

const FEW: readonly Row[] = [
  { name: 'two events', deliveries: ['a', 'b'], faults: 0, freezes: 0, atLeast: 5 },
  { name: 'one event twice', deliveries: ['a', 'a'], faults: 1, freezes: 0, atLeast: 20 },
  { name: 'a freeze', deliveries: ['a', 'a'], faults: 0, freezes: 1, atLeast: 10 },
  {
    ...{ name: 'a snapshot', deliveries: ['a', 'b'], faults: 0, freezes: 0, atLeast: 20 },
    snapshot: true,
  },
];
const MANY: readonly Row[] = [
  { name: 'a freeze and a fault', deliveries: ['a', 'a'], faults: 1, freezes: 1, atLeast: 100 },
  { name: 'two freezes', deliveries: ['a', 'a'], faults: 0, freezes: 2, atLeast: 30 },
  {
    ...{ name: 'a snapshot and a fault', deliveries: ['a', 'a'], faults: 1, freezes: 0 },
    ...{ snapshot: true, atLeast: 100 },
  },
];

const explored = async ({ atLeast, ...sketch }: Row): Promise<void> => {
  expect(await exploreOrders(sketch)).toBeGreaterThanOrEqual(atLeast);
};

describe('in whatever order requests arrive, get lost or stand still, no acknowledged entry is lost', () => {
  test.each(FEW)('$name', explored);
  deepTest.each(MANY)('$name', explored);
});
