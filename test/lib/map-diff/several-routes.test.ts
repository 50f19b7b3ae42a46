/** A route that one map lacks, where its calls name several routes of that map. */
import { describe, expect, test } from '@jest/globals';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import { diffCells } from '../../../lib/map-diff/diff-cells.ts';
import { type ModelSketch, modelFile } from '../../support/model.ts';

const [NEW, ID, AREA] = ['GET /orders/new', 'GET /orders/{id}', 'GET /{area}/new'];
const modelOf = (sketch: Omit<ModelSketch, 'routes'>, ...routes: readonly string[]): AccessModel =>
  parseModel(modelFile({ routes: [ID, AREA, ...routes], ...sketch }));
const staff = (...allow: readonly string[]) => ({ groups: { staff: { allow } } });

/** What changes on the new route, and whether it widens. */
const changesOf = (from: AccessModel, to: AccessModel): readonly string[] =>
  diffCells(from, to)
    .filter(({ kind, route }) => route === NEW && kind !== 'route')
    .map(({ from: was, to: is, widened }) => `${was} to ${is}${widened ? ', wider' : ''}`);

describe('a route whose calls two routes of the other map take', () => {
  test.each([
    ['the one', staff(ID), ['closed to allowed, wider']],
    ['the other', staff(AREA), ['closed to allowed, wider']],
    ['both', staff(ID, AREA), []],
    ['a public one and the other', { ...staff(AREA), public: [ID] }, []],
    ['a public one alone', { ...staff(), public: [ID] }, ['closed to allowed, wider']],
  ])('was open to who may call %s', (_, before, changes) => {
    const after = { ...before, groups: { staff: { allow: [NEW] } } };
    expect(changesOf(modelOf(before), modelOf(after, NEW))).toEqual(changes);
  });

  test('is closed where it goes and one of them is closed', () => {
    expect(changesOf(modelOf(staff(NEW), NEW), modelOf(staff(ID)))).toEqual(['allowed to closed']);
    expect(changesOf(modelOf(staff(NEW), NEW), modelOf(staff(ID, AREA)))).toEqual([]);
  });
});
