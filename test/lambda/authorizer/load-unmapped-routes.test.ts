/**
 * Routes that an API has and the map has not count as closed: no path and no method of a route of
 * the map gets to them.
 */

import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import type { UnmappedRoutes } from '../../../lambda/ports.ts';
import { startDynamoDb } from '../../../local/dynamodb.ts';
import { asking, type Call, type Kind } from '../../support/asked-paths.ts';
import {
  type BundledAuthorizer,
  bundledAuthorizer,
  type LoopbackIssuer,
  loopbackIssuer,
} from '../../support/bundled-authorizer.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';
import { type ModelSketch, model, modelFile, rowOf } from '../../support/model.ts';
import { restApiEvent } from '../../support/rest-api-event.ts';
import { accessToken, signingKey } from '../../support/tokens.ts';
import { recordItem, unmappedKey } from '../../support/wire/attachment.ts';

const KINDS: readonly Kind[] = ['http', 'rest'];
const CLOSED = 'PATH_REFUSED closed_route';
const ORDER = 'GET /orders/{id}';
const ROUTES = [ORDER, 'POST /orders', 'HEAD /orders/{id}'];
const SKETCH: ModelSketch = { routes: ROUTES, groups: { readers: { allow: ROUTES } } };
const modelWith = (more: Partial<ModelFile>) => parseModel({ ...modelFile(SKETCH), ...more });
const have = (...keys: readonly string[]): UnmappedRoutes => ({ of: async () => keys });
const UNREADABLE: UnmappedRoutes = { of: async () => undefined };

describe.each(KINDS)('on an API of kind %s', (kind) => {
  const readers = (matched: string, sent: string, more: Partial<Call> = {}): Call => ({
    matched,
    sent,
    as: 'readers',
    ...more,
  });
  const order = (sent: string) => readers(ORDER, `GET ${sent}`);

  test.each([
    ['GET /orders/export', '/orders/Export'],
    ['GET /orders/export', '/orders/export;x'],
    ['GET /orders/export', '/orders/%65xport'],
    ['GET /orders/export', '/orders/export.json'],
    ['ANY /orders/export', '/orders/EXPORT'],
    ['ANY /orders/export/{proxy+}', '/orders/Export'],
  ])('the API has `%s`, and %s is refused', async (key, sent) => {
    expect(await asking(model(SKETCH), kind)(order(sent))).toBe('allow');
    expect(await asking(model(SKETCH), kind, have(key))(order(sent))).toMatch(/^PATH_REFUSED/);
  });

  test('a value that spells none of them is let in', async () => {
    const ask = asking(model(SKETCH), kind, have('GET /orders/export', 'POST /orders/import'));
    expect(await ask(order('/orders/7'))).toBe('allow');
    expect(await ask(order('/orders/import'))).toBe('allow');
  });

  test('a method is refused as a path is', async () => {
    const ask = asking(model(SKETCH), kind, have('DELETE /orders', 'GET /orders/export'));
    const override = { headers: { 'x-http-method-override': 'DELETE' } };
    expect(await ask(readers('POST /orders', 'POST /orders', override))).toBe(
      'PATH_REFUSED method_override',
    );
    expect(await ask(readers('POST /orders', 'POST /orders'))).toBe('allow');
    expect(await ask(readers('HEAD /orders/{id}', 'HEAD /orders/Export'))).toBe(CLOSED);
  });

  test('a HEAD without parameters that a GET of the API may answer is refused', async () => {
    const routes = ['HEAD /reports', ORDER];
    const head = model({ routes, groups: { readers: { allow: routes } } });
    const call = readers('HEAD /reports', 'HEAD /reports');
    expect(await asking(head, kind)(call)).toBe('allow');
    expect(await asking(head, kind, have('GET /other'))(call)).toBe('allow');
    expect(await asking(head, kind, have('GET /{proxy+}'))(call)).toBe(CLOSED);
  });

  test('who may not call the route itself is told that', async () => {
    const ask = asking(model(SKETCH), kind, have('GET /orders/export'));
    expect(await ask({ ...order('/orders/Export'), as: 'others' })).toMatch(/^GROUP_NOT_ALLOWED/);
  });

  test('where they cannot be read, what may mean one of them is refused', async () => {
    const ask = asking(model(SKETCH), kind, UNREADABLE);
    expect(await ask(order('/orders/7'))).toBe('PATH_REFUSED live_routes_unknown');
    expect(await ask(readers('POST /orders', 'POST /orders'))).toBe('allow');
  });

  test('a back end that reads paths exactly takes a spelling for a value', async () => {
    const exact = modelWith({ exactPaths: rowOf(ROUTES, [ORDER]) });
    for (const unmapped of [have('GET /orders/export'), UNREADABLE])
      expect(await asking(exact, kind, unmapped)(order('/orders/Export'))).toBe('allow');
  });

  test('`report` lets it pass and records what it may mean', async () => {
    const report = modelWith({ reportPaths: rowOf(ROUTES, [ORDER]) });
    const ask = asking(report, kind, have('GET /orders/export'));
    expect(await ask({ ...order('/orders/Export'), reported: true })).toBe(
      'allow, read by case as GET /orders/export',
    );
  });

  test('a route that the map does not have is in the mode of the map', async () => {
    const unmapped = have('GET /orders/export');
    const shadow = modelWith({ shadow: { whole: true, routes: rowOf(ROUTES, ROUTES) } });
    expect(await asking(shadow, kind, unmapped)(order('/orders/Export'))).toBe(
      `would deny ${CLOSED}`,
    );
    expect(await asking(shadow, kind, UNREADABLE)(order('/orders/7'))).toBe(
      'would deny PATH_REFUSED live_routes_unknown',
    );
    const one = modelWith({ shadow: { routes: rowOf(ROUTES, [ORDER]) } });
    expect(await asking(one, kind, unmapped)(order('/orders/Export'))).toBe(CLOSED);
  });
});

describe.each(['a list', 'a table'])('the bundle that gets them as %s', (as) => {
  const key = signingKey('key-1');
  const keys = ['GET /orders/export'];
  let issuer: LoopbackIssuer;
  let authorizer: BundledAuthorizer;
  let store: Awaited<ReturnType<typeof startDynamoDb>>;

  beforeAll(async () => {
    issuer = await loopbackIssuer([key.jwk]);
    store = await startDynamoDb([RECORDS]);
    await writeItem(store.url, keys);
    authorizer = bundledAuthorizer(
      { ...SKETCH, okta: { issuers: [issuer.issuer] } },
      as === 'a list'
        ? { UNMAPPED_ROUTES: JSON.stringify(keys) }
        : {
            UNMAPPED_ROUTE_TABLES: JSON.stringify({ abcdef123: RECORDS.name }),
            AWS_ENDPOINT_URL_DYNAMODB: store.url,
          },
    );
  });
  afterAll(async () => {
    await authorizer.stop();
    await issuer.close();
    await store.stop();
  });

  test.each(KINDS)('refuses what spells one of them, on %s', async (kind) => {
    const now = Math.floor(Date.now() / 1_000);
    const token = accessToken(key, now, { iss: issuer.issuer, groups: ['readers'] });
    const effectOf = async (id: string) => {
      const path = `/orders/${id}`;
      const event =
        kind === 'http'
          ? httpApiEvent('GET', path, { routeKey: ORDER, parameters: { id }, token })
          : restApiEvent('GET', path, { resource: '/orders/{id}', parameters: { id }, token });
      return JSON.stringify(await authorizer.invoke(event));
    };
    expect(await effectOf('7')).toContain('Allow');
    for (const value of ['Export', 'export;x', 'export.json', 'export'])
      expect(await effectOf(value)).toContain('PATH_REFUSED');
  });
});

const RECORDS = {
  name: 'records',
  keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  attributes: [{ AttributeName: 'pk', AttributeType: 'S' }],
} as const;

/** As the attachment writes it. */
async function writeItem(url: string, routes: readonly string[]): Promise<void> {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new DynamoDBClient({ endpoint: url, region: 'us-east-1', credentials });
  const Item = recordItem(unmappedKey('abcdef123'), { routes });
  await client.send(new PutItemCommand({ TableName: RECORDS.name, Item }));
  client.destroy();
}
