import { afterEach, expect, jest, test } from '@jest/globals';
import type { Fault } from '../../../local/okta-org/org-server.ts';
import { sized } from '../../support/tier.ts';
import { richOrg, stopOrgs, writesOf } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(240_000);
afterEach(stopOrgs);

test('after any single call of an apply goes wrong, read or write, the next one converges', async () => {
  const faults: readonly Fault[] = [
    { status: 500 },
    { status: 502, body: '<html>bad gateway</html>', after: true },
    { status: 200, body: '{' },
  ];
  const counts = new Set<string>();
  let calls = Number.POSITIVE_INFINITY;
  for (let at = 0; at < calls; at += sized(1, 5)) {
    const { org, runner } = await richOrg();
    org.lag = 1;
    let made = 0;
    org.fault = () => (made++ === at ? faults[at % faults.length] : undefined);
    const first = await runner.run('okta apply --yes --write');
    calls = first.code === 0 ? at : calls;
    expect([at, first.code, /unexpected|TypeError/.test(first.stderr)]).toEqual([
      at,
      made > at ? 3 : 0,
      false,
    ]);
    org.fault = () => undefined;
    expect([at, await runner.run('okta apply --yes --write')]).toMatchObject([at, { code: 0 }]);
    org.requests.length = 0;
    expect(await runner.run('okta apply --yes --prune --write --json')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"changes":0'),
    });
    expect(writesOf(org.requests)).toEqual([]);
    const { servers, apps, groups, groupRules, origins } = org.store;
    counts.add([servers, apps, groups, groupRules, origins].map(({ size }) => size).join());
    await org.stop();
  }
  expect(calls).toBeGreaterThan(25);
  expect(counts.size).toBe(1);
}, 240_000);
