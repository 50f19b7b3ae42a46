/** The explanation of a record says what the record says, and which rules of the map that was. */
import { describe, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { reasonWords } from '../../../lib/verdicts/reason-words.ts';
import { explainRecord } from '../../../lib/verdicts/record-explanation.ts';

const map = AccessMap.fromObject({
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://shop', clients: ['0oa1'] },
  routes: ['GET /stock', 'DELETE /stock', 'GET /stock/{id}'],
  quotas: { small: { limit: 60, per: 'minute', by: 'user' } },
  permissions: { 'stock:read': ['GET /stock'] },
  scopes: 'intersect',
  groups: {
    readers: { allow: ['stock:read'], quota: 'small' },
    admins: { allow: ['DELETE /stock'] },
    contractors: { deny: ['DELETE /stock'] },
  },
  blocked: { users: ['00u9'] },
});
const book = { model: parseModel(map.model), rules: map.rules };

const RECORD: DecisionRecord = {
  record: 'decision',
  v: 1,
  time: '2026-11-28T12:00:00.000Z',
  requestId: 'r1',
  apiId: 'a',
  stage: '$default',
  route: 'DELETE /stock',
  effect: 'deny',
  mode: 'enforce',
  reason: 'no_group_allows',
  principal: { kind: 'user', id: '00u1', cid: '0oa1' },
  groups: ['readers'],
  mapVersion: 'v1',
  durationMs: 1,
  weight: 1,
};

const linesOf = (change: Partial<DecisionRecord>): string =>
  explainRecord(book, { ...RECORD, ...change }).lines.join('\n');

describe('each record by its own decision', () => {
  test.each<[string, Partial<DecisionRecord>, readonly string[]]>([
    [
      'a lack of groups, with the group that would help',
      { code: 'GROUP_NOT_ALLOWED' },
      ['deny DELETE /stock (GROUP_NOT_ALLOWED, no_group_allows)', '`readers` does not allow'],
    ],
    [
      'a blocked user of a group that allows',
      {
        groups: ['admins'],
        principal: { kind: 'user', id: '00u9', cid: '0oa1' },
        code: 'BLOCKED',
        reason: 'user',
        rule: { path: 'blocked.users[0]', at: 'access.yaml:9:3' },
      },
      ['deny DELETE /stock (BLOCKED, user)', 'rule: blocked.users[0] (access.yaml:9:3)'],
    ],
    [
      'a scope that the token lacks',
      { route: 'GET /stock', code: 'SCOPE_MISSING', reason: 'not_requested', scopes: [] },
      ['deny GET /stock (SCOPE_MISSING', 'the token must have asked for `stock:read`', 'rules:'],
    ],
    [
      'a refused path of an allowed route',
      {
        groups: ['admins'],
        code: 'PATH_REFUSED',
        reason: 'closed_route',
        reading: { by: ['case'], routes: ['GET /stock/{id}'] },
      },
      ['deny DELETE /stock (PATH_REFUSED', 'may read the path as `GET /stock/{id}` (case)'],
    ],
    [
      'a refusal in shadow mode, which passed',
      { code: 'GROUP_NOT_ALLOWED', effect: 'allow', mode: 'shadow', wouldDeny: true },
      ['allow DELETE /stock: in shadow mode', 'once enforced: deny (GROUP_NOT_ALLOWED'],
    ],
    [
      'a quota that is used up, of an earlier minute too',
      {
        route: 'GET /stock',
        code: 'QUOTA_EXCEEDED',
        reason: 'window_full',
        quota: {
          name: 'small',
          by: 'user',
          limit: 60,
          remaining: 0,
          endsAt: 60,
          per: 'minute',
          exceeded: true,
        },
      },
      // Read long after its window: nothing is said of now.
      [
        'the quota of its window was used up when the call came',
        'quota `small` (by user): used up, all 60 a minute, in the window until 1970-01-01 00:01:00 UTC',
        'to change that: call once that window has ended',
      ],
    ],
    [
      'a counted call',
      {
        route: 'GET /stock',
        effect: 'allow',
        reason: 'group_allows',
        scopes: ['stock:read'],
        quota: { name: 'small', by: 'user', limit: 60, remaining: 59, endsAt: 60, per: 'minute' },
      },
      [
        'allow GET /stock (group_allows)',
        '`readers` allows',
        '59 of 60 a minute left after the call',
      ],
    ],
    [
      'a deny, with what it beats',
      { groups: ['admins', 'contractors'], code: 'GROUP_DENIED', reason: 'group_denies' },
      ['`contractors` denies', 'beaten by the deny:'],
    ],
    [
      'a token that is refused, without a caller',
      { principal: undefined, groups: undefined, code: 'TOKEN_CLAIMS', reason: 'cid' } as never,
      ['deny DELETE /stock (TOKEN_CLAIMS, cid)', 'the token does not name its client'],
    ],
  ])('%s', (_what, change, parts) => {
    const text = linesOf(change);
    for (const part of parts) expect(text).toContain(part);
  });

  test('no call of another caller and no earlier state changes it', () => {
    const first = linesOf({ code: 'GROUP_NOT_ALLOWED' });
    linesOf({ groups: ['admins'], effect: 'allow', reason: 'group_allows' });
    expect(linesOf({ code: 'GROUP_NOT_ALLOWED' })).toBe(first);
  });

  test('the entry that a refusal is about is named where no rule and no recorded entry is', () => {
    const told = (change: Partial<DecisionRecord>) =>
      explainRecord(book, { ...RECORD, ...change }, 'groups.readers (access.yaml:4:3)').lines;
    const line = 'see groups.readers (access.yaml:4:3)';
    expect(told({ code: 'GROUP_NOT_ALLOWED' })).toContain(line);
    expect(
      told({ code: 'BLOCKED', reason: 'user', rule: { path: 'blocked.users[0]' } }),
    ).not.toContain(line);
    expect(
      told({ groups: ['contractors'], code: 'GROUP_DENIED', reason: 'group_denies' }),
    ).not.toContain(line);
  });

  test('an admin who would be allowed by the rules is not said to be allowed where the record refuses', () => {
    const text = linesOf({ groups: ['admins'], code: 'BLOCKED', reason: 'user' });
    expect(text).not.toMatch(/^allow|nearest group/m);
  });
});

test.each([
  [{ code: 'TOKEN_CLAIMS', reason: 'cid' }, 'cid missing or malformed'],
  [{ code: 'TOKEN_CLAIMS', reason: 'lifetime_too_long' }, 'lifetime too long'],
  [{ code: 'GROUP_NOT_ALLOWED', reason: 'no_group_allows' }, 'no group allows'],
] as const)('%j in words', (refusal, expected) => {
  expect(reasonWords(refusal)).toBe(expected);
});
