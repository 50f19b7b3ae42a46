import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { runPromote } from '../../../../lib/commands/promote.ts';
import { runReplay } from '../../../../lib/commands/replay.ts';
import { runUnused } from '../../../../lib/commands/unused.ts';
import { jsonLines, recordsOf, user } from '../../../support/recorded-traffic.ts';
import { capture, project } from '../project.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const mapWith = (paths: string): string => `
api: { name: orders, upstream: { url: 'https://orders.example.com' }${paths} }
okta: { issuer: 'https://acme.okta.com/oauth2/default', audience: api://orders, clients: [0oa1web] }
routes: ['GET /orders/{id}', GET /orders/export]
groups:
  readers: { allow: [GET /orders/*], deny: [GET /orders/export] }
`;
const REPORT = mapWith(', paths: report');

async function folderWith(reading: object | undefined) {
  const map = AccessMap.checkText(REPORT, 'access.yaml').map;
  const principal = user('00u1', ['readers']);
  const records = await recordsOf(
    map?.model as never,
    [
      { principal, route: 'GET /orders/{id}', at: NOW - 2_000 },
      { principal, route: 'GET /orders/{id}', at: NOW - 1_000 },
    ],
    {},
  );
  const told = records.map((record, n) => (n === 0 && reading ? { ...record, reading } : record));
  const folder = project({
    'access.yaml': REPORT,
    'new.yaml': mapWith(''),
    'decisions.jsonl': jsonLines(told),
  });
  return capture(folder, { now: () => NOW });
}
const CASE = { by: ['case'], routes: ['GET /orders/export'] };
const options = { records: ['decisions.jsonl'] };

describe('calls that `paths: report` let in', () => {
  test('are told by promote, with what makes it the default', async () => {
    const io = await folderWith(CASE);
    expect(await runPromote({ ...options, json: true }, io)).toBe(1);
    expect(io.json()).toMatchObject({
      problems: [{ code: 'WOULD_BE_REFUSED', message: expect.stringContaining('1 call of') }],
      paths: {
        routes: ['GET /orders/{id}', 'GET /orders/export'],
        reported: [{ route: 'GET /orders/{id}', ...CASE, calls: 1 }],
        change: expect.stringContaining('`paths: report`'),
      },
    });
  });

  test('that were none are told by promote as none', async () => {
    const io = await folderWith(undefined);
    expect(await runPromote({ ...options, json: true }, io)).toBe(0);
    expect(io.json()).toMatchObject({
      problems: [],
      paths: { routes: ['GET /orders/{id}', 'GET /orders/export'], reported: [] },
    });
  });

  test('are told by unused', async () => {
    const io = await folderWith(CASE);
    await runUnused({ ...options, json: true }, io);
    expect(JSON.parse(io.stdout())).toMatchObject({
      reportedPaths: [{ route: 'GET /orders/{id}', ...CASE, calls: 1 }],
    });
  });

  test('are refused by the default, as replay says', async () => {
    const io = await folderWith(CASE);
    const changed = { map: 'new.yaml', failOn: 'narrowed', json: true } as const;
    expect(await runReplay({ ...options, ...changed }, io)).toBe(1);
    expect(io.json()).toMatchObject({
      problems: [{ code: 'CALLS_REFUSED' }],
      changed: [{ to: 'deny', calls: 1, becomes: 'PATH_REFUSED closed_route' }],
      reportedPaths: [{ route: 'GET /orders/{id}', ...CASE, calls: 1 }],
    });
  });

  test('are shown a person alike by all of them', async () => {
    const from = '2026-11-22T09:59Z';
    for (const run of [runPromote, runUnused, runReplay]) {
      const io = await folderWith(CASE);
      await run(options, io);
      expect(io.stdout()).toContain(
        [
          'paths that a back end may read as a closed route, let in by `paths: report`:',
          '  GET /orders/{id}  1 call of 1 caller',
          `    read by case as GET /orders/export, ${from} to ${from}`,
          '',
        ].join('\n'),
      );
    }
  });
});
