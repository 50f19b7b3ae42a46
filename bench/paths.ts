/**
 * What evaluating a path costs: ordinary ones, and the worst of 8 KB that a caller can write.
 * Medians and the slowest of several rounds; absolute times are this machine's. Run: `npm run
 * bench:paths`.
 */
import { evaluatePath } from '../lambda/core/path/evaluate-path.ts';
import { routeTable } from '../lambda/core/path/route-table.ts';

const ROUNDS = 201;
const LENGTH = 8_192;

const table = routeTable([
  ...Array.from({ length: 300 }, (_, n) => `GET /service-${n}/{id}`),
  ...Array.from({ length: 300 }, (_, n) => `GET /service-${n}/export`),
  ...Array.from({ length: 300 }, (_, n) => `GET /service-${n}/{id}/items/{item}`),
  'GET /lonely/{id}',
  'GET /x/y/z',
  'GET /{proxy+}',
]);

const filled = (part: string): string =>
  part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH);
/** Parts that each open rules of the table, alone and mixed. */
const parts = [
  '%25',
  '%c0%af',
  '%2f',
  ';a/',
  '/',
  '/../',
  '/./',
  '. /',
  '...',
  ' ',
  '\\',
  '?',
  '#',
  'export.',
  'export ',
  '%',
  '%u002f',
  '%e2%82%ac',
  '/;',
  'é',
  'a/',
];
const mixed = parts.flatMap((first) => parts.map((second) => filled(first + second)));
const runs = ['.', ' ', ';', '/', '%2f', '%2e'].flatMap((run) =>
  ['.', ' ', 'x', '.x', ';', '/x'].map((end) => filled(run).slice(end.length) + end),
);
const seldom = [
  '%2525252f;a\\b?c#d/../..;/ . /%c0%ae%c0%ae%5c',
  ';%2f\\?#',
  '%2e%2e;/%3b..\\',
  ' ./..%20/;.%2e',
].map((odd) => odd + filled('a').slice(odd.length));
const late = ['%2525252f;a\\b?c#d/../..;/ . /%c0%ae%c0%ae%5c', ';%2f\\?#'].map(
  (odd) => filled('ab/').slice(odd.length) + odd,
);
const all = [...mixed, ...runs, ...seldom, ...late];

/**
 * The path whose fastest evaluation is the slowest: other work on the machine makes any path slow
 * now and then.
 */
function slowest(arrived: string): { readonly ms: number; readonly path: string } {
  const before = arrived === 'GET /{proxy+}' ? '/' : '/service-7/';
  const fastest = (path: string): number =>
    Math.min(...Array.from({ length: 21 }, () => timed(arrived, path)));
  const paths = all.map((value) => before + value.slice(before.length));
  const [worst] = paths
    .map((path) => ({ path, least: fastest(path) }))
    .toSorted((one, other) => other.least - one.least);
  const { path } = worst ?? { path: '' };
  return { ms: median(Array.from({ length: ROUNDS }, () => timed(arrived, path))), path };
}

function timed(arrived: string, path: string): number {
  const started = performance.now();
  evaluatePath(table, { arrived, paths: [path] });
  return performance.now() - started;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function ordinary(arrived: string, path: string): number {
  const calls = 1_000;
  return median(
    Array.from({ length: ROUNDS }, () => {
      const started = performance.now();
      for (let call = 0; call < calls; call++) evaluatePath(table, { arrived, paths: [path] });
      return ((performance.now() - started) * 1_000) / calls;
    }),
  );
}

for (const [name, arrived, path] of [
  ['a UUID, no literal beside', 'GET /lonely/{id}', '/lonely/123e4567-e89b-42d3-a456-426614174000'],
  [
    'a UUID, a literal beside',
    'GET /service-7/{id}',
    '/service-7/123e4567-e89b-42d3-a456-426614174000',
  ],
  [
    'a file name with escapes',
    'GET /service-7/{id}',
    '/service-7/Annual%20Report%202026%20(final).pdf',
  ],
  [
    'below a greedy route',
    'GET /{proxy+}',
    '/service-7/123e4567-e89b-42d3-a456-426614174000/items/7',
  ],
] as const) {
  console.log(`${name}: ${ordinary(arrived, path).toFixed(2)} us`);
}

for (const arrived of ['GET /service-7/{id}', 'GET /{proxy+}']) {
  const { ms, path } = slowest(arrived);
  console.log(
    `${arrived}, worst of ${all.length} paths of 8 KB: ${ms.toFixed(3)} ms (${JSON.stringify(path.slice(0, 40))}...)`,
  );
}
