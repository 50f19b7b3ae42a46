import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isAlive } from '../../local/kept-state.ts';
import { assertPortFree } from '../../local/listen.ts';
import { freePort } from '../support/free-port.ts';
import { programOf } from '../support/program.ts';

interface Run {
  readonly pid: number;
  /** Resolves when the text has been printed. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** All that has been printed. */
  out(): string;
  readonly ended: Promise<{
    readonly status: number | null;
    readonly out: string;
    readonly errors: string;
  }>;
}

let program = '';
beforeAll(async () => {
  program = await programOf('local/start.ts');
});

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, PORT: '0', ISSUER_PORT: '0', CONSOLE_PORT: '0', ...environment },
  });
  let out = '';
  let errors = '';
  let onText = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onText();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    out: () => out,
    printed: (text) =>
      new Promise((done) => {
        onText = () => out.includes(text) && done();
        onText();
      }),
    ended: new Promise((done) => child.once('close', (status) => done({ status, out, errors }))),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'start-'));
const badMap = join(folder, 'bad.yaml');
writeFileSync(badMap, 'api: { name: bad, kind: grpc }\nrouts: [GET /a]\n');

describe('a wrong start is explained without a stack trace', () => {
  test.each([
    ['an unknown flag', ['--wat'], {}, 2, ['--wat']],
    ['an unknown flavour', ['--kind', 'soap'], {}, 2, ['soap', 'http']],
    ['an argument that is no flag', ['access.yaml'], {}, 2, ['argument']],
    [
      'an insecure issuer',
      ['--issuer', 'http://acme.example.com/oauth2/default'],
      {},
      2,
      ['https'],
    ],
    [
      'an issuer that cannot be reached',
      ['--issuer', 'http://127.0.0.1:1/oauth2/default'],
      {},
      3,
      ['--issuer: http://127.0.0.1:1/oauth2/default cannot be reached'],
    ],
    [
      'an app of another machine',
      ['--app', 'https://app.example.com'],
      {},
      2,
      ['http://localhost'],
    ],
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
  ])('%s', async (_name, args, environment, status, messagePart) => {
    const ended = await start(args, environment).ended;
    expect(ended.status).toBe(status);
    for (const part of messagePart) expect(ended.errors).toContain(part);
    expect(ended.errors).not.toMatch(/^ {2,}at /m);
  });

  test.each(['PORT', 'ISSUER_PORT'])(
    'a port in use, with the variable %s',
    async (name) => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const ended = await start([], { [name]: String(port) }).ended;
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
  const ended = await start(['--help']).ended;
  expect(ended.status).toBe(0);
  for (const part of ['--map', '--kind', '--issuer', '--http-throw', 'ISSUER_PORT', 'CONSOLE_PORT'])
    expect(ended.out).toContain(part);
});

/** Ids of the processes that a process has started and that still run. */
function childrenOf(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'serves, tells each decision, and ends with all its processes within a second of %s',
  async (signal) => {
    const records = join(folder, signal);
    const run = start(['--records', records]);
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
    const began = performance.now();
    run.kill(signal);
    const ended = await run.ended;
    expect(performance.now() - began).toBeLessThan(1000);
    expect([ended.status, ended.errors]).toEqual([0, '']);
    for (const child of children) expect(() => process.kill(child, 0)).toThrow('ESRCH');
    expect(ended.out).not.toContain(token.slice(0, 40));
  },
  60_000,
);

interface Chosen {
  readonly PORT: string;
  readonly ISSUER_PORT: string;
  readonly CONSOLE_PORT: string;
}

const chosenPorts = async (): Promise<Chosen & Readonly<Record<string, string>>> => ({
  PORT: String(await freePort()),
  ISSUER_PORT: String(await freePort()),
  CONSOLE_PORT: String(await freePort()),
});

/** A token of the reader, by the password grant. */
async function tokenAt(issuerPort: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${issuerPort}/oauth2/default/v1/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      username: 'reader@example.com',
      password: 'x',
      scope: 'openid',
      client_id: '0oa1web',
    }),
  });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

test('a restart costs nothing: the same token is good and its counter goes on, also with another map; --fresh begins anew', async () => {
  const ports = await chosenPorts();
  const map = join(folder, 'restart.yaml');
  const text = readFileSync('access.yaml', 'utf8').replace(
    'per: minute, by: user',
    'per: day, by: user',
  );
  writeFileSync(map, text);
  const started = async (...more: readonly string[]): Promise<Run> => {
    const run = start(['--map', map, '--records', join(folder, 'restart'), ...more], ports);
    await run.printed('each decision is one line');
    return run;
  };
  const call = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${ports.PORT}/orders`, { headers });
    const { headers: sent } = (await answer.json()) as {
      readonly headers?: Readonly<Record<string, string>>;
    };
    return { status: answer.status, left: sent?.['x-access-quota-remaining'] };
  };
  const first = await started();
  expect(first.out()).toContain('kept       signing keys and counters');
  expect(first.out()).toContain(
    `npx okta-group-authorizer login --issuer http://127.0.0.1:${ports.ISSUER_PORT}/oauth2/default`,
  );
  const token = await tokenAt(ports.ISSUER_PORT);
  expect(await call(token)).toEqual({ status: 200, left: '59' });
  expect(await call(token)).toEqual({ status: 200, left: '58' });
  first.kill('SIGTERM');
  await first.ended;
  writeFileSync(map, text.replace('- GET /me', '- GET /me\n  - GET /more'));
  const second = await started();
  expect(await call(token)).toEqual({ status: 200, left: '57' });
  second.kill('SIGTERM');
  await second.ended;
  const third = await started('--fresh');
  expect((await call(token)).status).toBe(401);
  expect(await call(await tokenAt(ports.ISSUER_PORT))).toEqual({ status: 200, left: '59' });
  third.kill('SIGTERM');
  await third.ended;
  rmSync(join('.local/state', `orders-${ports.PORT}-${ports.ISSUER_PORT}`), { recursive: true });
}, 120_000);

/** Waits until nobody listens on a port any more. */
async function whenFree(port: string): Promise<void> {
  for (;;) {
    try {
      await assertPortFree(Number(port));
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  'npm start leaves no process and no port behind when npm gets %s',
  async (signal) => {
    const ports = await chosenPorts();
    const npm = spawn('npm', ['start', '--silent', '--', '--records', join(folder, 'npm')], {
      env: { ...process.env, ...ports },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    await new Promise<void>((done) =>
      npm.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        if (out.includes('each decision is one line')) done();
      }),
    );
    const begun = descendantsOf(npm.pid ?? 0);
    expect(begun.length).toBeGreaterThan(1);
    npm.kill(signal);
    for (const port of Object.values(ports)) await whenFree(port);
    for (const pid of begun) await whenGone(pid);
    rmSync(join('.local/state', `orders-${ports['PORT']}-${ports['ISSUER_PORT']}`), {
      recursive: true,
      force: true,
    });
  },
  60_000,
);

function descendantsOf(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

async function whenGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((done) => setTimeout(done, 50));
}

test('a signal during the start ends it as well', async () => {
  const run = start(['--records', join(folder, 'records')]);
  await run.printed('synthesizing');
  run.kill('SIGTERM');
  expect((await run.ended).status).toBe(0);
}, 60_000);
