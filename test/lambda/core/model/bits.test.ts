import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyRow, hasBit, routesIn, setBit } from '../../../../lambda/core/model/bits.ts';

test('the routes of a row are those whose bits are set, in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(95)), (routes) => {
      const row = emptyRow(3);
      for (const route of routes) setBit(row, route);
      expect(routesIn(row)).toEqual(routes.toSorted((a, b) => a - b));
      expect(routesIn(row).every((route) => hasBit(row, route))).toBe(true);
    }),
  );
});
