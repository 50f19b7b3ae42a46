import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
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
      '200 ALLOWED reader GET /orders by groups.orders-readers.allow[0] (access.yaml:44:13)\n403 GROUP_NOT_ALLOWED reader POST /orders\n',
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

test('a signal during the start ends it as well', async () => {
  const run = start(['--records', join(folder, 'records')]);
  await run.printed('synthesizing');
  run.kill('SIGTERM');
  expect((await run.ended).status).toBe(0);
}, 60_000);
