import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  AccessMap,
  AccessMapError,
  loadMaps,
  resolveMapSources,
} from '../../../../lib/access-map/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'overlay-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const BASE = `api: { name: orders, upstream: { url: "https://orders.example.com" }, cors: { origins: ["https://a.example.com"] } }
okta: { issuer: "https://acme.okta.com/oauth2/aus1abc", audience: api://orders, clients: [0oa1web] }
routes: [GET /orders, GET /health]
public: [GET /health]
groups: { readers: { allow: [GET /orders] } }
machines: { 0oa1batch: { groups: [readers] } }
`;
const overlay = (text: string): AccessMap => {
  write('base.yaml', BASE);
  return AccessMap.fromFile(write('stage.yaml', `extends: base.yaml\n${text}`));
};
const messagesOf = (text: string, base = BASE): readonly string[] => {
  write('base.yaml', base);
  return AccessMap.check(write('stage.yaml', text)).problems.map(({ message }) =>
    message.replaceAll(`${folder}/`, ''),
  );
};

test('an overlay without changes means what its base means', () => {
  const base = AccessMap.fromFile(write('base.yaml', BASE));
  expect(overlay('').model).toEqual(base.model);
});

test('api and okta are changed key by key, and keys inside of a changed key are the overlay’s alone', () => {
  const map = overlay(
    'api: { name: orders-staging, upstream: { lambda: "arn:aws:lambda:eu-west-1:123456789012:function:orders" } }\nokta: { clients: any }\n',
  );
  expect(map.name).toBe('orders-staging');
  expect(map.api.upstream).toEqual({
    kind: 'lambda',
    functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
  });
  expect(map.api.cors?.origins).toEqual(['https://a.example.com']);
  expect(map.model.okta).toMatchObject([
    { issuers: ['https://acme.okta.com/oauth2/aus1abc'], clients: 'any' },
  ]);
});

test('machines of an overlay are its machines, without those of the base', () => {
  const map = overlay('machines: { 0oa2test: { groups: [readers] } }\n');
  expect(map.model.machines.map(({ cid }) => cid)).toEqual(['0oa2test']);
});

test('whoever the base blocks stays blocked, and an overlay blocks more', () => {
  write('base.yaml', `${BASE}blocked: { users: [00ua, 00ub], tokens: [AT.1] }\n`);
  const blocked = (text: string) =>
    AccessMap.fromFile(write('stage.yaml', `extends: base.yaml\n${text}`)).model.blocked;
  expect(blocked('blocked: { users: [00uc, 00ua], clients: [0oa1web] }\n')).toEqual({
    users: ['00ua', '00ub', '00uc'],
    clients: ['0oa1web'],
    tokens: ['AT.1'],
  });
  expect(blocked('blocked: { users: [], tokens: [] }\n')).toEqual({
    users: ['00ua', '00ub'],
    clients: [],
    tokens: ['AT.1'],
  });
  expect(blocked('blocked: {}\n')).toEqual(blocked(''));
});

const LONG = 'x'.repeat(256);
test.each([
  [
    '{ users: [00uc, 00ua] }',
    `{ users: [00ua, 00ub, ${LONG}] }`,
    /^stage\.yaml:2:32: at blocked\.users\[2\]/,
  ],
  [`{ users: [00ua, ${LONG}] }`, '{ users: [00uc] }', /^base\.yaml:7:26: at blocked\.users\[1\]/],
  [
    '{ users: [00ua] }',
    '{ users: 00ub }',
    /^stage\.yaml:2:19: at blocked\.users: expected a list of user ids/,
  ],
  [
    '{ users: 00ua }',
    '{ users: [00ub] }',
    /^base\.yaml:7:19: at blocked\.users: expected a list of user ids/,
  ],
  ['{ users: [00ua] }', '{ persons: [00ub] }', /^stage\.yaml:2:12: at blocked\.persons/],
  ['{ users: [00ua] }', '[00ub]', /^stage\.yaml:2:10: at blocked: expected lists/],
])(
  'a problem in `blocked: %s` under `blocked: %s` is reported with its own place',
  (below, above, message) => {
    expect(
      messagesOf(`extends: base.yaml\nblocked: ${above}\n`, `${BASE}blocked: ${below}\n`),
    ).toEqual([expect.stringMatching(message)]);
  },
);

const OPENAPI = `openapi: 3.0.1\ninfo: { title: orders, version: "1" }\npaths: { /orders: { get: { responses: {} } }, /health: { get: { responses: {} } } }\n`;
test('an inventory that the base names is read from beside the base, wherever the overlay is', () => {
  mkdirSync(join(folder, 'base'));
  write('base/api.yaml', OPENAPI);
  write(
    'base/orders.yaml',
    BASE.replace('routes: [GET /orders, GET /health]', 'routes: { openapi: api.yaml }'),
  );
  expect(
    AccessMap.fromFile(write('stage.yaml', 'extends: base/orders.yaml\n')).gatewayRoutes.map(
      ({ key }) => key,
    ),
  ).toEqual(['GET /orders', 'GET /health']);
});

test('base and inventory come from the same revision as the overlay', () => {
  const files = new Map([
    [
      'base/orders.yaml',
      BASE.replace('routes: [GET /orders, GET /health]', 'routes: { openapi: api.yaml }'),
    ],
    ['base/api.yaml', OPENAPI],
  ]);
  const readFile = (name: string): string =>
    files.get(name) ?? readFileSync(join(folder, name), 'utf8');
  const { map, problems } = AccessMap.checkText('extends: base/orders.yaml\n', 'HEAD:stage.yaml', {
    readFile,
  });
  expect(problems).toEqual([]);
  expect(map?.gatewayRoutes).toHaveLength(2);
});

test.each([
  'groups: { readers: { allow: [GET /health] } }',
  'routes: [GET /x]',
  'public: []',
  'quotas: {}',
  'signedIn: []',
  'permissions: {}',
  'scopes: groups',
])('an overlay cannot have %s: the base alone says who may call what', (section) => {
  const key = section.slice(0, section.indexOf(':'));
  const expected =
    'expected beside `extends` only api, okta, machines, blocked, mode, audit, tests: the base alone says who may call what';
  expect(messagesOf(`extends: base.yaml\n${section}\n`)).toEqual([
    `stage.yaml:2:1: at ${key}: ${expected}, found \`${key}\``,
  ]);
});

test('a problem is reported with the file that it stands in', () => {
  expect(
    messagesOf(
      'extends: base.yaml\nmachines: { 0oa1batch: { groups: [nobody] } }\n',
      BASE.replace('GET /orders] }', 'GET /ordres] }'),
    ),
  ).toEqual(
    [
      'base.yaml:5:30: at groups.readers.allow[0]: expected a pattern that matches a route of `routes`, found `GET /ordres`: declare `GET /ordres` under `routes`, did you mean `GET /orders`?',
      expect.stringMatching(
        /^stage\.yaml:2:3\d: at machines\.0oa1batch\.groups\[0\]: expected a group under `groups`, found `nobody`/,
      ),
    ].toSorted(),
  );
});

test.each([
  [
    'extends: absent.yaml\n',
    BASE,
    'stage.yaml:1:10: at extends: expected the file of a base map, found no file at `absent.yaml`',
  ],
  [
    'extends: []\n',
    BASE,
    'stage.yaml:1:10: at extends: expected the name of a file, found something else',
  ],
  [
    'extends: base.yaml\n',
    `${BASE}extends: other.yaml\n`,
    'stage.yaml:1:10: at extends: expected a base map that extends nothing, found `base.yaml`, which extends another',
  ],
  ['extends: base.yaml\n', 'a: [', expect.stringMatching(/^base\.yaml:/)],
])('%j over another base is refused', (text, base, message) => {
  expect(messagesOf(text, base)).toEqual([message]);
});

test('an incomplete overlay is asked for what neither file has', () => {
  expect(messagesOf('extends: base.yaml\n', BASE.replace('name: orders, ', ''))).toEqual([
    expect.stringMatching(/expected the key `name`/),
  ]);
});

test('the stages of the example are two maps with one set of rules', () => {
  const maps = loadMaps(resolveMapSources(process.cwd(), 'examples/stages/*.yaml'));
  expect(maps.map(({ name, kind }) => [name, kind])).toEqual([
    ['orders', 'rest'],
    ['orders-staging', 'rest'],
  ]);
  const [production, staging] = maps;
  expect(production?.model.groups).toEqual(staging?.model.groups);
  expect(production?.version).not.toBe(staging?.version);
});

test('maps of one name are refused, and the problems of all maps are reported at once', () => {
  write('a.yaml', BASE);
  write('b.yaml', BASE);
  const load = () => loadMaps(resolveMapSources(folder, '*.yaml'));
  expect(load).toThrow(
    /b\.yaml: expected an `api\.name` of its own, found `orders` in .*a\.yaml as well/,
  );
  write('a.yaml', 'api: {}');
  write('b.yaml', 'routes: [GET /ordres');
  expect(() => load()).toThrow(AccessMapError);
  expect(load).toThrow(/a\.yaml[\s\S]*b\.yaml/);
});

test('what a base names stands in the folder of the base', () => {
  mkdirSync(join(folder, 'base'));
  write(
    'base/api.json',
    '{"openapi":"3.0.3","info":{"title":"x"},"paths":{"/orders":{"get":{}},"/health":{"get":{}}}}',
  );
  write('base/orders.yaml', BASE.replace('[GET /orders, GET /health]', '{ openapi: api.json }'));
  const map = AccessMap.fromFile(write('stage.yaml', 'extends: base/orders.yaml\n'));
  expect(map.gatewayRoutes.map(({ key }) => key)).toEqual(['GET /orders', 'GET /health']);
});
