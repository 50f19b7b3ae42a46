/**
 * Random maps with shadow mode, denies, quotas, conflicts and what every user holds, their callers,
 * and an evaluator of its own that says each cell from the map as written.
 */
import fc from 'fast-check';
import type { Cell } from '../../lambda/core/decision/cell.ts';

/** Routes of the gateway, and those below a catch-all route, which only the map knows apart. */
const PLAIN = ['GET /a', 'POST /a', 'GET /b', 'DELETE /b', 'GET /me', 'GET /health'];
const BELOW = ['GET /files/{proxy+}', 'GET /files/own'];
export const UNKNOWN = 'GET /nowhere';
export const ENDPOINT = 'GET /permissions';
const GROUPS = ['g1', 'g2', 'g3'];

interface Grants {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly quota?: string;
}

export interface Drawn {
  readonly routes: readonly string[];
  readonly public: readonly string[];
  readonly signedIn: readonly string[];
  readonly groups: Readonly<Record<string, Grants>>;
  readonly everyone: Grants | undefined;
  readonly own: Grants;
  readonly conflict:
    | { readonly groups: readonly string[]; readonly routes: readonly string[] }
    | undefined;
  readonly shadow: 'whole' | readonly string[];
  readonly attached: boolean;
  /** Groups of a second okta block; absent: one block. */
  readonly second: readonly string[] | undefined;
  readonly prior: readonly ('none' | 'jwt' | 'scoped' | 'unknown')[];
}

const some = (routes: readonly string[], minLength = 0) => fc.subarray([...routes], { minLength });

export const drawnMaps: fc.Arbitrary<Drawn> = fc
  .record({
    /** Nothing that rules out the gateway's cache. */
    kept: fc.constantFrom(true, false, false),
    below: fc.boolean(),
    public: some(['GET /health']),
    signedIn: some(['GET /me']),
    attached: fc.boolean(),
  })
  .map((fixed) => (fixed.kept ? { ...fixed, below: false, attached: false } : fixed))
  .chain(({ below, kept, ...fixed }) => {
    const routes = [...PLAIN, ...(below ? BELOW : [])];
    const closed = routes.filter((key) => ![...fixed.public, ...fixed.signedIn].includes(key));
    const grants = fc.record(
      {
        allow: some(closed),
        deny: fc.oneof(fc.constant([]), some(closed)),
        ...(kept ? {} : { quota: fc.constantFrom('shared', 'strict') }),
      },
      { requiredKeys: ['allow', 'deny'] },
    );
    return fc.record({
      routes: fc.constant(routes),
      public: fc.constant(fixed.public),
      signedIn: fc.constant(fixed.signedIn),
      attached: fc.constant(fixed.attached),
      groups: fc.record({ g1: grants, g2: grants, g3: grants }),
      everyone: fc.option(grants, { nil: undefined }),
      own: grants,
      conflict: fc.option(
        fc.record({ groups: fc.subarray(GROUPS, { minLength: 2 }), routes: some(closed, 1) }),
        { nil: undefined },
      ),
      shadow: kept
        ? fc.constant<readonly string[]>([])
        : fc.oneof(
            { weight: 2, arbitrary: fc.constant<readonly string[]>([]) },
            { weight: 2, arbitrary: some(routes.filter((key) => !fixed.public.includes(key))) },
            { weight: 1, arbitrary: fc.constant('whole' as const) },
          ),
      second: fc.option(fc.subarray(['g1', 'g2'], { minLength: 1 }), { nil: undefined }),
      prior: fc.array(fc.constantFrom('none', 'jwt', 'scoped', 'unknown'), {
        minLength: routes.length + 2,
        maxLength: routes.length + 2,
      }),
    });
  }) as fc.Arbitrary<Drawn>;

const ISSUERS = ['https://acme.okta.com/oauth2/aus1', 'https://partner.okta.com/oauth2/aus2'];
export const [FIRST_ISSUER = '', SECOND_ISSUER = ''] = ISSUERS;

/** The map as somebody would write it. */
export function mapOf(drawn: Drawn): object {
  const block = { audience: 'api://a', clients: ['0oa1web'] };
  const marked = drawn.shadow === 'whole' ? [] : drawn.shadow;
  const given = ({ allow, deny, quota }: Grants) => ({
    allow,
    ...(deny.length > 0 && { deny }),
    ...(quota !== undefined && { quota }),
  });
  return {
    api: {
      name: 'drawn',
      ...(drawn.attached
        ? { attachTo: { httpApiId: 'abcdef123' } }
        : { upstream: { url: 'https://a.example.org' } }),
    },
    okta: drawn.second
      ? [
          { name: 'one', issuer: FIRST_ISSUER, ...block },
          {
            name: 'two',
            issuer: SECOND_ISSUER,
            ...block,
            groups: [...drawn.second, ...(opensSecond(drawn) ? ['everyone'] : [])],
          },
        ]
      : { issuer: FIRST_ISSUER, ...block },
    ...(drawn.shadow === 'whole' && { mode: 'shadow' }),
    routes: drawn.routes.map((route) =>
      marked.includes(route) ? { route, mode: 'shadow' } : route,
    ),
    ...(drawn.public.length > 0 && { public: drawn.public }),
    ...(drawn.signedIn.length > 0 && { signedIn: drawn.signedIn }),
    quotas: {
      shared: { limit: 1000, per: 'minute', by: 'user' },
      strict: { limit: 1000, per: 'day', by: 'user', strict: true },
    },
    groups: Object.fromEntries(
      Object.entries(drawn.groups).map(([name, grants]) => [name, given(grants)]),
    ),
    ...(drawn.everyone && { everyone: given(drawn.everyone) }),
    ...(drawn.conflict && { conflicts: [drawn.conflict] }),
    machines: { '0oagrouped': { groups: ['g1'] }, '0oaown': given(drawn.own) },
    blocked: { users: ['00ublocked'] },
    permissionsEndpoint: { path: '/permissions' },
  };
}

/** Whether users of the second block hold what every user is allowed. */
const opensSecond = ({ everyone, second }: Drawn): boolean =>
  everyone !== undefined && second?.length === 2;

export interface DrawnCaller {
  readonly kind: 'nobody' | 'user' | 'machine';
  readonly id: string;
  readonly groups: readonly string[];
  readonly block?: 'one' | 'two';
}

const user = (groups: readonly string[], more: Partial<DrawnCaller> = {}): DrawnCaller => ({
  kind: 'user',
  id: '00u1',
  groups,
  ...more,
});

/**
 * No token, each union of the groups, a group of none, machines, a blocked user, a second block.
 */
export function callersOf({ second }: Drawn): readonly DrawnCaller[] {
  const unions = Array.from({ length: 2 ** GROUPS.length }, (_, bits) =>
    GROUPS.filter((_name, at) => (bits >> at) % 2 === 1),
  );
  const block = second ? ({ block: 'one' } as const) : {};
  return [
    { kind: 'nobody', id: '', groups: [] },
    ...unions.map((groups) => user(groups, block)),
    user(['unmapped'], block),
    user(['g1'], { id: '00ublocked', ...block }),
    { kind: 'machine', id: '0oagrouped', groups: ['g1'], ...block },
    { kind: 'machine', id: '0oaown', groups: [], ...block },
    { kind: 'machine', id: '0oastranger', groups: [], ...block },
    ...(second ? unions.map((groups) => user(groups, { block: 'two' })) : []),
  ];
}

/** The cell by the text of the documentation, from the map as written. */
export function expectedCell(drawn: Drawn, caller: DrawnCaller, route: string): Cell {
  const whole = drawn.shadow === 'whole';
  const mode = whole || drawn.shadow.includes(route) ? 'shadow' : 'enforce';
  const rule = expectedRule(drawn, caller, route);
  if (rule === 'public') return { rule, mode, gateway: 'anyone' };
  if (mode === 'shadow' && drawn.attached && route !== ENDPOINT)
    return { rule, mode, gateway: 'prior' };
  if (caller.kind === 'nobody') return { rule, mode, gateway: 'deny' };
  if (mode === 'shadow' || rule === 'signedIn') return { rule, mode, gateway: 'anyToken' };
  return { rule, mode, gateway: rule === 'allowed' ? 'allow' : 'deny' };
}

function expectedRule(drawn: Drawn, caller: DrawnCaller, route: string): Cell['rule'] {
  if (drawn.public.includes(route)) return 'public';
  if (caller.id === '00ublocked') return 'denied';
  if (![...drawn.routes, ENDPOINT].includes(route)) return 'closed';
  if (drawn.signedIn.includes(route) || route === ENDPOINT) return 'signedIn';
  const inSecond = caller.block === 'two';
  const held = caller.groups.filter(
    (name) => name in drawn.groups && (!inSecond || drawn.second?.includes(name)),
  );
  const everyone = caller.kind === 'user' ? drawn.everyone : undefined;
  const grants = [
    ...held.flatMap((name) => drawn.groups[name] ?? []),
    ...(caller.id === '0oaown' && !inSecond ? [drawn.own] : []),
  ];
  const allows = everyone && (!inSecond || opensSecond(drawn)) ? [...grants, everyone] : grants;
  const denies = everyone ? [...grants, everyone] : grants;
  if (denies.some(({ deny }) => deny.includes(route))) return 'denied';
  const apart = drawn.conflict?.groups.filter((name) => held.includes(name)) ?? [];
  if (apart.length > 1 && drawn.conflict?.routes.includes(route)) return 'denied';
  return allows.some(({ allow }) => allow.includes(route)) ? 'allowed' : 'closed';
}
