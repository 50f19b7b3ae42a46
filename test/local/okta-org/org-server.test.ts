import { expect, test } from '@jest/globals';
import { startOktaOrg } from '../../../local/okta-org/org-server.ts';

const names = Array.from({ length: 101 }, (_, index) => `g${index}`);
const users = [
  { login: 'many@example.com', uid: '00umany', groups: names },
  { login: 'few@example.com', uid: '00ufew', groups: ['g1', 'imported'] },
];

async function orgWithClaim(claim: Readonly<Record<string, unknown>>) {
  const org = await startOktaOrg({
    users,
    groups: [...names.map((name) => ({ name })), { name: 'imported', type: 'APP_GROUP' }],
  });
  const call = async (path: string, body: unknown): Promise<{ readonly id: string }> => {
    const init = {
      method: 'POST',
      headers: { authorization: 'SSWS x', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return (await (await fetch(`${org.url}/api/v1${path}`, init)).json()) as {
      readonly id: string;
    };
  };
  const { id } = await call('/authorizationServers', { name: 'a', audiences: ['a'] });
  await call(`/authorizationServers/${id}/claims`, {
    name: 'groups',
    claimType: 'RESOURCE',
    ...claim,
  });
  return { org, id };
}

test('a filter that lets more than 100 groups of a user through fails the whole token', async () => {
  const { org, id } = await orgWithClaim({
    valueType: 'GROUPS',
    group_filter_type: 'REGEX',
    value: 'g.*',
  });
  expect(org.claimsOf(id, 'many@example.com')).toEqual({
    kind: 'refused',
    why: 'more than 100 groups',
  });
  expect(org.claimsOf(id, 'few@example.com')).toEqual({
    kind: 'claims',
    claims: { groups: ['g1'] },
  });
  await org.stop();
});

test.each([
  [{ valueType: 'GROUPS', group_filter_type: 'EQUALS', value: 'G1' }, { groups: ['g1'] }],
  [{ valueType: 'GROUPS', group_filter_type: 'REGEX', value: 'G1' }, {}],
  [{ valueType: 'GROUPS', group_filter_type: 'STARTS_WITH', value: 'imp' }, {}],
  [
    { valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' },
    { groups: ['Everyone', 'g1'] },
  ],
  [
    {
      valueType: 'GROUPS',
      group_filter_type: 'REGEX',
      value: '.*',
      conditions: { scopes: ['email'] },
    },
    {},
  ],
])('a claim %j puts %j into a token', async (claim, claims) => {
  const { org, id } = await orgWithClaim(claim);
  expect(org.claimsOf(id, 'few@example.com')).toEqual({ kind: 'claims', claims });
  await org.stop();
});

test('without a policy that names the client there is no token', async () => {
  const { org, id } = await orgWithClaim({
    valueType: 'GROUPS',
    group_filter_type: 'REGEX',
    value: '.*',
  });
  const request = { clientId: '0oa1', login: 'few@example.com', scopes: ['openid'] };
  expect(org.tokenFor(id, request)).toMatchObject({ kind: 'refused', error: 'access_denied' });
  expect(org.tokenFor('aus9', request)).toMatchObject({ kind: 'refused', status: 404 });
  await org.stop();
});
