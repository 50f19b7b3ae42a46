/**
 * The policy for one request: it matches that request, and nothing that it was not evaluated for.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { literalResource, requestPolicy } from '../../../../lambda/core/policy/policy.ts';

const STAGE = 'arn:aws:execute-api:eu-central-1:111122223333:abcdef1234/prod/';

describe('a path as a resource', () => {
  test.each([
    ['GET/orders/1', 'GET/orders/1'],
    ['GET/orders/*', 'GET/orders/?'],
    ['GET/**/a', 'GET/??/a'],
    ['GET/orders/${aws:username}', 'GET/orders/?{aws:username}'],
    ['GET/orders/$1', 'GET/orders/$1'],
    ['GET/orders/?', 'GET/orders/?'],
  ])('%s is %s', (path, resource) => {
    expect(literalResource(STAGE + path)).toBe(STAGE + resource);
  });

  test('of the longest length stays whole, and beyond it the tail is any', () => {
    const longest = STAGE + 'a'.repeat(512 - STAGE.length);
    expect(literalResource(longest)).toBe(longest);
    expect(literalResource(`${longest}b`)).toBe(`${longest.slice(0, 511)}*`);
    expect(literalResource('abcdef', 5)).toBe('abcd*');
  });

  test('holds no letter that IAM reads as more than one, but the tail of one that is too long', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('*', '$', '{', '}', 'a', '/', '?') }),
        (path) => {
          const resource = literalResource(path);
          expect(resource).toHaveLength(path.length);
          expect(resource).not.toMatch(/\*|\$\{/);
        },
      ),
    );
  });
});

test.each([
  ['allow', 'Allow'],
  ['deny', 'Deny'],
] as const)('%s is one statement over the request', (effect, written) => {
  expect(requestPolicy(effect, `${STAGE}GET/orders/*`)).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Action: 'execute-api:Invoke', Effect: written, Resource: [`${STAGE}GET/orders/?`] },
    ],
  });
});
