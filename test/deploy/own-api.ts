/** A map that deploys its own API: called, refused, counted, changed. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { localMapText } from '../../local/local-map.ts';
import { deploy } from './cdk.ts';
import { codeIsOfMap } from './deployed-code.ts';
import type { Step } from './steps.ts';
import { detectorRuns, metricsInLog } from './watch.ts';
import { call, cdkOptions, tokenOf, type World } from './world.ts';

/** The example with a quota that no clock resets while the test runs, and one change by path. */
function mapText(
  world: World,
  name: string,
  kind: 'http' | 'rest',
  limit: number,
  change?: readonly [readonly string[], unknown],
): string {
  const text = localMapText('access.yaml', {
    kind,
    issuer: world.issuer.issuer,
    upstreamUrl: world.upstream,
    consoleOrigins: [],
  });
  const map = parseDocument(text, { schema: 'failsafe' });
  map.setIn(['api', 'name'], name);
  map.setIn(
    ['quotas', 'standard'],
    map.createNode({ limit: String(limit), per: 'month', by: 'user' }),
  );
  if (change !== undefined) map.setIn(change[0], map.createNode(change[1]));
  return String(map);
}

export async function ownApi(kind: 'http' | 'rest', world: World, step: Step): Promise<void> {
  const name = `own-${kind}`;
  const options = cdkOptions(world, name);
  const outputs = await step(`${kind}: cdk deploy of the example map`, () =>
    deploy(mapText(world, name, kind, 5), options),
  );
  let at = apiOf(outputs['ApiUrl'], kind);
  const status = async (route: string, user?: string): Promise<number> =>
    (await call(world, at, route, user === undefined ? undefined : tokenOf(world, user))).status;

  await step(`${kind}: allowed, refused, no token, public`, async () => {
    const answer = await call(world, at, 'GET /orders', tokenOf(world, 'reader'));
    assert.equal(answer.status, 200);
    // What is mapped from `$context.authorizer.uid` is not looked at: the emulator knows
    // `$context.authorizer.lambda.uid` alone, which AWS does not have. The template's mappings are
    // pinned by test/lib/stack/access-stack.test.ts, what they do by test/e2e/http-api.test.ts.
    assert.equal(answer.echo.path, '/orders');
    assert.equal(await status('POST /orders', 'reader'), 403);
    assert.equal(await status('DELETE /orders/1', 'contractor'), 403);
    assert.equal(await status('GET /orders'), 401);
    const publicReply = await call(world, at, 'GET /health');
    assert.equal(publicReply.status, 200);
    // The emulator passes the caller's headers through a REST API whatever its mappings say;
    // test/lib/api/rest-api.test.ts pins what is deployed.
    if (kind === 'http') assert.equal(publicReply.echo.headers?.['x-access-uid'], undefined);
    // A thrown `Unauthorized`: the emulator answers 500 on an HTTP API, where AWS does not document
    // what comes.
    const junk = await call(
      world,
      at,
      'GET /orders',
      `${tokenOf(world, 'admin').slice(0, -8)}AAAAAAAA`,
    );
    assert.equal(junk.status, kind === 'http' ? 500 : 401);
  });

  await step(`${kind}: a quota of 5 admits 5 calls`, async () => {
    // One call was counted above.
    for (let n = 2; n <= 5; n++) assert.equal(await status('GET /orders', 'reader'), 200);
    assert.equal(await status('GET /orders', 'reader'), 403);
    assert.equal(await status('POST /orders', 'partner'), 200);
  });

  await step(`${kind}: the function's log holds the metrics that the alarms look at`, () =>
    metricsInLog(world, name, outputs),
  );
  await step(`${kind}: the detector runs and remembers how far it got`, () =>
    detectorRuns(world, name),
  );

  await step(
    `${kind}: cdk deploy of a changed map keeps the counters, and smoke knows its code`,
    async () => {
      const changed = mapText(world, name, kind, 6, [
        ['groups', 'partners', 'allow'],
        ['orders:read'],
      ]);
      const after = await deploy(changed, options);
      assert.notEqual(after['MapVersion'], outputs['MapVersion']);
      assert.equal(after['QuotaTable'], outputs['QuotaTable']);
      const former = mapText(world, name, kind, 5);
      await codeIsOfMap(world, `access-${name}`, join(options.folder, 'access.yaml'), former);
      // The emulator replaces a REST API whose body changes; AWS imports the new body into the same
      // API.
      at = apiOf(after['ApiUrl'], kind);
      assert.equal(await status('POST /orders', 'partner'), 403);
      assert.deepEqual(
        [await status('GET /orders', 'reader'), await status('GET /orders', 'reader')],
        [200, 403],
      );
    },
  );
}

/** By pattern: the emulator's host names end in an IP address, which is no URL to a parser. */
export function apiOf(
  url: string | undefined,
  kind: 'http' | 'rest',
): { readonly apiId: string; readonly stage: string } {
  const [, apiId = '', stage = ''] =
    /^https?:\/\/([^.]+)\.execute-api[^/]*\/?([^/]*)/.exec(url ?? '') ?? [];
  return { apiId, stage: kind === 'http' ? '$default' : stage };
}
