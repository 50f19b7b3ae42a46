/** Pointers are those of RFC 6901; the compiler checks their keys against the schema. */
import { describe, expect, test } from '@jest/globals';
import { mapPointer } from '../../../../lib/access-map/report/map-pointer.ts';

describe('what the schema does not have does not compile', () => {
  test.each([
    // @ts-expect-error a misspelt section
    ['a section', () => mapPointer('rotues')],
    // @ts-expect-error a misspelt key of a section
    ['a key of a section', () => mapPointer('api', 'upstraem')],
    // @ts-expect-error a text has no keys
    ['a key of a text', () => mapPointer('api', 'name', 'length')],
    // @ts-expect-error a mapping has no items
    ['a number in a mapping', () => mapPointer('api', 0)],
    // @ts-expect-error a misspelt key of each group
    ['a key of an entry', () => mapPointer('groups', 'staff', 'alow')],
  ])('%s', (_, pointer) => {
    expect(pointer()).toMatch(/^\//);
  });
});

test.each([
  ['', mapPointer()],
  ['/routes', mapPointer('routes')],
  ['/routes/2', mapPointer('routes', 2)],
  ['/api/upstream/url', mapPointer('api', 'upstream', 'url')],
  ['/groups/a~1b~0c/allow/0', mapPointer('groups', 'a/b~c', 'allow', 0)],
])('%s', (expected, pointer) => {
  expect(pointer).toBe(expected);
});
