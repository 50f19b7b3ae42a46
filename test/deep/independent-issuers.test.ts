/**
 * Tokens of issuers that share no code with the product: what they sign is accepted, and nothing
 * else of theirs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from '@jest/globals';
import { fetchKeys } from '../../lambda/adapters/fetch-keys.ts';
import { login } from '../../lib/commands/login.ts';
import { runProgram } from '../../lib/commands/shell/program.ts';
import { capture, EXAMPLE, project } from '../lib/commands/project.ts';
import { ISSUER } from '../support/model.ts';
import { environment, hostileSketch } from '../support/token-scene.ts';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill();
});

/** Runs a module of `issuers/`; resolves with the line of JSON that it prints. */
async function run(
  name: string,
  ...args: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'issuers', name), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  for await (const line of createInterface({ input: child.stdout }))
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  throw new Error(`${name} ended without an answer`);
}

const lambdaFor = (issuer: string, keys?: readonly unknown[]) =>
  environment({
    sketch: { ...hostileSketch, okta: { ...hostileSketch.okta, issuers: [issuer] } },
    fetch: async () => (keys ? { keys, maxAgeMs: undefined } : fetchKeys(`${issuer}/v1/keys`)),
  });

test('a token that jose signed is accepted, and with its last letter changed it is not', async () => {
  const { token, jwk } = await run('jose.ts', ISSUER);
  const lambda = lambdaFor(ISSUER, [jwk]);
  expect(await lambda.call(String(token))).toMatchObject({
    effect: 'allow',
    principal: { kind: 'user', id: '00u1reader' },
  });
  const [header, payload, signature = ''] = String(token).split('.');
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
  expect(await lambda.call(`${header}.${payload}.${flipped}`)).toMatchObject({
    code: 'TOKEN_SIGNATURE',
  });
});

/** A browser as far as it takes: cookies, redirects and the forms of the development pages. */
async function signIn(address: string): Promise<void> {
  const jar = new Map<string, string>();
  let next: { url: string; form?: URLSearchParams } = { url: address };
  for (let step = 0; step < 12; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(next.url, {
      redirect: 'manual',
      headers: { cookie },
      ...(next.form && { method: 'POST', body: next.form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = response.headers.get('location');
    const text = await response.text();
    if (location) {
      next = { url: new URL(location, next.url).href };
      continue;
    }
    const action = /action="([^"]+)"/.exec(text)?.[1];
    if (!action) return;
    const prompt = /name="prompt" value="([^"]+)"/.exec(text)?.[1] ?? '';
    next = {
      url: new URL(action, next.url).href,
      form: new URLSearchParams({ prompt, login: 'reader', password: 'x' }),
    };
  }
  throw new Error('the sign-in did not come to an end');
}

test('login gets a token from oidc-provider by code and PKCE, and the authorizer accepts it', async () => {
  const issuer = String((await run('oidc-provider.ts'))['issuer']);
  const io = capture(project({ 'access.yaml': EXAMPLE }));
  let browsing: Promise<void> | undefined;
  const watched = {
    ...io,
    err: (text: string) => {
      io.err(text);
      const address = /sign in here: (\S+)/.exec(text)?.[1];
      if (address) browsing = signIn(address);
    },
  };
  const code = await runProgram(
    ['login', '--issuer', issuer, '--port', '0', '--timeout', '60'],
    watched,
    {
      commands: [login],
      version: '1.0.0',
    },
  );
  await browsing;
  expect([code, io.stderr()]).toEqual([0, expect.stringContaining('sign in here')]);
  const token = io.stdout().trim();
  const lambda = lambdaFor(issuer);
  expect(await lambda.call(token)).toMatchObject({
    effect: 'allow',
    principal: { id: '00u1reader', cid: '0oa1web' },
  });
  expect(await lambdaFor(`${issuer}x`, []).call(token)).toMatchObject({ code: 'TOKEN_ISSUER' });
});
