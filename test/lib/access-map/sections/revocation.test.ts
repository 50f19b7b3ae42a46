import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';

const OKTA = {
  issuer: 'https://acme.okta.com/oauth2/aus1',
  audience: 'api://orders',
  clients: ['0oa1'],
};

interface Sketch {
  readonly okta?: object;
  /** Null: the map has no such key. */
  readonly revocation?: object | null;
  readonly api?: object;
  readonly more?: object;
}

function check({ okta = {}, revocation = {}, api = {}, more = {} }: Sketch) {
  const { map, problems } = AccessMap.checkObject({
    api: { name: 'orders', upstream: { url: 'https://orders.example.com' }, ...api },
    okta: { ...OKTA, ...(revocation && { revocation }), ...okta },
    routes: ['GET /orders'],
    groups: { readers: { allow: ['GET /orders'] } },
    ...more,
  });
  return { map, problems: problems.map(({ code, message }) => `${code} ${message}`) };
}

const ARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/hub';

describe('okta.revocation', () => {
  test('has its defaults', () => {
    const { map, problems } = check({});
    expect(problems).toEqual([]);
    expect(map?.revocations).toEqual([
      {
        ...{ org: 'acme.okta.com', withinSeconds: 10, marginSeconds: 2, onStoreFailure: 'allow' },
        ...{ hook: true, hub: 'own', onAdd: false },
      },
    ]);
    expect(map?.model.revocation).toEqual([
      { org: 'acme.okta.com', withinSeconds: 10, marginSeconds: 2 },
    ]);
    expect(map?.model.okta.map(({ revokedBy }) => revokedBy)).toEqual(['acme.okta.com']);
  });

  test('says what it says', () => {
    const given = {
      ...{ within: '1s', margin: '10s', onStoreFailure: 'deny', hook: false, hub: ARN },
      ...{ poll: '5m', onAdd: true, org: 'other.okta.com' },
    };
    expect(check({ revocation: given }).map?.revocations).toEqual([
      {
        ...{ org: 'other.okta.com', withinSeconds: 1, marginSeconds: 10, onStoreFailure: 'deny' },
        ...{ hook: false, hub: { tableArn: ARN }, pollSeconds: 300, onAdd: true },
      },
    ]);
  });

  test('is absent where it is off: model, version and cache stay as they are', () => {
    const { map } = check({ revocation: null });
    expect(map?.revocations).toEqual([]);
    expect(JSON.stringify(map?.model)).not.toMatch(/revo/);
    expect(map?.cache.ttlSeconds).toBe(60);
    expect(check({}).map?.version).not.toBe(map?.version);
  });

  test.each([
    [{ within: '0s' }, '`1s` to `60s`'],
    [{ within: '61s' }, '`1s` to `60s`'],
    [{ margin: '11s' }, '`0s` to `10s`'],
    [{ poll: '59s' }, '`1m` to `1h`'],
    [{ poll: 'on' }, 'the word `off`'],
    [{ hub: 'arn:aws:sqs:eu-west-1:111122223333:hub' }, 'the ARN of the table of a hub'],
    [{ onStoreFailure: 'pass' }, '`allow` or `deny`'],
    [
      { org: 'https://acme.okta.com' },
      'the host of an Okta org, such as `acme.okta.com`, found `https://acme.okta.com`, did you mean `acme.okta.com`?',
    ],
    [{ org: 'ACME.okta.com' }, 'did you mean `acme.okta.com`?'],
    [
      { org: 'acme-admin.okta.com' },
      'okta/revocation/org: expected the org, not its admin console, found `acme-admin.okta.com`, did you mean `acme.okta.com`?',
    ],
    [{ withn: '5s' }, 'did you mean `within`?'],
  ])('refuses %j', (revocation, says) => {
    const { problems } = check({ revocation });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });
});

describe('the Okta org of a list', () => {
  const orgOf = (okta: object, revocation: object = {}): string | undefined =>
    check({ okta, revocation }).map?.revocations[0]?.org;

  test.each<[string, object, object, string]>([
    ['is the issuer’s', {}, {}, 'acme.okta.com'],
    ['is the one that is named', {}, { org: 'named.okta.com' }, 'named.okta.com'],
    [
      'is that of `manage`',
      { manage: { org: 'https://managed.okta.com' } },
      {},
      'managed.okta.com',
    ],
    [
      'is the one under a domain of Okta’s',
      { issuer: ['https://id.acme.com/oauth2/aus1', 'https://acme.oktapreview.com/oauth2/aus1'] },
      {},
      'acme.oktapreview.com',
    ],
    ['is a domain of its own', { issuer: 'https://id.acme.com/oauth2/aus1' }, {}, 'id.acme.com'],
  ])('%s', (_, okta, revocation, org) => {
    expect(orgOf(okta, revocation)).toBe(org);
  });
});

describe('several okta blocks', () => {
  const one = { ...OKTA, name: 'one' };
  const two = {
    ...OKTA,
    name: 'two',
    issuer: 'https://acme.okta.com/oauth2/aus2',
    groups: ['readers'],
  };
  const other = { ...two, issuer: 'https://b.okta.com/oauth2/aus2' };
  const blocks = (okta: readonly object[]) => check({ revocation: null, more: { okta } });
  const followed = (okta: readonly object[]) =>
    blocks(okta).map?.model.okta.map(({ revokedBy }) => revokedBy);

  test('of one Okta org follow its list, whichever of them has the key', () => {
    expect(followed([{ ...one, revocation: {} }, two])).toEqual(['acme.okta.com', 'acme.okta.com']);
    expect(followed([one, { ...two, revocation: {} }])).toEqual(['acme.okta.com', 'acme.okta.com']);
  });

  test('of one Okta org have the key once', () => {
    const { problems } = blocks([
      { ...one, revocation: {} },
      { ...two, revocation: {} },
    ]);
    expect(problems).toEqual([expect.stringContaining('a second one for `acme.okta.com`')]);
  });

  test('of two Okta orgs have a list each; one without is named', () => {
    expect(
      followed([
        { ...one, revocation: {} },
        { ...other, revocation: {} },
      ]),
    ).toEqual(['acme.okta.com', 'b.okta.com']);
    const { problems } = blocks([{ ...one, revocation: {} }, other]);
    expect(problems).toEqual([
      expect.stringMatching(/^REVOCATION_PARTIAL .*`b\.okta\.com` has no `revocation`/),
    ]);
    expect(followed([{ ...one, revocation: {} }, other])).toEqual(['acme.okta.com', undefined]);
  });
});

describe('kept answers', () => {
  test('are kept for `within` by `auto`', () => {
    expect(check({ revocation: { within: '5s' } }).map?.cache.ttlSeconds).toBe(5);
    expect(check({ revocation: { within: '60s' } }).map?.cache.ttlSeconds).toBe(60);
  });

  test('for longer are a warning with the sum', () => {
    const api = { cache: { ttl: '5m' } };
    const { problems, map } = check({ api });
    expect(problems).toEqual([
      expect.stringMatching(
        /^REVOCATION_CACHED .*311 s \(within 10 s \+ kept answers 300 s \+ 1 s\)/,
      ),
    ]);
    expect(map?.cache.ttlSeconds).toBe(300);
    expect(check({ api: { cache: { ttl: '10s' } } }).problems).toEqual([]);
    expect(check({ api, revocation: null }).problems).toEqual([]);
  });
});
