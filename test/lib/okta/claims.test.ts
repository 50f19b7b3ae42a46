import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import {
  codesOf,
  failing,
  failureOf,
  foundBy,
  GROUPS,
  mapText,
  orgWith,
  runnerIn,
  stopOrgs,
  told,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

test.each([[''], ['createGroups: true']])(
  'a denying group that was renamed in Okta stops the plan until the map says so (%s)',
  async (manage) => {
    const org = await orgWith({ groups: GROUPS });
    const text = mapText(org.url, { manage });
    const runner = runnerIn({
      'access.yaml': text,
      'was.yaml': text.replace('blocked: {', 'blocked: { was: [blocked-people],'),
      'dropped.yaml': text.replace(/ {2}blocked: .*\n/, ''),
    });
    const { run } = runner;
    await run('okta apply --yes');
    const group = [...org.store.groups.values()].find(
      ({ profile }) => (profile as { readonly name: string }).name === 'blocked',
    );
    Object.assign(group ?? {}, { profile: { name: 'blocked-people' } });
    org.requests.length = 0;
    expect(await failureOf(runner, 'apply --yes')).toEqual(failing(1, 'PLAN_BLOCKED'));
    const finding = { level: 'blocks', code: 'GROUP_MAYBE_RENAMED' } as const;
    expect((await foundBy(runner, 'plan')).findings).toContainEqual(
      told(finding, '`blocked`', `\`blocked-people\` (${group?.id})`),
    );
    org.store.groups.set('00gempty', {
      id: '00gempty',
      type: 'OKTA_GROUP',
      profile: { name: 'blocked' },
    });
    expect((await run('okta apply --yes')).code).toBe(1);
    expect((await foundBy(runner, 'plan')).findings).toContainEqual(told(finding, '`blocked`'));
    expect(writesOf(org.requests)).toEqual([]);
    org.store.groups.delete('00gempty');
    for (const map of ['was.yaml', 'dropped.yaml']) {
      const { findings } = await foundBy(runner, `plan ${map}`);
      expect([map, findings.filter(({ level }) => level !== 'notes')]).toEqual([map, []]);
    }
  },
);

test('maps that fill several claims one after the other list the claims that carry their groups', async () => {
  const names = (prefix: string): readonly string[] =>
    Array.from({ length: 60 }, (_, index) => `${prefix}${index}`);
  const org = await orgWith({
    groups: [...names('ga'), ...names('gb')].map((name) => ({ name })),
    pageSize: 200,
  });
  const groups = (prefix: string, entry: string): string =>
    names(prefix)
      .map((name) => `  ${name}: { ${entry} }`)
      .join('\n');
  const runner = runnerIn({
    'a.yaml': mapText(org.url, { name: 'a', groups: groups('ga', 'allow: [a:read]') }),
    'b.yaml': mapText(org.url, { name: 'b', groups: groups('gb', 'deny: [POST /orders]') }),
  });
  const { run, cwd } = runner;
  expect((await run('okta apply -m a.yaml --yes --write')).code).toBe(0);
  expect((await run('okta apply -m b.yaml --yes')).code).toBe(1);
  const unlisted = told('MAP_CLAIMS_UNLISTED', '[groups, groups_2]');
  for (const [command, findings] of [
    ['plan', [unlisted]],
    ['verify', [unlisted, told('CLAIM_UNLISTED', '`groups_2`', '`gb', '15 more')]],
  ] as const)
    expect(await foundBy(runner, `${command} b.yaml`)).toEqual({
      code: 1,
      findings: expect.arrayContaining([...findings]),
    });
  expect((await run('okta apply -m b.yaml --yes --write')).code).toBe(0);
  expect(readFileSync(join(cwd, 'b.yaml'), 'utf8')).toContain(
    'groupsClaim: ["groups", "groups_2"]',
  );
  expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).not.toContain('groupsClaim');
  for (const maps of ['a.yaml', 'b.yaml', 'a.yaml b.yaml'])
    expect([maps, (await run(`okta plan ${maps}`)).code]).toEqual([maps, 0]);
  const { findings } = await foundBy(runner, 'verify a.yaml b.yaml');
  expect(codesOf(findings)).not.toContain('MAP_CLAIMS_UNLISTED');
  expect(codesOf(findings)).not.toContain('CLAIM_UNLISTED');
});

test('a claim of our form that somebody else has named is neither listed nor removed', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  await run('okta apply --yes');
  const [claims] = org.store.claims.values();
  const value = 'getFilteredGroups({"00gabc"}, "group.name", 99)';
  const claim = { claimType: 'RESOURCE', valueType: 'EXPRESSION', value, status: 'ACTIVE' };
  claims?.set('ocl1', { id: 'ocl1', name: 'vip', ...claim });
  claims?.set('ocl2', { id: 'ocl2', name: 'groups_2', ...claim });
  expect((await run('okta apply --yes --prune')).code).toBe(0);
  expect([...(claims?.keys() ?? [])].filter((id) => id.length === 4)).toEqual(['ocl1']);
});
