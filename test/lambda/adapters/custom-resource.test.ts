import { describe, expect, test } from '@jest/globals';
import { responseBody, sendResponse } from '../../../lambda/adapters/custom-resource.ts';

const PHYSICAL_ID = 'a1b2c3d4e5';

describe('an answer to CloudFormation', () => {
  const event = {
    RequestType: 'Create',
    ResourceType: 'x',
    ResponseURL: 'https://s3.example.com/answer',
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'l',
    ResourceProperties: {},
  } as const;
  test.each([
    { kind: 'failure', physicalId: PHYSICAL_ID, reason: 'é'.repeat(9_000) },
    {
      kind: 'success',
      physicalId: PHYSICAL_ID,
      data: Object.fromEntries(
        ['A', 'B', 'C', 'D', 'E'].map((name) => [name, 'GET /orders '.repeat(500)]),
      ),
    },
  ] as const)('stays within 4,096 bytes for a $kind', (result) => {
    const body = responseBody(event, result);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4_096);
    expect(JSON.parse(body)).toMatchObject({
      PhysicalResourceId: PHYSICAL_ID,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
    });
  });

  test('is sent again when it was not taken, and without a content type', async () => {
    const sent: RequestInit[] = [];
    const put = (async (_: string, init: RequestInit) => {
      sent.push(init);
      if (sent.length === 1) throw new Error('connection lost');
      return new Response('', { status: sent.length === 2 ? 503 : 200 });
    }) as typeof fetch;
    await sendResponse(event, { kind: 'success', physicalId: PHYSICAL_ID, data: {} }, put);
    expect(sent.map(({ method, headers }) => [method, headers])).toEqual(
      Array(3).fill(['PUT', { 'content-type': '' }]),
    );
  });

  test('that is not taken three times fails', async () => {
    let attempts = 0;
    const put = (async () => {
      attempts++;
      return new Response('', { status: 503 });
    }) as typeof fetch;
    await expect(
      sendResponse(event, { kind: 'success', physicalId: PHYSICAL_ID, data: {} }, put),
    ).rejects.toThrow('CloudFormation did not accept the answer');
    expect(attempts).toBe(3);
  });
});
