/**
 * Values as real APIs have them, against the route tables of real APIs: what is refused although no
 * route of the table reads so. Tables and values are facts taken from public OpenAPI descriptions
 * (fixtures/; each file names its repositories and commits). Values that hold a slash are left out:
 * they are more than one segment, and an escaped slash in a parameter is refused by the rule.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  confusableRoutesOf,
  overriddenByPost,
} from '../../../../lambda/core/path/confusable-templates.ts';
import {
  evaluatePath,
  isRefusedForAll,
  type PathVerdict,
} from '../../../../lambda/core/path/evaluate-path.ts';
import { type RouteTable, routeTable } from '../../../../lambda/core/path/route-table.ts';
import { sampled } from '../../../support/tier.ts';

const linesOf = (name: string): readonly string[] =>
  readFileSync(new URL(`fixtures/${name}`, `file://${__dirname}/`), 'utf8')
    .trimEnd()
    .split('\n');

interface RealTable {
  readonly source: string;
  readonly routes: string[];
}

function tables(): readonly RealTable[] {
  const read: RealTable[] = [];
  for (const line of linesOf('route-tables.txt')) {
    const [methods = '', template = ''] = line.split(' ');
    if (methods === '#') read.push({ source: line.slice(2), routes: [] });
    else read.at(-1)?.routes.push(...methods.split(',').map((method) => `${method} ${template}`));
  }
  return read;
}

const values = linesOf('parameter-values.txt')
  .filter((line) => !line.startsWith('# '))
  .map((line) => ({
    kind: line.slice(0, line.indexOf('\t')),
    value: line.slice(line.indexOf('\t') + 1),
  }));
const real = tables();

/** The path of a route whose parameter in that place has the value, the others a number. */
function pathOf(route: string, place: number, value: string): string {
  let parameter = -1;
  return route.slice(route.indexOf(' ') + 1).replace(/\{[^}]+\}/g, () => {
    parameter++;
    return parameter === place ? value : '7';
  });
}

interface Refusal {
  readonly kind: string;
  readonly value: string;
  readonly path: string;
  readonly verdict: PathVerdict;
}

/**
 * Every value once with each table, on another route and in another place of it each time; as sent
 * and as an HTTP API hands it on.
 */
function refusals(table: RouteTable, routes: readonly string[], at: number): readonly Refusal[] {
  return values.flatMap(({ kind, value }, index) => {
    const route = routes[(index * 7 + at) % routes.length] ?? '';
    const place = index % (route.split('{').length - 1);
    const written = index % 2 === 0 ? encodeURIComponent(value) : value;
    const path = pathOf(route, place, written);
    const verdict = evaluatePath(table, { arrived: route, paths: [path] });
    return isRefusedForAll(verdict) || verdict.needs.length > 0
      ? [{ kind, value, path, verdict }]
      : [];
  });
}

describe('10,000 values of real APIs against 50 real route tables', () => {
  const refused = sampled(real, 4).flatMap(({ routes }, at) =>
    refusals(
      routeTable(routes),
      routes.filter((route) => route.includes('{')),
      at,
    ),
  );

  test('are what they are said to be', () => {
    expect([real.length, values.length, new Set(values.map(({ value }) => value)).size]).toEqual([
      50, 10_000, 10_000,
    ]);
    const having = (beside: (table: RouteTable, route: string) => readonly string[]) =>
      real.filter(({ routes }) => {
        const table = routeTable(routes);
        return routes.some((route) =>
          beside(table, route).some((other) => other !== route && routes.includes(other)),
        );
      }).length;
    const confusableLiteral = ({ trees }: RouteTable, route: string) =>
      confusableRoutesOf(trees, route)
        .filter(({ how }) => how === 'literal')
        .map(({ key }) => key);
    const namedByPost = ({ trees }: RouteTable, route: string) => overriddenByPost(trees, route);
    // At least 15 are needed. As many may lose the gateway's cache: docs/explanation/paths.md has
    // the figures.
    expect([having(confusableLiteral), having(namedByPost)]).toEqual([42, 47]);
    expect(
      having((table, route) => [...confusableLiteral(table, route), ...namedByPost(table, route)]),
    ).toBe(50);
    expect(real.every(({ source }) => /^[\w.-]+\/[\w.-]+ [0-9a-f]{40} \S+$/.test(source))).toBe(
      true,
    );
  });

  test('at most 0.1 % are refused although no route of the table reads so, and no id', () => {
    const without = refused.filter(({ verdict }) => verdict.needs.length === 0);
    const unfounded = new Map(without.map(({ kind, value }) => [value, kind]));
    const share = (unfounded.size / values.length) * 100;
    process.stdout.write(
      `refused without a route that reads so: ${unfounded.size} of ${values.length} values (${share.toFixed(2)} %)\n`,
    );
    expect(unfounded.size).toBeLessThanOrEqual(values.length / 1_000);
    expect([...unfounded].filter(([, kind]) => kind === 'id')).toEqual([]);
  });

  test('and what needs another route reads as one of its literals, or ends before it', () => {
    const kinds = refused.filter(({ verdict }) => verdict.needs.length > 0);
    expect(kinds.length).toBeGreaterThan(20);
    const strange = kinds.filter(({ value, verdict }) =>
      verdict.needs.every(({ route, by }) => {
        const literals = route.toLowerCase().split(/[ /]/);
        return (
          !by.some((one) => one === 'query' || one === 'matrix') &&
          !literals.some((literal) => literal !== '' && value.toLowerCase().startsWith(literal))
        );
      }),
    );
    expect(strange).toEqual([]);
  });
});
