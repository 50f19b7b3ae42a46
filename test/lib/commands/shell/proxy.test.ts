import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { UsageError } from '../../../../lib/commands/shell/command.ts';
import { proxySettings } from '../../../../lib/commands/shell/proxy.ts';
import { programOf } from '../../../support/program.ts';
import { deepTest, sampled } from '../../../support/tier.ts';
import { mapText } from '../../okta/support.ts';
import { project } from '../project.ts';

// Each test starts a process of its own, which takes its time on a busy machine.
jest.setTimeout(120_000);

/** A proxy that refuses every tunnel and remembers whom it was asked for. */
const asked: string[] = [];
let proxy: Server;
let url = '';
beforeAll(async () => {
  proxy = createServer(({ url: target = '' }, response) => {
    asked.push(target);
    response.writeHead(502).end();
  });
  proxy.on('connect', ({ url: host = '' }, socket) => {
    asked.push(host);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(() => void proxy.close());

/** The command runs in a folder of its own, which has no packages. */
async function run(args: string, env: Readonly<Record<string, string>>): Promise<string> {
  const program = await programOf('bin/cli.ts');
  asked.length = 0;
  const files = {
    'access.yaml': mapText('https://acme.okta.invalid', {
      okta: 'issuer: https://acme.okta.invalid/oauth2/aus1',
    }).replace('[app:orders-web]', '[0oa1]'),
  };
  const command = [program, ...args.split(' ')];
  const options = { cwd: project(files), env: { PATH: process.env['PATH'] ?? '', ...env } };
  return new Promise((done) => {
    execFile(process.execPath, command, options, (_error, stdout, stderr) => done(stdout + stderr));
  });
}

const OKTA = { OKTA_CLIENT_TOKEN: 'x', OKTA_CLIENT_ORGURL: 'https://acme.okta.invalid' };
const AWS = {
  AWS_ACCESS_KEY_ID: 'x',
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_REGION: 'eu-central-1',
  AWS_MAX_ATTEMPTS: '1',
};

const ASKED: readonly (readonly [
  what: string,
  args: string,
  env: Readonly<Record<string, string>>,
  host: string,
])[] = [
  ['Okta', 'okta plan', OKTA, 'acme.okta.invalid:443'],
  ['AWS', 'usage --table quotas', AWS, 'dynamodb.eu-central-1.amazonaws.com:443'],
  ['the issuer', 'login', {}, 'acme.okta.invalid:443'],
];

test.each(sampled(ASKED, 3))(
  '%s is asked through the proxy of the environment',
  async (_, args, env, host) => {
    const said = await run(args, { ...env, HTTPS_PROXY: url });
    expect([said, asked]).toEqual([said, expect.arrayContaining([host])]);
    expect(said).not.toMatch(/UNDICI|Experimental/);
  },
);

deepTest('a host of NO_PROXY is asked directly, and so are its subdomains', async () => {
  await run('okta plan', { ...OKTA, https_proxy: url, NO_PROXY: 'example.com, okta.invalid' });
  expect(asked).toEqual([]);
});

test.each([
  ['http://127.0.0.2:1', []],
  ['http://127.evil.example:1', [expect.stringContaining('127.evil.example')]],
])('of AWS at %s the proxy is asked for %j', async (endpoint, expected) => {
  await run('usage --table quotas', { ...AWS, HTTP_PROXY: url, AWS_ENDPOINT_URL: endpoint });
  expect(asked).toEqual(expected);
});

describe('the settings of the environment', () => {
  const http = 'http://a:1';
  test.each<readonly [env: Readonly<Record<string, string>>, settings: unknown]>([
    [{}, undefined],
    [{ NO_PROXY: '*', HTTPS_PROXY: http }, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTPS_PROXY: http }, { https: http, http: '' }],
    [{ HTTP_PROXY: http }, { https: http, http }],
    [{ HTTPS_PROXY: http, NO_PROXY: 'A.Com' }, { direct: expect.arrayContaining(['a.com']) }],
    [{ https_proxy: 'http://b:2', HTTPS_PROXY: http }, { https: 'http://b:2' }],
    [
      { HTTPS_PROXY: http, NO_PROXY: '.a.com,*.b.com c.com' },
      {
        direct: expect.arrayContaining([
          'a.com',
          '*.a.com',
          'b.com',
          '*.b.com',
          'c.com',
          '*.c.com',
        ]),
      },
    ],
  ])('%j are %j', (env, settings) => {
    if (settings === undefined) expect(proxySettings(env)).toBeUndefined();
    else expect(proxySettings(env)).toMatchObject(settings as object);
  });

  test('a proxy that is no URL is wrong usage, and not shown', () => {
    expect(() => proxySettings({ HTTPS_PROXY: 'user:secret@host' })).toThrow(UsageError);
    expect(() => proxySettings({ HTTPS_PROXY: 'user:secret@host' })).not.toThrow(/secret/);
  });
});
