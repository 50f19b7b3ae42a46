/**
 * A map whose owner connects the function: what the stack tells, and what `diff --deployed` reads
 * from it.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, deploy } from './cdk.ts';
import type { Step } from './steps.ts';
import { cdkOptions, type World } from './world.ts';

const NAME = 'only';

const mapText = (allow: readonly string[]): string =>
  JSON.stringify({
    api: { name: NAME, authorizerOnly: true },
    // Nothing is called here, and the commands take no plain http.
    okta: {
      issuer: 'https://acme.okta.com/oauth2/default',
      audience: 'api://orders',
      clients: ['0oa1web'],
    },
    routes: ['GET /orders', 'POST /orders'],
    groups: { 'orders-readers': { allow } },
  });

export async function authorizerOnly(world: World, step: Step): Promise<void> {
  const options = cdkOptions(world, NAME);
  await step('only: the outputs tell another tool what it needs', async () => {
    const outputs = await deploy(mapText(['GET /orders']), options);
    assert.match(
      outputs['AuthorizerUri'] ?? '',
      /^arn:aws:apigateway:us-east-1:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:.*\/invocations$/,
    );
    assert.deepEqual([outputs['PayloadFormatVersion'], outputs['ResultTtlSeconds']], ['2.0', '0']);
  });
  await step(
    'only: diff --deployed finds nothing where nothing has changed, and what has',
    async () => {
      const map = join(options.folder, 'next.yaml');
      const diff = async (allow: readonly string[]) => {
        writeFileSync(map, mapText(allow));
        const { code, output } = await cli(
          ['diff', '--deployed', '--map', map, '--fail-on', 'widened', '--json'],
          world.emulator.env,
          '',
        );
        return { code, ...(JSON.parse(output) as { readonly changes: readonly unknown[] }) };
      };
      const same = await diff(['GET /orders']);
      assert.deepEqual([same.code, same.changes], [0, []]);
      const wider = await diff(['ANY /orders']);
      const cell = {
        kind: 'cell',
        subject: 'orders-readers',
        route: 'POST /orders',
        from: 'closed',
        to: 'allowed',
        widened: true,
      };
      assert.deepEqual([wider.code, wider.changes], [1, [cell]]);
      const other = await cli(
        ['diff', '--deployed', '--map', map.replace('next', 'none')],
        world.emulator.env,
        '',
      );
      assert.notEqual(other.code, 0);
    },
  );
}
