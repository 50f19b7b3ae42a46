import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { assertPortFree } from '../../local/listen.ts';
import { isAlive } from '../../local/local-runs.ts';
import { freePort } from '../support/free-port.ts';
import { childrenOf, type Run, start } from '../support/started.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-'));

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

/** What a run with these ports has kept. */
function forget({ PORT, ISSUER_PORT }: Chosen): void {
  for (const name of [
    `issuer-${ISSUER_PORT}`,
    ...['orders', 'renamed'].map((map) => `${map}-${PORT}-${ISSUER_PORT}`),
  ])
    rmSync(join('.local/state', name), { recursive: true, force: true });
}

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

test('a restart costs nothing: the same token is good and its counter goes on, also with another map; --fresh begins again', async () => {
  const ports = await chosenPorts();
  const map = join(folder, 'restart.yaml');
  const text = readFileSync('access.yaml', 'utf8').replace(
    'per: minute, by: user',
    'per: day, by: user',
  );
  writeFileSync(map, text);
  const started = async (...more: readonly string[]): Promise<Run> => {
    const run = await start(['--map', map, '--records', join(folder, 'restart'), ...more], ports);
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
  // The issuer is the same; counters are those of the map.
  writeFileSync(map, text.replace('name: orders', 'name: renamed'));
  const renamed = await started();
  expect(await call(token)).toEqual({ status: 200, left: '59' });
  renamed.kill('SIGTERM');
  await renamed.ended;
  writeFileSync(map, text);
  const third = await started('--fresh');
  expect((await call(token)).status).toBe(401);
  expect(await call(await tokenAt(ports.ISSUER_PORT))).toEqual({ status: 200, left: '59' });
  third.kill('SIGTERM');
  await third.ended;
  forget(ports);
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
    forget(ports);
  },
  60_000,
);

function descendantsOf(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

async function whenGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((done) => setTimeout(done, 50));
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s during the start ends it as well, and nothing is left',
  async (signal) => {
    const ports = await chosenPorts();
    const run = await start(['--records', join(folder, 'records')], ports);
    await run.printed('synthesizing');
    const begun = descendantsOf(run.pid);
    run.kill(signal);
    expect((await run.ended).status).toBe(0);
    for (const port of Object.values(ports)) await whenFree(port);
    for (const pid of begun) await whenGone(pid);
  },
  60_000,
);
