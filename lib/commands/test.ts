/** `test`: runs the map's own tests, each cell of them by the decision of the authorizer. */

import { decide } from '../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import { type AccessMapTest, describePlace, type Place } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { blockOf } from '../verdicts/cells.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, paint, pluralize, writeJson, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';

export interface TestOptions extends MapOptions, JsonOptions {}

interface Failure {
  readonly place: Place;
  readonly caller: string;
  readonly route: string;
  readonly expected: 'allow' | 'deny';
  readonly found: 'allow' | 'deny';
  /** Code and reason of the decision. */
  readonly why: string;
}

export function runTest({ map: file, json }: TestOptions, io: Io): ExitCode {
  const map = requireMap(file, io);
  const model = parseModel(map.model);
  const results = map.tests.map((one) => ({ one, failures: failuresOf(model, one) }));
  const failures = results.flatMap((result) => result.failures);
  const failed = results.filter((result) => result.failures.length > 0).length;
  if (json) writeJson(io, { ok: failures.length === 0, tests: results.length, failed, failures });
  else
    writeLines(io, [
      ...failures.map(failureLine),
      summaryOf(map.source, results.length, failed, io),
    ]);
  return failures.length === 0 ? EXIT.good : EXIT.problem;
}

function summaryOf(source: string, tests: number, failed: number, io: Pick<Io, 'color'>): string {
  if (tests === 0) return `${source}: no tests`;
  const verdict =
    failed === 0 ? paint(io, 'green', 'all passed') : paint(io, 'red', `${failed} failed`);
  return `${source}: ${pluralize(tests, 'test')}, ${verdict}`;
}

const failureLine = ({ place, caller, route, expected, found, why }: Failure): string =>
  `${describePlace(place)}: ${caller} on ${code(route)}: expected ${expected}, found ${found} (${why})`;

function failuresOf(model: AccessModel, test: AccessMapTest): readonly Failure[] {
  const entitlements = entitlementsOf(model, principalOf(model, test));
  const judged = (
    patterns: AccessMapTest['allows'],
    expected: 'allow' | 'deny',
  ): readonly Failure[] =>
    patterns.flatMap(({ place, routes }) =>
      model.routes.flatMap(({ key }, index): readonly Failure[] => {
        if (!hasBit(routes, index)) return [];
        const decision = decide(model, entitlements, key);
        const why =
          decision.effect === 'deny' ? `${decision.code}, ${decision.reason}` : decision.reason;
        return decision.effect === expected
          ? []
          : [{ place, caller: callerOf(test), route: key, expected, found: decision.effect, why }];
      }),
    );
  return [...judged(test.allows, 'allow'), ...judged(test.denies, 'deny')];
}

const callerOf = ({ subject }: AccessMapTest): string =>
  subject.kind === 'machine'
    ? `machine ${code(subject.cid)}`
    : subject.groups.map(code).join(' with ') || 'a token without groups';

/** A test that states no scopes is about groups: its token asked for all. */
function principalOf(
  model: AccessModel,
  { subject, scopes = model.permissions.map(({ name }) => name) }: AccessMapTest,
): Principal {
  if (subject.kind === 'machine') {
    const block = blockOf(model, model.machines.get(subject.cid)?.groups ?? []);
    return { kind: 'machine', cid: subject.cid, scopes, ...block };
  }
  return {
    kind: 'user',
    uid: '-',
    cid: '-',
    groups: subject.groups,
    scopes,
    ...blockOf(model, subject.groups),
  };
}

export const test = defineCommand<TestOptions>({
  name: 'test',
  summary: "run the map's own tests",
  examples: ['test', 'test --map production.yaml --json'],
  declare: (command) => void command.addOption(mapOption()).addOption(jsonOption()),
  run: runTest,
});
