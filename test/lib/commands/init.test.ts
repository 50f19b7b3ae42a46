import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/commands/index.ts';
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
});
