/** The map's own tests: each cell of them by the decision of the authorizer. */
import { decide } from '../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { AccessMapTest, Place } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { principalOf } from './principals.ts';

export interface TestFailure {
  readonly place: Place;
  readonly caller: string;
  readonly route: string;
  readonly expected: 'allow' | 'deny';
  readonly found: 'allow' | 'deny';
  /** Code and reason of the decision. */
  readonly why: string;
}

export interface MapTestResults {
  readonly tests: number;
  /** Tests with at least one failure. */
  readonly failed: number;
  /** In the order of the map, one for each cell. */
  readonly failures: readonly TestFailure[];
}

export function runMapTests(model: AccessModel, tests: readonly AccessMapTest[]): MapTestResults {
  const results = tests.map((test) => failuresOf(model, test));
  return {
    tests: tests.length,
    failed: results.filter((failures) => failures.length > 0).length,
    failures: results.flat(),
  };
}

/** A test that states no scopes is about groups: its token asked for all. */
function failuresOf(model: AccessModel, test: AccessMapTest): readonly TestFailure[] {
  const { subject, scopes } = test;
  const caller = subject.kind === 'machine' ? { machine: subject.cid } : { groups: subject.groups };
  const entitlements = entitlementsOf(model, principalOf(model, { ...caller, scopes }));
  const failuresFor = (
    patterns: AccessMapTest['allows'],
    expected: 'allow' | 'deny',
  ): readonly TestFailure[] =>
    patterns.flatMap(({ place, routes }) =>
      model.routes
        .filter((_, index) => hasBit(routes, index))
        .map(({ key }) => decide(model, entitlements, key))
        .filter(({ effect }) => effect !== expected)
        .map((decision) => {
          const { effect: found, route, reason } = decision;
          const why = decision.effect === 'deny' ? `${decision.code}, ${reason}` : reason;
          return { place, caller: callerOf(test), route, expected, found, why };
        }),
    );
  return [...failuresFor(test.allows, 'allow'), ...failuresFor(test.denies, 'deny')];
}

const callerOf = ({ subject }: AccessMapTest): string =>
  subject.kind === 'machine'
    ? `machine ${code(subject.cid)}`
    : subject.groups.map(code).join(' with ') || 'a token without groups';
