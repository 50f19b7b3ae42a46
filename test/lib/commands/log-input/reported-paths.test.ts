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
    expect(await runPromote(options, io)).toBe(1);
    expect(io.stdout()).toContain('read by case as GET /orders/export');
    expect(io.stdout()).toContain('the default would refuse 1 call');
  });

  test('that were none are told by promote as none', async () => {
    const io = await folderWith(undefined);
    expect(await runPromote(options, io)).toBe(0);
    expect(io.stdout()).toContain('the default would refuse none of the recorded calls');
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
    expect(await runReplay({ ...options, map: 'new.yaml', failOn: 'narrowed' }, io)).toBe(1);
    expect(io.stdout()).toContain('PATH_REFUSED closed_route');
    expect(io.stdout()).toContain('read by case as GET /orders/export');
  });
});
