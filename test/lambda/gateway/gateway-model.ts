/**
 * A gateway as its documentation describes it, written apart from the product: which route takes a
 * call on a stage, and whether the call reaches the back end.
 */
import fc from 'fast-check';

/** `none`, `ours`, `mock` (the gateway answers), or the authorizer of somebody else. */
export type Guard = 'none' | 'ours' | 'mock' | 'jwt' | 'iam' | 'pool' | 'lambda';
export type Call = 'without token' | 'without group';

/** By route key. */
export type Deployment = Readonly<Record<string, Guard>>;

export interface World {
  readonly kind: 'http' | 'rest';
  /** What the API is now; an HTTP API serves it at once. */
  readonly now: Deployment;
  /** REST: what each stage serves. `prod` is the attachment's. */
  readonly stages: Readonly<Record<string, Deployment>>;
  /** REST: what some callers of a stage get in place of that. */
  readonly canaries: Readonly<Record<string, Deployment>>;
  readonly guarded: ReadonlySet<string>;
  readonly public: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
  readonly recorded: ReadonlySet<string>;
  readonly accepted: ReadonlySet<string>;
  readonly onUnmapped: 'fail' | 'deny' | 'leave';
  readonly otherStages: 'fail' | 'leave' | readonly string[];
}

const split = new Map<string, readonly string[]>();
/** Few paths are asked for very often. */
function segments(template: string): readonly string[] {
  const known = split.get(template) ?? template.split('/').slice(1);
  split.set(template, known);
  return known;
}

/** How closely a template takes a path, segment by segment; undefined: not at all. */
function closeness(template: string, path: string): string | undefined {
  const [wanted, given] = [segments(template), segments(path)];
  let rank = '';
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    // After every full match, whatever stands before it.
    if (part.endsWith('+}')) return value === undefined ? undefined : `c${rank}c`;
    if (value === undefined) return undefined;
    if (part.startsWith('{')) rank += 'b';
    else if (part === value) rank += 'a';
    else return undefined;
  }
  return wanted.length === given.length ? rank : undefined;
}

/** Key of the route that takes the call. */
export function routeOf(
  kind: World['kind'],
  deployment: Deployment,
  method: string,
  path: string,
): string | undefined {
  const all = Object.keys(deployment)
    .map((key) => ({ key, of: key.split(' ')[0] ?? '', template: key.split(' ')[1] ?? '' }))
    .filter(({ of }) => kind === 'rest' || of === method || of === 'ANY')
    .flatMap((one) => {
      const rank = closeness(one.template, path);
      return rank === undefined ? [] : [{ ...one, rank }];
    })
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  const best = all.filter(({ rank }) => rank === all[0]?.rank);
  return (best.find(({ of }) => of === method) ?? best.find(({ of }) => of === 'ANY'))?.key;
}

/** Whether what stands before a route lets the call through to the back end. */
export function passes(guard: Guard, call: Call, isPublic: boolean): boolean {
  if (guard === 'mock') return false;
  if (guard === 'none') return true;
  // Somebody else's rules know nothing of our groups.
  if (guard !== 'ours') return call === 'without group';
  return call === 'without group' && isPublic;
}

const METHODS = ['GET', 'POST'];

/** A call for each route of the world, and what the tools may call good of it. */
export function callsOf(key: string): readonly (readonly [string, string])[] {
  const [method = '', template = ''] = key.split(' ');
  const paths = ['some', 'some/thing'].map((value) =>
    template.replace('{p+}', value).replace('{id}', '7'),
  );
  return (method === 'ANY' ? METHODS : [method]).flatMap((one) =>
    paths.map((path) => [one, path] as const),
  );
}

const guards: fc.Arbitrary<Guard> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Guard>('ours') },
  { weight: 2, arbitrary: fc.constant<Guard>('none') },
  { weight: 2, arbitrary: fc.constantFrom<Guard>('jwt', 'iam', 'pool', 'lambda') },
);

/**
 * Which Lambda function decides in a canary, nobody tells, so that none there is good; nor whether
 * an OPTIONS method without authorizer is MOCK there: the model has no canary with one that is.
 */
function canaryGuard({ stages }: Sketch): Guard | 'absent' | undefined {
  const guard = stages[0];
  return guard === 'ours' || guard === 'lambda' ? 'absent' : guard;
}

interface Sketch {
  readonly shape: 'plain' | 'parameter' | 'catchAll' | 'below' | 'beside' | 'options';
  readonly role: 'guarded' | 'public' | 'unmapped';
  readonly now: Guard | 'absent';
  readonly stages: readonly (Guard | 'absent')[];
  readonly marks: readonly boolean[];
}

const sketches: fc.Arbitrary<Sketch> = fc.record({
  shape: fc.constantFrom('plain', 'plain', 'parameter', 'catchAll', 'below', 'beside', 'options'),
  role: fc.constantFrom('guarded', 'guarded', 'guarded', 'public', 'unmapped'),
  now: fc.oneof({ weight: 9, arbitrary: guards }, { weight: 1, arbitrary: fc.constant('absent') }),
  stages: fc.array(
    fc.oneof({ weight: 5, arbitrary: guards }, { weight: 1, arbitrary: fc.constant('absent') }),
    { minLength: 3, maxLength: 3 },
  ),
  marks: fc.array(
    fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    { minLength: 4, maxLength: 4 },
  ),
});

function keyOf(shape: Sketch['shape'], at: number): string {
  const place = `/p${Math.floor(at / 4)}`;
  if (shape === 'catchAll') return `ANY ${place}/{p+}`;
  if (shape === 'parameter') return `GET ${place}/{id}`;
  if (shape === 'options') return `OPTIONS /o${at}`;
  return shape === 'plain' ? `GET /r${at}` : `GET ${place}/${shape}${at}`;
}

export const worlds = (kind: World['kind'], size: number): fc.Arbitrary<World> =>
  fc
    .record({
      sketched: fc.array(sketches, { minLength: size, maxLength: size }),
      onUnmapped: fc.constantFrom<World['onUnmapped']>('fail', 'deny', 'leave'),
      otherStages: fc.constantFrom<World['otherStages']>('fail', 'leave', ['dev']),
      // Without: stages serve what the API is.
      drifted: fc.boolean(),
      canaried: fc.boolean(),
    })
    .map(({ sketched, onUnmapped, otherStages, drifted, canaried }) => {
      const all = new Map(sketched.map((one, at) => [keyOf(one.shape, at), one]));
      const keys = (has: (sketch: Sketch) => boolean): ReadonlySet<string> =>
        new Set([...all].filter(([, sketch]) => has(sketch)).map(([key]) => key));
      const deployment = (
        of: (sketch: Sketch) => Guard | 'absent' | undefined,
        hasMocks = kind === 'rest',
      ): Deployment =>
        Object.fromEntries(
          [...all].flatMap(([key, sketch]) => {
            const guard = of(sketch);
            if (guard === undefined || guard === 'absent') return [];
            const isMock =
              hasMocks && key.startsWith('OPTIONS ') && guard === 'none' && !sketch.marks[3];
            return [[key, isMock ? 'mock' : guard] as const];
          }),
        );
      const now = deployment(({ now: guard }) => guard);
      const stageOf = (index: number): Deployment =>
        drifted ? deployment(({ stages }) => stages[index]) : now;
      return {
        kind,
        now,
        stages: kind === 'http' ? {} : { prod: stageOf(0), dev: stageOf(1), test: stageOf(2) },
        canaries: kind === 'rest' && canaried ? { dev: deployment(canaryGuard, false) } : {},
        guarded: keys(({ role, shape }) => role === 'guarded' && shape !== 'options'),
        public: keys(({ role }) => role === 'public'),
        replace: keys(
          ({ role, shape, marks }) =>
            role === 'guarded' && shape !== 'options' && marks[0] === true,
        ),
        recorded: keys(({ marks }) => marks[1] === true),
        accepted: keys(({ role, marks }) => role === 'guarded' && marks[2] === true),
        onUnmapped,
        otherStages,
      };
    });
