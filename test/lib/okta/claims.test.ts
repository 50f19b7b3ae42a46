import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { GROUPS, mapText, orgWith, runnerIn, stopOrgs, writesOf } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

test.each([[''], ['createGroups: true']])(
  'a denying group that was renamed in Okta stops the plan until the map says so (%s)',
  async (manage) => {
    const org = await orgWith({ groups: GROUPS });
    const text = mapText(org.url, { manage });
    const { run } = runnerIn({
      'access.yaml': text,
      'was.yaml': text.replace('blocked: {', 'blocked: { was: [blocked-people],'),
      'dropped.yaml': text.replace(/ {2}blocked: .*\n/, ''),
    });
    await run('okta apply --yes');
    const group = [...org.store.groups.values()].find(
      ({ profile }) => (profile as { readonly name: string }).name === 'blocked',
    );
    Object.assign(group ?? {}, { profile: { name: 'blocked-people' } });
    org.requests.length = 0;
    const blocked = await run('okta apply --yes');
    expect(blocked).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was written'),
    });
    expect(blocked.stdout).toContain(
      `! group \`blocked\`, which denies, is not in the claim, which carries \`blocked-people\` (${group?.id}) under no name of the given maps: if it was renamed in Okta, list that name under \`was\``,
    );
    org.store.groups.set('00gempty', {
      id: '00gempty',
      type: 'OKTA_GROUP',
      profile: { name: 'blocked' },
    });
    expect((await run('okta apply --yes')).stdout).toContain(
      '! group `blocked`, which denies, is not in the claim',
    );
    expect(writesOf(org.requests)).toEqual([]);
    org.store.groups.delete('00gempty');
    expect((await run('okta plan was.yaml')).stdout).not.toContain('  ! ');
    expect((await run('okta plan dropped.yaml')).stdout).not.toContain('  ! ');
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
  const { run, cwd } = runnerIn({
    'a.yaml': mapText(org.url, { name: 'a', groups: groups('ga', 'allow: [a:read]') }),
    'b.yaml': mapText(org.url, { name: 'b', groups: groups('gb', 'deny: [POST /orders]') }),
  });
  expect((await run('okta apply -m a.yaml --yes --write')).code).toBe(0);
  const short = await run('okta apply -m b.yaml --yes');
  expect(short).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(
      'set `okta.groupsClaim: [groups, groups_2]`, or apply with `--write`',
    ),
  });
  expect((await run('okta plan b.yaml')).code).toBe(1);
  const verified = await run('okta verify b.yaml');
  expect(verified.code).toBe(1);
  expect(verified.stdout).toMatch(
    /claim `groups_2` carries `gb\d+`, .* and 15 more, and `okta.groupsClaim` does not list it/,
  );
  expect((await run('okta apply -m b.yaml --yes --write')).code).toBe(0);
  expect(readFileSync(join(cwd, 'b.yaml'), 'utf8')).toContain(
    'groupsClaim: ["groups", "groups_2"]',
  );
  expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).not.toContain('groupsClaim');
  for (const maps of ['a.yaml', 'b.yaml', 'a.yaml b.yaml'])
    expect([maps, (await run(`okta plan ${maps}`)).code]).toEqual([maps, 0]);
  expect((await run('okta verify a.yaml b.yaml')).stdout).not.toContain('okta.groupsClaim');
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
