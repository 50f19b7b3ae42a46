/**
 * Random maps that are hard on a policy: nested templates, literals beside parameters, greedy
 * routes, denies, machines, scopes.
 */
import fc from 'fast-check';
import type { ModelFile } from '../../../../lambda/core/model/model-file.ts';
import { METHODS } from '../../../../lambda/core/path/http-methods.ts';
import { type ModelSketch, modelFile } from '../../../support/model.ts';

const segment = fc.constantFrom('a', 'b', 'ab', '{x}', '{y}');
const template = fc.array(segment, { maxLength: 4 }).chain((segments) =>
  fc.constantFrom('', '', '', '', 'greedy').map((end) => {
    const named = segments.map((text, index) => (text.startsWith('{') ? `{p${index}}` : text));
    return `/${[...named, ...(end === 'greedy' ? ['{rest+}'] : [])].join('/')}`;
  }),
);
const method = fc.constantFrom('GET', 'GET', 'GET', 'POST');

export interface RandomMap {
  readonly sketch: ModelSketch;
  readonly kind: 'http' | 'rest';
}

const shapeOf = (key: string): string =>
  key.replace(/\{[^}]*\+\}/g, '{+}').replace(/\{[^}+]*\}/g, '{}');

const inventories = fc
  .array(
    fc.tuple(method, template).map(([verb, path]) => `${verb} ${path}`),
    { minLength: 1, maxLength: 9 },
  )
  .map((keys) =>
    keys.filter(
      (key, index) => keys.findIndex((other) => shapeOf(other) === shapeOf(key)) === index,
    ),
  );

/** A default route alone is cached; a preflight route may stand beside it. */
const defaultInventories = fc
  .constantFrom<readonly string[]>([], ['OPTIONS /{rest+}'])
  .map((beside) => [...METHODS.map((verb) => `${verb} $default`), ...beside]);

const isDefault = (key: string): boolean => key.endsWith(' $default');

export const randomMaps: fc.Arbitrary<RandomMap> = fc
  .oneof({ weight: 12, arbitrary: inventories }, { weight: 1, arbitrary: defaultInventories })
  .chain((routes) => {
    const some = (maxLength: number) =>
      fc.subarray(routes, { maxLength: Math.min(maxLength, routes.length) });
    const grants = fc.record({
      allow: fc.oneof(some(routes.length), some(2)),
      deny: fc.oneof(fc.constant<string[]>([]), some(2)),
    });
    return fc
      .record({
        // A REST API has no default route.
        kind: routes.some(isDefault)
          ? fc.constant('http' as const)
          : fc.constantFrom('http' as const, 'rest' as const),
        public: fc.oneof(
          { weight: 4, arbitrary: fc.constant<string[]>([]) },
          { weight: 1, arbitrary: some(1) },
        ),
        signedIn: fc.oneof(
          { weight: 2, arbitrary: fc.constant<string[]>([]) },
          { weight: 1, arbitrary: some(2) },
        ),
        groups: fc.dictionary(fc.constantFrom('g1', 'g2', 'g3', 'g4'), grants, { minKeys: 1 }),
        everyone: fc.option(grants, { freq: 2 }),
        conflicts: fc.oneof(
          { weight: 2, arbitrary: fc.constant([]) },
          {
            weight: 1,
            arbitrary: fc.array(
              fc.record({
                groups: fc.subarray(['g1', 'g2', 'g3', 'g4'], { minLength: 2 }),
                routes: some(2),
              }),
              { minLength: 1, maxLength: 2 },
            ),
          },
        ),
        machine: fc.option(grants),
        scopes: fc.constantFrom('groups' as const, 'groups' as const, 'intersect' as const),
        permissions: fc.dictionary(
          fc.constantFrom('s1', 's2', 's3'),
          fc.subarray(routes, { minLength: 1 }),
        ),
      })
      .map(({ kind, machine, everyone, signedIn, public: publicRoutes, ...rest }) => ({
        kind,
        sketch: {
          ...rest,
          routes,
          public: publicRoutes,
          signedIn: signedIn.filter((key) => !publicRoutes.includes(key)),
          ...(everyone && { everyone }),
          machines: machine ? { '0oa1m': machine } : {},
        },
      }));
  });

export const fileOf = ({ sketch, kind }: RandomMap): ModelFile => ({ ...modelFile(sketch), kind });
