import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FailureCode } from '../../../lambda/core/contract/failures.ts';
import { login as command, type LoginOptions, runLogin } from '../../../lib/commands/login.ts';
import { localRunOf } from '../../../lib/commands/shell/find-local-run.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { registerRun } from '../../../local/local-runs.ts';
import { pass, stopTimers } from '../../support/stopped-timers.ts';
import { type Captured, capture, EXAMPLE, exampleWith, project } from './project.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZWFkZXIifQ.c2lnbmF0dXJl';
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Issuer {
  readonly issuer: string;
  /** Requests to the token endpoint. */
  readonly exchanges: URLSearchParams[];
}

interface IssuerBehaviour {
  readonly description?: object;
  /** Parameters of the redirect, in the place of code and state. */
  readonly redirect?: (state: string) => Readonly<Record<string, string>>;
  readonly answer?: { readonly status?: number; readonly body: unknown };
  /** Serve the description at openid-configuration alone. */
  readonly supportsOpenIdOnly?: boolean;
}

/** An issuer that checks PKCE as RFC 7636 asks, and hands out one token. */
async function startIssuer(manners: IssuerBehaviour = {}): Promise<Issuer> {
  const exchanges: URLSearchParams[] = [];
  let challenge = '';
  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const authorize = (url: URL, response: ServerResponse): void => {
    challenge = url.searchParams.get('code_challenge') ?? '';
    const state = url.searchParams.get('state') ?? '';
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    for (const [name, value] of Object.entries(
      manners.redirect?.(state) ?? { code: 'code-1', state },
    ))
      back.searchParams.set(name, value);
    response.writeHead(302, { location: back.href }).end();
  };
  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let form = '';
    for await (const chunk of request) form += String(chunk);
    const fields = new URLSearchParams(form);
    exchanges.push(fields);
    const proven =
      createHash('sha256')
        .update(fields.get('code_verifier') ?? '')
        .digest('base64url') === challenge;
    if (manners.answer) json(response, manners.answer.status ?? 200, manners.answer.body);
    else if (!proven || fields.get('code') !== 'code-1')
      json(response, 400, { error: 'invalid_grant', error_description: 'PKCE failed' });
    else
      json(response, 200, {
        token_type: 'Bearer',
        access_token: TOKEN,
        id_token: 'other',
        expires_in: 3_600,
      });
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname.endsWith('/v1/authorize')) authorize(url, response);
    else if (url.pathname.endsWith('/v1/token')) void exchange(request, response);
    else if (url.pathname.includes('oauth-authorization-server') && manners.supportsOpenIdOnly)
      json(response, 404, {});
    else
      json(response, 200, {
        issuer,
        authorization_endpoint: `${issuer}/v1/authorize`,
        token_endpoint: `${issuer}/v1/token`,
        ...manners.description,
      });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/default`;
  return { issuer, exchanges };
}

/** Runs the command, and `browse` with the address that it shows. */
async function run(
  args: readonly string[],
  browse: (address: string) => Promise<unknown>,
  map = EXAMPLE,
  folder = project({ 'access.yaml': map }),
): Promise<{ code: number; io: Captured }> {
  const { io, browsed } = watched(capture(folder), browse);
  const code = await runProgram(['login', ...args], io, { commands: [command], version: '1.0.0' });
  await browsed();
  return { code, io };
}

function watched(io: Captured, browse: (address: string) => Promise<unknown>) {
  let browsing: Promise<unknown> | undefined;
  const err = (text: string): void => {
    io.err(text);
    const address = /sign in here: (\S+)/.exec(io.stderr())?.[1];
    if (address !== undefined) browsing ??= browse(address);
  };
  return { io: { ...io, err }, browsed: async () => void (await browsing) };
}

/** What ends the command without a token, and what it has printed until then. */
async function failureOf(
  options: LoginOptions,
  browse: (address: string) => Promise<unknown> = browser,
  map = EXAMPLE,
) {
  const { io, browsed } = watched(capture(project({ 'access.yaml': map })), browse);
  const failure: unknown = await runLogin(options, io).catch((error: unknown) => error);
  await browsed();
  return { failure, out: io.stdout(), err: io.stderr() };
}

const browser = async (address: string): Promise<string> => (await fetch(address)).text();

/** Sends a request target as it is written, which `fetch` would normalise. */
const statusOf = (to: URL, path: string) =>
  new Promise<number>((resolve, reject) => {
    request({ host: to.hostname, port: to.port, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

describe('login', () => {
  test('prints the token of the signed-in user on standard output, and nothing else there', async () => {
    const { issuer, exchanges } = await startIssuer();
    let page = '';
    const { code, io } = await run(['--issuer', issuer, '--port', '0'], async (address) => {
      page = await browser(address);
    });
    expect([code, io.stdout()]).toEqual([0, `${TOKEN}\n`]);
    expect(page).toMatch(/^signed in/);
    expect(io.stderr()).not.toContain(TOKEN.slice(0, 16));
    expect(io.stderr()).not.toContain(exchanges[0]?.get('code_verifier'));
    expect(Object.fromEntries(exchanges[0] ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      client_id: '0oa1web',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('tells a person where to sign in, and where the browser returns to', async () => {
    const { issuer } = await startIssuer();
    let shown = '';
    const { io } = await run(['--issuer', issuer, '--port', '0'], async (address) => {
      shown = address;
      await browser(address);
    });
    const back = new URL(shown).searchParams.get('redirect_uri');
    expect(io.stderr()).toBe(`sign in here: ${shown}\nwaiting at ${back}\n`);
  });

  test('recognises the local run of the map, and says so', async () => {
    const { issuer } = await startIssuer();
    const folder = project({ 'access.yaml': EXAMPLE });
    const map = join(folder, 'access.yaml');
    const takeBack = registerRun(folder, { pid: process.pid, maps: [map], issuer });
    const { code, io } = await run(['--port', '0'], browser, EXAMPLE, folder);
    expect([code, io.stdout()]).toEqual([0, `${TOKEN}\n`]);
    const [first] = io.stderr().split('\n');
    for (const named of [issuer, 'npm start', '`--issuer`']) expect(first).toContain(named);
    expect(io.stderr()).not.toMatch(/Okta Admin|sign-in redirect URI/);
    takeBack();
    expect(readdirSync(join(folder, '.local/runs'))).toEqual([]);
  });

  describe('finds the local run', () => {
    const issuer = 'http://127.0.0.1:4001/oauth2/default';
    const folder = project({ 'access.yaml': EXAMPLE });
    const map = join(folder, 'access.yaml');
    const elsewhere = project({ 'access.yaml': EXAMPLE });
    mkdirSync(join(folder, 'docs'));
    symlinkSync(map, join(elsewhere, 'linked.yaml'));
    symlinkSync(folder, join(elsewhere, 'project'));

    test.each([
      ['from a folder below', '../access.yaml', join(folder, 'docs')],
      ['from another folder, by the place of the map', map, elsewhere],
      ['by a link to the map', 'linked.yaml', elsewhere],
      ['by a link to its folder', 'access.yaml', join(elsewhere, 'project')],
    ])('%s', (_how, named, cwd) => {
      const takeBack = registerRun(folder, { pid: process.pid, maps: [map], issuer });
      expect(localRunOf(named, { cwd })).toMatchObject({ issuer });
      expect(localRunOf('access.yaml', { cwd: elsewhere })).toBeUndefined();
      takeBack();
    });

    test('that was started with a link to the map', () => {
      const link = join(elsewhere, 'linked.yaml');
      const takeBack = registerRun(folder, { pid: process.pid, maps: [link], issuer });
      expect(localRunOf('access.yaml', { cwd: folder })).toMatchObject({ issuer });
      takeBack();
    });

    test('of a map that was derived from that of the run', () => {
      const maps = [join(elsewhere, 'access.yaml'), map];
      const takeBack = registerRun(folder, { pid: process.pid, maps, issuer });
      expect(localRunOf('access.yaml', { cwd: folder })).toMatchObject({ issuer });
      takeBack();
    });

    test('of a map elsewhere, since it is announced in the project of this package', () => {
      const own = join(import.meta.dirname, '../../..');
      const there = join(elsewhere, 'access.yaml');
      const takeBack = registerRun(own, { pid: process.pid, maps: [there], issuer });
      expect(localRunOf('access.yaml', { cwd: elsewhere })).toMatchObject({ issuer });
      takeBack();
    });

    test('that was started last, of several', () => {
      const runs = join(folder, '.local/runs');
      const newer = issuer.replace('4001', '5001');
      const takeBack = registerRun(folder, { pid: process.pid, maps: [map], issuer });
      writeFileSync(
        join(runs, '0.json'),
        JSON.stringify({ pid: process.pid, maps: [map], issuer: newer }),
      );
      utimesSync(join(runs, `${process.pid}.json`), 1, 1);
      expect(localRunOf('access.yaml', { cwd: folder })?.issuer).toBe(newer);
      rmSync(join(runs, '0.json'));
      takeBack();
    });
  });

  test.each([
    ['with maps that are no list', { maps: 'access.yaml' as never }],
    ['of another map', { maps: ['/elsewhere/access.yaml'] }],
    // No system gives a process this number.
    ['that has ended', { pid: 2 ** 30 }],
    ['whose file names an issuer elsewhere', { issuer: 'https://evil.example/oauth2/x' }],
  ])('takes no local run %s', (_what, change) => {
    const folder = project({ 'access.yaml': EXAMPLE });
    const issuer = 'http://127.0.0.1:4001/oauth2/default';
    const map = join(folder, 'access.yaml');
    registerRun(folder, { pid: process.pid, maps: [map], issuer, ...change });
    expect(localRunOf('access.yaml', { cwd: folder })).toBeUndefined();
    writeFileSync(join(folder, '.local/runs', 'x.json'), 'no JSON');
    expect(localRunOf('access.yaml', { cwd: folder })).toBeUndefined();
  });

  test('asks for a code with S256, a state of 256 bits, and the scopes that were given', async () => {
    const { issuer } = await startIssuer({ supportsOpenIdOnly: true });
    const seen: URL[] = [];
    const args = [
      '--issuer',
      issuer,
      '--port',
      '0',
      '--client',
      '0oa9cli',
      '--scope',
      'openid',
      '--scope',
      'orders:read',
    ];
    for (let n = 0; n < 2; n++) {
      await run(args, async (address) => {
        seen.push(new URL(address));
        await browser(address);
      });
    }
    expect(Object.fromEntries(seen[0]?.searchParams ?? [])).toMatchObject({
      response_type: 'code',
      client_id: '0oa9cli',
      scope: 'openid orders:read',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'code_challenge'])
      expect(seen[0]?.searchParams.get(name)).not.toBe(seen[1]?.searchParams.get(name));
  });

  test('waits on when somebody else calls: with another state, another path, another method', async () => {
    const { issuer } = await startIssuer();
    const statuses: number[] = [];
    const { code, io } = await run(['--issuer', issuer, '--port', '0'], async (address) => {
      const back = new URL(new URL(address).searchParams.get('redirect_uri') ?? '');
      const state = new URL(address).searchParams.get('state') ?? '';
      for (const [path, method] of [
        ['/callback?code=evil&state=guessed', 'GET'],
        ['/callback?code=evil', 'GET'],
        [`/other?code=evil&state=${state}`, 'GET'],
        [`/callback?code=evil&state=${state}`, 'POST'],
      ] as const) {
        statuses.push((await fetch(new URL(path, back), { method })).status);
      }
      // Targets that are no path of a URL.
      for (const target of ['//', 'http://[']) statuses.push(await statusOf(back, target));
      await browser(address);
    });
    expect([code, io.stdout(), statuses]).toEqual([
      0,
      `${TOKEN}\n`,
      [400, 400, 400, 400, 400, 400],
    ]);
  });

  const redirecting = (more: Readonly<Record<string, string>>): IssuerBehaviour => ({
    redirect: (state) => ({ ...more, state }),
  });
  const answering = (body: unknown, status = 200): IssuerBehaviour => ({
    answer: { status, body },
  });
  test.each<readonly [what: string, IssuerBehaviour, FailureCode, names?: RegExp, exit?: number]>([
    [
      'the issuer refuses',
      redirecting({ error: 'access_denied', error_description: 'no policy' }),
      'LOGIN_REFUSED',
      /`access_denied`, `no policy`/,
    ],
    ['the answer has no code', redirecting({}), 'LOGIN_WITHOUT_CODE'],
    [
      'the answer is another issuer’s',
      redirecting({ code: 'x', iss: 'https://evil.example' }),
      'LOGIN_ISSUER_OTHER',
    ],
    [
      'the code is not taken',
      redirecting({ code: 'x' }),
      'LOGIN_CODE_REFUSED',
      /`invalid_grant`, `PKCE failed`/,
    ],
    [
      'the token is bound to a key',
      answering({ token_type: 'DPoP', access_token: TOKEN }),
      'LOGIN_TOKEN_BOUND',
    ],
    ['there is no token', answering({ token_type: 'Bearer' }), 'LOGIN_WITHOUT_TOKEN'],
    [
      'the token is no text',
      answering({ token_type: 'Bearer', access_token: 'a\nb' }),
      'LOGIN_WITHOUT_TOKEN',
    ],
    ['the answer is no JSON', answering('text', 403), 'LOGIN_CODE_REFUSED', / 403/],
    ['the issuer fails', answering('text', 500), 'ISSUER_FAILED', / 500/, 3],
    ['the issuer limits the rate', answering({}, 429), 'ISSUER_FAILED', / 429/, 3],
  ])('fails when %s', async (_, manners, code, names = /./, exit = 1) => {
    const { issuer } = await startIssuer(manners);
    const { failure, out, err } = await failureOf({ issuer, port: '0' });
    expect(failure).toMatchObject({ code, exit, message: expect.stringMatching(names) });
    for (const part of TOKEN.split('.'))
      expect(`${out}${err}${String(failure)}`).not.toContain(part);
    expect(out).toBe('');
  });

  test('fails with one line, which holds no token', async () => {
    const body = { error: 'x', error_description: `bad ${TOKEN}` };
    const { issuer } = await startIssuer(answering(body, 400));
    const { code, io } = await run(['--issuer', issuer, '--port', '0'], browser);
    expect([code, io.stdout(), io.stderr().split('\n').slice(2)]).toEqual([
      1,
      '',
      ['login: the issuer gave no token: `x`, `bad <token>`', ''],
    ]);
  });

  test.each<readonly [what: string, description: object, FailureCode, names?: RegExp]>([
    [
      'another issuer’s name',
      { issuer: 'https://evil.example' },
      'ISSUER_DESCRIPTION_INVALID',
      /own name/,
    ],
    ['no name, as a page of its host has none', { issuer: undefined }, 'ISSUER_UNDESCRIBED'],
    [
      'no token endpoint',
      { token_endpoint: undefined },
      'ISSUER_DESCRIPTION_INVALID',
      /`token_endpoint`/,
    ],
    [
      'an endpoint over plain http',
      { authorization_endpoint: 'http://evil.example/authorize' },
      'ISSUER_DESCRIPTION_INVALID',
      /https.*`authorization_endpoint`/,
    ],
  ])(
    'fails before it listens at a description with %s',
    async (_, description, code, names = /./) => {
      const { issuer } = await startIssuer({ description });
      const { failure, out, err } = await failureOf({ issuer });
      expect(failure).toMatchObject({ code, exit: 1, message: expect.stringMatching(names) });
      expect([out, err]).toEqual(['', '']);
    },
  );

  test.each([408, 429, 503])('is told to try later where discovery gives %i', async (status) => {
    const server = createServer((_request, response) => void response.writeHead(status).end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/default`;
    expect((await failureOf({ issuer })).failure).toMatchObject({
      ...{ code: 'ISSUER_FAILED', exit: 3 },
      message: expect.stringContaining(` ${status} `),
    });
  });

  test('fails when nobody answers', async () => {
    const { failure } = await failureOf({ issuer: 'http://127.0.0.1:1/oauth2/default' });
    expect(failure).toMatchObject({
      ...{ code: 'ISSUER_UNREACHABLE', exit: 3 },
      message: expect.stringMatching(/oauth-authorization-server` .*\(.+\)/),
    });
  });

  describe('where nobody signs in', () => {
    stopTimers();

    test('fails when the time is over', async () => {
      const { issuer } = await startIssuer();
      const idle = await failureOf({ issuer, port: '0', timeout: '1' }, () => pass(1_000));
      expect(idle.failure).toMatchObject({
        ...{ code: 'LOGIN_TIMED_OUT', exit: 1 },
        message: expect.stringContaining(' 1 s'),
      });
      expect(idle.err).toContain('/callback');
    });
  });

  test('says so when its port is taken', async () => {
    const { issuer } = await startIssuer();
    const { port } = new URL(issuer);
    expect((await failureOf({ issuer, port })).failure).toMatchObject({
      ...{ code: 'LOGIN_PORT_TAKEN', exit: 1 },
      message: expect.stringMatching(new RegExp(`${port}.*\`--port\``)),
    });
  });

  test.each<readonly [what: string, options: LoginOptions, names: RegExp, map?: string]>([
    ['a port that is none', { port: '70000' }, /`--port`.*`70000`/],
    ['an okta block that is not there', { okta: 'other' }, /okta block.*`other`/],
    ['an issuer over plain http', { issuer: 'http://evil.example/oauth2/x' }, /`--issuer`.*https/],
    [
      'an issuer of the admin console',
      { issuer: 'https://acme-admin.okta.com/oauth2/default' },
      /`--issuer`.*admin console.*did you mean `https:\/\/acme\.okta\.com\/oauth2\/default`/,
    ],
    [
      'no client where the map takes any',
      {},
      /`--client`/,
      exampleWith(['clients: [0oa1web]', 'clients: any']),
    ],
  ])('refuses %s as wrong usage', async (_, options, names, map = EXAMPLE) => {
    const { failure, out } = await failureOf(options, browser, map);
    expect(failure).toMatchObject({
      ...{ code: 'USAGE_INVALID', exit: 2 },
      message: expect.stringMatching(names),
    });
    expect(out).toBe('');
  });
});
