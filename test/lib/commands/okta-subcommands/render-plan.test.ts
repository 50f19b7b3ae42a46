/** A plan as a person reads it: each kind of step and finding once, in its own shape. */
import { describe, expect, test } from '@jest/globals';
import { planLines } from '../../../../lib/commands/okta-subcommands/render-plan.ts';
import type { Plan } from '../../../../lib/okta/plan.ts';
import { type PlanStep, ref } from '../../../../lib/okta/step.ts';
import { capture } from '../project.ts';

const step = (over: Partial<PlanStep>): PlanStep => ({
  ...{ action: 'update', kind: 'app', name: 'orders-web', changes: [] },
  request: { method: 'PUT', path: ['/api/v1/apps/x'] },
  ...over,
});
const plan = (over: Partial<Plan> = {}): Plan => ({
  ...{ steps: [], left: [], dropped: [], findings: [], unlisted: [], ids: {}, foreign: [] },
  ...over,
});
const text = (over: Partial<Plan>, prune = false) => planLines(plan(over), capture('/'), { prune });

const everything: Partial<Plan> = {
  steps: [
    step({
      ...{ action: 'create', kind: 'server', name: 'orders' },
      changes: [{ what: 'audiences', to: ['api://orders'] }],
      request: {
        ...{ method: 'POST', path: ['/api/v1/authorizationServers'] },
        body: { name: 'orders', audiences: ['api://orders'], owner: ref('group:readers') },
      },
    }),
    step({
      changes: [
        { what: 'redirect URIs', from: ['https://a.example'], to: ['https://b.example'] },
        { what: 'grant types', from: ['a', 'b'], to: ['b', 'a'] },
        { what: 'refreshTokenLifetimeMinutes', from: 10, to: 0 },
      ],
    }),
    step({ action: 'create', kind: 'group rule', name: 'oga/orders/readers', replaces: true }),
    step({ action: 'delete', kind: 'claim', name: 'a\u001b[2Jb' }),
  ],
  left: [{ kind: 'policy', name: 'theirs', why: 'not managed by this tool' }],
  dropped: [step({ action: 'delete', kind: 'scope', name: 'old' })],
  findings: [
    { level: 'blocks', code: 'SERVER_FOREIGN', text: 'one' },
    { level: 'faults', code: 'GROUP_ABSENT', text: 'two' },
    { level: 'warns', code: 'MAP_FORMER_NAME', text: 'three' },
    { level: 'notes', code: 'APP_GROUP_STAYS', text: 'four' },
  ],
};

describe('a plan', () => {
  test('shows each step with what it changes and sends, what is left, and what is found', () => {
    expect(text(everything)).toEqual([
      '  + create server orders',
      '      audiences: api://orders',
      '      sends name: orders',
      '  ~ update app orders-web',
      '      redirect URIs: + https://b.example, - https://a.example',
      '      grant types: in another order',
      '      refreshTokenLifetimeMinutes: 10 -> 0 (no end)',
      '  -/+ replace: create group rule oga/orders/readers',
      '  - delete claim a\\u001b[2Jb',
      '  = leave policy theirs (not managed by this tool)',
      '  - delete scope old (the maps dropped it; stays without --prune)',
      '  ! one',
      '  ! not in order: two',
      '  ! warning: three',
      '  i four',
      '  i groups claim: an expression over group ids, since a directory can import a group of any name, and an id cannot be taken',
      '',
      'Plan: 1 to create, 2 to change, 1 to replace; 1 object dropped by the maps; 3 findings against the map',
    ]);
  });

  test('does not say of what `--prune` deletes that it stays', () => {
    const [line] = text(
      { dropped: [step({ action: 'delete', kind: 'scope', name: 'old' })] },
      true,
    );
    expect(line).toBe('  - delete scope old');
  });

  test('without steps says something else of an org in order, one that is not, and one that forbids', () => {
    const last = (level?: 'blocks' | 'faults' | 'notes') =>
      text({ findings: level === undefined ? [] : [{ level, code: 'GROUP_ABSENT', text: 'x' }] })
        .at(-1)
        ?.split(';')[0];
    expect(last('notes')).toBe(last());
    expect(new Set([last(), last('faults'), last('blocks')]).size).toBe(3);
  });
});
