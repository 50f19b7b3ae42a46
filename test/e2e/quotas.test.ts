import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routesOf } from '../../local/apis.ts';
import { project } from '../lib/commands/project.ts';
import { programOf } from '../support/program.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';
import { deepTest } from '../support/tier.ts';

const MAP = `
api:
  name: quotas
  upstream: { url: https://orders.example.com }
okta:
  issuer: https://acme.okta.com/oauth2/aus1abc
  audience: api://orders
  clients: [0oa1web]
routes: [GET /orders, POST /orders]
quotas:
  passing: { limit: 3, per: minute, by: user, onExceeded: pass }
  refusing: { limit: 2, per: minute, by: user }
  leased: { limit: 40, per: minute, by: group, accuracy: leased }
groups:
  readers: { allow: [GET /orders], quota: passing }
  writers: { allow: [GET /orders], quota: refusing }
  partners: { allow: [GET /orders], quota: leased }
`;

let product: RunningProduct;
beforeAll(async () => {
  product = await runProduct({ map: join(project({ 'access.yaml': MAP }), 'access.yaml') });
}, 60_000);
afterAll(() => product.stack.stop());

const statuses = async (user: string, calls: number): Promise<readonly number[]> => {
  const token = await product.tokenOf(user);
  const replies = await Promise.all(
    Array.from({ length: calls }, () => product.call('GET /orders', token)),
  );
  return replies.map(({ status }) => status).sort();
};

describe('over quota', () => {
  test('a call passes with onExceeded: pass, and the back end’s middleware answers 429 with the time to wait', async () => {
    expect(await statuses('readers', 5)).toEqual([200, 200, 200, 429, 429]);
    const reply = await product.call('GET /orders', await product.tokenOf('readers'), {
      'x-access-quota-exceeded': 'false',
    });
    expect(reply.status).toBe(429);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'retry-after': '30',
      ratelimit: '"quota";r=0;t=30',
      'ratelimit-policy': '"quota";q=3',
    });
    expect(product.lastRecord()).toMatchObject({
      effect: 'allow',
      reason: 'group_allows',
      quota: { exceeded: true },
    });
  });

  test('a policy refusal stays 403, whatever the quota says', async () => {
    expect((await product.call('POST /orders', await product.tokenOf('readers'))).status).toBe(403);
  });

  test('a call is refused with 403 without it', async () => {
    expect(await statuses('writers', 4)).toEqual([200, 200, 403, 403]);
  });

  test('answers within quota tell what remains', async () => {
    product.now += 60_000;
    const reply = await product.call('GET /orders', await product.tokenOf('readers'));
    expect([reply.status, reply.headers.get('ratelimit')]).toEqual([200, '"quota";r=2;t=30']);
  });

  deepTest('leases never admit more than the limit to environments at once', async () => {
    const answers = await statuses('partners', 60);
    const admitted = answers.filter((status) => status === 200).length;
    expect(admitted).toBeLessThanOrEqual(40);
    expect(admitted).toBeGreaterThanOrEqual(36);
  });

  test('`usage` shows what was counted', async () => {
    const { dynamoDb, map, api, assembly } = product.stack;
    const functionArn = routesOf(api)[0]?.authorizer?.functionArn ?? '';
    const table = assembly.functionByArn(functionArn).environment['QUOTA_TABLE'] ?? '';
    const args = [
      await programOf('bin/cli.ts'),
      'usage',
      '--map',
      map.source,
      '--table',
      table,
      '--quota',
      'refusing',
      '--json',
    ];
    const environment = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    // Not the blocking kind: the store lives in this process.
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, ...environment },
      timeout: 30_000,
    });
    const { quotas } = JSON.parse(stdout);
    // The functions' clock stands still in the past or future of this one, so the window may be
    // current or recent here.
    const [window] = quotas[0].payers[0].windows;
    expect(
      Math.max(
        window.current.used,
        ...window.recent.map(({ used }: { readonly used: number }) => used),
      ),
    ).toBe(2);
  });
});
