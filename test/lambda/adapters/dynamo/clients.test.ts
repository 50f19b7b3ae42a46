import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type DynamoClient,
  failedCondition,
  type Item,
} from '../../../../lambda/adapters/dynamo/requests.ts';
import { type LocalServer, quotaTableAt, startDynalite } from '../../../support/dynalite.ts';
import { DYNAMO_CLIENTS, withVariables } from '../../../support/dynamo-clients.ts';
import {
  answer,
  type HostileServer,
  says,
  startHostileServer,
} from '../../../support/hostile-server.ts';
import { isSignedWith, parseRequest } from '../../../support/signature.ts';

const PLENTY_MS = 20_000;

describe.each(DYNAMO_CLIENTS)('%s', (_name, connect) => {
  let server: LocalServer;
  let client: DynamoClient;
  let table: string;
  beforeAll(async () => {
    server = await startDynalite();
    const made = await quotaTableAt(server.endpoint);
    table = made.table;
    made.client.destroy();
    client = withVariables({ AWS_ENDPOINT_URL_DYNAMODB: server.endpoint }, () => connect());
  });
  afterAll(() => server.stop());

  const put = (item: Item) => client.send('PutItem', { TableName: table, Item: item }, PLENTY_MS);
  const get = (pk: string) =>
    client.send(
      'GetItem',
      { TableName: table, Key: { pk: { S: pk } }, ConsistentRead: true },
      PLENTY_MS,
    );

  test('gives back every kind of value as it was put', async () => {
    const item = {
      pk: { S: 'values "\\ \u2028 \u{1F600} é' },
      number: { N: '12345678901234567890.5' },
      yes: { BOOL: true },
      set: { SS: ['a', 'b'] },
      list: { L: [{ S: 'x' }, { N: '1' }, { L: [] }] },
      map: { M: { inner: { M: { deep: { S: '' } } } } },
    };
    await put(item);
    expect((await get(item.pk.S)).Item).toEqual(item);
  });

  test('gives no item where there is none', async () => {
    expect((await get('nobody')).Item).toBeUndefined();
  });

  test('gives back items of hundreds of kilobytes', async () => {
    const text = 'é"'.repeat(60_000);
    await put({ pk: { S: 'large' }, text: { S: text } });
    expect((await get('large')).Item?.['text']?.S).toBe(text);
  });

  const count = (units: number, most: number) =>
    client.send(
      'UpdateItem',
      {
        TableName: table,
        Key: { pk: { S: 'counted' } },
        UpdateExpression: 'ADD #used :units',
        ConditionExpression: 'attribute_not_exists(#used) OR #used <= :most',
        ExpressionAttributeNames: { '#used': 'used' },
        ExpressionAttributeValues: { ':units': { N: String(units) }, ':most': { N: String(most) } },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
      PLENTY_MS,
    );

  test('updates under a condition, and tells one that does not hold from other errors', async () => {
    expect((await count(2, 5)).Attributes).toMatchObject({ used: { N: '2' } });
    expect((await count(4, 5)).Attributes).toMatchObject({ used: { N: '6' } });
    const failed: unknown = await count(1, 5).catch((error: unknown) => error);
    expect(failedCondition(failed)).toBeDefined();
    const absent: unknown = await client
      .send('GetItem', { TableName: 'absent', Key: { pk: { S: 'a' } } }, PLENTY_MS)
      .catch((e: unknown) => e);
    expect(absent).toMatchObject({
      failure: { kind: 'refused', status: 400, type: 'ResourceNotFoundException' },
    });
    expect(failedCondition(absent)).toBeUndefined();
  });

  test('queries page by page', async () => {
    await put({ pk: { S: 'asked' }, n: { N: '1' } });
    const query = {
      TableName: table,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: 'asked' } },
      ConsistentRead: true,
      Limit: 1,
    };
    const first = await client.send('Query', query, PLENTY_MS);
    expect(first.Items).toEqual([{ pk: { S: 'asked' }, n: { N: '1' } }]);
    expect(first.LastEvaluatedKey).toEqual({ pk: { S: 'asked' } });
    const second = await client.send(
      'Query',
      { ...query, ExclusiveStartKey: first.LastEvaluatedKey ?? {} },
      PLENTY_MS,
    );
    expect(second.Items).toEqual([]);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });

  test('carries out many requests at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => put({ pk: { S: `many${n}` } })));
    const found = await Promise.all(Array.from({ length: 40 }, (_, n) => get(`many${n}`)));
    expect(found.every(({ Item }, n) => Item?.['pk']?.S === `many${n}`)).toBe(true);
  });
});

describe.each(DYNAMO_CLIENTS)('what %s sends', (_name, connect) => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await startHostileServer();
    server.react([says(answer('200 OK', '{}'))]);
  });
  afterAll(() => server.close());

  const sentBy = async (variables: Readonly<Record<string, string | undefined>>) => {
    server.react([says(answer('200 OK', '{}'))]);
    const client = withVariables({ AWS_ENDPOINT_URL_DYNAMODB: server.endpoint, ...variables }, () =>
      connect(),
    );
    await client.send('GetItem', { TableName: 'keys', Key: { pk: { S: 'é' } } }, PLENTY_MS);
    return parseRequest(server.requests()[0] ?? '');
  };

  test('is a request of the protocol, signed for the Region with the credentials of the environment', async () => {
    const { head, body } = await sentBy({ AWS_REGION: 'eu-west-3' });
    expect(JSON.parse(Buffer.from(body, 'latin1').toString())).toEqual({
      TableName: 'keys',
      Key: { pk: { S: 'é' } },
    });
    expect(head).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.length),
      host: server.endpoint.replace('http://', ''),
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'x-amz-security-token': 'session',
    });
    expect(head['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-3\/dynamodb\/aws4_request, /,
    );
    expect(isSignedWith({ head, body }, 'secret')).toBe(true);
    expect(isSignedWith({ head, body }, 'another')).toBe(false);
    expect(isSignedWith({ head, body: `${body} ` }, 'secret')).toBe(false);
  });

  test('is signed without a session where there is none', async () => {
    const { head, body } = await sentBy({ AWS_SESSION_TOKEN: undefined });
    expect(head).not.toHaveProperty('x-amz-security-token');
    expect(isSignedWith({ head, body }, 'secret')).toBe(true);
  });

  test('is signed with credentials of the endpoint that SnapStart sets', async () => {
    const given = {
      AccessKeyId: 'AKIDSNAP',
      SecretAccessKey: 'cold',
      Token: 'snap',
      Expiration: '2099-01-01T00:00:00Z',
    };
    const endpoint = await startHostileServer();
    endpoint.react([
      says(answer('200 OK', JSON.stringify(given), { 'content-type': 'application/json' })),
    ]);
    const request = await sentBy({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint.endpoint,
    });
    await endpoint.close();
    expect(request.head['authorization']).toMatch(/Credential=AKIDSNAP\//);
    expect(request.head['x-amz-security-token']).toBe('snap');
    expect(isSignedWith(request, 'cold')).toBe(true);
  });

  test('is nothing where no credentials can be had', async () => {
    const failed = sentBy({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1',
    });
    await expect(failed).rejects.toMatchObject({ failure: { kind: 'credentials' } });
    expect(server.requests()).toEqual([]);
  });

  test('is nothing where a session cannot stand in a header', async () => {
    await expect(sentBy({ AWS_SESSION_TOKEN: 'two\nlines' })).rejects.toThrow();
    // Nothing is left under way that could fail later.
    expect(await sentBy({})).toMatchObject({ head: { 'x-amz-security-token': 'session' } });
  });

  test.each([
    ['no Region', { AWS_REGION: undefined }, 'AWS_REGION: expected a Region'],
    ['no key', { AWS_ACCESS_KEY_ID: undefined }, 'no AWS credentials'],
    ['plain http', { AWS_ENDPOINT_URL_DYNAMODB: 'http://example.com' }, 'expected an https URL'],
  ])('is decided at the start, which ends with %s', (_what, variables, sentence) => {
    expect(() => withVariables(variables, () => connect())).toThrow(sentence);
  });
});
