/** One hub, 30 APIs of two accounts: one delivery ends the token in all of them. */
import { expect, test } from '@jest/globals';
import { dynamoRevocations } from '../../../lambda/authorizer/dynamo-revocations.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { deactivation, hubWorld, ORG, START } from './hub-world.ts';

const TABLE_ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/hub';

const modelOf = (name: string, hub: string) =>
  parseModel(
    AccessMap.fromObject({
      api: { name, upstream: { url: 'https://shop.example.com' } },
      okta: {
        issuer: `https://${ORG}/oauth2/aus1abc`,
        audience: 'api://shop',
        clients: ['0oa1web'],
        revocation: { within: '10s', hub },
      },
      routes: ['GET /items'],
      groups: { staff: { allow: ['GET /items'] } },
    }).model,
  );

const principal = (uid: string): Principal =>
  ({ kind: 'user', uid, cid: '0oa1web', groups: [], issuedAt: START / 1_000 - 60 }) as never;

test('one delivery ends the token in all of them', async () => {
  const hub = hubWorld();
  await hub.beat();
  const apis = Array.from({ length: 30 }, (_, n) => {
    // Half of them of the hub's account, by the table's name; the others by its ARN.
    const [inMap, table] = n % 2 === 0 ? ['own', 'hub'] : [TABLE_ARN, TABLE_ARN];
    return dynamoRevocations(modelOf(`api-${n}`, inMap ?? ''), JSON.stringify({ [ORG]: table }), {
      connect: hub.table.connect,
      clock: hub.clock,
      metrics: hub.metrics,
    });
  });
  const outcomes = (uid: string) => Promise.all(apis.map(({ check }) => check(principal(uid))));
  expect(new Set(await outcomes('00uleaver'))).toEqual(new Set(['good']));
  const answer = await hub.deliver([deactivation('a', '00uleaver', START - 500)]);
  expect(answer.statusCode).toBe(200);
  hub.pass(10_001);
  const refused = { code: 'TOKEN_REVOKED', reason: 'user_deactivated' };
  expect(await outcomes('00uleaver')).toEqual(Array.from({ length: 30 }, () => refused));
  expect(new Set(await outcomes('00uother'))).toEqual(new Set(['good']));
});
