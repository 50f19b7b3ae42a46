/** The event hook of a hub: planned, made, verified, compared, exported, and its secret rotated. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DeployedHub } from '../../../lambda/core/contract/hub.ts';
import { OKTA_EVENT_TYPES } from '../../../lambda/core/revocation/okta-events.ts';
import { receive } from '../../../lambda/hub/receive.ts';
import type { HubAws } from '../../../lib/commands/okta-subcommands/hub-aws.ts';
import { runRotate } from '../../../lib/commands/okta-subcommands/rotate-command.ts';
import { planHooks } from '../../../lib/okta/plan-hooks.ts';
import type { HookState, OrgState } from '../../../lib/okta/state.ts';
import { verifyHooks } from '../../../lib/okta/verify-hooks.ts';
import { serveFunctionUrl } from '../../../local/function-url.ts';
import type { RunningServer } from '../../../local/listen.ts';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import { hubWorld } from '../../lambda/hub/hub-world.ts';
import { hookSecretIn } from '../../support/wire/revocation.ts';
import { capture } from '../commands/project.ts';
import {
  failing,
  failureOf,
  foundBy,
  GROUPS,
  mapText,
  orgWith,
  type Runner,
  runnerIn,
  shapeFaults,
  stopOrgs,
  told,
  writesOf,
} from './support.ts';

jest.setTimeout(60_000);

const SECRET = 'what-only-the-hub-and-okta-know';
let org: LocalOrg;
let receiver: RunningServer;
let secret: string;
let hub: ReturnType<typeof hubWorld>;

beforeEach(async () => {
  org = await orgWith({
    groups: GROUPS,
    users: [{ login: 'reader@example.com', uid: '00u1reader', groups: ['readers'] }],
    pageSize: 200,
  });
  [hub, secret] = [hubWorld(), JSON.stringify({ current: SECRET })];
  const { host } = new URL(org.url);
  receiver = await serveFunctionUrl(async (event) => {
    const parts = {
      ...hub.recording,
      settings: { ...hub.recording.settings, hosts: [host] },
      metrics: hub.metrics,
      secret: async () => hookSecretIn(secret),
    };
    return JSON.stringify(await receive(JSON.parse(event), parts));
  });
});
afterEach(async () => {
  await receiver.stop();
  await stopOrgs();
});

const revoked = (name: string, more = 'hub: own'): string =>
  mapText(org.url, { name, okta: `revocation: { ${more} }` });

const env = () => ({
  OKTA_CLIENT_TOKEN: 'api-token-of-the-test',
  OKTA_HOOK_URL: `${receiver.url}/`,
  OKTA_HOOK_SECRET: SECRET,
});
const run = (runner: Runner, args: string) => runner.run(args, { env: env() });
/** Runs commands with the address of the hub. */
const hooked = (runner: Runner) => ({ run: (args: string) => run(runner, args) });

async function hooksOf(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answer = await fetch(`${org.url}/api/v1/eventHooks`, {
    headers: { authorization: 'SSWS x' },
  });
  return (await answer.json()) as readonly Readonly<Record<string, unknown>>[];
}

const call = (path: string) =>
  fetch(org.url + path, { method: 'POST', headers: { authorization: 'SSWS x' } });
const entries = () => [...hub.table.items.values()].flatMap((item) => item['k']?.S ?? []);

describe('okta apply', () => {
  test('makes one hook for all maps of a hub, verifies it, and events arrive', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `map-${n}`);
    const runner = runnerIn(
      Object.fromEntries(names.map((name) => [`${name}.yaml`, revoked(name)])),
    );
    const maps = names.map((name) => `-m ${name}.yaml`).join(' ');
    const applied = await run(runner, `okta apply ${maps} --yes`);
    expect(applied).toMatchObject({ code: 0 });
    expect(await hooksOf()).toMatchObject([
      {
        status: 'ACTIVE',
        verificationStatus: 'VERIFIED',
        description: expect.stringContaining('map-0, map-1, map-10'),
        events: { items: OKTA_EVENT_TYPES },
        channel: { config: { uri: `${receiver.url}/` } },
      },
    ]);
    expect(JSON.stringify([applied, await hooksOf()])).not.toContain(SECRET);
    await call('/_local/users/reader@example.com/deactivate');
    expect(entries()).toEqual(['user:00u1reader']);
    const hookCalls = org.requests.filter(({ path }) => path.includes('eventHooks'));
    expect(shapeFaults(hookCalls)).toEqual([]);
    const before = writesOf(org.requests).length;
    expect(await run(runner, `okta apply ${maps} --yes`)).toMatchObject({ code: 0 });
    expect(writesOf(org.requests)).toHaveLength(before);
  });

  test('from a reviewed plan, which holds no secret', async () => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    const planned = await run(runner, 'okta plan -o plan.json');
    expect(planned.stdout).toContain('+ create event hook okta-group-authorizer');
    expect(planned.stdout).not.toContain(SECRET);
    expect(await run(runner, 'okta apply plan.json --yes')).toMatchObject({ code: 0 });
    expect(await hooksOf()).toHaveLength(1);
    await call('/_local/users/reader@example.com/groups/readers/remove');
    expect(entries()).toEqual(['user:00u1reader']);
  });

  test('sets right what somebody changed, and lays the secret again', async () => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    await run(runner, 'okta apply --yes');
    const [hook] = await hooksOf();
    await fetch(`${org.url}/api/v1/eventHooks/${String(hook?.['id'])}`, {
      method: 'PUT',
      headers: { authorization: 'SSWS x', 'content-type': 'application/json' },
      body: JSON.stringify({
        ...hook,
        events: { type: 'EVENT_TYPE', items: ['user.session.clear'] },
        channel: {
          type: 'HTTP',
          version: '1.0.0',
          config: {
            uri: `${receiver.url}/`,
            authScheme: { type: 'HEADER', key: 'x-other', value: 'x' },
          },
        },
      }),
    });
    expect(await foundBy(hooked(runner), 'verify')).toEqual({
      code: 1,
      findings: expect.arrayContaining([
        told('HOOK_UNVERIFIED'),
        told('HOOK_WITHOUT_EVENTS', 'app.oauth2.as.consent.revoke.user'),
      ]),
    });
    const planned = await run(runner, 'okta plan');
    expect(planned.stdout).toContain('header: x-other -> authorization');
    await run(runner, 'okta apply --yes');
    await call('/_local/users/reader@example.com/suspend');
    expect(entries()).toEqual(['user:00u1reader']);
    expect(await run(runner, 'okta verify')).toMatchObject({ code: 0 });
    expect(await run(runner, 'okta plan')).toMatchObject({ code: 0 });
  });

  test('says that the receiver did not answer, and goes on after it does', async () => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    const dead = { ...env(), OKTA_HOOK_URL: 'http://127.0.0.1:9/' };
    // Okta's own words.
    expect(await failureOf(runner, 'apply --yes', { env: dead })).toEqual(
      failing(1, 'OKTA_REQUEST_REFUSED', 'The endpoint did not verify'),
    );
    expect(await run(runner, 'okta apply --yes')).toMatchObject({ code: 0 });
    expect(await hooksOf()).toMatchObject([{ verificationStatus: 'VERIFIED' }]);
  });

  test('writes nothing without the secret', async () => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    const { OKTA_HOOK_SECRET: _, ...without } = env();
    expect(await failureOf(runner, 'apply --yes', { env: without })).toEqual(
      failing(3, 'HOOK_SECRET_ABSENT', '`OKTA_HOOK_SECRET`'),
    );
    expect(writesOf(org.requests)).toEqual([]);
  });
});

test.each(['http://hub.example.com/', 'https://a@hub.example.com/'])(
  'OKTA_HOOK_URL %s is refused',
  async (url) => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    expect(await failureOf(runner, 'plan', { env: { ...env(), OKTA_HOOK_URL: url } })).toEqual(
      failing(1, 'HOOK_ADDRESS_INVALID', '`OKTA_HOOK_URL`', url),
    );
  },
);

test('a map without a hook asks for no scope and no hub', async () => {
  const runner = runnerIn({ 'access.yaml': revoked('orders', 'hook: false') });
  expect((await runner.run('okta plan')).stderr).toBe('');
  expect(org.requests.some(({ path }) => path.includes('eventHooks'))).toBe(false);
});

test.each([
  ['GET', 'plan', 'read'],
  ['POST', 'apply --yes', 'manage'],
])('a %s of hooks that is forbidden names their own scope', async (method, command, right) => {
  org.fault = (request) =>
    request.method === method && request.path === '/api/v1/eventHooks'
      ? { status: 403 }
      : undefined;
  const runner = runnerIn({ 'access.yaml': revoked('orders') });
  expect(await failureOf(runner, command, { env: env() })).toEqual(
    failing(
      3,
      'OKTA_FORBIDDEN',
      `\`${method} /api/v1/eventHooks\``,
      `\`okta.eventHooks.${right}\``,
    ),
  );
});

test('verify says what a hook lacks', async () => {
  const runner = runnerIn({ 'access.yaml': revoked('orders') });
  await run(runner, 'okta apply --yes');
  const [hook] = await hooksOf();
  await call(`/api/v1/eventHooks/${String(hook?.['id'])}/lifecycle/deactivate`);
  expect((await foundBy(hooked(runner), 'verify')).findings).toContainEqual(told('HOOK_INACTIVE'));
});

// Attributes as the provider's own documentation of okta_event_hook has them.
test('okta export writes the hook, its verification and a variable for the secret', async () => {
  const runner = runnerIn({ 'access.yaml': revoked('orders') });
  await run(runner, 'okta apply --yes');
  const { code, stdout } = await run(runner, 'okta export --format terraform');
  expect([code, stdout.includes(SECRET)]).toEqual([0, false]);
  const { resource, variable, ...rest } = (await parse('okta.tf', stdout)) as Record<
    string,
    Record<string, unknown>
  >;
  expect(resource?.['okta_event_hook']).toEqual({
    revocation: [
      {
        name: expect.stringContaining('okta-group-authorizer'),
        events: OKTA_EVENT_TYPES,
        channel: { type: 'HTTP', version: '1.0.0', uri: `${receiver.url}/` },
        auth: {
          type: 'HEADER',
          key: 'Authorization',
          value: '${var.revocation_hook_secret}',
        },
      },
    ],
  });
  expect(resource?.['okta_event_hook_verification']).toEqual({
    revocation: [{ event_hook_id: '${okta_event_hook.revocation.id}' }],
  });
  expect(variable).toMatchObject({ revocation_hook_secret: [{ sensitive: true }] });
  expect(rest['import']).toContainEqual({
    to: '${okta_event_hook.revocation}',
    id: (await hooksOf())[0]?.['id'],
  });
});

test('a recording of verify holds neither the secret nor where the hub is', async () => {
  const runner = runnerIn({ 'access.yaml': revoked('orders') });
  await run(runner, 'okta apply --yes');
  const { code } = await run(runner, 'okta verify --record org.json');
  const text = readFileSync(join(runner.cwd, 'org.json'), 'utf8');
  expect([code, text.includes('/api/v1/eventHooks')]).toEqual([0, true]);
  for (const hidden of [SECRET, receiver.url, String(receiver.port)])
    expect(text).not.toContain(hidden);
});

describe('a rotation of the secret', () => {
  const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/hub';
  const deployed = (url: string, more: Partial<DeployedHub> = {}) => ({
    HubRevocationHub0A1B2C3D: JSON.stringify({
      org: new URL(org.url).host,
      url,
      secret: 'arn:secret',
      table,
      ...more,
    }),
  });
  const aws = (
    outputs: (stack?: string) => readonly Readonly<Record<string, string>>[],
  ): HubAws => ({
    outputs: async (stack) => outputs(stack),
    readSecret: async () => secret,
    writeSecret: async (_, text) => {
      secret = text;
    },
  });
  test('refuses no delivery: both secrets are good until Okta sends the new one', async () => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    const url = `${receiver.url}/`;
    await run(runner, 'okta apply --yes');
    const between: string[] = [];
    const rotating = {
      ...capture(runner.cwd, { env: { OKTA_CLIENT_TOKEN: 'x' } }),
      wait: async () => {
        between.push(Object.keys(JSON.parse(secret)).join());
        await call('/_local/users/reader@example.com/clear-sessions');
      },
    };
    expect(
      await runRotate(
        {},
        rotating,
        aws(() => [deployed(url)]),
      ),
    ).toBe(0);
    expect(between).toEqual(['current,pending', 'current,pending']);
    expect(hookSecretIn(secret).current).not.toBe(SECRET);
    expect(hookSecretIn(secret).pending).toBeUndefined();
    await call('/_local/users/reader@example.com/deactivate');
    expect(entries()).toHaveLength(3);
    expect(hub.lines.filter((line) => 'HookRequestsRefused' in line)).toEqual([]);
    expect(rotating.stdout() + rotating.stderr()).not.toContain(hookSecretIn(secret).current);
  });

  test('that was broken off goes on with the secret that it had made', async () => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    await run(runner, 'okta apply --yes');
    secret = JSON.stringify({ current: SECRET, pending: 'made-before' });
    const rotating = {
      ...capture(runner.cwd, { env: { OKTA_CLIENT_TOKEN: 'x' } }),
      wait: async () => undefined,
    };
    await runRotate(
      {},
      rotating,
      aws(() => [deployed(`${receiver.url}/`)]),
    );
    expect(hookSecretIn(secret)).toEqual({ current: 'made-before' });
  });

  test.each([
    ['is not applied', 'hub: own'],
    ['is not wanted', 'hook: false'],
  ])('where the hook %s has nothing to change', async (_, more) => {
    const runner = runnerIn({ 'access.yaml': revoked('orders', more) });
    const rotating = capture(runner.cwd, { env: { OKTA_CLIENT_TOKEN: 'x' } });
    const all = aws(() => [deployed(`${receiver.url}/`)]);
    expect(await runRotate({ json: true }, rotating, all)).toBe(1);
    expect(rotating.json()).toMatchObject({ problems: [{ code: 'ROTATION_WITHOUT_HOOK' }] });
  });

  test('from a secret in another form is an error that does not quote it', async () => {
    const runner = runnerIn({ 'access.yaml': revoked('orders') });
    await run(runner, 'okta apply --yes');
    secret = 'sec:ret';
    const rotating = capture(runner.cwd, { env: { OKTA_CLIENT_TOKEN: 'x' } });
    const all = aws(() => [deployed(`${receiver.url}/`)]);
    expect(await runRotate({ json: true }, rotating, all)).toBe(3);
    expect(rotating.json()).toMatchObject({ problems: [{ code: 'HOOK_SECRET_INVALID' }] });
    expect(rotating.stdout() + rotating.stderr()).not.toContain('sec:ret');
    expect(secret).toBe('sec:ret');
  });
});

describe('a plan of hooks', () => {
  const uri = 'https://abc.lambda-url.eu-west-1.on.aws/';
  const hook = (more: Partial<HookState> = {}): HookState => ({
    id: 'who1',
    name: 'theirs',
    description: '',
    status: 'ACTIVE',
    isVerified: true,
    uri,
    events: OKTA_EVENT_TYPES,
    header: 'Authorization',
    filtered: [],
    ...more,
  });
  const plan = (hooks: readonly HookState[], hubs: readonly object[] = [{ uri, maps: ['a'] }]) =>
    planHooks({ maps: ['a'], renamed: {}, hooks: hubs } as never, { hooks } as unknown as OrgState);
  const steps = (...given: Parameters<typeof plan>) =>
    plan(...given).steps.map(({ action, name }) => `${action} ${name}`);
  const ours = 'managed by okta-group-authorizer, map a';

  test.each<readonly [string, HookState, readonly string[]]>([
    ['that is whole stays', hook({ description: ours }), []],
    ['of another that is whole stays', hook(), []],
    [
      'at another address moves',
      hook({ description: ours, uri: 'https://old.example/' }),
      ['update theirs', 'verify okta-group-authorizer abc'],
    ],
    [
      'that is not active is activated',
      hook({ description: ours, status: 'INACTIVE' }),
      ['activate theirs'],
    ],
    [
      'that is not verified is verified',
      hook({ description: ours, isVerified: false }),
      ['verify okta-group-authorizer abc'],
    ],
    [
      'of somebody else at another address is left',
      hook({ uri: 'https://siem.example/' }),
      ['create okta-group-authorizer abc', 'verify okta-group-authorizer abc'],
    ],
  ])('a hook %s', (_, existing, expected) => {
    expect(steps([existing])).toEqual(expected);
  });

  test('one of somebody else that calls the hub and lacks events is a fault', () => {
    const found = plan([hook({ events: OKTA_EVENT_TYPES.slice(1), isVerified: false })]);
    expect(found.steps).toEqual([]);
    expect(found.findings).toEqual([
      told(
        { level: 'faults', code: 'HOOK_FOREIGN' },
        ...['`theirs`', 'app.oauth2.as.consent.revoke.user'],
      ),
    ]);
  });

  test.each<readonly [what: string, HookState | undefined, unknown]>([
    ['none', undefined, told({ level: 'error', code: 'HOOK_ABSENT' }, '`a`')],
    [
      'one at another address',
      hook({ description: ours, uri: 'https://old.example/' }),
      told({ level: 'error', code: 'HOOK_ADDRESS' }, '`theirs`'),
    ],
    [
      'one with filters',
      hook({ filtered: ['user.session.clear'] }),
      told({ level: 'error', code: 'HOOK_FILTERED' }, '`theirs`', 'user.session.clear'),
    ],
    ['one that is whole', hook(), undefined],
  ])('verify finds of %s what is wrong', (_, existing, finding) => {
    const desired = { hooks: [{ uri, maps: ['a'] }] } as never;
    const state = { hooks: existing === undefined ? [] : [existing] } as never;
    expect(verifyHooks(desired, state)).toEqual(finding === undefined ? [] : [finding]);
  });

  test('an org with 25 active hooks has no room', () => {
    const many = Array.from({ length: 25 }, (_, n) =>
      hook({ id: `w${n}`, uri: `https://${n}.example/` }),
    );
    expect(plan(many).findings).toEqual([told({ level: 'blocks', code: 'HOOK_LIMIT' }, '25')]);
  });

  test('a hook of ours that no hub needs is dropped; of a hub that was not found none is', () => {
    const old = hook({ description: ours, uri: 'https://old.example/', id: 'who2' });
    const dropped = plan([hook({ description: ours }), old]).dropped;
    expect(dropped.map(({ action }) => action)).toEqual(['deactivate', 'delete']);
    expect(plan([old], [{ maps: ['a'] }]).dropped).toEqual([]);
  });
});
