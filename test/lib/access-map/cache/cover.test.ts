import { describe, expect, test } from '@jest/globals';
import { mapOf } from '../support.ts';

/** The Allow of the group's routes, from the compiled model. */
function allowOf(routes: readonly string[], allowed: readonly string[]): readonly string[] {
  const { cache, model } = mapOf({
    routes,
    groups: { all: { allow: routes }, some: { allow: allowed } },
  } as never);
  const classes = cache.file?.mode === 'token' ? cache.file.classes : [];
  return classes.find(({ route }) => model.routes[route]?.key === allowed[0])?.allow ?? [];
}

describe('routes that are allowed together', () => {
  test.each([
    [
      'share a prefix that no other route has',
      ['GET /a', 'GET /a/{id}', 'GET /b'],
      ['GET /a', 'GET /a/{id}'],
      ['GET/a*'],
    ],
    [
      'never share one with another route',
      ['GET /a', 'GET /a/{id}', 'GET /ab'],
      ['GET /a', 'GET /a/{id}'],
      ['GET/a', 'GET/a/?*'],
    ],
    [
      'share no method',
      ['GET /a', 'POST /a', 'GET /b'],
      ['GET /a', 'POST /a'],
      ['GET/a', 'POST/a'],
    ],
    [
      'need no resource within one of another',
      ['GET /a/{id}', 'GET /a/{id}/b', 'GET /c'],
      ['GET /a/{id}', 'GET /a/{id}/b'],
      ['GET/a/?*'],
    ],
    [
      'never share the whole API',
      ['GET /a', 'GET /b', 'POST /b'],
      ['GET /a', 'GET /b'],
      ['GET/a', 'GET/b'],
    ],
  ])('%s', (_, routes, allowed, resources) => {
    expect(allowOf(routes, allowed)).toEqual(resources);
  });
});
