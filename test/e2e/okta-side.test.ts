import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { COMMANDS } from '../../lib/commands/index.ts';
import { runProgram } from '../../lib/commands/shell/program.ts';
import { type OktaSide, startOktaSide } from '../../local/okta-org/side.ts';
import { capture } from '../lib/commands/project.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';

let side: OktaSide | undefined;
let product: RunningProduct | undefined;

afterAll(async () => {
  await product?.stack.stop();
  await side?.org.stop();
});

interface Ran {
  readonly code: number;
  readonly out: string;
}

async function run(...args: readonly string[]): Promise<Ran> {
  const io = capture(join(__dirname, '../..'), { env: { OKTA_CLIENT_TOKEN: 'local' } });
  const code = await runProgram(args, io, { commands: COMMANDS, version: '0' });
  return { code, out: io.stdout() + io.stderr() };
}

const okta = (args: string): Promise<Ran> =>
  run('okta', ...`${args} ${args.startsWith('apply') ? '-m' : ''} ${side?.commandMap}`.split(/ +/));

test('an org is set up from the map, and its tokens open the mapped routes', async () => {
  side = await startOktaSide({ folder: mkdtempSync(join(tmpdir(), 'okta-')) });
  product = await runProduct({ map: side.gatewayMap, decide: side.decide });
  side.useIssuer(product.stack.issuer?.url ?? '');
  await expect(product.tokenOf('reader')).rejects.toThrow('run okta apply');

  expect(await okta('plan')).toMatchObject({
    code: 1,
    out: expect.stringContaining('+ create server orders'),
  });
  expect(await okta('apply --yes --write')).toMatchObject({ code: 0 });
  expect(await okta('plan')).toMatchObject({ code: 0, out: expect.stringContaining('No changes') });
  expect(await okta('verify')).toMatchObject({ code: 0 });
  // The map that was written is one of this machine, which the other commands take too.
  for (const command of ['check', 'matrix'])
    expect([command, await run(command, '-m', side.commandMap)]).toMatchObject([
      command,
      { code: 0 },
    ]);
  const login = await run('login', '-m', side.commandMap, '--port', '0', '--timeout', '1');
  expect(login.out).toContain(`${product.stack.issuer?.url}/oauth2/default/v1/authorize?`);

  const statuses = async (user: string): Promise<readonly number[]> => {
    const token = await product?.tokenOf(user);
    const calls = ['GET /orders', 'POST /orders', 'DELETE /orders/1'].map((route) =>
      product?.call(route, token),
    );
    return (await Promise.all(calls)).map((reply) => reply?.status ?? 0);
  };
  expect(await statuses('reader')).toEqual([200, 403, 403]);
  expect(await statuses('admin')).toEqual([200, 200, 200]);
  expect(await statuses('contractor')).toEqual([200, 200, 403]);
  // Nobody is a member of an imported group that has the name of a mapped one.
  expect(await statuses('nobody')).toEqual([403, 403, 403]);
}, 60_000);
