/** One stack takes the attachment of another one over: at no time is a route open. */
import { describe, expect, test } from '@jest/globals';
import { findDrift } from '../../../lambda/attachment/unprotected-routes.ts';
import { EMPTY_RECORD, requestIn } from '../../support/wire/attachment.ts';
import {
  type Desired,
  type FakeGateway,
  fakeGateway,
  plan,
  send,
  TAKEN_ROUTES,
  takenWish,
} from './fake-api.ts';

const NEXT = { id: 'next', name: 'okta-groups-22222222', type: 'REQUEST' };
const BY_NEXT = { AuthorizerName: NEXT.name, AuthorizerId: NEXT.id };
type Kind = 'http' | 'rest';
type RequestType = 'Create' | 'Update' | 'Delete';

/** The stack `access-old` is attached; `access-next` has deployed its authorizer. */
async function scene(kind: Kind) {
  const gateway = fakeGateway({ kind, routes: TAKEN_ROUTES });
  gateway.authorizers.push(NEXT);
  const old: FakeGateway = {
    ...gateway,
    parts: { ...gateway.parts, store: () => gateway.store('access-old', EMPTY_RECORD) },
  };
  const stackId = (name: string) => `arn:aws:cloudformation:us-east-1:111122223333:stack/${name}/1`;
  const byOld = (RequestType: RequestType, more: Partial<Desired> = {}) =>
    send(old, {
      RequestType,
      ResourceProperties: takenWish(kind, more),
      StackId: stackId('access-old'),
    });
  const byNext = (RequestType: RequestType, more: Partial<Desired> = {}) =>
    send(gateway, {
      RequestType,
      ResourceProperties: takenWish(kind, { ...BY_NEXT, TakeOver: 'access-old', ...more }),
      StackId: stackId('access-next'),
    });
  expect(await byOld('Create')).toMatchObject({ kind: 'success' });
  return { gateway, old, byOld, byNext };
}

/** Ids of the authorizers by route. */
function carried(gateway: FakeGateway): readonly unknown[] {
  const [now] = gateway.state() as [Record<string, readonly unknown[]>];
  return Object.values(now).map(([, authorizer]) => authorizer);
}

describe.each(['http', 'rest'] as const)('on a %s API', (kind) => {
  test('the plan says how many routes go over, and what does not', async () => {
    const { gateway } = await scene(kind);
    const ResourceProperties = takenWish(kind, { ...BY_NEXT, TakeOver: 'access-old' });
    expect(await plan(gateway, { RequestType: 'Create', ResourceProperties })).toMatchObject({
      kind: 'success',
      data: {
        TakenOver: expect.stringMatching(
          /^3 routes from access-old; counts .* start again; its permissions endpoint and gateway responses are not taken over$/,
        ),
      },
    });
  });

  test('routes and record go over; the old stack refuses, is silent, and is deleted without touching a route', async () => {
    const { gateway, old, byOld, byNext } = await scene(kind);
    const recorded = old.parts.store(requestIn(takenWish(kind)));
    const before = await recorded.load();
    expect(await byNext('Create')).toMatchObject({ kind: 'success' });
    expect(carried(gateway)).toEqual(['next', 'next', 'next']);
    expect(gateway.record()).toMatchObject({ routes: before.routes });
    expect((await recorded.load()).handedOverTo).toBe('access-next');
    for (const type of ['Create', 'Update'] as const)
      expect(await byOld(type)).toMatchObject({
        kind: 'failure',
        reason: expect.stringMatching(/handed over to `access-next`: delete this stack/),
      });
    const request = requestIn(takenWish(kind));
    const parts = {
      control: old.parts.control(request),
      store: recorded,
      unmapped: old.parts.unmapped(request),
      invokes: undefined,
    };
    expect(await findDrift(request, parts)).toEqual([]);
    expect(await byOld('Delete')).toMatchObject({ kind: 'success' });
    expect(carried(gateway)).toEqual(['next', 'next', 'next']);
    // The old stack is gone, and `takeOver` still stands in the map.
    gateway.authorizers.splice(1, 1);
    expect(await byNext('Update')).toMatchObject({ kind: 'success' });
    expect(await byNext('Delete')).toMatchObject({ kind: 'success' });
    expect(gateway.state()).toEqual(fakeGateway({ kind, routes: TAKEN_ROUTES }).state());
  });

  test('a route that the old stack replaces and the new one does not stops it before anything changes', async () => {
    const { gateway, old, byNext } = await scene(kind);
    const before = [gateway.state(), old.parts.store(requestIn(takenWish(kind)))] as const;
    const record = await before[1].load();
    expect(await byNext('Create', { replace: [] })).toMatchObject({
      kind: 'failure',
      reason: expect.stringContaining('found another on `GET /me (JWT'),
    });
    expect([gateway.state(), await before[1].load()]).toEqual([before[0], record]);
  });

  test('an old stack of an earlier version detaches nothing either', async () => {
    const { gateway, old, byOld, byNext } = await scene(kind);
    await byNext('Create');
    // Its code knows no mark.
    const { handedOverTo: _, ...unmarked } = await gateway.store('access-old', EMPTY_RECORD).load();
    await gateway.store('access-old', EMPTY_RECORD).save(unmarked);
    expect(old.parts).toBeDefined();
    expect(await byOld('Delete')).toMatchObject({ kind: 'success' });
    expect(carried(gateway)).toEqual(['next', 'next', 'next']);
  });

  test('a fault at any call is rolled back: the routes are the old stack’s, and then the mark goes', async () => {
    const probe = await scene(kind);
    const start = probe.gateway.calls();
    await probe.byNext('Create');
    const calls = probe.gateway.calls() - start;
    expect(calls).toBeGreaterThan(7);
    for (const effect of ['before', 'after'] as const) {
      for (let at = 1; at <= calls; at++) {
        const { gateway, byOld, byNext } = await scene(kind);
        const before = gateway.state();
        gateway.failAt(at, effect, true);
        const created = await byNext('Create');
        gateway.failAt(undefined);
        if (created.kind === 'success') continue;
        gateway.rollingBack = true;
        expect(await byNext('Delete')).toMatchObject({ kind: 'success' });
        gateway.rollingBack = false;
        expect([at, effect, gateway.state()]).toEqual([at, effect, before]);
        expect(gateway.record().routes).toEqual({});
        expect(await byOld('Update')).toMatchObject({ kind: 'success' });
      }
    }
  });

  test('a stack without such an attachment, and one that a third has, stop it before anything changes', async () => {
    const { gateway, byNext } = await scene(kind);
    const before = gateway.state();
    expect(await byNext('Create', { TakeOver: 'access-none' })).toMatchObject({
      kind: 'failure',
      reason: expect.stringMatching(/found no record of one: correct `attachTo.takeOver`/),
    });
    const store = gateway.store('access-old', EMPTY_RECORD);
    await store.save({ ...(await store.load()), handedOverTo: 'access-third' });
    expect(await byNext('Create')).toMatchObject({
      kind: 'failure',
      reason: expect.stringMatching(/handed over to `access-third`: take it over from there/),
    });
    expect(gateway.state()).toEqual(before);
  });

  test('a kept attachment stays when its stack goes, and is taken over from what is left', async () => {
    const { gateway, byOld, byNext } = await scene(kind);
    const before = gateway.state();
    expect(await byOld('Delete', { KeepOnDelete: 'true' })).toMatchObject({ kind: 'success' });
    expect(gateway.state()).toEqual(before);
    expect(await byNext('Create')).toMatchObject({ kind: 'success' });
    expect(carried(gateway)).toEqual(['next', 'next', 'next']);
  });

  test('a kept attachment whose creation is rolled back is undone', async () => {
    const { gateway, byOld } = await scene(kind);
    gateway.rollingBack = true;
    expect(await byOld('Delete', { KeepOnDelete: 'true' })).toMatchObject({ kind: 'success' });
    expect(gateway.state()).toEqual(fakeGateway({ kind, routes: TAKEN_ROUTES }).state());
  });

  test('deleted while the old stack is there, it gives the routes back to it', async () => {
    const { gateway, byOld, byNext } = await scene(kind);
    const before = gateway.state();
    await byNext('Create');
    expect(await byNext('Delete')).toMatchObject({ kind: 'success' });
    expect(gateway.state()).toEqual(before);
    expect(await byOld('Update')).toMatchObject({ kind: 'success' });
  });
});
