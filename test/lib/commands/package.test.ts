import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPackage } from '../../../lib/commands/package.ts';
import { capture, project } from './project.ts';

describe('package', () => {
  const MAP = `api: { name: orders, authorizerOnly: true }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: [GET /orders]
groups: { readers: { allow: [GET /orders] } }
`;

  test('writes files and tells version and digest', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    expect(await runPackage({ format: 'terraform', output: 'out', json: true }, io)).toBe(0);
    const told = JSON.parse(io.stdout()) as { readonly codeSha256: string };
    const names = ['authorizer.zip', 'main.tf', 'outputs.tf', 'variables.tf'];
    expect(told).toMatchObject({ ok: true, exit: 0, problems: [], files: names });
    expect(readdirSync(join(io.cwd, 'out')).sort()).toEqual(names);
    const zip = readFileSync(join(io.cwd, 'out/authorizer.zip'));
    expect(told.codeSha256).toBe(createHash('sha256').update(zip).digest('base64'));
  });

  test('tells a person what was written, of which map, and the digest to compare', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    expect(await runPackage({ output: 'out' }, io)).toBe(0);
    expect(io.stdout().split('\n')).toEqual([
      'wrote authorizer.zip, template.json, template.local.json to out',
      expect.stringMatching(/^map version: [0-9a-f]{16}$/),
      expect.stringMatching(/^CodeSha256 of the function: [A-Za-z0-9+/]{43}=$/),
      '',
    ]);
  });

  test('refuses a map whose API we deploy, and a folder that cannot be written', async () => {
    const own = capture(project({ 'access.yaml': MAP.replace(', authorizerOnly: true', '') }));
    await expect(runPackage({ output: 'out' }, own)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('`api.authorizerOnly: true`'),
    });
    const taken = capture(project({ 'access.yaml': MAP, out: 'a file' }));
    await expect(runPackage({ output: 'out' }, taken)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('EEXIST'),
    });
  });
});

test('a hub of revoked tokens is not part of a package, one of another stack is read', async () => {
  const okta = (revocation: string) => `
api: { name: shop, authorizerOnly: true }
okta:
  issuer: https://acme.okta.com/oauth2/aus1abc
  audience: api://shop
  clients: [0oa1web]
  revocation: ${revocation}
routes: [GET /items]
groups: { readers: { allow: [GET /items] } }
`;
  const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/hub';
  const cwd = project({ 'own.yaml': okta('{}'), 'other.yaml': okta(`{ hub: '${arn}' }`) });
  const run = (map: string) => runPackage({ map, output: 'out' }, capture(cwd));
  await expect(run('own.yaml')).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: expect.stringMatching(/`okta\.revocation\.hub`.*`own`.*`acme\.okta\.com`/),
  });
  expect(await run('other.yaml')).toBe(0);
  expect(readFileSync(join(cwd, 'out/template.json'), 'utf8')).toContain(arn);
});
