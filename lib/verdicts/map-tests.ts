/**
 * The map's own tests: each cell of them by the decision of the authorizer, and by what the gateway
 * does where that is in shadow mode.
 */
import { type Cell, cellsOf } from '../../lambda/core/decision/cell.ts';
import { decide } from '../../lambda/core/decision/decide.ts';
import { type Entitlements, entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { AccessMap, AccessMapTest, Place, Problem } from '../access-map/index.ts';
import { code, describePlace, problem } from '../access-map/report/problems.ts';
import { effectOf, shadowNote } from './cells.ts';
import { principalOf } from './principals.ts';

export interface TestFailure {
  /**
   * `TEST_FAILED`: the rules say otherwise. `TEST_IN_SHADOW`: the rules say so, and the gateway
   * does not enforce them.
   */
  readonly code: 'TEST_FAILED' | 'TEST_IN_SHADOW';
  readonly place: Place;
  readonly caller: string;
  readonly route: string;
  readonly expected: 'allow' | 'deny';
  /** `unknown`: a prior authorizer decides, and its verdict is not known here. */
  readonly found: 'allow' | 'deny' | 'unknown';
  /** Code and reason of the decision, and what shadow mode does to it. */
  readonly why: string;
  readonly cell: Cell;
}

export interface MapTestResults {
  readonly tests: number;
  /** Tests with at least one failure. */
  readonly failed: number;
  /** In the order of the map, one for each cell. */
  readonly failures: readonly TestFailure[];
}

/** @param against `rules`: what the rules say, whether or not the gateway enforces it. */
export function runMapTests(
  model: AccessModel,
  tests: readonly AccessMapTest[],
  against: 'gateway' | 'rules' = 'gateway',
): MapTestResults {
  const cellOf = cellsOf(model);
  const results = tests.map((test) =>
    failuresOf(model, test, cellOf).filter(
      (failure) => against === 'gateway' || failure.code === 'TEST_FAILED',
    ),
  );
  return {
    tests: tests.length,
    failed: results.filter((failures) => failures.length > 0).length,
    failures: results.flat(),
  };
}

type Expected = TestFailure['expected'];

/** A test that states no scopes is about groups: its token asked for all. */
function failuresOf(
  model: AccessModel,
  test: AccessMapTest,
  cellOf: ReturnType<typeof cellsOf>,
): readonly TestFailure[] {
  const { subject, scopes } = test;
  const caller = subject.kind === 'machine' ? { machine: subject.cid } : { groups: subject.groups };
  const entitlements = entitlementsOf(model, principalOf(model, { ...caller, scopes }));
  const failuresFor = (
    patterns: AccessMapTest['allows'],
    expected: Expected,
  ): readonly TestFailure[] =>
    patterns.flatMap(({ place, routes }) =>
      model.routes
        .filter((_, index) => hasBit(routes, index))
        .flatMap(({ key }): readonly TestFailure[] => {
          const cell = cellOf(entitlements, key);
          const verdict = failureIn(decisionIn(model, entitlements, key), cell, expected);
          if (!verdict || (verdict.code === 'TEST_IN_SHADOW' && test.mode === 'shadow')) return [];
          return [{ ...verdict, place, caller: callerText(test), route: key, expected, cell }];
        }),
    );
  return [...failuresFor(test.allows, 'allow'), ...failuresFor(test.denies, 'deny')];
}

interface Said {
  readonly effect: Expected;
  readonly why: string;
}

function decisionIn(model: AccessModel, entitlements: Entitlements, route: string): Said {
  const decision = decide(model, entitlements, route);
  const { effect, reason } = decision;
  return { effect, why: decision.effect === 'deny' ? `${decision.code}, ${reason}` : reason };
}

function failureIn(
  { effect, why }: Said,
  cell: Cell,
  expected: Expected,
): Pick<TestFailure, 'code' | 'found' | 'why'> | undefined {
  if (effect !== expected) return { code: 'TEST_FAILED', found: effect, why };
  const found = effectOf(cell);
  if (found === expected) return undefined;
  return { code: 'TEST_IN_SHADOW', found, why: `${shadowNote(cell)}; once enforced ${why}` };
}

const callerText = ({ subject }: AccessMapTest): string =>
  subject.kind === 'machine'
    ? `machine ${code(subject.cid)}`
    : subject.groups.map(code).join(' with ') || 'a token without groups';

/** One line: place, caller, route, expected, found, why. */
export const failureText = (failure: TestFailure): string =>
  `${describePlace(failure.place)}: ${saidText(failure)}`;

function saidText({ caller, route, expected, found, why }: TestFailure): string {
  return `${caller} on ${code(route)}: expected ${expected}, found ${found} (${why})`;
}

/**
 * What the map's tests have to say of it: an error for each that the rules fail, and one warning
 * that names those in shadow mode where the gateway does otherwise.
 */
export function testProblems(map: AccessMap): readonly Problem[] {
  if (map.tests.length === 0) return [];
  const { failures } = runMapTests(parseModel(map.model), map.tests);
  const failed = failures.filter((failure) => failure.code === 'TEST_FAILED');
  return [
    ...failed.map((failure) =>
      problem('error', 'TEST_FAILED', failure.place, {
        says: `the test fails: ${saidText(failure)}`,
      }),
    ),
    ...shadowProblem(failures.filter((failure) => failure.code === 'TEST_IN_SHADOW')),
  ];
}

function shadowProblem(failures: readonly TestFailure[]): readonly Problem[] {
  const [first] = failures;
  if (first === undefined) return [];
  const lines = failures.map(({ place: { line, path }, route }) =>
    line === undefined ? `${path} on ${code(route)}` : `line ${line} on ${code(route)}`,
  );
  const says = `shadow mode does not enforce what these tests say: ${[...new Set(lines)].join(', ')}; \`test\` fails them until they say \`mode: shadow\``;
  return [problem('warning', 'TEST_IN_SHADOW', first.place, { says })];
}
