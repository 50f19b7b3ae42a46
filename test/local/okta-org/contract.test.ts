import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalOrg, startOktaOrg } from '../../../local/okta-org/org-server.ts';
import {
  DEFAULT_SERVER,
  ID,
  RECORDED,
  REFUSALS,
  type RecordedAnswer,
  SYSTEM_CLAIMS,
  SYSTEM_SCOPES,
  TEXT,
  TIME,
} from './recorded-answers.ts';

let org: LocalOrg;
beforeAll(async () => {
  org = await startOktaOrg({
    defaultServer: true,
    users: [{ login: 'ann@example.com', uid: '00uann', groups: [] }],
  });
});
afterAll(() => org.stop());

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(org.url + path, {
    method,
    headers: { authorization: 'SSWS x', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
}

/** What stands for any value becomes one that matches it; lists and objects are held as a whole. */
function expected(recorded: unknown): unknown {
  if (recorded === ID) return expect.stringMatching(/^[0-9a-z]{3}\w+$/i);
  if (recorded === TIME) return expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  if (recorded === TEXT) return expect.stringMatching(/./);
  if (Array.isArray(recorded)) return recorded.map(expected);
  if (typeof recorded !== 'object' || recorded === null) return recorded;
  return Object.fromEntries(Object.entries(recorded).map(([key, value]) => [key, expected(value)]));
}

const filled = (text: string, ids: ReadonlyMap<string, string>): string =>
  text.replace(/:([a-z]\w*)(?=["/?]|$)/gi, (found, name: string) => ids.get(name) ?? found);

async function replay(
  { method, path, body, makes }: RecordedAnswer,
  ids: Map<string, string>,
): Promise<Answer> {
  const given = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body), ids));
  const answer = await call(method, filled(path, ids), given);
  if (makes !== undefined) ids.set(makes, (answer.json as { readonly id: string }).id);
  return answer;
}

test.each(RECORDED)('the local org answers as real orgs do: %s', async (_, calls) => {
  const ids = new Map<string, string>();
  for (const recorded of calls) {
    const { status, json } = await replay(recorded, ids);
    const { method, path } = recorded;
    expect([method, path, status]).toEqual([method, path, recorded.status]);
    expect({ method, path, json }).toEqual({ method, path, json: expected(recorded.answer) });
  }
});

test('a new server has the claims and scopes that Okta gives every one', async () => {
  const made = await call('POST', '/api/v1/authorizationServers', { name: 's', audiences: ['s'] });
  const { id } = made.json as { readonly id: string };
  const claims = (await call('GET', `/api/v1/authorizationServers/${id}/claims`)).json as {
    readonly [key: string]: unknown;
  }[];
  const rows = claims.map(({ name, claimType, valueType, conditions, alwaysIncludeInToken }) => [
    name,
    claimType,
    valueType,
    (conditions as { readonly scopes: unknown }).scopes,
    alwaysIncludeInToken,
  ]);
  expect(new Set(rows.map(String))).toEqual(new Set(SYSTEM_CLAIMS.map(String)));
  expect(claims.every(({ system }) => system === true)).toBe(true);
  const scopes = (await call('GET', `/api/v1/authorizationServers/${id}/scopes`)).json as {
    readonly name: string;
  }[];
  expect(scopes.map(({ name }) => name)).toEqual(SYSTEM_SCOPES);
});

test('the default server has an id of its own, an issuer by name, and stays', async () => {
  const { json } = await call('GET', '/api/v1/authorizationServers/default');
  expect(json).toMatchObject(expected(DEFAULT_SERVER) as object);
  const { id, issuer } = json as { readonly id: string; readonly issuer: string };
  expect([id.startsWith('aus'), issuer]).toEqual([true, `${org.url}/oauth2/default`]);
  await call('POST', `/api/v1/authorizationServers/${id}/lifecycle/deactivate`);
  expect((await call('DELETE', `/api/v1/authorizationServers/${id}`)).status).toBe(400);
});

test.each([
  ['authorizationServers/ausnone'],
  ['groups/00gnone'],
  ['groups/rules/0prnone'],
  ['apps/0oanone'],
])('what the org does not have is refused as Okta does: %s', async (path) => {
  const { status, json } = await call('GET', `/api/v1/${path}`);
  const { errorCode, errorSummary } = REFUSALS.notFound;
  expect([status, json]).toEqual([
    REFUSALS.notFound.status,
    expect.objectContaining({ errorCode, errorSummary: expect.stringMatching(`^${errorSummary}`) }),
  ]);
});
