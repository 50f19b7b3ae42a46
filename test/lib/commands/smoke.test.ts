import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { runPackage } from '../../../lib/commands/package.ts';
import type { Answer, SendProbe } from '../../../lib/commands/smoke/finding.ts';
import { probeAll } from '../../../lib/commands/smoke/probes.ts';
import { exhaust } from '../../../lib/commands/smoke/token-probes.ts';
import { runSmoke } from '../../../lib/commands/smoke.ts';
import { capture, EXAMPLE, project } from './project.ts';

const { map } = AccessMap.checkText(EXAMPLE, 'access.yaml');
if (map === undefined) throw new Error('the example is not valid');

type Request = Parameters<SendProbe>;
/** An API that behaves: 401 without a token, 200 with one, 404 for paths it does not know. */
const sound = ([, path, { authorization = '' }]: Request): number => {
  if (path === '/health') return 200;
  if (!/^\/(?:orders(?:\/smoke-test)?|reports\/smoke-test|me)(?:\?|$)/.test(path)) return 404;
  return authorization === 'Bearer good.token.signature' ? 200 : 401;
};
const probed = async (answer: (request: Request) => number, token?: string) => {
  const requests: Request[] = [];
  const ask: SendProbe = async (...request): Promise<Answer> => {
    requests.push(request);
    return { status: answer(request) };
  };
  const findings = await probeAll({ map, ask, token });
  return {
    requests,
    failed: findings.filter(({ result }) => result === 'fail').map(({ probe }) => probe),
    findings,
  };
};

describe('smoke', () => {
  test('finds nothing wrong with a sound deployment, with few requests that only read', async () => {
    const { failed, requests, findings } = await probed(sound, 'good.token.signature');
    expect(failed).toEqual([]);
    expect(findings.every(({ result }) => result === 'pass')).toBe(true);
    expect(requests.length).toBeLessThanOrEqual(20);
    expect(requests.every(([method]) => ['GET', 'HEAD', 'OPTIONS'].includes(method))).toBe(true);
    expect(requests.flatMap(([, , headers]) => headers['x-http-method-override'] ?? [])).toEqual([
      'HEAD',
      'OPTIONS',
    ]);
  });

  test('finds a further route that lets a call without token through', async () => {
    const { map: wider } = AccessMap.checkText(
      EXAMPLE.replace('routes:', 'routes:\n  - GET /smoke/{id}'),
      'access.yaml',
    );
    if (wider === undefined) throw new Error('the map is not valid');
    const ask: SendProbe = async (...request) => ({
      status: request[1].startsWith('/smoke/') ? 200 : sound(request),
    });
    const findings = await probeAll({ map: wider, ask, token: undefined });
    expect(findings.filter(({ result }) => result === 'fail')).toEqual([
      {
        probe: 'no token elsewhere',
        result: 'fail',
        says: expect.stringMatching(/^GET \/smoke\/smoke-test .*`coverage`$/),
      },
    ]);
  });

  test.each([404, 403, 500])(
    'does not know of a further route that answers %s, as a back end may',
    async (status) => {
      const { map: wider } = AccessMap.checkText(
        EXAMPLE.replace('routes:', 'routes:\n  - GET /smoke/{id}'),
        'access.yaml',
      );
      if (wider === undefined) throw new Error('the map is not valid');
      const ask: SendProbe = async (...request) => ({
        status: request[1].startsWith('/smoke/') ? status : sound(request),
      });
      const findings = await probeAll({ map: wider, ask, token: undefined });
      expect(findings).toContainEqual({
        probe: 'no token elsewhere',
        result: 'unknown',
        says: expect.stringMatching(new RegExp(`^GET /smoke/smoke-test .*${status}.*401`)),
      });
    },
  );

  test('asks a route with ANY where the map has no GET', async () => {
    const text = `api: { name: orders, authorizerOnly: true }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: [ANY /orders, POST /carts]
groups: { staff: { allow: [ANY /orders, POST /carts] } }
`;
    const { map: parsedMap, problems } = AccessMap.checkText(text, 'access.yaml');
    expect([
      parsedMap?.gatewayRoutes.some(({ method }) => method === 'GET'),
      problems.map(({ message }) => message),
    ]).toEqual([false, []]);
    if (parsedMap === undefined) return;
    const findings = await probeAll({
      map: parsedMap,
      ask: async () => ({ status: 200 }),
      token: undefined,
    });
    expect(findings.find(({ probe }) => probe === 'no token')?.result).toBe('fail');
  });

  test('does not know what needs a token', async () => {
    const { findings } = await probed(sound);
    expect(findings.filter(({ result }) => result === 'unknown').map(({ probe }) => probe)).toEqual(
      ['valid token', 'cached answer'],
    );
  });

  test.each<readonly [string, (request: Request) => number, readonly string[]]>([
    ['no authorizer', () => 200, ['no token']],
    [
      '500 where an invalid token was thrown',
      (request) => (request[2]['authorization'] === 'Bearer not-a-token' ? 500 : sound(request)),
      ['invalid token'],
    ],
    [
      'an open greedy route',
      (request) => (request[1].endsWith('/') ? 200 : sound(request)),
      ['trailing slash'],
    ],
    [
      'a doubled slash that is open',
      (request) => (request[1].startsWith('//') ? 200 : sound(request)),
      ['doubled slash'],
    ],
    [
      'a method override that opens',
      (request) => (request[2]['x-http-method-override'] === 'OPTIONS' ? 204 : sound(request)),
      ['method override OPTIONS'],
    ],
    [
      'an authorizer before a public route',
      (request) => (request[1] === '/health' ? 401 : sound(request)),
      ['public route'],
    ],
    [
      'a cache that does not look at the whole token',
      (request) => (request[2]['authorization']?.startsWith('Bearer good') ? 200 : sound(request)),
      ['cached answer'],
    ],
    [
      'a valid token that is refused',
      (request) => (request[2]['authorization'] ? 401 : sound(request)),
      ['valid token'],
    ],
  ])('finds %s', async (_, answer, probes) => {
    expect((await probed(answer, 'good.token.signature')).failed).toEqual(
      expect.arrayContaining([...probes]),
    );
  });

  test('spends a quota until it refuses, and no more than 1,000 calls', async () => {
    let calls = 0;
    const ask =
      (limit: number): SendProbe =>
      async () => ({ status: ++calls > limit ? 403 : 200 });
    expect(await exhaust({ map, ask: ask(5), token: 't' })).toMatchObject({
      result: 'pass',
      says: expect.stringMatching(/ 6 .* 403$/),
    });
    calls = 0;
    expect(await exhaust({ map, ask: ask(9_999), token: 't' })).toMatchObject({ result: 'fail' });
    expect(calls).toBe(1_000);
  });
});

describe('smoke as a command', () => {
  const paths: string[] = [];
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((request, answer) => {
      paths.push(request.url ?? '');
      answer.writeHead(request.url === '/prod/health' ? 200 : 401).end();
    });
    // Synthesis holds up this process for longer than idle connections live.
    server.keepAliveTimeout = 0;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/prod`;
  });
  afterAll(() => new Promise((done) => void server.close(done)));

  test('sends odd paths as they are, below the stage', async () => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    expect(await runSmoke({ url, json: true }, io)).toBe(0);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/prod//orders',
        '/prod/orders/',
        '/prod/orders%2Fx',
        '/prod/%6Frders',
      ]),
    );
  });

  test('tells a person each probe, its result and why', async () => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    expect(await runSmoke({ url }, io)).toBe(0);
    expect(io.stdout().split('\n')).toEqual([
      'pass     no token                   GET /orders answers 401',
      'pass     no token elsewhere         3 of 3 further routes asked, each answers 401',
      'pass     invalid token              answers 401',
      'pass     public route               GET /health answers 200 without a token',
      'pass     trailing slash             GET /orders/ answers 401 without a token',
      'pass     doubled slash              GET //orders answers 401 without a token',
      'pass     encoded slash              GET /orders%2Fx answers 401 without a token',
      'pass     encoded letter             GET /%6Frders answers 401 without a token',
      'pass     method override HEAD       GET /orders with X-HTTP-Method-Override: HEAD answers 401 without a token',
      'pass     method override OPTIONS    GET /orders with X-HTTP-Method-Override: OPTIONS answers 401 without a token',
      'pass     token in the query string  answers 401',
      'pass     empty Authorization        answers 401',
      'unknown  valid token                needs `--token -`',
      'unknown  cached answer              needs `--token -`',
      '',
    ]);
  });

  test('compares the code of the function with what `package` writes, and evaluates no other deployment', async () => {
    const packageable = EXAMPLE.replace(
      /^api:\n(?: .*\n)+/m,
      'api: { name: orders, authorizerOnly: true }\n',
    ).replace(/^permissionsEndpoint:.*\n/m, '');
    const ofCode = async (text: string, codeSha256: string) => {
      const io = capture(project({ 'access.yaml': text }));
      const exit = await runSmoke({ url, json: true, codeSha256 }, io);
      const { findings } = io.json() as {
        readonly findings: readonly { readonly probe: string; readonly result: string }[];
      };
      return [exit, findings.find(({ probe }) => probe === 'code of the function')?.result];
    };
    const packaging = capture(project({ 'access.yaml': packageable }));
    expect(await runPackage({ output: 'out', json: true }, packaging)).toBe(0);
    const { codeSha256 } = packaging.json() as { readonly codeSha256: string };
    const other = `${'A'.repeat(43)}=`;
    expect(await ofCode(packageable, codeSha256)).toEqual([0, 'pass']);
    expect(await ofCode(packageable, other)).toEqual([1, 'fail']);
    expect(await ofCode(EXAMPLE, other)).toEqual([0, 'unknown']);
  });

  const token = `x.${Buffer.from('{"uid":"00u1","cid":"0oa1"}').toString('base64url')}.y`;
  const input = { isTerminal: false, read: async () => token, askHidden: async () => '' };
  test.each([
    [{ url: 'ftp://x' }, /`ftp:\/\/x`/],
    [{ url: 'http://api.example.com' }, /https/],
    [{ url: 'https://api.example.com', token: 'eyJhbGciOiJSUzI1NiJ9' }, /`--token -`/],
    [{ url: 'https://api.example.com', exhaust: '00u1' }, /`--token -` beside `--exhaust`/],
    [{ url: 'https://api.example.com', token: '-', exhaust: '0oa1' }, /uid/],
    [{ url: 'https://api.example.com', codeSha256: 'abc' }, /`--code-sha256`/],
  ])('refuses %j', async (options, says) => {
    await expect(
      runSmoke(options, { ...capture(project({ 'access.yaml': EXAMPLE })), input }),
    ).rejects.toMatchObject({ code: 'USAGE_INVALID', message: expect.stringMatching(says) });
  });
});
