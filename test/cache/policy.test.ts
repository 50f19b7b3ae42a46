import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseModel } from '../../lambda/core/model.ts';
import { planCache } from '../../lib/access-map/cache/plan.ts';
import { cases, wrongAnswers } from './policy.property.ts';
import { fileOf, randomMaps } from './random-map.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 1_000);

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

  test('is drawn from all modes by the random maps', () => {
    const modes = fc
      .sample(randomMaps, { numRuns: 300, seed: 1 })
      .map((map) => planCache(parseModel(fileOf(map)), { kind: 'auto' }, []).mode);
    expect(modes.filter((mode) => mode === 'token').length).toBeGreaterThan(60);
    expect(modes.filter((mode) => mode === 'tokenAndRoute').length).toBeGreaterThan(60);
  });
});
