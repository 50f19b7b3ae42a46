import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inTime } from '../support/in-time.ts';
import { childrenOf, start } from '../support/started.ts';
import { deepTest, sampled } from '../support/tier.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-'));
const badMap = join(folder, 'bad.yaml');
writeFileSync(badMap, 'api: { name: bad, kind: grpc }\nrouts: [GET /a]\n');

/** Starts that end by themselves; each is a process. */
const WRONG: readonly (readonly [
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  status: number,
  parts: readonly string[],
])[] = [
  ['an unknown flag', ['--wat'], {}, 2, ['--wat']],
  ['an unknown flavour', ['--kind', 'soap'], {}, 2, ['soap', 'http']],
  ['an argument that is no flag', ['access.yaml'], {}, 2, ['argument']],
  ['an insecure issuer', ['--issuer', 'http://acme.example.com/oauth2/default'], {}, 2, ['https']],
  [
    'an issuer that cannot be reached',
    ['--issuer', 'http://127.0.0.1:1/oauth2/default'],
    {},
    3,
    ['--issuer: http://127.0.0.1:1/oauth2/default cannot be reached'],
  ],
  ['an app of another machine', ['--app', 'https://app.example.com'], {}, 2, ['http://localhost']],
  ['an app with a path', ['--app', 'http://localhost:5173/app'], {}, 2, ['without a path']],
  ['a port that is no number', [], { PORT: 'abc' }, 2, ['PORT', '`abc`']],
  [
    'a map with mistakes',
    ['--map', badMap],
    {},
    1,
    ['bad.yaml:1', '`grpc`', 'bad.yaml:2', '`routs`'],
  ],
  [
    'a map that is not there',
    ['--map', join(folder, 'absent.yaml')],
    {},
    1,
    ['absent.yaml', 'no such file'],
  ],
];

describe('a wrong start is explained without a stack trace', () => {
  test.each(sampled(WRONG, 4))('%s', async (_name, args, environment, status, messagePart) => {
    const ended = await (await start(args, environment)).ended;
    expect(ended.status).toBe(status);
    for (const part of messagePart) expect(ended.errors).toContain(part);
    expect(ended.errors).not.toMatch(/^ {2,}at /m);
  });

  test.each(sampled(['PORT', 'ISSUER_PORT'], 2))(
    'a port in use, with the variable %s',
    async (name) => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const ended = await (await start([], { [name]: String(port) })).ended;
      server.close();
      expect(ended).toMatchObject({
        status: 1,
        errors: expect.stringMatching(new RegExp(`^port ${port} .*variable ${name}\n$`)),
      });
    },
    30_000,
  );
});

test('help names every option and ends well', async () => {
  const ended = await (await start(['--help'])).ended;
  expect(ended.status).toBe(0);
  for (const part of ['--map', '--kind', '--issuer', '--http-throw', 'ISSUER_PORT', 'CONSOLE_PORT'])
    expect(ended.out).toContain(part);
});

test.each(sampled(['SIGTERM', 'SIGINT'] as const, 2))(
  'serves, tells each decision, and ends with all its processes at %s',
  async (signal) => {
    const records = join(folder, signal);
    const run = await start(['--records', records]);
    await run.printed('each decision is one line');
    const { out } = run;
    const [, gateway = ''] = /gateway +(http\S+)/.exec(out()) ?? [];
    const [, issuer = ''] = /issuer +(http\S+)/.exec(out()) ?? [];
    const form = {
      grant_type: 'password',
      username: 'reader@example.com',
      password: 'x',
      scope: 'openid',
      client_id: '0oa1web',
    };
    const answer = await fetch(`${issuer}/v1/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    for (const method of ['GET', 'POST'])
      await fetch(`${gateway}/orders`, { method, headers: { authorization: `Bearer ${token}` } });
    await fetch(`${gateway}/orders`);
    await run.printed('401 GET /orders (no Authorization header)');
    expect(out()).toContain(
      '200 ALLOWED reader GET /orders by groups.orders-readers.allow[0] (access.yaml:44:13)\n403 GROUP_NOT_ALLOWED no group allows: reader POST /orders, see groups.orders-readers (access.yaml:43:3)\n',
    );
    const recordsOf = (file: string) =>
      readFileSync(join(records, file), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const decisions = recordsOf('decisions.jsonl');
    expect(decisions).toMatchObject([
      {
        record: 'decision',
        v: 1,
        effect: 'allow',
        rule: { path: 'groups.orders-readers.allow[0]', at: 'access.yaml:44:13' },
        weight: 1,
      },
      { effect: 'deny', code: 'GROUP_NOT_ALLOWED', principal: { kind: 'user', id: '00u1reader' } },
    ]);
    // The call without a token ended at the gateway: only the access log has it.
    const calls = recordsOf('access.jsonl');
    expect(calls.map(({ status }) => status)).toEqual(['200', '403', '401']);
    expect(calls.slice(0, 2).map(({ requestId }) => requestId)).toEqual(
      decisions.map(({ requestId }) => requestId),
    );
    const children = childrenOf(run.pid);
    expect(children.length).toBeGreaterThan(0);
    run.kill(signal);
    // Sooner than any connection that is kept alive times out.
    const ended = await inTime(4_000, run.ended);
    expect([ended.status, ended.errors]).toEqual([0, '']);
    for (const child of children) expect(() => process.kill(child, 0)).toThrow('ESRCH');
    expect(ended.out).not.toContain(token.slice(0, 40));
  },
  60_000,
);

const OTHER_MAP = `api: { name: others, upstream: { url: https://others.example.com } }
okta: { issuer: https://acme.okta.com/oauth2/a, audience: api://others, clients: [0oa1web] }
routes: [GET /orders]
groups:
  readers: { allow: [GET /orders] }
`;

// Beside SIGTERM above: a terminal sends the one when it stops a run, the other when it is closed.
// A second whole start: the quick tier has one.
deepTest.each(['SIGINT', 'SIGHUP'] as const)(
  'names the callers of any map, and ends with all its processes and ports at %s',
  async (signal) => {
    const map = join(folder, `${signal}.yaml`);
    writeFileSync(map, OTHER_MAP);
    const run = await start(['--map', map, '--records', join(folder, `other-${signal}`)]);
    await run.printed('each decision is one line');
    const [, gateway = ''] = /gateway +(http\S+)/.exec(run.out()) ?? [];
    const [, issuer = ''] = /issuer +(http\S+)/.exec(run.out()) ?? [];
    const answer = await fetch(`${issuer}/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        username: 'readers@example.com',
        password: 'x',
        scope: 'openid',
        client_id: '0oa1web',
      }),
    });
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    await fetch(`${gateway}/orders`, { headers: { authorization: `Bearer ${token}` } });
    await run.printed('200 ALLOWED readers GET /orders by groups.readers.allow[0]');
    await fetch(`${gateway}/orders`, { headers: { authorization: '' } });
    await run.printed('401 GET /orders (an empty Authorization header)');
    await fetch(`${gateway}/nothing`);
    await run.printed('404 GET /nothing (no such route)');
    const [head = '', , signature = ''] = token.split('.');
    const claims = { iss: 'https://other.okta.com/oauth2/a', aud: 'api://others' };
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    await fetch(`${gateway}/orders`, {
      headers: { authorization: `Bearer ${head}.${body}.${signature}` },
    });
    await run.printed(`see okta.issuer (${signal}.yaml:2:9), which this run replaces`);
    const children = childrenOf(run.pid);
    expect(children.length).toBeGreaterThan(0);
    run.kill(signal);
    const ended = await run.ended;
    expect([ended.status, ended.errors]).toEqual([0, '']);
    for (const child of children) expect(() => process.kill(child, 0)).toThrow('ESRCH');
    for (const url of [gateway, issuer])
      await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  },
  60_000,
);
