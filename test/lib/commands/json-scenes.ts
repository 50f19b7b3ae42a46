/** Every command with `--json` over inputs that make it print each of its fields. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { entryItem, type HubItem } from '../../../lambda/core/revocation/hub-items.ts';
import { runCoverage } from '../../../lib/commands/coverage.ts';
import { COMMANDS } from '../../../lib/commands/index.ts';
import type { RevokeOptions } from '../../../lib/commands/revoke/revoke-options.ts';
import { type RevokeSources, runRevoke } from '../../../lib/commands/revoke.ts';
import type { ExitCode } from '../../../lib/commands/shell/command.ts';
import type { Io } from '../../../lib/commands/shell/io.ts';
import { jsonAnswer } from '../../../lib/commands/shell/json-answer.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { runUsage } from '../../../lib/commands/usage.ts';
import { heartbeatItem } from '../../support/hub-table.ts';
import { jsonLines, user } from '../../support/recorded-traffic.ts';
import { accessToken, signingKey } from '../../support/tokens.ts';
import { userSubject } from '../../support/wire/revocation.ts';
import { mapText, orgWith, type Runner, richOrg, runnerIn } from '../okta/support.ts';
import { API, aws, MAP, route } from './live/live-aws.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';
import { BEGIN, calls, NOW, scene, TRAFFIC } from './recorded-scene.ts';

type Files = Readonly<Record<string, string>>;

/** A command line as a user gives it; an argument with a blank is one. */
async function line(
  args: readonly string[],
  files: Files = { 'access.yaml': EXAMPLE },
  stdin = '',
): Promise<unknown> {
  return lineIn(project(files), args, stdin);
}

async function lineIn(folder: string, args: readonly string[], stdin = ''): Promise<unknown> {
  const input = { isTerminal: false, read: async () => stdin, askHidden: async () => '' };
  const io = capture(folder, { input, now: () => NOW });
  await runProgram([...args, '--json'], io, { commands: COMMANDS, version: '1' });
  return io.json();
}

/** A command that is handed what it would ask AWS for. */
async function handed(files: Files, run: (io: Io) => Promise<ExitCode>): Promise<unknown> {
  const io = capture(project(files), { now: () => NOW });
  const answer = jsonAnswer(['--json'], io);
  if (answer === undefined) throw new Error('expected an answer in JSON');
  answer.finish(await run(answer.io));
  return io.json();
}

const OKTA = `okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://shop, clients: [0oa1web] }`;
const UPSTREAM = 'upstream: { url: https://shop.example.com }';
/** No policy of a token tells the routes apart, and two groups must not meet. */
const CONFLICTING = `api: { name: shop, ${UPSTREAM} }
${OKTA}
routes: ['GET /users/{id}', { route: 'GET /users/{id}/secrets', sensitive: true }]
groups:
  auditors: { allow: ['GET /users/{id}/secrets'], deny: ['GET /users/{id}'] }
  staff: { allow: ['GET /users/{id}'] }
conflicts: [{ groups: [auditors, staff], routes: ['GET /users/{id}'] }]
audit: { retention: 365d }
`;
/** Of two okta blocks, in shadow mode, with scopes that count and a quota that counts them all. */
const SHADOW = `api: { name: shop, ${UPSTREAM} }
mode: shadow
okta:
  - { name: staff, issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
  - { name: partners, issuer: https://acme.okta.com/oauth2/aus2, audience: api://orders, clients: [0oa2web], groups: [partners] }
routes: [GET /orders, POST /orders]
quotas: { all: { limit: 10, per: minute, by: user, strict: true } }
groups:
  orders-readers: { allow: [GET /orders], quota: all }
  partners: { allow: [POST /orders] }
`;
const PACKAGED = `api: { name: shop, authorizerOnly: true }
${OKTA}
routes: [GET /orders]
groups: { staff: { allow: [GET /orders] } }
`;
const REVOCABLE = `api: { name: shop, upstream: { url: https://shop.example.com } }
okta:
  issuer: https://acme.okta.com/oauth2/aus1abc
  audience: api://shop
  clients: [0oa1web]
  revocation: { within: 10s }
routes: [GET /a]
groups: { staff: { allow: [GET /a] } }
`;

/** Objects that a command prints, by the command's name. */
export const SCENES: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
  check: async () => [
    await line(['check']),
    await line(['check'], { 'access.yaml': CONFLICTING }),
    await line(['check'], { 'access.yaml': REVOCABLE }),
    await line(['check'], { 'access.yaml': PACKAGED }),
    await line(['check'], { 'access.yaml': EXAMPLE.replace('signedIn:', 'signedin:') }),
  ],
  explain: async () => [
    await line(['explain', '--route', 'GET /orders']),
    await line(['explain', '--route', 'GET /order', '--group', 'orders-reader']),
    await line(['explain', '--route', 'GET /orders', '--machine', '0oa1batc']),
    await line([
      'explain',
      '--route',
      'DELETE /orders/{id}',
      '--group',
      'orders-admins',
      '--group',
      'contractors',
    ]),
    await line(['explain', '--route', 'GET /orders', '--group', 'orders-readers']),
    await line(['explain', '--route', 'GET /users/{id}'], { 'access.yaml': CONFLICTING }),
    await line(['explain', '--route', 'GET /orders', '--group', 'orders-readers'], {
      'access.yaml': SHADOW,
    }),
    await line(['explain', '--group', 'orders-readers', '--group', 'nobody']),
    await line(['explain', '--group', 'staff'], { 'access.yaml': REVOCABLE }),
  ],
  matrix: async () => [
    await line(['matrix']),
    await line(['matrix'], { 'access.yaml': CONFLICTING }),
  ],
  diff: async () => [
    await line(['diff', 'access.yaml', 'other.yaml'], {
      'access.yaml': EXAMPLE,
      'other.yaml': exampleWith(['groups: [partners]', 'groups: [orders-admins]']),
    }),
  ],
  test: async () => [
    await line(['test'], {
      'access.yaml': exampleWith(['denies: [POST /orders]', 'denies: [GET /orders]']),
    }),
  ],
  token: async () => {
    const key = signingKey('key-1');
    const token = (claims: Readonly<Record<string, unknown>>): string =>
      accessToken(key, NOW / 1_000, claims);
    return [
      await line(['token', '-'], undefined, token({ groups: ['orders-readers', 'orders-admin'] })),
      await line(['token', '-'], undefined, token({ aud: 'api://other' })),
      await line(['token', '-'], undefined, 'hello'),
      await line(['token', '-'], { 'access.yaml': SHADOW }, token({ groups: ['orders-readers'] })),
    ];
  },
  package: async () => [await line(['package', '-o', 'out'], { 'access.yaml': PACKAGED })],
  smoke: async () => {
    const api = createServer((_, response) => response.writeHead(401).end());
    const url = await new Promise<string>((listening) =>
      api.listen(0, '127.0.0.1', () =>
        listening(`http://127.0.0.1:${(api.address() as AddressInfo).port}`),
      ),
    );
    const answer = await line(['smoke', '--url', url]);
    api.close();
    return [answer];
  },
  coverage: async () => {
    const stages = [
      {
        ...API.stages[0],
        name: 'prod',
        autoDeploy: false,
        canary: false,
        current: false,
        served: new Map([['GET /orders', 'NONE']]),
      },
    ];
    const stale = { ...API, kind: 'rest' as const, stages, routes: API.routes.slice(0, 3) };
    const accepting = MAP.replace(
      'a1b2c3d4e5 } }',
      'a1b2c3d4e5 }, accept: { foreign: [GET /invoices] } }',
    );
    const greedy = { ...API, routes: [route('ANY /{p+}', 'CUSTOM', { authorizerId: 'ours' })] };
    return [
      await handed({ 'access.yaml': MAP }, (io) => runCoverage({ json: true }, io, aws())),
      await handed({ 'access.yaml': MAP }, (io) => runCoverage({ json: true }, io, aws(greedy))),
      await handed({ 'access.yaml': MAP }, (io) => runCoverage({ json: true }, io, aws(stale))),
      await handed({ 'access.yaml': accepting }, (io) => runCoverage({ json: true }, io, aws())),
    ];
  },
  inject: async () => {
    const greedy = MAP.replace('routes: [', "routes: ['ANY /{proxy+}', ");
    const uri =
      'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:f/invocations';
    const document = `openapi: 3.0.1
paths:
  /health: { get: {} }
  /orders: { get: { security: [{ iam: [] }] }, trace: {} }
  /{proxy+}: { x-amazon-apigateway-any-method: {} }
components: { securitySchemes: { iam: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 } } }
`;
    return [
      await line(['inject', 'in.yaml', '--authorizer-uri', uri, '-o', 'out.yaml'], {
        'access.yaml': greedy,
        'in.yaml': document,
      }),
    ];
  },
  usage: async () => {
    const at = (iso: string): number => Date.parse(iso) / 1_000;
    const numbers: Readonly<Record<string, number>> = {
      minute_start: at('2026-11-22T11:00:00Z'),
      minute_used: 60,
      minute_before_start: at('2026-11-22T10:58:00Z'),
      minute_before_used: 12,
    };
    const items = [{ key: 'standard#user:00u1', numbers: (name: string) => numbers[name] }];
    const sources = { read: async () => items, now: () => NOW };
    const { folder } = await scene(calls([user('00u1', ['orders-readers']), 'GET /orders', 75]));
    const access = { routeKey: 'GET /health', status: '200', time: BEGIN, uid: '-' };
    writeFileSync(join(folder, 'access.jsonl'), jsonLines([access]));
    return [
      await handed({ 'access.yaml': EXAMPLE }, (io) =>
        runUsage({ table: 'quota', json: true }, io, sources),
      ),
      await lineIn(folder, ['usage', '--trend', 'decisions.jsonl', 'access.jsonl']),
    ];
  },
  unused: async () => [await recorded('unused', 'enforce')],
  promote: async () => [
    await recorded('promote', 'shadow'),
    await recorded('promote', 'shadow', { block: 'staff' }),
  ],
  replay: async () => [await recorded('replay', 'enforce', { map: 'other.yaml' })],
  revoke: async () => {
    const run = revoker();
    return [
      await run({ user: '00u1', reason: 'lost' }),
      await run({ list: true }),
      await run({ user: '00u1', undo: true }),
      await run({ user: '00u1', undo: true }),
    ];
  },
  'okta plan': async () => {
    const { org, runner } = await richOrg();
    const plan = async (of: Runner, maps = ''): Promise<unknown> =>
      JSON.parse((await of.run(`okta plan --json ${maps}`)).stdout);
    const first = await plan(runner);
    await runner.run('okta apply --yes');
    const [rule] = org.store.groupRules.values();
    const groupIds = [[...org.store.groups.keys()][0]];
    Object.assign(rule ?? {}, { actions: { assignUserToGroups: { groupIds } } });
    const small = runnerIn({ 'access.yaml': mapText(org.url) });
    return [first, await plan(runner), await plan(small), ...(await planOfTwo(plan))];
  },
  'okta apply': async () => {
    const { runner } = await richOrg();
    return [JSON.parse((await runner.run('okta apply --yes --write --json')).stdout)];
  },
  'okta verify': async () => {
    const groups = ['readers', 'writers', 'blocked'].map((name) => ({ name }));
    const users = [{ login: 'ann@example.com', uid: '00uann', groups: ['readers'] }];
    const org = await orgWith({ groups, users });
    const map = mapText(org.url, { okta: 'maxTokenLifetime: 1h' });
    const runner = runnerIn({
      'access.yaml': map,
      'shadow.yaml': `${map}mode: shadow\n`,
    });
    await runner.run('okta apply --yes');
    const verify = async (args: string): Promise<unknown> =>
      JSON.parse((await runner.run(`okta verify --json --as ann@example.com ${args}`)).stdout);
    const opening = [await verify(''), await verify('shadow.yaml')];
    const [app] = org.store.apps.values();
    const [server] = org.store.servers.values();
    const claims = [...org.store.claims.values()].flatMap((table) => [...table.values()]);
    const claim = claims.find(({ name }) => name === 'groups');
    Object.assign(server ?? {}, { weather: 'fair' });
    Object.assign(claim ?? {}, { value: 'user.department' });
    const unjudged = await verify('');
    Object.assign(app ?? {}, { status: 'INACTIVE' });
    return [...opening, unjudged, await verify('')];
  },
  'okta rotate-hook-secret': async () => {
    const { runner } = await richOrg();
    return [JSON.parse((await runner.run('okta rotate-hook-secret --json')).stdout)];
  },
  completion: async () => [await line(['completion', 'bash'])],
  init: async () => [await line(['init'])],
  'okta export': async () => {
    const { runner } = await richOrg();
    return [JSON.parse((await runner.run('okta export --json')).stdout)];
  },
};

/**
 * Of a map whose groups do not fit into the claim of another map, and which leaves a shared origin.
 */
async function planOfTwo(
  plan: (runner: Runner, maps: string) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const names = (prefix: string): readonly string[] =>
    Array.from({ length: 60 }, (_, index) => `${prefix}${index}`);
  const groups = [...names('ga'), ...names('gb')].map((name) => ({ name }));
  const org = await orgWith({ groups, pageSize: 200 });
  const entries = (prefix: string, entry: string): string =>
    names(prefix)
      .map((name) => `  ${name}: { ${entry} }`)
      .join('\n');
  const b = mapText(org.url, { name: 'b', groups: entries('gb', 'deny: [POST /orders]') });
  const runner = runnerIn({
    'a.yaml': mapText(org.url, { name: 'a', groups: entries('ga', 'allow: [a:read]') }),
    'b.yaml': b,
    'moved.yaml': b.replace('https://app.example.com/', 'https://next.example.com/'),
  });
  await runner.run('okta apply -m a.yaml --yes --write');
  const unlisted = await plan(runner, 'b.yaml');
  await runner.run('okta apply -m a.yaml -m b.yaml --yes --write');
  return [unlisted, await plan(runner, 'moved.yaml')];
}

/** Calls of all sorts, of paths that are only reported and over a quota among them. */
async function recorded(
  command: string,
  mode: 'enforce' | 'shadow',
  { block, map = 'access.yaml' }: { readonly block?: string; readonly map?: string } = {},
): Promise<unknown> {
  const busy = calls([user('00u9', ['orders-readers']), 'GET /orders', 75]);
  const made = [...TRAFFIC, ...busy].map((call, n) => ({ ...call, at: BEGIN + n * 100 }));
  const more = (record: Pick<DecisionRecord, 'principal'>): object => ({
    ...record,
    ...(record.principal?.id === '00u2' && { reading: { by: ['case'], routes: ['GET /me'] } }),
    scopes: ['orders:read'],
    principal: { ...record.principal, block },
  });
  const { folder } = await scene(made, { mode }, more);
  const other = exampleWith(
    ['orders-readers:\n    allow: [orders:read]', 'orders-readers:\n    allow: [orders:write]'],
    ['allow: [orders:read, orders:write]', 'allow: [orders:read]'],
  );
  writeFileSync(join(folder, 'other.yaml'), other);
  return lineIn(folder, [command, 'decisions.jsonl', '--map', map]);
}

const ORG = 'acme.okta.com';

/** Runs `revoke` over one hub, whose clock goes on. */
function revoker(): (options: RevokeOptions) => Promise<unknown> {
  const event = {
    subject: userSubject('00u2'),
    issuedUpTo: NOW,
    reason: 'user_suspended',
  } as const;
  const items: HubItem[] = [heartbeatItem(ORG, NOW), entryItem(ORG, NOW - 1, 'e', event)];
  let now = NOW;
  const sources: RevokeSources = {
    list: {
      read: async (_, org) => ({ items: items.filter((item) => item['pk']?.S === org), now }),
      write: async (_, written) => void items.push(...written),
      caller: async () => 'AKIDOPERATOR',
    },
    stacks: { outputs: async () => [] },
    uidOf: async (login) => login,
  };
  return (options) => {
    now += 10;
    const at = { table: 'hub', org: ORG, json: true };
    return handed({ 'access.yaml': REVOCABLE }, (io) =>
      runRevoke({ ...at, ...options }, io, sources),
    );
  };
}
