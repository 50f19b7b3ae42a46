/**
 * What docs/how-to/troubleshooting.md says that commands print of AWS, for a table and an API like
 * these.
 */
import { describe, expect, test } from '@jest/globals';
import type { LiveApi, LiveRoute } from '../../lambda/gateway/live-api.ts';
import { runCoverage } from '../../lib/commands/coverage.ts';
import { runUsage } from '../../lib/commands/usage.ts';
import type { UsageItem } from '../../lib/quota-usage/quota-usage.ts';
import { capture, EXAMPLE, project } from '../lib/commands/project.ts';
import { codeBlocks } from './support/code-blocks.ts';

const second = (iso: string): number => Date.parse(iso) / 1_000;
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:access-orders';

const shown = (kind: string): readonly string[] => {
  const blocks = codeBlocks(['docs/how-to/troubleshooting.md']).filter(
    ({ attributes }) => attributes === kind,
  );
  expect(blocks).toHaveLength(1);
  return blocks.flatMap(({ text }) => text.trimEnd().split('\n'));
};

const counter = (key: string, used: number): UsageItem => {
  const numbers: Readonly<Record<string, number>> = {
    minute_start: second('2026-11-22T10:15:00Z'),
    minute_used: used,
  };
  return { key, numbers: (name) => numbers[name] };
};

const route = (key: string, authorizerId?: string): LiveRoute => ({
  key,
  locator: key,
  authorization:
    authorizerId === undefined
      ? { type: 'NONE', scopes: [] }
      : { type: authorizerId === 'ours' ? 'CUSTOM' : 'JWT', scopes: [], authorizerId },
  apiKeyRequired: false,
  preflight: false,
});

const API: LiveApi = {
  kind: 'http',
  id: 'a1b2c3d4e5',
  name: 'orders',
  routes: [
    route('GET /health'),
    route('GET /orders', 'ours'),
    route('POST /orders'),
    route('GET /invoices', 'acme'),
  ],
  authorizers: [
    {
      id: 'acme',
      name: 'acme',
      type: 'JWT',
      jwt: { issuer: 'https://acme.okta.com/oauth2/aus1orders', audiences: ['api://orders'] },
    },
    {
      id: 'ours',
      name: 'okta-groups-11111111',
      type: 'REQUEST',
      invokes: ARN,
      identitySources: ['$request.header.Authorization'],
      ttlSeconds: 0,
    },
  ],
  stages: [{ name: '$default', autoDeploy: true, canary: false, current: true }],
  pendingEdits: [],
};

const MAP = `api: { name: orders, attachTo: { httpApiId: a1b2c3d4e5 } }
okta: { issuer: https://acme.okta.com/oauth2/aus1orders, audience: api://orders, clients: [0oa1web] }
routes: [GET /health, GET /orders, POST /orders, GET /invoices]
public: [GET /health]
groups: { orders-readers: { allow: [GET /orders] } }
`;

describe('docs/how-to/troubleshooting.md', () => {
  test('shows what usage prints', async () => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    const items = [counter('standard#user:00u1reader', 60), counter('standard#user:00u2ann', 12)];
    const sources = {
      read: async () => items,
      now: () => Date.parse('2026-11-22T10:15:30Z'),
    };
    expect(await runUsage({ table: 'quota', quota: 'standard' }, io, sources)).toBe(0);
    expect(shown('usage')).toEqual(io.stdout().trimEnd().split('\n'));
  });

  test('shows what coverage prints, and its exit code', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    const deployed = { map: 'orders', authorizer: ARN, records: [] };
    const stack = {
      name: 'access-orders',
      arn: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/access-orders/1',
      outputs: { OktaGroupAuthorizerAccessMap0123ABCD: JSON.stringify(deployed) },
    };
    const code = await runCoverage({}, io, {
      findStack: async () => stack,
      findStacksOf: async () => [],
      readRecord: async () => ({ unpublished: false, routes: {} }),
      readUnmapped: async () => ({ routes: [] }),
      read: async () => API,
      findApi: async () => ({ kind: 'http', id: 'a1b2c3d4e5' }),
      readTemplate: async () => undefined,
    });
    expect(code).toBe(1);
    expect(shown('coverage')).toEqual(io.stdout().trimEnd().split('\n'));
  });
});
