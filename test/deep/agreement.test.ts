/**
 * Twenty of the random maps of test/agreement behind the local gateway: template, bundles, policies
 * and the gateway's cache say of each cell what the map says.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  callersOf,
  type Drawn,
  type DrawnCaller,
  drawnMaps,
  ENDPOINT,
  expectedCell,
  mapOf,
} from '../agreement/random-cases.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

// What a local run takes out of a map: other okta blocks, and the API of another owner.
const drawn = fc
  .sample(drawnMaps, { numRuns: 200, seed: 17 })
  .filter(({ attached, second }) => !attached && second === undefined)
  .slice(0, 20);

function tokenFor(
  { stack }: RunningProduct,
  { kind, id, groups }: DrawnCaller,
): string | undefined {
  if (kind === 'nobody') return undefined;
  return kind === 'machine'
    ? stack.issuer?.machineToken(id)
    : stack.issuer?.userToken('g1@example.com', { uid: id, groups });
}

async function differences(map: Drawn, product: RunningProduct): Promise<readonly string[]> {
  const found: string[] = [];
  for (const caller of callersOf(map)) {
    // The map does not accept its client, so that its token is none.
    if (caller.id === '0oastranger') continue;
    const token = tokenFor(product, caller);
    for (const route of [...map.routes, ENDPOINT]) {
      const { gateway } = expectedCell(map, caller, route);
      const { status } = await product.call(route.replace('{proxy+}', 'zz'), token);
      const passes = gateway !== 'deny';
      if (passes === (status === 200)) continue;
      found.push(
        `${caller.kind} ${caller.id} ${caller.groups.join('+')} on ${route}: ${status}, expected ${gateway}`,
      );
    }
  }
  return found;
}

test('there are twenty of them, cached and not', () => {
  expect(drawn).toHaveLength(20);
});

test.each(drawn.map((map, at) => [at, map] as const))(
  'random map %i: the gateway does what the map says',
  async (_, map) => {
    const product = await runProduct({ map: mapOf(map) as never });
    try {
      expect(await differences(map, product)).toEqual([]);
    } finally {
      await product.stack.stop();
    }
  },
);
