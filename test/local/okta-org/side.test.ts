import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { type OktaSide, startOktaSide } from '../../../local/okta-org/side.ts';

const sides: OktaSide[] = [];
afterEach(async () => {
  await Promise.all(sides.splice(0).map(({ org }) => org.stop()));
});

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'okta-side-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

async function sideOf(folder: string, consolePort?: number): Promise<OktaSide> {
  const out = mkdtempSync(join(tmpdir(), 'okta-side-'));
  const side = await startOktaSide({
    file: join(folder, 'access.yaml'),
    folder: out,
    ...(consolePort === undefined ? {} : { consolePort }),
  });
  sides.push(side);
  return side;
}

const MAP = `api: { name: orders, upstream: { url: https://orders.example.com } }
okta: { issuer: https://acme.okta.com/oauth2/aus1, audience: a, clients: [0oa1] }
routes: [GET /orders]
groups:
  readers: { allow: [GET /orders] }
`;

test.each([
  [undefined, 4_002],
  [0, 4_002],
  [4_711, 4_711],
])('with the console on port %j, its app is called back on port %j', async (given, called) => {
  const { commandMap } = await sideOf(folderWith({ 'access.yaml': MAP }), given);
  expect(readFileSync(commandMap, 'utf8')).toContain(`http://127.0.0.1:${called}/callback`);
});

test.each([
  [
    'in a list',
    {
      'access.yaml': MAP.replace('{ issuer', '[{ name: main, issuer').replace(
        '[0oa1] }',
        '[0oa1] }]',
      ),
    },
  ],
  [
    'beside a file that it names',
    {
      'access.yaml': MAP.replace('[GET /orders]', '{ openapi: api.yaml }').replace(
        'orders, upstream',
        'other, upstream',
      ),
      'api.yaml':
        'openapi: 3.0.3\ninfo: { title: t, version: "1" }\npaths: { /orders: { get: { responses: {} } } }\n',
    },
  ],
])('the maps for gateway and commands are right for one %s', async (_, files) => {
  const { commandMap, gatewayMap } = await sideOf(folderWith(files));
  const before = AccessMap.fromFile(commandMap, {
    beforeApply: true,
    loopbackIssuer: true,
    root: '/',
  });
  expect(before.oktaSides).toMatchObject([{ issuers: [], clients: [`app:${before.name}-web`] }]);
  expect(AccessMap.fromFile(gatewayMap, { root: '/' }).model.okta).toMatchObject([
    { issuers: ['https://acme.okta.com/oauth2/aus1'], clients: ['0oa1'] },
  ]);
});

test('a map that extends another is reported in one sentence', async () => {
  const folder = folderWith({ 'base.yaml': MAP, 'access.yaml': 'extends: base.yaml\n' });
  await expect(sideOf(folder)).rejects.toThrow(
    'expected a whole map for `--okta`, found one that extends another',
  );
});

test('the org answers 503 until the issuer is known, and makes no server without one', async () => {
  const { org, useIssuer } = await sideOf(folderWith({ 'access.yaml': MAP }));
  const create = async (): Promise<readonly [number, unknown]> => {
    const answer = await fetch(`${org.url}/api/v1/authorizationServers`, {
      method: 'POST',
      headers: { authorization: 'SSWS local', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'orders', description: '', audiences: ['a'] }),
    });
    const { issuer } = (await answer.json()) as { readonly issuer?: string };
    return [answer.status, issuer];
  };
  expect(await create()).toEqual([503, undefined]);
  expect(org.store.servers.size).toBe(0);
  useIssuer('http://127.0.0.1:4001');
  expect(await create()).toEqual([201, 'http://127.0.0.1:4001/oauth2/default']);
});
