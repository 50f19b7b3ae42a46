import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  Counted,
  DecisionLog,
  PassedRoute,
  RefusedRoute,
  Span,
} from '../../../lambda/detector/detector-ports.ts';
import { type KnownRoute, STEP_MS, type Suspect } from '../../../lambda/detector/detector-state.ts';
import { findFirstUse } from '../../../lambda/detector/first-use.ts';
import { memoryState } from '../../../lambda/detector/memory-state.ts';
import {
  findProbing,
  MAX_SUSPECT_ROUTES,
  MAX_SUSPECTS,
  PROBING_CODES,
} from '../../../lambda/detector/probing.ts';
import {
  INGESTION_DELAY_MS,
  MAX_LOOKBACK_MS,
  MAX_SPAN_MS,
  runDetection,
} from '../../../lambda/detector/run-detection.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const settings = {
  probedRoutes: 3,
  windowMs: HOUR,
  learningMs: HOUR,
  sensitive: [{ route: 'DELETE /a', groups: ['admins', '__proto__'] }],
};
const nobody: ReadonlyMap<string, Suspect> = new Map();
const refused = (step: number, route: string, principal = '00u1'): RefusedRoute => ({
  at: NOON + step * STEP_MS,
  principal,
  route,
});
const passed = (step: number, groups: readonly string[], route = 'DELETE /a'): PassedRoute => ({
  at: NOON + step * STEP_MS,
  route,
  groups,
});

describe('probing', () => {
  const found = (rows: readonly RefusedRoute[]) =>
    findProbing(nobody, rows, NOON + 1_000 * STEP_MS, settings).findings;

  test('a principal that is refused on as many routes as are asked for is found, with the routes', () => {
    const rows = [refused(0, 'GET /c'), refused(1, 'GET /a'), refused(2, 'GET /b')];
    expect(found(rows)).toEqual([
      { principal: '00u1', routes: ['GET /a', 'GET /b', 'GET /c'], at: NOON + 2 * STEP_MS },
    ]);
  });

  test.each([
    [
      'two routes, often',
      [0, 1, 2, 3].flatMap((step) => [refused(step, 'GET /a'), refused(step, 'GET /b')]),
    ],
    [
      'three routes of three principals',
      [refused(0, 'GET /a', '1'), refused(0, 'GET /b', '2'), refused(0, 'GET /c', '3')],
    ],
    [
      'the third route after the window',
      [refused(0, 'GET /a'), refused(6, 'GET /b'), refused(12, 'GET /c')],
    ],
  ])('%s is none', (_, rows) => {
    expect(found(rows)).toEqual([]);
  });

  test('the window reaches over what runs have reported', () => {
    const first = findProbing(
      nobody,
      [refused(0, 'GET /a'), refused(0, 'GET /b')],
      NOON + STEP_MS,
      settings,
    );
    expect(first.findings).toEqual([]);
    const late = (step: number) =>
      findProbing(first.suspects, [refused(step, 'GET /c')], NOON + (step + 1) * STEP_MS, settings)
        .findings;
    expect([late(11).length, late(12).length]).toEqual([1, 0]);
  });

  test('who goes on is reported once a window', () => {
    const rows = Array.from({ length: 30 }, (_, step) =>
      ['GET /a', 'GET /b', 'GET /c'].map((route) => refused(step, route)),
    ).flat();
    expect(found(rows).map(({ at }) => (at - NOON) / STEP_MS)).toEqual([0, 12, 24]);
  });

  test('names of objects are names like others', () => {
    const rows = ['__proto__', 'constructor', 'toString'].map((route) =>
      refused(0, route, '__proto__'),
    );
    expect(found(rows)).toMatchObject([
      { principal: '__proto__', routes: ['__proto__', 'constructor', 'toString'] },
    ]);
  });

  test('what is remembered is bounded, and who has the most routes stays', () => {
    const crowd = Array.from({ length: MAX_SUSPECTS + 100 }, (_, n) =>
      refused(0, 'GET /a', `00u${n}`),
    );
    const busy = Array.from({ length: MAX_SUSPECT_ROUTES + 10 }, (_, n) =>
      refused(0, `GET /${n}`, 'busy'),
    );
    const { suspects } = findProbing(nobody, [...crowd, ...busy], NOON + STEP_MS, settings);
    expect(suspects.size).toBe(MAX_SUSPECTS);
    expect(suspects.get('busy')?.routes.size).toBe(MAX_SUSPECT_ROUTES);
  });

  test('only refusals that depend on the route are asked for', () => {
    expect(PROBING_CODES).toEqual([
      'ROUTE_UNMAPPED',
      'PATH_REFUSED',
      'GROUP_DENIED',
      'CONFLICT',
      'GROUP_NOT_ALLOWED',
      'SCOPE_MISSING',
    ]);
  });

  test('one long span finds what many short ones find, wherever they are cut', () => {
    const row = fc.record({
      step: fc.nat(40),
      route: fc.constantFrom('a', 'b', 'c', 'd'),
      principal: fc.constantFrom('1', '2'),
    });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 5 }),
        (made, cuts) => {
          const rows = made.map(({ step, route, principal }) => refused(step, route, principal));
          const ends = [...new Set([...cuts, 41])].sort((a, b) => a - b);
          let suspects = nobody;
          const inParts = ends.flatMap((end, n) => {
            const from = NOON + (ends[n - 1] ?? 0) * STEP_MS;
            const to = NOON + end * STEP_MS;
            const part = findProbing(
              suspects,
              rows.filter(({ at }) => at >= from && at < to),
              to,
              settings,
            );
            suspects = part.suspects;
            return part.findings;
          });
          const whole = findProbing(nobody, rows, NOON + 41 * STEP_MS, settings);
          const inOrder = (list: typeof inParts) =>
            list.map(({ principal, at, routes }) => `${at} ${principal} ${routes}`).sort();
          expect(inOrder(inParts)).toEqual(inOrder([...whole.findings]));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('first use of a sensitive route', () => {
  const learnt = (groups: readonly string[] = []): ReadonlyMap<string, KnownRoute> =>
    new Map([['DELETE /a', { since: NOON - settings.learningMs, groups: new Set(groups) }]]);
  const found = (
    known: ReadonlyMap<string, KnownRoute>,
    rows: readonly PassedRoute[],
    from = NOON,
  ) => findFirstUse(known, rows, from, settings).findings;

  test('a group is news the first time it comes, and not the second', () => {
    const rows = [passed(1, ['admins']), passed(0, ['admins'])];
    const first = findFirstUse(learnt(), rows, NOON, settings);
    expect(first.findings).toEqual([{ route: 'DELETE /a', group: 'admins', at: NOON }]);
    expect(found(first.known, rows)).toEqual([]);
  });

  test.each([
    ['a group that is known there', learnt(['admins']), passed(0, ['admins'])],
    ['a group that opens nothing there', learnt(), passed(0, ['clerks'])],
    ['a route that is not sensitive', learnt(), passed(0, ['admins'], 'GET /a')],
    ['a route that is watched since now', new Map(), passed(0, ['admins'])],
    ['the last step of learning', new Map(), passed(11, ['admins'])],
  ])('%s is none', (_, known, row) => {
    expect(found(known, [row])).toEqual([]);
  });

  test('a group is news from the end of learning on, unless it was learnt', () => {
    expect(found(new Map(), [passed(12, ['admins'])])).toHaveLength(1);
    expect(found(new Map(), [passed(0, ['admins']), passed(12, ['admins'])])).toEqual([]);
  });

  test('`__proto__` is a group like others', () => {
    expect(found(learnt(), [passed(0, ['__proto__'])])).toMatchObject([{ group: '__proto__' }]);
  });

  test('a route that is not sensitive any more is forgotten, and learnt again when it is again', () => {
    const { known } = findFirstUse(learnt(['admins']), [], NOON, { ...settings, sensitive: [] });
    expect([...known.keys()]).toEqual([]);
    expect(found(known, [passed(0, ['admins'])])).toEqual([]);
  });
});

interface Scene {
  now: number;
  rows: readonly RefusedRoute[];
  fails: boolean;
  limit: number;
}

function scene(start: Partial<Scene> = {}) {
  const world: Scene = { now: NOON, rows: [], fails: false, limit: 1_000, ...start };
  const spans: Span[] = [];
  const lines: Record<string, unknown>[] = [];
  const puts: Readonly<Record<string, number>>[] = [];
  const within = <Row extends { readonly at: number }>(
    rows: readonly Row[],
    { from, to }: Span,
  ): Counted<Row> => {
    const found = rows.filter(({ at }) => at >= from && at < to);
    return { rows: found.slice(0, world.limit), complete: found.length < world.limit };
  };
  const log: DecisionLog = {
    refused: async (span) => {
      spans.push(span);
      if (world.fails) throw new Error('no answer');
      return within(world.rows, span);
    },
    passed: async () => ({ rows: [], complete: true }),
  };
  const store = memoryState();
  const parts = {
    settings,
    log,
    store,
    clock: { now: () => world.now },
    metrics: { put: (values: Readonly<Record<string, number>>) => void puts.push(values) },
    writeFinding: (line: object) => void lines.push({ ...line }),
  };
  return { world, spans, lines, puts, store, parts, look: () => runDetection(parts) };
}

const probe = (step: number): readonly RefusedRoute[] =>
  ['GET /a', 'GET /b', 'GET /c'].map((route) => refused(step, route));

describe('a run', () => {
  test('looks at whole steps up to one step ago, each once', async () => {
    const { world, spans, look } = scene({ now: NOON + 123 });
    await look();
    await look();
    world.now += STEP_MS;
    await look();
    expect(spans).toEqual([
      { from: NOON - 2 * STEP_MS, to: NOON - STEP_MS },
      { from: NOON - STEP_MS, to: NOON },
    ]);
    expect(INGESTION_DELAY_MS).toBe(STEP_MS);
  });

  test('reports with metrics, one line a finding, and no number of what was not found', async () => {
    const { look, lines, puts, world } = scene({ now: NOON + 2 * STEP_MS, rows: probe(0) });
    await look();
    expect(puts).toEqual([{ ProbingPrincipals: 1, DetectorLagSeconds: 0 }]);
    expect(lines).toEqual([
      {
        record: 'finding',
        v: 1,
        finding: 'probing_principal',
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        time: '2026-11-22T12:00:00.000Z',
        principal: '00u1',
        routes: ['GET /a', 'GET /b', 'GET /c'],
      },
    ]);
    world.now += STEP_MS;
    await look();
    expect(puts.at(-1)).toEqual({ DetectorLagSeconds: 0 });
  });

  test('that fails remembers nothing, and the next one finds what it would have found', async () => {
    const { look, world, lines, puts } = scene({ now: NOON + STEP_MS });
    await look();
    Object.assign(world, { now: NOON + 2 * STEP_MS, rows: probe(0), fails: true });
    await expect(look()).rejects.toThrow('no answer');
    world.fails = false;
    world.now += 3 * STEP_MS;
    await look();
    expect(lines.map(({ time }) => time)).toEqual(['2026-11-22T12:00:00.000Z']);
    expect(puts).toHaveLength(2);
  });

  test('that dies before it has saved is done again and says the same under the same id', async () => {
    const { look, lines, parts, store } = scene({ now: NOON + 2 * STEP_MS, rows: probe(0) });
    const dying = { ...store, save: () => Promise.reject(new Error('gone')) };
    await expect(runDetection({ ...parts, store: dying })).rejects.toThrow('gone');
    await look();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual(lines[1]);
  });

  test('after an outage catches up an hour at a time and says how far behind it is', async () => {
    const { look, world, spans, puts } = scene({ now: NOON });
    await look();
    world.now += 3 * HOUR;
    for (let n = 0; n < 4; n++) await look();
    expect(spans.slice(1).map(({ from, to }) => to - from)).toEqual([
      MAX_SPAN_MS,
      MAX_SPAN_MS,
      MAX_SPAN_MS,
    ]);
    expect(puts.slice(1).map(({ DetectorLagSeconds }) => DetectorLagSeconds)).toEqual([
      2 * 3_600,
      3_600,
      0,
      0,
    ]);
  });

  test('leaves out what is older than a week, and says so', async () => {
    const { look, world, spans, puts } = scene({ now: NOON });
    await look();
    world.now += MAX_LOOKBACK_MS + 2 * HOUR;
    await look();
    expect(spans.at(-1)?.from).toBe(world.now - INGESTION_DELAY_MS - MAX_LOOKBACK_MS);
    expect(puts.at(-1)).toMatchObject({ DetectorSkippedSeconds: 2 * 3_600 });
  });

  test('halves its span until the answer is complete; a step that still is not is taken as it is, and said', async () => {
    const { look, world, spans, puts } = scene({ now: NOON, limit: 4 });
    await look();
    world.rows = Array.from({ length: 12 }, (_, step) => refused(step, `GET /${step}`)).concat(
      probe(0),
      probe(0),
    );
    world.now += HOUR;
    await look();
    expect(spans.slice(1).map(({ from, to }) => (to - from) / STEP_MS)).toEqual([12, 6, 3, 1]);
    expect(puts.at(-1)).not.toHaveProperty('DetectorTruncatedSpans');
    for (let n = 0; n < 3; n++) await look();
    expect(puts.some(({ DetectorTruncatedSpans }) => DetectorTruncatedSpans === 1)).toBe(true);
  });

  test('that another one has overtaken leaves what that one has saved', async () => {
    const { look, parts, store } = scene({ now: NOON });
    const save: typeof store.save = async (...args) => {
      await look();
      return store.save(...args);
    };
    const slow = { ...store, save };
    await runDetection({ ...parts, store: slow });
    expect((await store.load()).revision).toBe(1);
  });
});
