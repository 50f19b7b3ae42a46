/** Hooks of the local org: who verifies, what is delivered, what is tried once more. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type LocalOrg, startOktaOrg } from '../../../local/okta-org/org-server.ts';

let org: LocalOrg;
let endpoint: Server;
let statuses: number[];
let received: { readonly headers: IncomingMessage['headers']; readonly body: string }[];
let echoes = true;

beforeAll(async () => {
  org = await startOktaOrg({
    users: [{ login: 'reader@example.com', uid: '00u1reader', groups: ['readers'] }],
    groups: [{ name: 'readers' }],
  });
  endpoint = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const challenge = request.headers['x-okta-verification-challenge'];
      if (request.method === 'GET')
        return response.end(echoes ? JSON.stringify({ verification: challenge }) : '{}');
      received.push({ headers: request.headers, body });
      return response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((done) => endpoint.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await org.stop();
  await new Promise((done) => endpoint.close(done));
});
beforeEach(() => {
  [statuses, received, echoes] = [[], [], true];
});

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(org.url + path, {
    method,
    headers: { authorization: 'SSWS x', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text), answer };
}

const uri = () => `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
const hook = (items: readonly string[]) => ({
  name: 'ours',
  events: { type: 'EVENT_TYPE', items },
  channel: {
    type: 'HTTP',
    version: '1.0.0',
    config: { uri: uri(), authScheme: { type: 'HEADER', key: 'Authorization', value: 'secret' } },
  },
});

async function verifiedHook(items: readonly string[]): Promise<string> {
  const { json } = await call('POST', '/api/v1/eventHooks', hook(items));
  await call('POST', `/api/v1/eventHooks/${json.id}/lifecycle/verify`);
  return json.id;
}

async function removed(id: string): Promise<void> {
  expect((await call('DELETE', `/api/v1/eventHooks/${id}`)).status).toBe(400);
  await call('POST', `/api/v1/eventHooks/${id}/lifecycle/deactivate`);
  expect((await call('DELETE', `/api/v1/eventHooks/${id}`)).status).toBe(204);
}

test('a hook gets what it asked for, with its secret, once it is verified', async () => {
  const { json } = await call('POST', '/api/v1/eventHooks', hook(['user.lifecycle.deactivate']));
  await call('POST', '/_local/users/reader@example.com/deactivate');
  expect(received).toEqual([]);
  await call('POST', `/api/v1/eventHooks/${json.id}/lifecycle/verify`);
  await call('POST', '/_local/users/00u1reader/reactivate');
  await call('POST', '/_local/users/00u1reader/deactivate');
  expect(received).toHaveLength(1);
  const [{ headers, body } = { headers: {}, body: '' }] = received;
  expect(headers.authorization).toBe('secret');
  expect(JSON.parse(body)).toMatchObject({
    eventType: 'com.okta.event_hook',
    source: `https://${new URL(org.url).host}/api/v1/eventHooks/${json.id}`,
    data: {
      events: [
        {
          eventType: 'user.lifecycle.deactivate',
          outcome: { result: 'SUCCESS' },
          target: [{ id: '00u1reader', type: 'User' }],
        },
      ],
    },
  });
  await removed(json.id);
});

test.each([
  ['once more after a 503', [503], 2],
  ['twice at most', [503, 503, 503], 2],
  ['not once more after a 401', [401], 1],
])('an event is delivered %s', async (_, answers, calls) => {
  const id = await verifiedHook(['group.user_membership.remove']);
  statuses = [...answers];
  await call('POST', '/_local/users/reader@example.com/groups/readers/remove');
  expect(received).toHaveLength(calls);
  await removed(id);
});

test('an endpoint that does not echo is not verified', async () => {
  echoes = false;
  const { json } = await call('POST', '/api/v1/eventHooks', hook(['user.session.clear']));
  const { status } = await call('POST', `/api/v1/eventHooks/${json.id}/lifecycle/verify`);
  expect(status).toBe(400);
  await removed(json.id);
});

test('the log has every event, page by page, without an end', async () => {
  const logged = '/api/v1/logs?since=2026-01-01T00:00:00.000Z&sortOrder=ASCENDING&limit=2';
  const first = await call('GET', logged);
  expect(first.json).toHaveLength(2);
  let path = logged;
  let all = 0;
  for (let page = 0; page < 5; page++) {
    const { json, answer } = await call('GET', path);
    all += json.length;
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    path = next.replace(org.url, '');
  }
  expect(all).toBe(org.log.length);
  expect((await call('GET', '/api/v1/logs')).status).toBe(400);
});
