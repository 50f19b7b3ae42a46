import { expect, test } from '@jest/globals';
import { mapWith } from '../../../lib/okta/write-map.ts';

const given = {
  issuer: 'https://acme.okta.com/oauth2/aus1',
  clientIds: new Map([['web', '0oa1']]),
  groupsClaims: [],
};

test('issuer and client ids are filled in, and every other character stays', () => {
  const text =
    '# top\napi:   {name: orders}\nokta:\n  # whose\n  audience: a # one\n  clients:\n    - app:web   # the app\n    - 0oa9\n# end\n';
  expect(mapWith(text, given)).toBe(
    '# top\napi:   {name: orders}\nokta:\n  # whose\n  issuer: https://acme.okta.com/oauth2/aus1\n  audience: a # one\n  clients:\n    - 0oa1   # the app\n    - 0oa9\n# end\n',
  );
});

test('a mapping in braces stays one', () => {
  expect(mapWith('okta: { audience: a, clients: [app:web, "app: web"] }\n', given)).toBe(
    'okta: { issuer: https://acme.okta.com/oauth2/aus1, audience: a, clients: [0oa1, 0oa1] }\n',
  );
});

test('a map that has everything is not changed', () => {
  const text = 'okta:\n  issuer: [https://login.acme.com/oauth2/aus1]\n  clients: any\n';
  expect(mapWith(text, given)).toBe(text);
});

test.each([
  [
    'okta:\n  issuer: x\n  groupsClaim: groups # why\n  audience: a\n',
    'okta:\n  issuer: x\n  groupsClaim: ["groups", "groups_2"] # why\n  audience: a\n',
  ],
  ['okta:\n  issuer: x\n', 'okta:\n  groupsClaim: ["groups", "groups_2"]\n  issuer: x\n'],
  [
    'okta: {issuer: x, groupsClaim: [groups]}\n',
    'okta: {issuer: x, groupsClaim: ["groups", "groups_2"]}\n',
  ],
])('more claims than the map lists are written into %j', (text, written) => {
  expect(mapWith(text, { ...given, groupsClaims: ['groups', 'groups_2'] })).toBe(written);
});

test('a map whose okta block is elsewhere is refused, not broken', () => {
  expect(() => mapWith('base: &b { audience: a }\nokta: *b\n', given)).toThrow(
    expect.objectContaining({ code: 'MAP_UNWRITABLE' }),
  );
});

test('lines end as those of the map do', () => {
  expect(mapWith('okta:\r\n  audience: a\r\n', given)).toBe(
    'okta:\r\n  issuer: https://acme.okta.com/oauth2/aus1\r\n  audience: a\r\n',
  );
});
