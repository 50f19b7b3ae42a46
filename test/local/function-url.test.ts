/** A function at its URL gets what Lambda would give it. */
import { afterEach, expect, test } from '@jest/globals';
import { serveFunctionUrl } from '../../local/function-url.ts';
import type { RunningServer } from '../../local/listen.ts';

let server: RunningServer | undefined;
afterEach(() => server?.stop());

const served = async (answer: string | undefined) => {
  const events: Readonly<Record<string, unknown>>[] = [];
  server = await serveFunctionUrl(async (event) => {
    events.push(JSON.parse(event));
    return answer;
  });
  return { url: server.url, events };
};

test.each([
  ['application/json', '{"a":"ä"}', '{"a":"ä"}', false],
  ['application/octet-stream', 'ab', Buffer.from('ab').toString('base64'), true],
])('a body of type %s', async (type, sent, body, isBase64Encoded) => {
  const { url, events } = await served('{"statusCode":204,"headers":{"x-a":"b"}}');
  const answer = await fetch(`${url}/x?y=1`, {
    method: 'POST',
    headers: { 'content-type': type, Authorization: 'secret' },
    body: sent,
  });
  expect([answer.status, answer.headers.get('x-a')]).toEqual([204, 'b']);
  expect(events).toMatchObject([
    {
      version: '2.0',
      rawPath: '/x',
      rawQueryString: 'y=1',
      headers: { authorization: 'secret' },
      requestContext: { http: { method: 'POST', path: '/x' } },
      body,
      isBase64Encoded,
    },
  ]);
});

test('a GET has no body, and a function that fails is 502', async () => {
  const { url, events } = await served(undefined);
  expect((await fetch(url)).status).toBe(502);
  expect(events[0]).not.toHaveProperty('body');
});
