/** What drifts, and that each fix that is named works: the check finds nothing after it. */
import { describe, expect, test } from '@jest/globals';
import { findDrift } from '../../../lambda/attachment/unprotected-routes.ts';
import { requestIn } from '../../support/wire/attachment.ts';
import {
  type Desired,
  type FakeGateway,
  fakeGateway,
  iam,
  jwt,
  noAuthorization,
  send,
  TAKEN_ROUTES,
  takenWish,
} from './fake-api.ts';

type Kind = 'http' | 'rest';

async function attached(kind: Kind, more: Partial<Desired> = {}): Promise<FakeGateway> {
  const gateway = fakeGateway({ kind, routes: TAKEN_ROUTES });
  const created = { RequestType: 'Create', ResourceProperties: takenWish(kind, more) } as const;
  expect(await send(gateway, created)).toMatchObject({ kind: 'success' });
  return gateway;
}

const update = (gateway: FakeGateway, kind: Kind, more: Partial<Desired> = {}) =>
  send(gateway, {
    RequestType: 'Update',
    ResourceProperties: takenWish(kind, { Again: 'now', ...more }),
    OldResourceProperties: takenWish(kind),
  });

async function drift(gateway: FakeGateway, kind: Kind, more: Partial<Desired> = {}) {
  const request = requestIn(takenWish(kind, more));
  const { control, store, unmapped } = gateway.parts;
  const parts = {
    control: control(request),
    store: store(request),
    unmapped: unmapped(request),
    invokes: undefined,
  };
  const found = await findDrift(request, parts);
  return found.map(({ key, state: { kind: state, fix, stage } }) =>
    [key, state, fix, stage].filter((text) => text !== undefined).join(' | '),
  );
}

describe.each(['http', 'rest'] as const)('on a %s API', (kind) => {
  const publish = (gateway: FakeGateway) =>
    kind === 'rest' && gateway.serve(new Map(gateway.routeTypes()));

  test('a route without its authorizer is unprotected; attaching again fixes it', async () => {
    const gateway = await attached(kind);
    expect(await drift(gateway, kind)).toEqual([]);
    gateway.set('GET /orders', noAuthorization);
    publish(gateway);
    expect(await drift(gateway, kind)).toEqual(['GET /orders | unprotected | reattach']);
    expect(await update(gateway, kind)).toMatchObject({ kind: 'success' });
    expect(await drift(gateway, kind)).toEqual([]);
    // Else edits of others that wait for a deployment would count as ours, and be published.
    expect(gateway.record().unpublished).toBe(false);
  });

  test('a replaced route with its former authorizer is taken back; attaching again fixes it', async () => {
    const gateway = await attached(kind);
    gateway.set('GET /me', jwt);
    publish(gateway);
    expect(await drift(gateway, kind)).toEqual(['GET /me | taken back | reattach']);
    expect(await update(gateway, kind)).toMatchObject({ kind: 'success' });
    expect(await drift(gateway, kind)).toEqual([]);
  });

  test('a route that was open and has another authorizer now stops the attachment; `replace` fixes it', async () => {
    const gateway = await attached(kind);
    gateway.set('GET /orders', iam);
    publish(gateway);
    expect(await drift(gateway, kind)).toEqual(['GET /orders | taken back | replace']);
    expect(await update(gateway, kind)).toMatchObject({
      kind: 'failure',
      reason: expect.stringMatching(
        /found another on `GET \/orders \(taken back: AWS_IAM\)`: list the routes under `attachTo.replace`/,
      ),
    });
    const replace = ['GET /me', 'GET /orders'];
    expect(await update(gateway, kind, { replace })).toMatchObject({ kind: 'success' });
    expect(await drift(gateway, kind, { replace })).toEqual([]);
  });

  test('a route that leaves `replace` stops while the map guards it: its owner’s authorizer would be back', async () => {
    const gateway = await attached(kind);
    const before = gateway.state();
    expect(await update(gateway, kind, { replace: [] })).toMatchObject({
      kind: 'failure',
      reason: expect.stringMatching(/found another on `GET \/me \(JWT \w+\)`: list the routes/),
    });
    expect(gateway.state()).toEqual(before);
    const agreed = { replace: [], AcceptedForeign: ['GET /me'] };
    expect(await update(gateway, kind, agreed)).toMatchObject({ kind: 'success' });
    publish(gateway);
    expect(await drift(gateway, kind, agreed)).toEqual([]);
    expect(Object.keys(gateway.record().routes)).toEqual(['GET /orders', 'POST /orders']);
  });

  test('the owner’s authorizer may stay where that is agreed: the route leaves the record', async () => {
    const gateway = await attached(kind);
    gateway.set('GET /orders', iam);
    publish(gateway);
    const more = { AcceptedForeign: ['GET /orders'] };
    expect(await drift(gateway, kind, more)).toEqual(['GET /orders | taken back | replace']);
    expect(await update(gateway, kind, more)).toMatchObject({ kind: 'success' });
    expect(await drift(gateway, kind, more)).toEqual([]);
    expect(Object.keys(gateway.record().routes)).toEqual(['GET /me', 'POST /orders']);
  });

  test('a route that the owner adds is unprotected; the map fixes it, and `leave` accepts it', async () => {
    const gateway = await attached(kind);
    gateway.set('GET /new', noAuthorization);
    publish(gateway);
    expect(await drift(gateway, kind)).toEqual(['GET /new | unprotected | map']);
    expect(await drift(gateway, kind, { OnUnmapped: 'leave' })).toEqual([]);
    const guarded = [...Object.keys(TAKEN_ROUTES), 'GET /new'];
    expect(await update(gateway, kind, { guarded })).toMatchObject({ kind: 'success' });
    expect(await drift(gateway, kind, { guarded })).toEqual([]);
  });

  test('a route that leaves the map stops where it would be open above a guarded one that it may spell', async () => {
    const routes = { 'GET /files/{name}': noAuthorization, 'GET /files/secret': noAuthorization };
    const desired = (guarded: readonly string[]) =>
      takenWish(kind, { guarded, replace: [], OnUnmapped: 'leave' });
    const gateway = fakeGateway({ kind, routes });
    const both = desired(Object.keys(routes));
    expect(await send(gateway, { RequestType: 'Create', ResourceProperties: both })).toMatchObject({
      kind: 'success',
    });
    const before = gateway.state();
    const narrowed = {
      RequestType: 'Update',
      ResourceProperties: desired(['GET /files/secret']),
      OldResourceProperties: both,
    } as const;
    expect(await send(gateway, narrowed)).toMatchObject({
      kind: 'failure',
      reason: expect.stringContaining(
        '`GET /files/{name}` has no authorizer, and a back end may read its calls as',
      ),
    });
    expect(gateway.state()).toEqual(before);
  });

  test('a rule below a catch-all of the map needs no route; below any other it stops', async () => {
    const routes = { 'ANY /{proxy+}': noAuthorization };
    const guarded = ['ANY /{proxy+}', 'GET /orders'];
    const plan = (now: typeof routes, desired: Desired) =>
      send(fakeGateway({ kind, routes: now }), {
        ResourceType: 'Custom::OktaGroupAttachmentPlan',
        RequestType: 'Create',
        ResourceProperties: takenWish(kind, { replace: [], ...desired }),
      });
    expect(await plan(routes, { guarded })).toMatchObject({
      kind: 'success',
      data: { ServedByCatchAll: '1: `GET /orders (served by ANY /{proxy+})`' },
    });
    const problem = async (...args: Parameters<typeof plan>) => {
      const result = await plan(...args);
      return result.kind === 'failure' ? result.reason : '';
    };
    expect(await problem(routes, { guarded: ['GET /orders'], OnUnmapped: 'leave' })).toMatch(
      /found `GET \/orders \(no authorizer on ANY \/\{proxy\+\}\)`: add the route/,
    );
    expect(await problem({ 'ANY /{proxy+}': jwt }, { guarded })).toMatch(
      /found another on `ANY \/\{proxy\+\} \(JWT acme\)`/,
    );
    expect(
      await problem(
        { ...routes, ...{ 'GET /{id}': noAuthorization } },
        {
          guarded: [...guarded, 'GET /{id}'],
        },
      ),
    ).toMatch(/found no `GET \/orders` there \(`GET \/orders`: `GET \/\{id\}` takes its calls/);
    expect(await problem(routes, { guarded: ['GET /orders'], OnUnmapped: 'deny' })).toMatch(
      /found no `GET \/orders` there/,
    );
  });
});

describe('another stage of a REST API', () => {
  test('without our authorizer stops Create and Update, not a rollback and not Delete', async () => {
    const gateway = fakeGateway({ kind: 'rest', routes: TAKEN_ROUTES });
    gateway.deploy('dev');
    const created = { RequestType: 'Create', ResourceProperties: takenWish('rest') } as const;
    const before = gateway.state();
    const refused = {
      kind: 'failure',
      reason: expect.stringMatching(
        /the stage `dev` serves .*`GET \/orders \(no authorizer\)`.*`attachTo.otherStages: \[dev\]`/,
      ),
    };
    expect(await send(gateway, created)).toMatchObject(refused);
    expect(gateway.state()).toEqual(before);
    const accepted = takenWish('rest', { OtherStages: ['dev'] });
    expect(await send(gateway, { ...created, ResourceProperties: accepted })).toMatchObject({
      kind: 'success',
      data: { StagesAfterDetach: 'none' },
    });
    expect(await drift(gateway, 'rest', { OtherStages: ['dev'] })).toEqual([]);
    expect(await drift(gateway, 'rest')).toContain('GET /orders | stale | otherStage | dev');
    expect(await update(gateway, 'rest')).toMatchObject(refused);
    gateway.rollingBack = true;
    expect(await update(gateway, 'rest')).toMatchObject({ kind: 'success' });
    gateway.rollingBack = false;
    const removed = { RequestType: 'Delete', ResourceProperties: takenWish('rest') } as const;
    expect(await send(gateway, removed)).toMatchObject({ kind: 'success' });
  });

  test('that its owner deploys is good; deleting our stack names it and publishes it not', async () => {
    const gateway = fakeGateway({ kind: 'rest', routes: TAKEN_ROUTES });
    gateway.deploy('dev');
    const accepted = takenWish('rest', { OtherStages: 'leave' });
    await send(gateway, { RequestType: 'Create', ResourceProperties: accepted });
    gateway.deploy('dev');
    expect(await drift(gateway, 'rest')).toEqual([]);
    expect(await update(gateway, 'rest')).toMatchObject({
      kind: 'success',
      data: { StagesAfterDetach: '1: `dev`' },
    });
    const lines: unknown[] = [];
    const parts = { ...gateway.parts, log: (line: unknown) => void lines.push(line) };
    const removed = { RequestType: 'Delete', ResourceProperties: takenWish('rest') } as const;
    expect(await send({ ...gateway, parts }, removed)).toMatchObject({ kind: 'success' });
    expect(lines).toContainEqual(expect.objectContaining({ stagesAfterDetach: ['dev'] }));
    expect(new Set(gateway.published)).toEqual(new Set(['prod']));
  });
});

test('a stage that is deleted in the middle of an update does not stop its rollback', async () => {
  const gateway = await attached('rest');
  gateway.stageGone = true;
  expect(await update(gateway, 'rest', { replace: [] })).toMatchObject({ kind: 'failure' });
  gateway.rollingBack = true;
  const published = [...gateway.published];
  expect(await update(gateway, 'rest')).toMatchObject({ kind: 'success' });
  expect(gateway.published).toEqual(published);
  gateway.gone = true;
  expect(await update(gateway, 'rest')).toMatchObject({ kind: 'success' });
});

test.each(['http', 'rest'] as const)(
  'a %s API whose deletion fails after some routes is restored by the retry',
  async (kind) => {
    const before = fakeGateway({ kind, routes: TAKEN_ROUTES }).state();
    for (const effect of ['before', 'after'] as const) {
      for (const restored of [1, 2, 3]) {
        const gateway = await attached(kind);
        const removed = { RequestType: 'Delete', ResourceProperties: takenWish(kind) } as const;
        // Reading, the record, its mark, then the routes.
        gateway.failAt(3 + restored, effect, true);
        expect(await send(gateway, removed)).toMatchObject({ kind: 'failure' });
        gateway.failAt(undefined);
        expect(await send(gateway, removed)).toMatchObject({ kind: 'success' });
        expect([gateway.state(), gateway.record().routes]).toEqual([before, {}]);
      }
    }
  },
);
