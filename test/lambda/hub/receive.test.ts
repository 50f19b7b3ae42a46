/** What reaches the receiver from anywhere, and what it answers and writes. */
import { describe, expect, test } from '@jest/globals';
import type { HookSecret, HubSettings } from '../../../lambda/core/contract/hub.ts';
import type { NewRevocation } from '../../../lambda/core/contract/revocation.ts';
import type { UrlEvent } from '../../../lambda/hub/hook-request.ts';
import { massRemovals } from '../../../lambda/hub/mass-removals.ts';
import { receive } from '../../../lambda/hub/receive.ts';

const NOW = Date.parse('2026-08-25T17:41:30.000Z');
const SECRET = 'current-secret-of-the-hook';
const SETTINGS: HubSettings = {
  org: 'acme.okta.com',
  hosts: ['acme.okta.com', 'login.acme.example'],
  groups: { removed: ['readers', 'writers'], added: [] },
  hook: true,
};
const user = (id: string) => ({ id, type: 'User', displayName: id });
const logEvent = (uuid: string, more: object = {}) => ({
  uuid,
  published: '2026-08-25T17:41:22.359Z',
  eventType: 'user.lifecycle.deactivate',
  outcome: { result: 'SUCCESS' },
  target: [user('00ureader')],
  ...more,
});
const leaving = (uuid: string, name = 'readers', id = `00u${uuid}`) =>
  logEvent(uuid, {
    eventType: 'group.user_membership.remove',
    target: [user(id), { id: `00g${name}`, type: 'UserGroup', displayName: name }],
  });
const delivery = (events: unknown, more: object = {}) => ({
  eventType: 'com.okta.event_hook',
  eventTypeVersion: '1.0',
  source: 'https://acme.okta.com/api/v1/eventHooks/who1',
  eventId: '85b60edb-4263-4e13-993b-818e26201052',
  data: { events },
  ...more,
});

const post = (body: unknown, more: Partial<UrlEvent> = {}): UrlEvent => ({
  requestContext: { http: { method: 'POST' } },
  headers: { authorization: SECRET, 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
});

interface World {
  readonly secret?: HookSecret | Error;
  readonly fails?: (id: string) => boolean;
  readonly slow?: boolean;
}

/** A store that keeps what it takes, and who asks for it. */
function hub({ secret = { current: SECRET }, fails = () => false, slow = false }: World = {}) {
  const stored = new Map<string, readonly NewRevocation[]>();
  const lines: object[] = [];
  const parts = {
    settings: SETTINGS,
    mass: massRemovals(async () => []),
    clock: { now: () => NOW },
    withinMs: slow ? 5 : 2_500,
    secret: async () => {
      if (secret instanceof Error) throw secret;
      return secret;
    },
    metrics: { put: (values: object, more: object = {}) => lines.push({ ...values, ...more }) },
    writer: {
      write: async (id: string, revocations: readonly NewRevocation[]) => {
        if (slow) await new Promise((done) => setTimeout(done, 50));
        if (fails(id)) throw new Error('the store is down, and quotes current-secret-of-the-hook');
        const result = stored.has(id) ? ('known' as const) : ('written' as const);
        if (result === 'written') stored.set(id, revocations);
        return result;
      },
    },
  };
  return {
    stored,
    lines,
    subjects: () => [...stored.values()].flat().map(({ subject }) => subject),
    send: (event: UrlEvent) => receive(event, parts),
  };
}

describe('the one-time verification', () => {
  const get = (headers: UrlEvent['headers']): UrlEvent => ({
    requestContext: { http: { method: 'GET' } },
    ...(headers && { headers }),
  });

  test('gives the challenge back in JSON', async () => {
    const { statusCode, headers, body } = await hub().send(
      get({ 'x-okta-verification-challenge': 'rdHmPF_9-b~1' }),
    );
    expect([statusCode, headers?.['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(body ?? '')).toEqual({ verification: 'rdHmPF_9-b~1' });
  });

  test.each([undefined, {}, { 'x-okta-verification-challenge': '' }])(
    'is refused with the headers %j',
    async (headers) => expect(await hub().send(get(headers))).toEqual({ statusCode: 400 }),
  );

  test.each(['x'.repeat(257), 'a b', 'a\r\nb', 'ä'])('is refused for %j', async (challenge) => {
    const sent = get({ 'x-okta-verification-challenge': challenge });
    expect(await hub().send(sent)).toEqual({ statusCode: 400 });
  });
});

describe('who is not Okta', () => {
  const body = delivery([logEvent('a')]);
  test.each<readonly [string, UrlEvent, number]>([
    ['no secret', post(body, { headers: {} }), 401],
    ['no headers', { requestContext: { http: { method: 'POST' } } }, 401],
    ['a wrong secret', post(body, { headers: { authorization: `${SECRET}x` } }), 401],
    ['a part of the secret', post(body, { headers: { authorization: SECRET.slice(1) } }), 401],
    [
      'the secret in other letters',
      post(body, { headers: { authorization: SECRET.toUpperCase() } }),
      401,
    ],
    ['the secret as a bearer', post(body, { headers: { authorization: `Bearer ${SECRET}` } }), 401],
    ['an empty secret', post(body, { headers: { authorization: '' } }), 401],
    ['no secret and junk', post('{', { headers: {} }), 401],
    ['no secret and a huge body', post('x'.repeat(3_000_000), { headers: {} }), 401],
    ['another method', post(body, { requestContext: { http: { method: 'PUT' } } }), 405],
    ['nothing at all', {}, 405],
    ['a huge body', post('x'.repeat(1_048_577)), 413],
    [
      'a huge body in base64',
      post(Buffer.alloc(1_048_577).toString('base64'), { isBase64Encoded: true }),
      413,
    ],
    ['no body', post(''), 400],
    ['no JSON', post('{"a":'), 400],
    ['a list', post([]), 400],
    ['null', post('null'), 400],
    ['events that are no list', post(delivery({ 0: logEvent('a') })), 400],
    ['no data', post({ ...body, data: null }), 400],
    ['another type of event', post({ ...body, eventType: 'com.okta.inline_hook' }), 400],
    ['another org', post({ ...body, source: 'https://evil.okta.com/api/v1/eventHooks/who1' }), 403],
    [
      'an org that begins alike',
      post({ ...body, source: 'https://acme.okta.com.evil.example/api/v1/eventHooks/who1' }),
      403,
    ],
    [
      'an org before an at sign',
      post({ ...body, source: 'https://acme.okta.com@evil.example/api/v1/eventHooks/who1' }),
      403,
    ],
    ['plain http', post({ ...body, source: 'http://acme.okta.com/api/v1/eventHooks/who1' }), 403],
    ['no hook', post({ ...body, source: 'https://acme.okta.com/' }), 403],
    ['no source', post({ ...body, source: undefined }), 403],
    ['a source that is no text', post({ ...body, source: ['https://acme.okta.com'] }), 403],
  ])('%s', async (_, event, statusCode) => {
    const world = hub();
    expect(await world.send(event)).toEqual({ statusCode });
    expect(world.stored.size).toBe(0);
    expect(JSON.stringify(world.lines)).not.toContain(SECRET.slice(0, 7));
    expect(world.lines).toMatchObject([{ HookRequestsRefused: 1 }]);
  });

  test('an empty secret is never right, whatever is pending', async () => {
    const world = hub({ secret: { current: '', pending: '' } });
    const sent = post(body, { headers: { authorization: '' } });
    expect(await world.send(sent)).toEqual({ statusCode: 401 });
  });
});

describe('a delivery', () => {
  test('is written and acknowledged with nothing', async () => {
    const world = hub();
    expect(await world.send(post(delivery([logEvent('a')])))).toEqual({ statusCode: 200 });
    expect(world.stored.get('a')).toEqual([
      {
        subject: 'user:00ureader',
        issuedUpTo: Date.parse('2026-08-25T17:41:22.359Z'),
        withMargin: true,
        reason: 'user_deactivated',
      },
    ]);
    expect(world.lines).toEqual([
      { HookEvents: 1, HookRevocations: 1, HookDelayMilliseconds: 7_641 },
    ]);
  });

  test('comes with the current secret and with the pending one', async () => {
    const world = hub({ secret: { current: SECRET, pending: 'next' } });
    const next = post(delivery([logEvent('b')]), { headers: { authorization: 'next' } });
    expect(await world.send(post(delivery([logEvent('a')])))).toEqual({ statusCode: 200 });
    expect(await world.send(next)).toEqual({ statusCode: 200 });
  });

  test('comes from a custom domain, and in base64', async () => {
    const body = delivery([logEvent('a')], {
      source: 'https://login.acme.example/api/v1/eventHooks/who1',
    });
    const coded = Buffer.from(JSON.stringify(body)).toString('base64');
    expect(await hub().send(post(coded, { isBase64Encoded: true }))).toEqual({ statusCode: 200 });
  });

  test('holds events of no meaning beside one that has', async () => {
    const world = hub();
    const events = [null, 7, 'x', [], logEvent('a', { eventType: 'other' }), logEvent('b')];
    expect(await world.send(post(delivery(events)))).toEqual({ statusCode: 200 });
    expect([...world.stored.keys()]).toEqual(['b']);
  });

  test('replayed and reordered writes each event once', async () => {
    const world = hub();
    const [a, b] = [logEvent('a'), logEvent('b', { published: '2026-08-25T17:40:00.000Z' })];
    for (const events of [[b, a], [a], [a, b], [b, b]])
      expect(await world.send(post(delivery(events)))).toEqual({ statusCode: 200 });
    expect([...world.stored.keys()].toSorted()).toEqual(['a', 'b']);
  });

  test.each([
    ['2026-08-25T17:41:22.359Z', Date.parse('2026-08-25T17:41:22.359Z')],
    ['2026-08-25T17:41:22Z', Date.parse('2026-08-25T17:41:22Z')],
    ['2036-01-01T00:00:00.000Z', NOW],
    ['9999-12-31T23:59:59.999Z', NOW],
    ['soon', NOW],
    ['2026', NOW],
    ['+275760-09-13T00:00:00.000Z', NOW],
    [undefined, NOW],
    [9_999_999_999_999, NOW],
  ])('whose event was published %j revokes up to %d', async (published, issuedUpTo) => {
    const world = hub();
    await world.send(post(delivery([logEvent('a', { published })])));
    expect(world.stored.get('a')).toMatchObject([{ issuedUpTo }]);
  });

  test('of an event that is older than any token revokes nothing', async () => {
    const world = hub();
    const event = logEvent('a', { published: '2026-08-24T17:31:29.999Z' });
    expect(await world.send(post(delivery([event])))).toEqual({ statusCode: 200 });
    expect(world.stored.size).toBe(0);
  });

  test('is not acknowledged where one of its events is not written', async () => {
    const world = hub({ fails: (id) => id === 'c' });
    const events = ['a', 'b', 'c', 'd'].map((uuid) => logEvent(uuid));
    expect((await world.send(post(delivery(events)))).statusCode).toBe(503);
    expect(JSON.stringify(world.lines)).toBe('[{"HookFailures":1,"fault":"Error"}]');
  });

  test('is not acknowledged where the store is late', async () => {
    const world = hub({ slow: true });
    expect((await world.send(post(delivery([logEvent('a')])))).statusCode).toBe(503);
    expect(world.lines).toEqual([{ HookFailures: 1, fault: 'Late' }]);
  });

  test('is not evaluated while the secret is not known', async () => {
    const world = hub({ secret: new RangeError('no') });
    expect((await world.send(post(delivery([logEvent('a')])))).statusCode).toBe(503);
    expect(world.stored.size).toBe(0);
  });
});

describe('a group that is emptied', () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => leaving(`e${from + n}`));

  test('is an entry each up to 500 removals in a minute', async () => {
    const world = hub();
    for (let n = 0; n < 500; n += 50) await world.send(post(delivery(many(n, n + 50))));
    expect(world.subjects()).toHaveLength(500);
    expect(world.subjects()).not.toContain('group:readers');
  });

  test('is one entry above that, and each event is known', async () => {
    const world = hub();
    expect(await world.send(post(delivery(many(0, 501))))).toEqual({ statusCode: 200 });
    expect(world.subjects()).toEqual(['group:readers']);
    expect(world.stored.size).toBe(502);
  });

  test('grows with each further delivery, and leaves other groups alone', async () => {
    const world = hub();
    await world.send(post(delivery(many(0, 501))));
    const later = { published: '2026-08-25T17:41:29.000Z' };
    await world.send(post(delivery([{ ...leaving('f'), ...later }, leaving('g', 'writers')])));
    expect(world.subjects()).toEqual(['group:readers', 'group:readers', 'user:00ug']);
    expect(world.stored.get('f-group')).toMatchObject([
      { issuedUpTo: Date.parse(later.published) },
    ]);
  });

  test('revokes nothing for everybody: a user of two groups keeps an entry of his own', async () => {
    const world = hub();
    const both = logEvent('both', {
      eventType: 'group.user_membership.remove',
      target: [
        user('00uboth'),
        ...['readers', 'writers'].map((displayName) => ({
          id: displayName,
          type: 'UserGroup',
          displayName,
        })),
      ],
    });
    await world.send(post(delivery([...many(0, 501), both])));
    expect(world.subjects()).toEqual(['group:readers', 'user:00uboth']);
  });
});
