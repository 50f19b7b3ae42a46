/** Why a caller is refused, asked by the tools and read off a record: one rule, two questions. */
import { describe, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { reevaluate } from '../../../lib/audit-log/reevaluate.ts';
import { cellsFor, effectOf } from '../../../lib/verdicts/cells.ts';
import { callerRefusal, principalOf } from '../../../lib/verdicts/principals.ts';
import { type ModelSketch, modelFile } from '../../support/model.ts';

const SKETCH: ModelSketch = {
  routes: ['GET /a', 'GET /open'],
  signedIn: ['GET /open'],
  groups: { g: { allow: ['GET /a'] } },
  machines: { m1: { allow: ['GET /a'] } },
};
const ONE = parseModel(modelFile(SKETCH));
const TWO = parseModel(
  modelFile({
    ...SKETCH,
    okta: { name: 'one' },
    moreOkta: [{ name: 'two', clients: ['0oatwo'] }],
  }),
);

const recorded = (
  principal: NonNullable<DecisionRecord['principal']>,
  route: string,
): DecisionRecord => ({
  ...{ record: 'decision', v: 1, time: '2026-11-22T10:00:00.000Z', apiId: 'a', stage: '$default' },
  ...{ route, effect: 'allow', mode: 'enforce', reason: 'group_allows', principal },
  ...{ groups: ['g'], unmappedGroups: 0, mapVersion: 'x', durationMs: 1, weight: 1 },
});

function replayed(model: typeof ONE, ...[principal, route]: Parameters<typeof recorded>): string {
  const result = reevaluate(model, recorded(principal, route));
  if (result.kind !== 'decided') return `${result.kind}`;
  return result.decision.effect === 'deny' ? result.decision.code : 'allow';
}

describe.each(['GET /a', 'GET /open'])('a machine calls %s', (route) => {
  test.each([
    ['a map with one block', ONE, undefined, 'm1', 'allow', 'allow'],
    ['a map with one block, by a name', ONE, 'two', 'm1', 'allow', 'allow'],
    ['the first block', TWO, 'one', 'm1', 'allow', 'allow'],
    ['the second block', TWO, 'two', 'm1', 'allow', 'allow'],
    [
      'the first block, which does not accept it',
      TWO,
      'one',
      '0oatwo',
      'TOKEN_CLIENT',
      'TOKEN_CLIENT',
    ],
    // A question names a block of this map, a record one of another.
    ['a block that the map lacks', TWO, 'three', 'm1', 'TOKEN_ISSUER', 'unknown'],
  ])('by a token of %s', (_, model, block, cid, asked, replay) => {
    const caller = { machine: cid, block };
    expect(callerRefusal(model, principalOf(model, caller))?.code ?? 'allow').toBe(asked);
    expect(effectOf(cellsFor(model, caller)(route))).toBe(asked === 'allow' ? 'allow' : 'deny');
    const principal = {
      kind: 'machine',
      id: cid,
      cid,
      ...(block !== undefined && { block }),
    } as const;
    expect(replayed(model, principal, route)).toBe(replay);
  });
});

describe.each(['GET /a', 'GET /open'])('a user calls %s', (route) => {
  test.each([
    ['a map with one block', ONE, undefined, 'allow', 'allow'],
    ['a map with one block, by a name', ONE, 'two', 'allow', 'allow'],
    ['the first block', TWO, 'one', 'allow', 'allow'],
    ['a block that the map lacks', TWO, 'three', 'TOKEN_ISSUER', 'unknown'],
  ])('by a token of %s', (_, model, block, asked, replay) => {
    const caller = { groups: ['g'], block };
    expect(callerRefusal(model, principalOf(model, caller))?.code ?? 'allow').toBe(asked);
    expect(effectOf(cellsFor(model, caller)(route))).toBe(asked === 'allow' ? 'allow' : 'deny');
    const shared = { kind: 'user', id: '00u1', ...(block !== undefined && { block }) } as const;
    expect(replayed(model, { ...shared, cid: '0oa1web' }, route)).toBe(replay);
    // Hashed: the record has no client.
    expect(replayed(model, shared, route)).toBe(replay);
  });
});
