import { describe, expect, test } from '@jest/globals';
import { AccessMap, mapPointer } from '../../../lib/access-map/index.ts';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { firstMap } from '../../../lib/commands/init/first-map.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { capture, project } from './project.ts';

describe('`init` without a source', () => {
  const begun = async (...known: string[]) => {
    const io = capture(project({}));
    const run = (...args: string[]) => runProgram(args, io, { commands: COMMANDS, version: '1' });
    const init = await run('init', '-o', 'access.yaml', ...known);
    const check = await run('check', '--json');
    const { maps } = io.json() as {
      readonly maps: readonly [{ readonly problems: readonly Told[] }];
    };
    return {
      init,
      check,
      problems: maps[0].problems,
      second: await run('init', '-o', 'access.yaml'),
    };
  };
  interface Told {
    readonly severity: string;
    readonly code: string;
  }

  test('writes a map whose only problems are the steps that are left', async () => {
    const { init, check, problems, second } = await begun();
    expect({ init, check, second }).toEqual({ init: 0, check: 1, second: 2 });
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(2);
    expect(new Set(errors.map(({ code }) => code)).size).toBe(1);
  });

  test('leaves none of them where the command line says all', async () => {
    const { init, check } = await begun(
      ...['--issuer', 'https://retail.okta.com/oauth2/aus1', '--audience', 'api://shop'],
      ...['--client', '0oa1web', '--upstream', 'https://orders.example.org'],
    );
    expect({ init, check }).toEqual({ init: 0, check: 0 });
  });

  test.each([
    ['https://retail.okta.com/oauth2/default', true],
    ['https://retail.okta.com/oauth2/my-server', true],
    ['https://retail.okta.com/oauth2/my_server.1', true],
    ['https://login.retail.example:8443/oauth2/aus1', true],
    ['https://retail-admin.okta.com/oauth2/default', false],
    ['https://retail.okta.com/oauth2/v1', false],
    ['https://retail.okta.com', false],
    ['https://retail.okta.com/oauth2/aus1/', false],
    ['https://retail.okta.com/oauth2/aus1/v1/keys', false],
    ['https://retail.okta.com:443/oauth2/aus1', false],
    ['https://Retail.okta.com/oauth2/aus1', false],
    ['https://user@retail.okta.com/oauth2/aus1', false],
    ['https://retail.okta.com/oauth2/aus1?a=b', false],
    ['http://retail.okta.com/oauth2/aus1', false],
    ['http://127.0.0.1:8700/oauth2/aus1', false],
    ['https://{org}.okta.com/oauth2/aus1', false],
    ['retail.okta.com/oauth2/aus1', false],
    ['', false],
  ])('takes the issuer "%s" as a map takes it: %s', async (issuer, taken) => {
    const { text } = firstMap({});
    const { problems } = AccessMap.checkText(
      text.replace(/issuer: .*/, `issuer: ${JSON.stringify(issuer)}`),
      'access.yaml',
    );
    const inMap = !problems.some(({ place }) => place.path === mapPointer('okta', 'issuer'));
    const io = capture(project({}));
    const init = await runProgram(['init', '--issuer', issuer], io, {
      commands: COMMANDS,
      version: '1',
    });
    expect({ inMap, init }).toEqual({ inMap: taken, init: taken ? 0 : 2 });
    expect(io.stdout().includes(JSON.stringify(issuer))).toBe(taken);
  });
});
