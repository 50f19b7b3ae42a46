/**
 * Random maps, and random traffic on them, for the properties of the commands that read the audit
 * log.
 */
import fc from 'fast-check';
import { AccessMap } from '../../lib/access-map/index.ts';
import { type MadeCall, machine, user } from './recorded-traffic.ts';

const ROUTES = ['GET /a', 'POST /a', 'GET /b/{id}', 'DELETE /b/{id}', 'GET /c'] as const;
const GROUPS = ['g1', 'g2', 'g3'] as const;
const PATTERNS = [...ROUTES, 'ANY /a', 'GET /b/*', 'a:all', 'a:read'] as const;

const list = fc.uniqueArray(fc.constantFrom(...PATTERNS), { minLength: 2, maxLength: 4 });
/**
 * Most groups allow something and have a quota, since one without makes the calls of its members
 * free.
 */
const grants = fc.record({
  allow: fc.oneof({ weight: 5, arbitrary: list }, fc.constant(undefined)),
  deny: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    fc.constantFrom<readonly string[]>(['GET /a'], ['ANY /a'], ['GET /b/*']),
  ),
  quota: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('few', 'many') }, fc.constant(undefined)),
});

/**
 * Every map has the same routes, groups, permissions and quotas; who may call what, and how often,
 * differs.
 */
export const anyMap: fc.Arbitrary<AccessMap> = fc
  .record({
    groups: fc.record({ g1: grants, g2: grants, g3: grants }),
    machine: fc.oneof(fc.constant({ groups: ['g1'] }), fc.record({ allow: list })),
    few: fc.integer({ min: 1, max: 2 }),
    many: fc.integer({ min: 1, max: 3 }),
    signedIn: fc.boolean(),
  })
  .map(({ groups, machine: own, few, many, signedIn }) =>
    mapOf(groups, own, { few, many }, signedIn),
  )
  .filter((map): map is AccessMap => map !== undefined);

function mapOf(
  groups: unknown,
  own: unknown,
  { few, many }: { readonly few: number; readonly many: number },
  signedIn: boolean,
): AccessMap | undefined {
  const input = {
    // What is cached is proven when a map is compiled, which takes time and changes no decision.
    api: { name: 'random', upstream: { url: 'https://random.example.com' }, cache: 'off' },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://random',
      clients: ['0oa1web', '0oa2web'],
    },
    routes: [...ROUTES, 'GET /open'],
    signedIn: signedIn ? ['GET /open'] : [],
    permissions: { 'a:all': ['ANY /a'], 'a:read': ['GET /a'] },
    quotas: {
      few: { limit: few, per: 'minute', by: 'user' },
      many: {
        by: 'group',
        windows: [
          { limit: many, per: 'minute' },
          { limit: many * 2, per: 'day' },
        ],
      },
    },
    groups,
    machines: { '0oa9machine': own },
  };
  const { map } = AccessMap.checkObject(input);
  if (map) inputs.set(map, input);
  return map;
}

const inputs = new WeakMap<AccessMap, unknown>();
/** The object that a random map was made from. */
export const inputOf = (map: AccessMap): unknown => inputs.get(map);

/** A month begins, and with it every window. */
const BEGIN = Date.parse('2026-11-01T00:00:00.000Z');

const groups = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.uniqueArray(fc.constantFrom<string>(...GROUPS, ...GROUPS, 'elsewhere'), {
      minLength: 1,
      maxLength: 2,
    }),
  },
  fc.constant([]),
);
const caller = fc.oneof(
  { weight: 6, arbitrary: fc.record({ uid: fc.constantFrom('00u1', '00u2'), groups }) },
  { weight: 1, arbitrary: fc.constantFrom('0oa9machine', '0oa2web') },
);

/** Calls within some minutes, in the order of time; the first at the very beginning. */
export const anyTraffic: fc.Arbitrary<readonly MadeCall[]> = fc
  .array(
    fc.record({
      who: caller,
      route: fc.constantFrom<string>(
        'GET /a',
        'GET /a',
        ...ROUTES,
        ...ROUTES,
        'GET /open',
        'GET /unknown',
      ),
      gap: fc.constantFrom(0, 300, 700, 1_500, 40_000),
    }),
    {
      minLength: 15,
      maxLength: 40,
    },
  )
  .map((calls) => {
    let at = BEGIN;
    return calls.map(({ who, route, gap }, index) => {
      at += index === 0 ? 0 : gap;
      return {
        at,
        route,
        principal: typeof who === 'string' ? machine(who) : user(who.uid, who.groups),
      };
    });
  });
