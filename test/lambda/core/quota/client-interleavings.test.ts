import { beforeAll, describe, expect, test } from '@jest/globals';
import { lightDynamo } from '../../../../lambda/adapters/dynamo/light-client.ts';
import { sdkDynamo } from '../../../../lambda/adapters/dynamo/sdk-client.ts';
import { dynamoQuotaStore } from '../../../../lambda/adapters/dynamo-quota-store.ts';
import { fakeDynamo } from '../../../support/fake-dynamo.ts';
import { exploreScenario, foreseenScenarios, scenarios } from '../../../support/interleavings.ts';
import { type ClientOver, overTheWire } from '../../../support/over-the-wire.ts';
import { sampled } from '../../../support/tier.ts';

const CLIENTS: readonly (readonly [string, ClientOver])[] = [
  ['the light client', lightDynamo],
  ['the client of the AWS SDK', sdkDynamo],
];

/** Those of some hundred orders: each takes the SDK milliseconds. */
const SHORT = [
  'three environments',
  'two windows',
  'leases of three',
  'leases with a fault over a window that ends',
  'leases over two windows',
];

describe.each(CLIENTS)('over %s', (_client, connect) => {
  // The SDK loads some of itself with its first request, and the explorer waits for nothing but the
  // store.
  beforeAll(async () => {
    const store = dynamoQuotaStore('quota', overTheWire(connect)(fakeDynamo()));
    const window = { id: 'minute', per: 'minute', limit: 1, start: 0, joins: false } as const;
    await store.charge({ key: 'k', units: 1, windows: [window], keepUntil: 60 });
  });

  test.each(
    sampled([...foreseenScenarios, ...scenarios.filter(({ name }) => SHORT.includes(name))], 8),
  )(
    'admitted calls never exceed the limit, in the same orders as without it: $name',
    async (scenario) => {
      const explored = await exploreScenario({ ...scenario, through: overTheWire(connect) });
      expect(explored).toEqual(await exploreScenario(scenario));
      expect(explored.most).toBeGreaterThanOrEqual(scenario.limit);
    },
    120_000,
  );
});
