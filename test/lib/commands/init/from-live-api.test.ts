import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { runInit } from '../../../../lib/commands/init.ts';
import { API, aws, MAP, route } from '../live/live-aws.ts';
import { capture, project } from '../project.ts';

describe('routes without authorizer', () => {
  test('leaves a route without authorizer out of `public` that a back end may read as a guarded one', async () => {
    const io = capture(project({}));
    const routes = [
      route('GET /health', 'NONE'),
      route('GET /items/{id}', 'NONE'),
      route('GET /items/export', 'JWT', { authorizerId: 'acme' }),
      route('ANY /{proxy+}', 'NONE'),
    ];
    await runInit({ httpApi: 'a1b2c3d4e5', output: 'access.yaml' }, io, aws({ ...API, routes }));
    const text = readFileSync(join(io.cwd, 'access.yaml'), 'utf8');
    expect(parse(text)).toMatchObject({ public: ['GET /health'] });
    expect(text).toContain('GET /items/{id}');
    const { problems } = AccessMap.checkText(text, 'access.yaml');
    expect(problems.map(({ code }) => code)).not.toContain('PUBLIC_BESIDE_CLOSED');
  });
});

describe('init from a live API', () => {
  test('writes a map that is valid but for what a person has to fill in', async () => {
    const folder = project({});
    const io = capture(folder);
    expect(await runInit({ httpApi: 'a1b2c3d4e5', output: 'access.yaml' }, io, aws())).toBe(0);
    const { map } = AccessMap.checkText(readFileSync(join(folder, 'access.yaml')), 'access.yaml');
    expect(map?.name).toBe('orders-of-acme');
    expect(map?.api.attachTo?.apiId).toBe('a1b2c3d4e5');
    expect(map?.gatewayRoutes.filter((one) => one.public).map(({ key }) => key)).toEqual([
      'GET /health',
      'POST /orders',
    ]);
    expect(map?.model.okta[0]).toMatchObject({
      issuers: ['https://acme.okta.com/oauth2/aus1abc'],
      audience: 'api://orders',
    });
    expect(map?.model.permissions.map(({ name }) => name)).toEqual(['invoices']);
    expect(io.stderr()).toContain('`GET /invoices`, `GET /orders`');
  });

  test('never overwrites a file', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    await expect(
      runInit({ httpApi: 'a1b2c3d4e5', output: 'access.yaml' }, io, aws()),
    ).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringContaining('`access.yaml`'),
    });
  });
});
