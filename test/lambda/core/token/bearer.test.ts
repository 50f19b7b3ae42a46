import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bearerToken } from '../../../../lambda/core/token/bearer.ts';

describe('the bearer token of a request', () => {
  test.each([
    [['Bearer abc.def.ghi'], 'abc.def.ghi'],
    [['bearer abc.def.ghi'], 'abc.def.ghi'],
    [['BEARER   abc.def.ghi '], 'abc.def.ghi'],
    [['', 'Bearer abc'], 'abc'],
  ])('%j is %s', (values, token) => {
    expect(bearerToken(values)).toEqual({ token });
  });

  test.each([
    [[], 'absent'],
    [['', '  '], 'absent'],
    [['Bearer a', 'Bearer a'], 'several'],
    [['Bearer a,Bearer b'], 'several'],
    [['Bearer a, Basic b'], 'several'],
    [['Basic dXNlcjpwdw=='], 'not_bearer'],
    [['Bearer'], 'not_bearer'],
    [['Bearer '], 'not_bearer'],
    [['Bearera.b.c'], 'not_bearer'],
    [['Bearer a b'], 'not_bearer'],
    [['Bearer a\u0000'], 'not_bearer'],
    [['Bearer ä.b.c'], 'not_bearer'],
    [['a.b.c'], 'not_bearer'],
  ])('%j is refused: %s', (values, reason) => {
    expect(bearerToken(values)).toEqual({ code: 'NO_TOKEN', reason });
  });

  test('is never anything but one run of token characters', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().map((text) => `Bearer ${text}`),
          { maxLength: 3 },
        ),
        (values) => {
          const bearer = bearerToken(values);
          if ('token' in bearer) expect(bearer.token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/);
        },
      ),
    );
  });
});
