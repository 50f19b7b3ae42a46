/** Names are read as written, and every name is just a name. */
import { expect, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { base } from './support.ts';

const NAMES = [
  '0123456789',
  '12e456',
  'true',
  'null',
  '~',
  'no',
  '0x1F',
  '1_000',
  '.inf',
  '2026-01-01',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
];

const header = `api: { name: orders, upstream: { url: "https://orders.example.com" } }
okta: { issuer: "https://acme.okta.com/oauth2/default", audience: 012, clients: [0123456789, 12e456] }
routes: [GET /orders]
`;

const yaml = (text: string): AccessMap => {
  const { map, problems } = AccessMap.checkText(`${header}${text}`, 'access.yaml');
  if (!map) throw new Error(problems.map(({ message }) => message).join('\n'));
  return map;
};

test.each(NAMES)('%s is the name of a group, a quota and a machine, unquoted', (name) => {
  const quota = /^[\w.-]+$/.test(name) ? name : 'q';
  const map = yaml(`quotas:\n  ${quota}: { limit: 1, per: day, by: user }
groups:\n  ${name}: { allow: [GET /orders], quota: ${quota} }
machines:\n  ${name}: { groups: [${name}] }
tests:\n  - { groups: [${name}], allows: [GET /orders] }
  - { machine: ${name}, allows: [GET /orders] }\n`);
  expect(map.model.groups).toEqual([{ name, allow: '00000001', deny: '00000000', quota }]);
  expect(map.model.machines).toMatchObject([{ cid: name, groups: [name] }]);
  expect(map.model.quotas).toMatchObject([{ name: quota }]);
});

test.each(NAMES)('%s is the name of a permission', (name) => {
  const map = yaml(`permissions:\n  ${name}: [GET /orders]\ngroups:\n  g: { allow: [${name}] }\n`);
  expect(map.rules).toMatchObject([{ permission: name, pattern: 'GET /orders' }]);
  expect(map.model.permissions).toEqual([{ name, routes: '00000001' }]);
});

test('client ids and audiences stay text as written', () => {
  expect(yaml('').model.okta).toMatchObject([
    { audience: '012', clients: ['0123456789', '12e456'] },
  ]);
});

test('a YAML 1.1 directive does not change how names are read', () => {
  const { map } = AccessMap.checkText(
    `%YAML 1.1\n---\n${header}groups:\n  no: {}\n  012: {}\n`,
    'access.yaml',
  );
  expect(map?.model.groups.map(({ name }) => name)).toEqual(['no', '012']);
});

test('__proto__ as parsed by JSON is a name as well, and reaches no prototype', () => {
  const groups: unknown = JSON.parse('{ "__proto__": { "allow": ["GET /orders"] } }');
  const { map } = AccessMap.checkObject({ ...base, groups });
  expect(map?.model.groups).toEqual([{ name: '__proto__', allow: '00000001', deny: '00000000' }]);
  expect(({} as { readonly allow?: unknown }).allow).toBeUndefined();
});

test('a group that nobody declared is unknown, also under the name of a built-in', () => {
  const { problems } = AccessMap.checkText(
    `${header}machines:\n  m: { groups: [constructor, __proto__] }\n`,
    'access.yaml',
  );
  expect(problems.map(({ code }) => code)).toEqual(['GROUP_UNKNOWN', 'GROUP_UNKNOWN']);
});
