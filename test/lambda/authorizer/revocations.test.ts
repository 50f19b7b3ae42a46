/** Tokens that are valid in themselves and were revoked since they were issued. */
import { describe, expect, test } from '@jest/globals';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { createAuthorizer } from '../../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../../lambda/authorizer/handler.ts';
import { cachedPolicies } from '../../../lambda/authorizer/policies.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { revocations } from '../../../lambda/authorizer/revocations.ts';
import type { NewRevocation } from '../../../lambda/core/contract/revocation.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';
import { modelFile, rowOf } from '../../support/model.ts';
import {
  clientSubject,
  groupSubject,
  userClientSubject,
  userSubject,
} from '../../support/wire/revocation.ts';

const NOW = Date.parse('2026-11-28T10:00:00Z');
const ISSUED = NOW / 1_000 - 60;
const ORG = 'acme.okta.com';
const ROUTES = ['GET /orders', 'POST /orders', 'GET /open'];

const user = (
  uid: string,
  more: Partial<Extract<Principal, { kind: 'user' }>> = {},
): Principal => ({
  ...{ kind: 'user', uid, cid: '0oa1web', groups: ['readers'], scopes: [], issuedAt: ISSUED },
  ...more,
});
const tokens: Readonly<Record<string, Principal>> = {
  reader: user('00u1'),
  later: user('00u1', { issuedAt: ISSUED + 60 }),
  other: user('00u2'),
  former: user('00u3', { groups: ['old-readers'] }),
  blocked: user('00u9'),
  partner: user('00u5', { block: 'partners' }),
  batch: { kind: 'machine', cid: '0oa1batch', scopes: [], issuedAt: ISSUED },
};

interface Options {
  readonly entries?: readonly NewRevocation[];
  /** Of the second org. */
  readonly partnerEntries?: readonly NewRevocation[];
  readonly readable?: boolean;
  readonly onStoreFailure?: 'deny';
  readonly unauthorized?: 'throw' | 'deny';
  readonly file?: Partial<ModelFile>;
  readonly prefix?: string;
}

function scene({
  entries = [],
  partnerEntries = [],
  readable = true,
  onStoreFailure,
  unauthorized = 'throw',
  file = {},
  prefix = '',
}: Options = {}) {
  const base = modelFile({
    routes: ROUTES,
    quotas: [{ name: 'standard', windows: [{ id: 'minute', per: 'minute', limit: 1 }] }],
    groups: { readers: { allow: ['GET /orders'], quota: 'standard' } },
    machines: { '0oa1batch': { allow: ['POST /orders'] } },
    signedIn: ['GET /open'],
    blocked: { users: ['00u9'] },
    okta: { groupPrefix: prefix, revokedBy: ORG, name: 'staff' },
    moreOkta: [{ name: 'partners', revokedBy: 'partners.okta.com' }],
  });
  const revocation = [ORG, 'partners.okta.com'].map((org) => ({
    ...{ org, withinSeconds: 10, marginSeconds: 2 },
    ...(onStoreFailure && { onStoreFailure }),
  }));
  const groups = base.groups.map((group) => ({ ...group, was: ['old-readers'] }));
  const access = parseModel({ ...base, groups, revocation, ...file });
  const clock = { now: () => NOW };
  const failures: string[] = [];
  const { check } = revocations(access, {
    clock,
    wait: (_, work) => work,
    listOf: (org) => ({
      read: async () => {
        if (!readable) throw new Error('no answer');
        const written = org === ORG ? entries : partnerEntries;
        return { entries: written.map((one) => ({ ...one, writtenAt: NOW })), cursor: NOW };
      },
    }),
    onFailure: (org) => failures.push(org),
  });
  const authorize = createAuthorizer({
    ...{ model: access, clock, revocations: check },
    verifier: { verify: async (token) => tokens[token] as Principal },
    quota: quotaLimiter(access, memoryQuotaStore(), clock),
    policyFor: access.cache && cachedPolicies(access),
  });
  const records: Record<string, unknown>[] = [];
  const audit = { record: (record: object) => void records.push({ ...record }) };
  const handler = createHandler({
    ...{ authorize, unauthorized, mapVersion: access.version, clock, audit },
  });
  const call = (token: string, method = 'GET', path = '/orders') =>
    handler(httpApiEvent(method, path, { routeKey: `${method} ${path}`, token }));
  return { call, records, failures };
}

const suspended: NewRevocation = {
  ...{ subject: userSubject('00u1'), issuedUpTo: ISSUED * 1_000, reason: 'user_suspended' },
};
const effectOf = ({ policyDocument }: { readonly policyDocument: object }): string =>
  JSON.stringify(policyDocument).includes('Allow') ? 'allow' : 'deny';

describe('a revoked token', () => {
  test('is 401 as an invalid one, and recorded with its reason and its caller', async () => {
    const { call, records } = scene({ entries: [suspended] });
    await expect(call('reader')).rejects.toThrow('Unauthorized');
    expect(records).toEqual([
      expect.objectContaining({
        ...{ effect: 'deny', code: 'TOKEN_REVOKED', reason: 'user_suspended' },
        principal: { kind: 'user', id: '00u1', cid: '0oa1web' },
      }),
    ]);
  });

  test('is a Deny of everything where the map answers so', async () => {
    const { call } = scene({ entries: [suspended], unauthorized: 'deny' });
    const { policyDocument, context } = await call('reader');
    expect(effectOf({ policyDocument })).toBe('deny');
    expect(context.code).toBe('TOKEN_REVOKED');
  });

  test.each<[string, NewRevocation, string, boolean]>([
    ['of the user', suspended, 'reader', true],
    ['of the user, with a new token', suspended, 'later', false],
    ['of another user', suspended, 'other', false],
    ['of the client', { ...suspended, subject: clientSubject('0oa1web') }, 'other', true],
    ['of a machine', { ...suspended, subject: clientSubject('0oa1batch') }, 'batch', true],
    [
      'of the user by the client',
      { ...suspended, subject: userClientSubject('00u1', '0oa1web') },
      'reader',
      true,
    ],
    [
      'of the user by another client',
      { ...suspended, subject: userClientSubject('00u1', '0oa2') },
      'reader',
      false,
    ],
    ['of a group', { ...suspended, subject: groupSubject('readers') }, 'other', true],
    [
      'of a group by its former name',
      { ...suspended, subject: groupSubject('readers') },
      'former',
      true,
    ],
    [
      'of a group that it lacks',
      { ...suspended, subject: groupSubject('writers') },
      'other',
      false,
    ],
  ])('or none, by an entry %s', async (_, entry, token, isRevoked) => {
    const { call } = scene({ entries: [entry] });
    const path = token === 'batch' ? (['POST', '/orders'] as const) : (['GET', '/orders'] as const);
    const answer = call(token, ...path);
    if (isRevoked) await expect(answer).rejects.toThrow('Unauthorized');
    else expect(effectOf(await answer)).toBe('allow');
  });

  test('carries groups by the names that Okta has, with the prefix', async () => {
    const entry = (name: string): NewRevocation => ({ ...suspended, subject: groupSubject(name) });
    await expect(
      scene({ entries: [entry('api-readers')], prefix: 'api-' }).call('reader'),
    ).rejects.toThrow('Unauthorized');
    const { call } = scene({ entries: [entry('readers')], prefix: 'api-' });
    expect(effectOf(await call('reader'))).toBe('allow');
  });

  test('is refused on routes for every valid token too, and pays no quota', async () => {
    const { call } = scene({ entries: [suspended] });
    await expect(call('reader', 'GET', '/open')).rejects.toThrow('Unauthorized');
    for (let n = 0; n < 3; n++) await expect(call('reader')).rejects.toThrow('Unauthorized');
    // One a minute: the new token's call is the first that is paid.
    expect(effectOf(await call('later'))).toBe('allow');
  });

  test('of a blocked user is BLOCKED, so that nobody gets new tokens for ever', async () => {
    const entry = { ...suspended, subject: userSubject('00u9') };
    const { call, records } = scene({ entries: [entry] });
    expect(effectOf(await call('blocked'))).toBe('deny');
    expect(records).toEqual([expect.objectContaining({ code: 'BLOCKED' })]);
  });

  test('of another Okta org is evaluated by that org’s list alone', async () => {
    const entry = { ...suspended, subject: userSubject('00u5') };
    expect(effectOf(await scene({ entries: [entry] }).call('partner'))).toBe('allow');
    const { call, records } = scene({ partnerEntries: [entry] });
    await expect(call('partner')).rejects.toThrow('Unauthorized');
    expect(records).toEqual([expect.objectContaining({ code: 'TOKEN_REVOKED' })]);
  });

  test('gets a policy that allows nothing where answers are kept', async () => {
    const cache = { mode: 'tokenAndRoute', ttlSeconds: 10 } as const;
    const options = { entries: [suspended], unauthorized: 'deny' as const, file: { cache } };
    const { policyDocument } = await scene(options).call('reader');
    expect(policyDocument).toMatchObject({
      Statement: [{ Effect: 'Deny', Resource: [expect.stringMatching(/\*$/)] }],
    });
    expect(effectOf({ policyDocument })).toBe('deny');
  });

  test('passes in shadow mode, and the record says what would have become of it', async () => {
    const shadow = { routes: rowOf(ROUTES, ROUTES) };
    const { call, records } = scene({ entries: [suspended], file: { shadow } });
    expect(effectOf(await call('reader'))).toBe('allow');
    expect(records).toEqual([
      expect.objectContaining({
        ...{ effect: 'allow', mode: 'shadow', wouldDeny: true },
        ...{ code: 'TOKEN_REVOKED', reason: 'user_suspended' },
      }),
    ]);
  });
});

describe('a list that cannot be read', () => {
  test('lets calls pass by default, and the record says that nothing was looked up', async () => {
    const { call, records, failures } = scene({ entries: [suspended], readable: false });
    expect(effectOf(await call('reader'))).toBe('allow');
    expect(records).toEqual([
      expect.objectContaining({ effect: 'allow', revocationsUnread: true }),
    ]);
    expect(failures).toEqual([ORG]);
  });

  test('refuses calls where the map says `deny`, with 500, which is no client’s fault', async () => {
    const { call, records } = scene({ readable: false, onStoreFailure: 'deny' });
    await expect(call('reader')).rejects.toThrow('AuthorizerFailure');
    expect(records).toEqual([
      expect.objectContaining({ effect: 'deny', code: 'REVOCATIONS_UNAVAILABLE' }),
    ]);
  });

  test('refuses nobody in shadow mode', async () => {
    const shadow = { routes: rowOf(ROUTES, ROUTES) };
    const { call } = scene({ readable: false, onStoreFailure: 'deny', file: { shadow } });
    expect(effectOf(await call('reader'))).toBe('allow');
  });

  test('of one org says nothing about tokens of a block that follows none', async () => {
    const okta = modelFile({ routes: ROUTES }).okta;
    const file = { okta, revocation: [] };
    const { call, failures } = scene({ readable: false, onStoreFailure: 'deny', file });
    expect(effectOf(await call('reader'))).toBe('allow');
    expect(failures).toEqual([]);
  });
});
