import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../../lib/commands/index.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { jsonLines, user } from '../../../support/recorded-traffic.ts';
import { BEGIN, calls, scene, TRAFFIC } from '../recorded-scene.ts';

describe('usage --trend', () => {
  const ran = async (args: readonly string[], from = scene()) => {
    const { folder, io } = await from;
    const code = await runProgram(['usage', '--trend', ...args], io, {
      commands: COMMANDS,
      version: '0',
    });
    return { code, out: io.stdout(), err: io.stderr(), folder };
  };

  test('shows sparklines by outcome, route, group and code', async () => {
    const { code, out } = await ran(['decisions.jsonl']);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      '11 decision records, 0 lines of the access log, 2026-11-22T10:00Z to 2026-11-22T10:00Z',
      'note: without the access log, calls that the gateway answered from its cache or refused by itself are not counted',
      'each column one minute, UTC',
      '',
      'calls:',
      '  allowed  █  5',
      '  refused  █  6',
      '',
      'by route (decision records):',
      '  GET /orders          █  5',
      '  POST /orders         █  3',
      '  GET /reports/{year}  █  2',
      '  DELETE /orders/{id}  █  1',
      '',
      'by group:',
      '  orders-readers  █  5',
      '  partners        █  2',
      '  contractors     █  1',
      '  orders-admins   █  1',
      '',
      'refusals by code:',
      '  GROUP_NOT_ALLOWED  █  3',
      '  CLIENT_UNMAPPED    █  1',
      '  GROUPS_MISSING     █  1',
      '  GROUP_DENIED       █  1',
      '',
    ]);
  });

  test('the access log tells of routes, the records of the rest; weights count', async () => {
    const from = await scene(TRAFFIC, {}, (record) => ({ ...record, weight: 3 }));
    writeFileSync(
      join(from.folder, 'access.jsonl'),
      jsonLines([{ routeKey: 'GET /health', status: '200', time: BEGIN, uid: '-' }]),
    );
    const { out } = await ran(['.', '--json'], Promise.resolve(from));
    expect(JSON.parse(out)).toMatchObject({
      routesFrom: 'access log',
      routes: [{ name: 'GET /health', total: 1 }],
      statuses: [{ name: '2xx', total: 1 }],
      outcomes: [
        { name: 'allowed', total: 15 },
        { name: 'refused', total: 18 },
      ],
    });
  });

  test.each([
    [30, undefined, 'minute'],
    [4 * 60, undefined, 'hour'],
    [5 * 24 * 60, undefined, 'day'],
    [30, 'hour', 'hour'],
    [40 * 60, 'minute', 'hour'],
  ])('a span of %i minutes with --by %s is shown by %s', async (minutes, by, step) => {
    const made = [0, minutes].map((minute) => ({
      at: BEGIN + minute * 60_000,
      route: 'GET /orders',
      principal: user('00u1', ['orders-readers']),
    }));
    const { out } = await ran(
      ['decisions.jsonl', '--json', ...(by === undefined ? [] : ['--by', by])],
      scene(made),
    );
    const found = JSON.parse(out) as {
      step: string;
      starts: string[];
      outcomes: { total: number; counts: number[] }[];
    };
    expect(found.step).toBe(step);
    expect(found.outcomes[0]?.total).toBe(2);
    expect(found.outcomes[0]?.counts.filter((count) => count > 0)).toEqual(
      found.starts.length === 1 ? [2] : [1, 1],
    );
    expect(found.outcomes[0]?.counts.at(-1)).toBeGreaterThan(0);
    expect(found.starts).toHaveLength(found.outcomes[0]?.counts.length ?? 0);
  });

  test('is one page without network and script, whose data no name can break out of', async () => {
    const hostile = calls(
      [user('00u1', ['orders-readers']), '</title><script>alert(1)</script>'],
      [user('"><img src=x>', ['orders-readers']), 'GET /orders', 61],
    );
    const { folder, err } = await ran(
      ['decisions.jsonl', '--format', 'html', '-o', 'trend.html'],
      scene(hostile),
    );
    const page = readFileSync(join(folder, 'trend.html'), 'utf8');
    expect(err).toBe('wrote trend.html\n');
    expect(page).not.toMatch(/<script|<img|https?:\/\//);
    expect(page).toContain("default-src 'none'");
    const [, said] = /<desc id="outcomes-says">([^<]*)<\/desc>/.exec(page) ?? [];
    expect(said).toMatch(/allowed 60, refused 2\D.* 62, .*2026-11-22 10:00/);
  });

  test('a step has the parts of its bar and the row of the table, so that no number is in the plot alone', async () => {
    const { folder } = await ran(['decisions.jsonl', '--format', 'html', '-o', 'trend.html']);
    const page = readFileSync(join(folder, 'trend.html'), 'utf8');
    expect(page).toContain('<title>2026-11-22 10:00: allowed: 5, refused: 6</title>');
    expect(page).toContain(
      '<tr><th scope="row">2026-11-22 10:00</th><td class="number">5</td><td class="number">6</td></tr>',
    );
  });

  test.each([
    [['--table', 'x'], 2, /`--table` beside `--trend`/],
    [['absent.jsonl'], 1, /`absent\.jsonl`/],
    [[], 2, /`--log-group`.*`\.records`/],
    [['decisions.jsonl', '--since', 'yesterday'], 2, /--since: .*`yesterday`/],
  ] as const)('%j is reported in one line, and ends with %i', async (args, exit, named) => {
    const { code, out, err } = await ran(args);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toMatch(/^okta-group-authorizer: .*\n$/);
    expect(err).toMatch(named);
  });

  test('without --trend its options are refused, and the table is asked for', async () => {
    const { io } = await scene();
    expect(
      await runProgram(['usage', 'decisions.jsonl'], io, { commands: COMMANDS, version: '0' }),
    ).toBe(2);
    expect(await runProgram(['usage'], io, { commands: COMMANDS, version: '0' })).toBe(2);
    const [first, second] = io.stderr().split('\n');
    expect(first).toContain('`--trend`');
    expect(first).not.toContain('--table');
    expect(second).toMatch(/`-t, --table <name>`.*`--trend`/);
  });
});
