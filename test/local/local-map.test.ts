import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../lib/access-map/index.ts';
import { checkText, localMapText, type MapSource, readMap } from '../../local/local-map.ts';

const replacements = {
  kind: 'http' as const,
  issuer: 'http://127.0.0.1:4001/oauth2/default',
  upstreamUrl: 'http://127.0.0.1:4003',
  consoleOrigins: ['http://127.0.0.1:4002', 'http://localhost:4002'],
};

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'map-')), 'access.yaml');
  writeFileSync(path, text);
  return path;
}

function localMap(source: MapSource): AccessMap {
  return AccessMap.fromFile(file(localMapText(source, replacements)), {
    loopbackIssuer: true,
    root: '/',
  });
}

const small = `
api:
  name: small
  upstream: { url: https://small.example.com }
okta: { issuer: https://acme.okta.com/oauth2/aus1, audience: api://small, clients: [0123456789, 12e456, 0x1F] }
routes: [GET /a]
groups:
  007: { allow: [GET /a] }
`;

describe('the local map', () => {
  test('has the local issuer, back end and console, and all else as it was', () => {
    const own = readMap('access.yaml').map;
    const local = localMap('access.yaml');
    expect(local.model.okta).toEqual([{ ...own.model.okta[0], issuers: [replacements.issuer] }]);
    expect(local.api).toMatchObject({
      cors: { origins: ['https://app.example.com', ...replacements.consoleOrigins] },
    });
    const { okta: _own, version: _ownVersion, ...ownRest } = own.model;
    const { okta: _local, version: _localVersion, ...localRest } = local.model;
    expect(localRest).toEqual(ownRest);
  });

  test('keeps names that look like numbers as they are written', () => {
    const local = localMap(file(small));
    expect(local.model.okta[0]?.clients).toEqual(['0123456789', '12e456', '0x1F']);
    expect(local.model.groups.map((group) => group.name)).toEqual(['007']);
  });

  test('gets CORS for the console where it has none', () => {
    expect(localMap(file(small)).api.cors).toMatchObject({ origins: replacements.consoleOrigins });
  });

  test('may be given as an object', () => {
    const local = localMap({
      api: { name: 'small', upstream: { url: 'https://small.example.com' } },
      okta: {
        issuer: ['https://acme.okta.com/oauth2/aus1', 'https://id.example.com/oauth2/aus1'],
        audience: 'api://small',
        clients: ['12e456'],
      },
      routes: ['GET /a/{id}'],
      groups: { '007': { allow: ['GET /a/*'] } },
    });
    expect(local.model).toMatchObject({
      name: 'small',
      okta: [{ issuers: [replacements.issuer], clients: ['12e456'] }],
      groups: [{ name: '007' }],
    });
  });
});

test('without a console a map without CORS stays one', () => {
  const map = {
    api: { name: 'a', upstream: { url: 'https://a.example.com' } },
    okta: { issuer: 'https://acme.okta.com/oauth2/default', audience: 'a', clients: 'any' },
    routes: ['GET /a'],
  };
  expect(
    localMapText(map, {
      kind: 'http',
      issuer: 'http://127.0.0.1:1/x',
      upstreamUrl: 'http://127.0.0.1:2',
      consoleOrigins: [],
    }),
  ).not.toContain('cors');
});

test.each([
  ['an org, which has no API tokens', 'https://acme.okta.com'],
  ['a host alone', 'https://acme.okta.com/'],
  ['a path below the server', 'https://acme.okta.com/oauth2/aus1/v1/keys'],
])(
  '%s in the place of the issuer is told by the name of the map and the option',
  (_what, issuer) => {
    const text = localMapText('access.yaml', { ...replacements, issuer });
    const check = () => checkText(text, 'access.yaml with --issuer');
    expect(check).toThrow(/^access\.yaml with --issuer:\d+:\d+/);
    expect(check).not.toThrow(/\.local|tmp/);
  },
);
