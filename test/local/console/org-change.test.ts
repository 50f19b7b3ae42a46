/** What the console asks of the local Okta org, for whom, and what it says of it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { type ConsoleServer, startConsole } from '../../../local/console/console-server.ts';
import { createCallFeed } from '../../../local/console/feed.ts';
import { mapFacts } from '../../../local/console/setup.ts';
import { type LocalOrg, startOktaOrg } from '../../../local/okta-org/org-server.ts';

const USER = { login: 'reader@example.com', uid: '00u1reader', groups: ['readers'] };
const map = AccessMap.fromObject({
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/aus1',
    audience: 'api://shop',
    clients: ['0oa1'],
    groupPrefix: 'api-',
    revocation: {},
  },
  routes: ['GET /a'],
  groups: { readers: { allow: ['GET /a'] } },
});

let org: LocalOrg;
let server: ConsoleServer;
beforeAll(async () => {
  org = await startOktaOrg({
    users: [{ ...USER, groups: ['api-readers'] }],
    groups: [{ name: 'api-readers' }],
  });
  server = await startConsole(0);
});
afterAll(async () => {
  await server.stop();
  await org.stop();
});

const show = (address: { readonly url: string } | undefined): void =>
  server.show(
    {
      facts: mapFacts(map),
      ...{ servedVersion: 'v', gateway: 'http://127.0.0.1:4000', users: [USER] },
      issuer: {
        authorizationEndpoint: 'http://127.0.0.1:1/a',
        tokenEndpoint: 'http://127.0.0.1:1',
      },
      org: address && { url: address.url, groupPrefix: 'api-' },
    },
    createCallFeed(
      () => 1_000,
      () => false,
    ),
  );

async function ask(body: unknown, origin = server.url) {
  const answer = await fetch(`${server.url}/api/org`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, text };
}

const happened = (): readonly unknown[] => org.log.map(({ eventType }) => eventType);

describe('a change at the console', () => {
  test.each([
    ['deactivate', 'user.lifecycle.deactivate', 'reader@example.com is deactivated in Okta.'],
    ['reactivate', 'user.lifecycle.reactivate', 'reader@example.com is active in Okta.'],
    ['endSessions', 'user.session.clear', 'reader@example.com has no session in Okta any more.'],
    ['leave', 'group.user_membership.remove', 'reader@example.com left the group readers in Okta.'],
    ['join', 'group.user_membership.add', 'reader@example.com joined the group readers in Okta.'],
  ])('%s happens in the org', async (change, eventType, sentence) => {
    show(org);
    const { status, text } = await ask({ uid: USER.uid, change, group: 'readers' });
    expect({ status, ...JSON.parse(text) }).toEqual({ status: 200, done: true, sentence });
    expect(happened().at(-1)).toBe(eventType);
  });

  test.each([
    [{ uid: '00uother', change: 'deactivate' }],
    [{ uid: USER.uid, change: 'toString' }],
    [{ uid: USER.uid, change: 'delete' }],
    [{ uid: USER.uid, change: 'leave' }],
    [{ uid: USER.uid, change: 'leave', group: ['readers'] }],
    [null],
    ['deactivate'],
  ])('%j is refused, and nothing happens', async (body) => {
    show(org);
    const before = happened().length;
    expect((await ask(body)).status).toBe(400);
    expect(happened()).toHaveLength(before);
  });

  test('a group that the org does not have changes nothing', async () => {
    show(org);
    const { text } = await ask({ uid: USER.uid, change: 'leave', group: 'nobody' });
    expect(JSON.parse(text)).toEqual({
      done: false,
      sentence: 'Nothing has changed: the local Okta org answers 404.',
    });
  });

  test('comes from this page alone', async () => {
    show(org);
    const before = happened().length;
    const asked = { uid: USER.uid, change: 'deactivate' };
    expect((await ask(asked, 'https://evil.example.com')).status).toBe(403);
    expect(happened()).toHaveLength(before);
  });

  test('cannot be asked for without an org, of which the page knows', async () => {
    const setup = async () => (await fetch(`${server.url}/api/setup`)).json();
    show(org);
    expect(await setup()).toMatchObject({ org: { followed: true } });
    show(undefined);
    expect(await setup()).not.toHaveProperty('org');
    expect((await ask({ uid: USER.uid, change: 'deactivate' })).status).toBe(400);
  });
});
