import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { PolicyDocument } from '../../../../lambda/core/policy/policy.ts';
import { planCache } from '../../../../lib/access-map/cache/cache-plan.ts';
import { sized } from '../../../support/tier.ts';
import { cases, emittedPolicies, wrongAnswers } from './policy.property.ts';
import { fileOf, randomMaps } from './random-map.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? sized(1_000, 40));

describe('a cached answer', () => {
  test(
    'replayed on any other request never allows what the decision refuses, and refuses a plain one only where the decision does',
    async () => {
      await fc.assert(
        fc.asyncProperty(cases, async (one) => {
          expect(await wrongAnswers(one)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
    RUNS * 60,
  );

  test('names the API and the stage in all that it allows and refuses', async () => {
    const resources = new Set<string>();
    for (const one of fc.sample(cases, { numRuns: 100, seed: 1 })) {
      const statements = (await emittedPolicies(one)).flatMap(
        ({ policy }) => (policy as PolicyDocument).Statement,
      );
      for (const resource of statements.flatMap(({ Resource }) => Resource))
        resources.add(resource);
    }
    expect(
      [...resources].filter(
        (resource) => !/^arn:aws:execute-api:[^:]+:[^:]+:abcdef1234\/prod\/./.test(resource),
      ),
    ).toEqual([]);
    expect(resources.size).toBeGreaterThan(100);
  });

  test('is drawn from default routes, too', () => {
    const inventories = fc
      .sample(randomMaps, { numRuns: 300, seed: 1 })
      .map(({ sketch }) => sketch.routes);
    expect(inventories.filter((routes) => routes.includes('GET $default')).length).toBeGreaterThan(
      10,
    );
  });

  test('is drawn from all modes by the random maps', () => {
    const modes = fc
      .sample(randomMaps, { numRuns: 600, seed: 1 })
      .map((map) => planCache(parseModel(fileOf(map)), { kind: 'auto' }, []).mode);
    expect(modes.filter((mode) => mode === 'token').length).toBeGreaterThan(60);
    expect(modes.filter((mode) => mode === 'tokenAndRoute').length).toBeGreaterThan(60);
  });
});
