import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { metricsFile, planMetrics } from '../../../lib/watch/metric-plan.ts';
import { modelFile } from '../../support/model.ts';

const routesOf = (count: number) => Array.from({ length: count }, (_, n) => `GET /r${n}`);
const groupsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`g${n}`, {}]));

const all = { most: 100 };

describe('the metrics of a map', () => {
  test('are those of the function and of sensitive routes, where nothing is said', () => {
    const file = {
      ...modelFile({ routes: routesOf(100), groups: groupsOf(10) }),
      sensitive: `${'00000000'.repeat(3)}00000008`,
    };
    const plan = planMetrics(file);
    expect(plan).toMatchObject({ byCode: false, routes: ['GET /r99'], groups: [], fixed: 17 });
    expect([plan.total, plan.steady]).toEqual([19, 10]);
    expect(metricsFile(plan)).toEqual({
      metrics: { byCode: false, routes: ['GET /r99'], groups: [] },
    });
    const all = planMetrics({ ...file, sensitive: `${'ffffffff'.repeat(3)}0000000f` });
    expect(all.total).toBeLessThanOrEqual(100);
    expect(all.routesWithout.length).toBeGreaterThan(0);
  });

  test('are at most as many as is said, of any map', () => {
    fc.assert(
      fc.property(fc.nat({ max: 120 }), fc.nat({ max: 60 }), (routes, groups) => {
        const plan = planMetrics(
          modelFile({ routes: routesOf(routes + 1), groups: groupsOf(groups) }),
          all,
        );
        expect(plan.total).toBeLessThanOrEqual(100);
        expect([...plan.routes, ...plan.routesWithout]).toHaveLength(routes + 1);
        expect([...plan.groups, ...plan.groupsWithout]).toHaveLength(groups);
        if (plan.routesWithout.length + plan.groupsWithout.length > 0)
          expect(plan.total).toBeGreaterThanOrEqual(99);
      }),
      { numRuns: 50 },
    );
  });

  test('go to sensitive routes first, then to groups, then to the other routes in the order of the map', () => {
    const routes = routesOf(100);
    const file = {
      ...modelFile({ routes, groups: groupsOf(10) }),
      sensitive: `${'00000000'.repeat(3)}00000008`,
    };
    const plan = planMetrics(file, all);
    expect(plan.routes.slice(0, 3)).toEqual(['GET /r99', 'GET /r0', 'GET /r1']);
    expect(plan.groups).toHaveLength(10);
    expect(plan.routesWithout.at(0)).toBe(routes[plan.routes.length - 1]);
    expect(metricsFile(plan)).toEqual({ metrics: { routes: plan.routes, groups: plan.groups } });
  });

  test('of a small map need no list', () => {
    expect(
      metricsFile(planMetrics(modelFile({ routes: routesOf(3), groups: groupsOf(2) }), all)),
    ).toEqual({});
  });

  test('leave out what CloudWatch does not take as a dimension, and routes without authorizer', () => {
    const plan = planMetrics(
      modelFile({
        routes: ['GET /a', 'GET /open'],
        public: ['GET /open'],
        groups: { équipe: {}, ':odd': {}, staff: {} },
      }),
      all,
    );
    expect([plan.groups, plan.groupsWithout, plan.routes, plan.routesWithout]).toEqual([
      ['staff'],
      ['équipe', ':odd'],
      ['GET /a'],
      [],
    ]);
  });

  // Written out, since the count comes from the registry that the writers use.
  test('count each name that a function writes, and for an attached map that of its drift check', () => {
    const ofFunction =
      'Allowed Refused DecisionMilliseconds KeysFromIssuer KeysFromCopy KeysFromMemory KeysMissing ' +
      'KeyAgeSeconds KeyCopyFailures KeyCopyAgeSeconds AuthorizerFailures AuthorizerCrashes ' +
      'ProbingPrincipals NewGroupsOnSensitiveRoutes DetectorLagSeconds DetectorTruncatedSpans ' +
      'DetectorSkippedSeconds';
    const file = modelFile({ routes: ['GET /a'], groups: { staff: {} } });
    const shadow = planMetrics({ ...file, shadow: { whole: true, routes: '00000001' } }, all);
    const codes = shadow.fixed - planMetrics(file, all).fixed - 1;
    expect(planMetrics(file, all).fixed).toBe(ofFunction.split(' ').length + codes);
    expect(planMetrics(file, { ...all, attached: true }).fixed).toBe(
      planMetrics(file, all).fixed + 1,
    );
  });

  test('count shadow mode and quotas', () => {
    const file = modelFile({ routes: ['GET /a'], groups: { staff: {} } });
    const shadow = planMetrics({ ...file, shadow: { whole: true, routes: '00000001' } }, all);
    const codes = shadow.fixed - planMetrics(file, all).fixed - 1;
    expect(codes).toBeGreaterThan(15);
    const quotas = [{ name: 'q', windows: [{ id: 'minute', per: 'minute', limit: 1 } as const] }];
    const counted = planMetrics(
      modelFile({ routes: ['GET /a'], quotas, groups: { staff: { quota: 'q' } } }),
      all,
    );
    // One for the quota, two of its store, and two codes.
    expect(counted.fixed).toBe(planMetrics(file, all).fixed + 5);
  });
});
