/**
 * Shadow mode and hashed principals as deployed: template, bundle and the gateway's own access log.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

let product: RunningProduct;
const calls: string[] = [];

beforeAll(async () => {
  const map = parse(readFileSync('access.yaml', 'utf8'));
  product = await runProduct({
    map: { ...map, mode: 'shadow', audit: { hashPrincipal: true } },
    onCall: ({ accessLogLine }) => void calls.push(accessLogLine ?? ''),
  });
}, 60_000);
afterAll(() => product.stack.stop());

describe('a new API in shadow mode', () => {
  test.each([
    [
      'reader',
      'GET /orders',
      200,
      { effect: 'allow', rule: { path: 'groups.orders-readers.allow[0]' } },
    ],
    ['reader', 'POST /orders', 200, { code: 'GROUP_NOT_ALLOWED', wouldDeny: true }],
    [
      'contractor',
      'DELETE /orders/1',
      200,
      { code: 'GROUP_DENIED', wouldDeny: true, rule: { path: 'groups.contractors.deny[0]' } },
    ],
    ['nobody', 'GET /orders', 200, { code: 'GROUPS_MISSING', wouldDeny: true }],
  ])(
    'lets %s call %s with %d, and records what the rules say',
    async (user, route, status, record) => {
      expect((await product.call(route, await product.tokenOf(user))).status).toBe(status);
      expect(product.lastRecord()).toMatchObject({ mode: 'shadow', effect: 'allow', ...record });
    },
  );

  test('lets nobody in without a valid token', async () => {
    expect((await product.call('GET /orders')).status).toBe(401);
    expect((await product.call('GET /orders', 'a.b.c')).status).toBe(401);
  });

  test('refuses nobody over quota, and tells the back end of none', async () => {
    const token = await product.tokenOf('orders-readers');
    const replies = [];
    for (let n = 0; n < 62; n++) replies.push(await product.call('GET /orders', token));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(product.lastRecord()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      wouldDeny: true,
      rule: { path: 'quotas.standard' },
    });
    expect(replies.at(-1)?.echo.headers['x-access-quota-exceeded']).toBe('false');
  });

  test('with `audit.hashPrincipal` neither record names a caller, and both hold the same digest', () => {
    const records = product.lines.filter((line) => line.startsWith('{"record":"decision"'));
    const digests = (lines: readonly string[], pattern: RegExp) =>
      new Set(
        lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).filter((text) => text !== '-'),
      );
    expect([...records, ...calls].filter((line) => /00u1|0oa1|@example/.test(line))).toEqual([]);
    expect(digests(calls, /"principal":"([^"]*)"/)).toEqual(digests(records, /"id":"([^"]*)"/));
    expect(digests(calls, /"principal":"([^"]*)"/).size).toBe(4);
  });
});
