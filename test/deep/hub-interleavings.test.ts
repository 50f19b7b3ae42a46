/** Every order in which deliveries, snapshots and readers ask a hub's table: no entry is lost. */
import { expect, test } from '@jest/globals';
import { withReader, withSnapshot } from '../support/hub-interleavings.ts';

test('beside a freeze longer than a reader looks back', async () => {
  expect(await withReader(70_000)).toBeGreaterThan(5_000);
}, 300_000);

test('beside a snapshot, an environment that starts, and an entry that ends', async () => {
  expect(await withSnapshot()).toBeGreaterThan(1_000);
}, 300_000);
