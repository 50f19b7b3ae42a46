import { describe, expect, test } from '@jest/globals';
import {
  API_ID,
  type Desired,
  type FakeGateway,
  fakeGateway,
  iam,
  jwt,
  noAuthorization,
  ours,
  plan,
  properties,
  send,
} from './fake-api.ts';

const ROUTES = {
  'GET /orders': noAuthorization,
  'POST /orders': noAuthorization,
  'GET /me': jwt,
  'GET /paid': noAuthorization,
  'GET /health': noAuthorization,
  'POST /internal': iam,
};
const GUARDED = ['GET /orders', 'POST /orders', 'GET /me', 'GET /paid', 'POST /internal'];
const REST = { Kind: 'rest', Stage: 'prod' };
const ACCEPTED = { AcceptedForeign: ['GET /me', 'POST /internal'] };
const NARROW: Desired = { guarded: GUARDED, public: ['GET /health'], ...ACCEPTED };
/**
 * One route more is public, one authorizer more gives way: an update from NARROW attaches and
 * restores.
 */
const MANY_ROUTES: Desired = {
  guarded: GUARDED.filter((key) => key !== 'GET /orders'),
  public: ['GET /health', 'GET /orders'],
  replace: ['GET /me'],
  ...ACCEPTED,
};

const KINDS = ['http', 'rest'] as const;
type Kind = (typeof KINDS)[number];

const desiredProperties = (kind: Kind, desired: Desired) =>
  properties({ ...desired, ...(kind === 'rest' && REST) });

async function attached(kind: Kind, desired: Desired = NARROW): Promise<FakeGateway> {
  const gateway = fakeGateway({ kind, routes: ROUTES });
  expect(
    await send(gateway, {
      RequestType: 'Create',
      ResourceProperties: desiredProperties(kind, desired),
    }),
  ).toMatchObject({ kind: 'success' });
  return gateway;
}

async function update(
  gateway: FakeGateway,
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
) {
  return send(gateway, {
    RequestType: 'Update',
    ResourceProperties: to,
    OldResourceProperties: from,
  });
}

/** How many calls a whole run of `work` takes. */
async function callsOf(gateway: FakeGateway, work: () => Promise<unknown>): Promise<number> {
  const before = gateway.calls();
  await work();
  return gateway.calls() - before;
}

describe.each(KINDS)('an attachment to a %s API', (kind) => {
  test('covers what is open, and leaves public routes and foreign authorizers alone', async () => {
    const gateway = await attached(kind);
    const [state] = gateway.state() as [Record<string, readonly unknown[]>];
    expect(
      Object.entries(state)
        .filter(([, [type]]) => type === 'CUSTOM')
        .map(([key]) => key),
    ).toEqual(['GET /orders', 'POST /orders', 'GET /paid']);
    expect(state['GET /me']).toEqual(['JWT', 'acme', ['openid', 'profile']]);
    expect(state['POST /internal']?.[0]).toBe('AWS_IAM');
    expect(gateway.published).toEqual(kind === 'rest' ? ['prod'] : []);
  });

  test('says in its answer what was done, and what opens again on detaching', async () => {
    const gateway = fakeGateway({ kind, routes: ROUTES });
    expect(
      await send(gateway, {
        RequestType: 'Create',
        ResourceProperties: desiredProperties(kind, MANY_ROUTES),
      }),
    ).toEqual({
      kind: 'success',
      physicalId: API_ID,
      data: {
        Attached: '3: `GET /me`, `GET /paid`, `POST /orders`',
        LeftForeign: '1: `POST /internal (AWS_IAM)`',
        Public: '2: `GET /health`, `GET /orders`',
        Unmapped: 'none',
        ReopenOnDetach: '2: `GET /paid`, `POST /orders`',
        ServedByCatchAll: 'none',
        StagesAfterDetach: 'none',
      },
    });
  });

  test('then detached leaves everything as it was, scopes included, and no record (invariant 7)', async () => {
    const before = fakeGateway({ kind, routes: ROUTES }).state();
    const gateway = await attached(kind, MANY_ROUTES);
    const remove = {
      RequestType: 'Delete',
      ResourceProperties: desiredProperties(kind, MANY_ROUTES),
    } as const;
    expect(await send(gateway, remove)).toMatchObject({ kind: 'success' });
    expect(gateway.state()).toEqual(before);
    expect(gateway.record().routes).toEqual({});
    const calls = await callsOf(gateway, async () =>
      expect(await send(gateway, remove)).toMatchObject({ kind: 'success' }),
    );
    expect([gateway.state(), calls]).toEqual([before, 3]);
  });

  test('keeps the API key of a route', async () => {
    const gateway = await attached(kind);
    expect(gateway.record().routes['GET /paid']?.apiKeyRequired).toBe(kind === 'rest');
  });

  test('run again with the same properties changes nothing', async () => {
    const gateway = await attached(kind);
    const [state, published, record] = [gateway.state(), [...gateway.published], gateway.record()];
    await update(gateway, desiredProperties(kind, NARROW), desiredProperties(kind, NARROW));
    expect([gateway.state(), gateway.published, gateway.record()]).toEqual([
      state,
      published,
      record,
    ]);
  });

  test.each(['before', 'after'] as const)(
    'a fault %s the effect of any call of Create leaves the old state once Delete has run',
    async (effect) => {
      const before = fakeGateway({ kind, routes: ROUTES }).state();
      const total = await callsOf(fakeGateway({ kind, routes: ROUTES }), async () => undefined);
      expect(total).toBe(0);
      const probe = fakeGateway({ kind, routes: ROUTES });
      const calls = await callsOf(probe, () =>
        send(probe, {
          RequestType: 'Create',
          ResourceProperties: desiredProperties(kind, MANY_ROUTES),
        }),
      );
      expect(calls).toBeGreaterThan(6);
      for (let at = 1; at <= calls; at++) {
        const gateway = fakeGateway({ kind, routes: ROUTES });
        gateway.failAt(at, effect);
        expect(
          await send(gateway, {
            RequestType: 'Create',
            ResourceProperties: desiredProperties(kind, MANY_ROUTES),
          }),
        ).toMatchObject({
          kind: 'failure',
          physicalId: API_ID,
        });
        gateway.failAt(undefined);
        gateway.rollingBack = true;
        expect(
          await send(gateway, {
            RequestType: 'Delete',
            ResourceProperties: desiredProperties(kind, MANY_ROUTES),
          }),
        ).toMatchObject({
          kind: 'success',
        });
        expect([at, gateway.state(), gateway.record().routes]).toEqual([at, before, {}]);
      }
    },
  );

  test.each(['before', 'after'] as const)(
    'a fault %s the effect of any call of Update leaves the former state once the opposite Update has run',
    async (effect) => {
      const [from, to] = [desiredProperties(kind, NARROW), desiredProperties(kind, MANY_ROUTES)];
      const probe = await attached(kind);
      const original = probe.state();
      const calls = await callsOf(probe, () => update(probe, from, to));
      expect(probe.state()).not.toEqual(original);
      for (let at = 1; at <= calls; at++) {
        const gateway = await attached(kind);
        gateway.failAt(at, effect);
        expect(await update(gateway, from, to)).toMatchObject({
          kind: 'failure',
          physicalId: API_ID,
        });
        gateway.failAt(undefined);
        gateway.rollingBack = true;
        expect(await update(gateway, to, from)).toMatchObject({ kind: 'success' });
        expect([at, gateway.state()]).toEqual([at, original]);
        gateway.rollingBack = false;
        await send(gateway, { RequestType: 'Delete', ResourceProperties: from });
        expect(gateway.state()).toEqual(fakeGateway({ kind, routes: ROUTES }).state());
      }
    },
  );

  test.each(['before', 'after'] as const)(
    'a fault %s the effect of any call of Delete is made good by the next Delete',
    async (effect) => {
      const before = fakeGateway({ kind, routes: ROUTES }).state();
      const probe = await attached(kind, MANY_ROUTES);
      const remove = {
        RequestType: 'Delete',
        ResourceProperties: desiredProperties(kind, MANY_ROUTES),
      } as const;
      const calls = await callsOf(probe, () => send(probe, remove));
      for (let at = 1; at <= calls; at++) {
        const gateway = await attached(kind, MANY_ROUTES);
        gateway.failAt(at, effect);
        expect(await send(gateway, remove)).toMatchObject({ kind: 'failure' });
        gateway.failAt(undefined);
        expect(await send(gateway, remove)).toMatchObject({ kind: 'success' });
        expect([at, gateway.state(), gateway.record().routes]).toEqual([at, before, {}]);
      }
    },
  );

  test('a Create that fails once undoes itself before it answers', async () => {
    const before = fakeGateway({ kind, routes: ROUTES }).state();
    const gateway = fakeGateway({ kind, routes: ROUTES });
    gateway.failAt(5, 'after', true);
    expect(
      await send(gateway, {
        RequestType: 'Create',
        ResourceProperties: desiredProperties(kind, MANY_ROUTES),
      }),
    ).toMatchObject({
      kind: 'failure',
    });
    expect([gateway.state(), gateway.record().routes]).toEqual([before, {}]);
  });

  test('writes the record before the first route changes', async () => {
    const gateway = await attached(kind);
    expect(gateway.trace.slice(0, 4)).toEqual(['read', 'load', 'save', 'authorize']);
  });
});

describe('an owner who changes routes in between', () => {
  test('and took our authorizer away gets it back with the next deployment, and their own state on detaching', async () => {
    const gateway = await attached('http');
    gateway.set('GET /orders', iam);
    await send(gateway, { RequestType: 'Delete', ResourceProperties: properties(NARROW) });
    const [state] = gateway.state() as [Record<string, readonly unknown[]>];
    expect(state['GET /orders']).toEqual(['AWS_IAM', undefined, []]);
    expect(state['POST /orders']).toEqual(['NONE', undefined, []]);
  });

  test('and opened a route: the next deployment covers it, with the state of now as the former one', async () => {
    const gateway = await attached('http', MANY_ROUTES);
    gateway.set('GET /me', noAuthorization);
    await update(gateway, properties(MANY_ROUTES), properties({ ...MANY_ROUTES, MapVersion: '2' }));
    const [state] = gateway.state() as [Record<string, readonly unknown[]>];
    expect(state['GET /me']).toEqual(['CUSTOM', 'ours', []]);
    expect(gateway.record().routes['GET /me']?.type).toBe('NONE');
  });

  test('and deleted a route, or the API: detaching succeeds', async () => {
    const gateway = await attached('http');
    gateway.set('GET /orders', undefined);
    expect(
      await send(gateway, { RequestType: 'Delete', ResourceProperties: properties(NARROW) }),
    ).toMatchObject({ kind: 'success' });
    const other = await attached('http');
    other.gone = true;
    expect(
      await send(other, { RequestType: 'Delete', ResourceProperties: properties(NARROW) }),
    ).toMatchObject({ kind: 'success' });
    expect(other.record().routes).toEqual({});
  });

  test('and set our authorizer on a route of their own: detaching asks for a decision and changes nothing', async () => {
    const gateway = await attached('http');
    gateway.set('GET /health', ours);
    const before = gateway.state();
    expect(
      await send(gateway, { RequestType: 'Delete', ResourceProperties: properties(NARROW) }),
    ).toMatchObject({
      kind: 'failure',
      reason: expect.stringMatching(
        /^expected a record of what `GET \/health` had before our authorizer, found none: /,
      ),
    });
    expect(gateway.state()).toEqual(before);
  });

  test('and deleted the authorizer that a route had: detaching asks for a decision, changes nothing, and passes once it is taken', async () => {
    const gateway = await attached('http', MANY_ROUTES);
    const remove = { RequestType: 'Delete', ResourceProperties: properties(MANY_ROUTES) } as const;
    const before = gateway.state();
    gateway.authorizers.splice(0, 1);
    expect(await send(gateway, remove)).toMatchObject({
      kind: 'failure',
      reason: expect.stringMatching(
        /^expected the authorizers that `GET \/me` had before ours on API `\w+`, found them deleted: set the /,
      ),
    });
    expect(gateway.state()).toEqual(before);
    gateway.set('GET /me', iam);
    expect(await send(gateway, remove)).toMatchObject({ kind: 'success' });
    const [state] = gateway.state() as [Record<string, readonly unknown[]>];
    expect([state['GET /me'], state['POST /orders']]).toEqual([
      ['AWS_IAM', undefined, []],
      ['NONE', undefined, []],
    ]);
  });
});

test('an authorizer that is replaced hands its routes over, and their record stays', async () => {
  const gateway = await attached('http');
  gateway.authorizers.push({ id: 'next', name: 'okta-groups-22222222', type: 'REQUEST' });
  const to = properties({
    ...NARROW,
    AuthorizerId: 'next',
    AuthorizerName: 'okta-groups-22222222',
  });
  expect(await update(gateway, properties(NARROW), to)).toMatchObject({ kind: 'success' });
  const [state] = gateway.state() as [Record<string, readonly unknown[]>];
  expect(state['GET /orders']).toEqual(['CUSTOM', 'next', []]);
  await send(gateway, { RequestType: 'Delete', ResourceProperties: to });
  expect(gateway.state()).toEqual(fakeGateway({ routes: ROUTES }).state());
});

test('another API id on a deployed stack fails, and the follow-up event finds nothing to do', async () => {
  const gateway = await attached('http');
  const [state, from, to] = [
    gateway.state(),
    properties(NARROW),
    properties({ ...NARROW, ApiId: 'f6g7h8i9j0' }),
  ];
  expect(await update(gateway, from, to)).toEqual({
    kind: 'failure',
    physicalId: API_ID,
    reason: `expected the API \`${API_ID}\`, which this stack is attached to, found \`f6g7h8i9j0\`: delete the stack first, or give the map another \`api.name\``,
  });
  gateway.rollingBack = true;
  expect(await update(gateway, to, from)).toMatchObject({ kind: 'success' });
  expect(gateway.state()).toEqual(state);
});

test('detaching a REST API whose stage lacks edits of others asks for a decision and changes nothing', async () => {
  const gateway = await attached('rest');
  gateway.set('POST /internal', noAuthorization);
  const before = gateway.state();
  const remove = {
    RequestType: 'Delete',
    ResourceProperties: desiredProperties('rest', NARROW),
  } as const;
  expect(await send(gateway, remove)).toMatchObject({
    kind: 'failure',
    reason: expect.stringContaining('found edits that are not deployed at `POST /internal`'),
  });
  expect(gateway.state()).toEqual(before);
  const accepted = {
    ...remove,
    ResourceProperties: desiredProperties('rest', { ...NARROW, PublishPending: 'true' }),
  };
  expect(await send(gateway, accepted)).toMatchObject({ kind: 'success' });
});

describe('a stage that its owner', () => {
  test('has deleted: detaching restores the methods and publishes nothing, which would bring the stage back', async () => {
    const gateway = await attached('rest');
    gateway.stageGone = true;
    const published = gateway.published.length;
    expect(
      await send(gateway, {
        RequestType: 'Delete',
        ResourceProperties: desiredProperties('rest', NARROW),
      }),
    ).toMatchObject({ kind: 'success' });
    expect(gateway.published).toHaveLength(published);
    const [state] = gateway.state() as [unknown];
    expect(state).toEqual((fakeGateway({ kind: 'rest', routes: ROUTES }).state() as [unknown])[0]);
    expect(gateway.record().routes).toEqual({});
  });

  test('has pointed to an older deployment gets a new one where that is accepted', async () => {
    const gateway = await attached('rest');
    const original = gateway.state();
    gateway.serve(new Map(Object.keys(ROUTES).map((key) => [key, 'NONE'])));
    const forced = desiredProperties('rest', { ...NARROW, PublishPending: 'true', Again: '2' });
    expect(await update(gateway, desiredProperties('rest', NARROW), forced)).toMatchObject({
      kind: 'success',
    });
    expect([gateway.state(), gateway.published]).toEqual([original, ['prod', 'prod']]);
  });

  test('has pointed to an older deployment keeps it otherwise, also while CloudFormation rolls back', async () => {
    const gateway = await attached('rest');
    gateway.serve(new Map(Object.keys(ROUTES).map((key) => [key, 'NONE'])));
    const older = gateway.state();
    for (const [rollingBack, kind] of [
      [false, 'failure'],
      [true, 'success'],
    ] as const) {
      gateway.rollingBack = rollingBack;
      expect(
        await update(
          gateway,
          desiredProperties('rest', NARROW),
          desiredProperties('rest', { ...NARROW, Again: '2' }),
        ),
      ).toMatchObject({ kind });
      expect([gateway.state(), gateway.published]).toEqual([older, ['prod']]);
    }
  });
});

test('a route that its owner has added between plan and attachment stops the attachment before anything is changed', async () => {
  const gateway = fakeGateway({ routes: { ...ROUTES, 'GET /new': noAuthorization } });
  const before = gateway.state();
  expect(
    await send(gateway, { RequestType: 'Create', ResourceProperties: properties(NARROW) }),
  ).toMatchObject({
    kind: 'failure',
    reason: expect.stringContaining('found `GET /new` without an entry'),
  });
  expect([gateway.state(), gateway.trace]).toEqual([before, ['read', 'load']]);
});

test('an authorizer of the same name is another stack’s while nothing is recorded', async () => {
  const gateway = fakeGateway({ routes: { ...ROUTES, 'GET /orders': ours } });
  expect(
    await plan(gateway, {
      RequestType: 'Create',
      ResourceProperties: properties({ ...NARROW, AuthorizerId: undefined }),
    }),
  ).toMatchObject({
    kind: 'failure',
    reason: expect.stringContaining(
      'found one on `GET /orders`: take it over by `attachTo.takeOver: STACK`, or delete the stack that attached there first',
    ),
  });
});
