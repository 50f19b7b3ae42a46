import { describe, expect, test } from '@jest/globals';
import { runUsage, type UsageOptions } from '../../../lib/commands/usage.ts';
import type { UsageItem } from '../../../lib/quota-usage/quota-usage.ts';
import { QuotaTableError } from '../../../lib/quota-usage/read-quota-table.ts';
import { capture, EXAMPLE, project } from './project.ts';

const at = (iso: string): number => Date.parse(iso) / 1_000;
const NOW = Date.parse('2026-11-22T10:15:30Z');
const item = (key: string, numbers: Readonly<Record<string, number>>): UsageItem => ({
  key,
  numbers: (name) => numbers[name],
});

const items = [
  item('standard#user:00u1', {
    minute_start: at('2026-11-22T10:15:00Z'),
    minute_used: 60,
    minute_before_start: at('2026-11-22T10:13:00Z'),
    minute_before_used: 12,
  }),
  item('standard#user:00u2', { minute_start: at('2026-11-22T10:14:00Z'), minute_used: 7 }),
  item('standard#user:00u3', { minute_start: at('2026-11-22T10:15:00Z'), minute_used: 50 }),
  item('partner#group:partners', {
    minute_start: at('2026-11-22T10:15:00Z'),
    minute_used: 6,
    month_start: at('2026-11-01T00:00:00Z'),
    month_used: 1_234,
  }),
  item('retired#user:00u1', { minute_start: at('2026-11-22T10:15:00Z'), minute_used: 1 }),
  item('-', {}),
];

async function ran(
  options: Partial<UsageOptions> = {},
  from: readonly UsageItem[] | Error = items,
) {
  const io = capture(project({ 'access.yaml': EXAMPLE }));
  const read = async () => {
    if (from instanceof Error) throw from;
    return from;
  };
  const code = await runUsage({ table: 'quota', ...options }, io, { read, now: () => NOW });
  return { code, io };
}

describe('usage', () => {
  test('shows a bar for each payer and window, those that used most first', async () => {
    const { code, io } = await ran();
    expect(code).toBe(0);
    expect(io.stdout().split('\n')).toEqual([
      'standard  by user, calls, 3 payers',
      '  user:00u1  per minute  ████████████████████  60 of 60  until 2026-11-22T10:16Z, 12 from 2026-11-22T10:13Z',
      '  user:00u3  per minute  █████████████████░░░  50 of 60  until 2026-11-22T10:16Z',
      '  user:00u2  per minute  ░░░░░░░░░░░░░░░░░░░░  0 of 60   until 2026-11-22T10:16Z, 7 from 2026-11-22T10:14Z',
      '',
      'partner  by group, calls, 1 payer',
      '  group:partners  per minute  ░░░░░░░░░░░░░░░░░░░░  6 of 600          until 2026-11-22T10:16Z',
      '                  per month   ░░░░░░░░░░░░░░░░░░░░  1,234 of 100,000  until 2026-12-01T00:00Z',
      '',
    ]);
  });

  test('tells programs every payer, with times in seconds', async () => {
    const { io } = await ran({ json: true, quota: 'standard', top: '1' });
    expect(io.json()).toMatchObject({
      table: 'quota',
      at: '2026-11-22T10:15:30.000Z',
      quotas: [
        {
          quota: 'standard',
          by: 'user',
          accuracy: 'exact',
          payers: [
            {
              payer: 'user:00u1',
              windows: [
                {
                  per: 'minute',
                  limit: 60,
                  current: {
                    start: at('2026-11-22T10:15:00Z'),
                    end: at('2026-11-22T10:16:00Z'),
                    used: 60,
                  },
                  recent: [{ start: at('2026-11-22T10:13:00Z'), used: 12 }],
                },
              ],
            },
            { payer: 'user:00u3' },
            { payer: 'user:00u2', windows: [{ current: { used: 0 }, recent: [{ used: 7 }] }] },
          ],
        },
      ],
    });
  });

  test('shows as many payers as wanted, and how to see the rest', async () => {
    const { io } = await ran({ quota: 'standard', top: '1' });
    expect(io.stdout()).toContain('--top 3');
    expect(io.stdout()).not.toMatch(/00u[23]/);
  });

  test('takes a window that another clock has begun early for the current one', async () => {
    const ahead = [
      item('standard#user:00u1', { minute_start: at('2026-11-22T10:17:00Z'), minute_used: 3 }),
    ];
    const { io } = await ran({ quota: 'standard', json: true }, ahead);
    const window = { limit: 60, current: { used: 3, end: at('2026-11-22T10:18:00Z') }, recent: [] };
    expect(io.json()).toMatchObject({
      quotas: [{ payers: [{ payer: 'user:00u1', windows: [window] }] }],
    });
  });

  test('lets no payer’s name steer the terminal', async () => {
    const { io } = await ran({ quota: 'standard' }, [
      item('standard#user:\u001b[2J', { minute_start: at('2026-11-22T10:15:00Z'), minute_used: 1 }),
    ]);
    expect(io.stdout()).toContain('  user:\\u001b[2J  per minute');
  });

  test('names a quota that nobody has used, without payers', async () => {
    const { code, io } = await ran({ quota: 'standard', json: true }, []);
    expect([code, io.json()]).toMatchObject([0, { quotas: [{ quota: 'standard', payers: [] }] }]);
    expect((await ran({ quota: 'standard' }, [])).io.stdout()).toMatch(/^standard .* 0 payers\n/);
  });

  test('says why a table cannot be read, and ends with 3', async () => {
    const refused = ran({}, new QuotaTableError('table `quota`: AccessDeniedException'));
    await expect(refused).rejects.toMatchObject({
      ...{ code: 'QUOTA_TABLE_UNREADABLE', exit: 3 },
      message: 'table `quota`: AccessDeniedException',
    });
  });

  test.each([
    [{ quota: 'gold' }, /^--quota: .*`standard`, `partner`.*`gold`/],
    [{ top: '0' }, /^--top: .*`0`/],
  ])('refuses %j', async (options, named) => {
    const message = expect.stringMatching(named);
    await expect(ran(options)).rejects.toMatchObject({ code: 'USAGE_INVALID', message });
  });
});
