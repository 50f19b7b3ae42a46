import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluatePolicy, PolicyError } from '../../local/iam.ts';
import { matchesWildcard, type WildcardToken } from '../../local/wildcard.ts';
import { sized } from '../support/tier.ts';

const api = 'arn:aws:execute-api:us-east-1:000000000000:abcde12345';
const pets = `${api}/prod/GET/pets`;

interface StatementInput {
  readonly [key: string]: unknown;
}

function policy(...statements: readonly StatementInput[]): unknown {
  return { Version: '2012-10-17', Statement: statements };
}

function allow(resource: unknown, more: StatementInput = {}): StatementInput {
  return { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource, ...more };
}

function deny(resource: unknown, more: StatementInput = {}): StatementInput {
  return { ...allow(resource, more), Effect: 'Deny' };
}

/** A statement with the complement of an element. */
function without(statement: StatementInput, element: string): StatementInput {
  return Object.fromEntries(Object.entries(statement).filter(([key]) => key !== element));
}

describe('an Allow of one resource', () => {
  test.each([
    ['the same ARN', pets, pets, true],
    ['another path', `${api}/prod/GET/pets`, `${api}/prod/GET/dogs`, false],
    ['another case of the path', `${api}/prod/GET/Pets`, pets, false],
    ['another method', `${api}/prod/POST/pets`, pets, false],
    ['another stage', `${api}/test/GET/pets`, pets, false],
    ['another API', pets.replace('abcde12345', 'zzzzz12345'), pets, false],
    ['a bare star', '*', pets, true],
    [
      'a star for the whole resource part',
      'arn:aws:execute-api:us-east-1:000000000000:*',
      pets,
      true,
    ],
    ['a star in every part', 'arn:*:execute-api:*:*:*', pets, true],
    ['a star for the last segment', `${api}/prod/GET/*`, pets, true],
    ['a star that crosses slashes', `${api}/prod/GET/*`, `${api}/prod/GET/pets/1/toys`, true],
    ['a star that is eaten by nothing', `${api}/prod/GET/pets*`, pets, true],
    [
      'a star in the middle over several segments',
      `${api}/prod/GET/pets/*/admin`,
      `${api}/prod/GET/pets/1/toys/admin`,
      true,
    ],
    [
      'a star that must leave the end',
      `${api}/prod/GET/pets/*/admin`,
      `${api}/prod/GET/pets/1/toys`,
      false,
    ],
    [
      'a verb star that eats path segments',
      `${api}/prod/*/business/op`,
      `${api}/prod/GET/anything/business/op`,
      true,
    ],
    [
      'an API star with more after it',
      'arn:aws:execute-api:us-east-1:000000000000:*/*/GET/*',
      pets,
      true,
    ],
    [
      'an API star with another verb after it',
      'arn:aws:execute-api:us-east-1:000000000000:*/*/PUT/*',
      pets,
      false,
    ],
    ['a question mark for one character', `${api}/prod/GET/pet?`, pets, true],
    ['a question mark for no character', `${api}/prod/GET/pets?`, pets, false],
    ['a question mark for a slash', `${api}/prod/GET?pets`, pets, true],
    ['one or more characters by ?*', `${api}/prod/GET/pets/?*`, `${api}/prod/GET/pets/1`, true],
    ['none by ?*', `${api}/prod/GET/pets/?*`, `${api}/prod/GET/pets/`, false],
    ['a trailing slash that is not there', `${api}/prod/GET/pets/`, pets, false],
    ['the root path', `${api}/prod/GET/`, `${api}/prod/GET/`, true],
    ['the $default stage', `${api}/$default/GET/pets`, `${api}/$default/GET/pets`, true],
    ['a star for the $default stage', `${api}/*/GET/pets`, `${api}/$default/GET/pets`, true],
    ['a colon in the path', `${api}/prod/GET/a:b`, `${api}/prod/GET/a:b`, true],
    ['a star over a colon of the path', `${api}/prod/GET/*`, `${api}/prod/GET/a:b:c`, true],
    [
      'a star that would have to cross into the next part',
      'arn:aws:execute-api:*:abcde12345/prod/GET/pets:x',
      pets,
      false,
    ],
    ['an escaped star against a star', `${api}/prod/GET/\${*}`, `${api}/prod/GET/*`, true],
    ['an escaped star against other text', `${api}/prod/GET/\${*}`, pets, false],
    ['an escaped question mark', `${api}/prod/GET/a\${?}`, `${api}/prod/GET/a?`, true],
    ['an escaped dollar', `${api}/\${$}default/GET/pets`, `${api}/$default/GET/pets`, true],
    ['a list with the ARN in it', [`${api}/prod/GET/dogs`, pets], pets, true],
    ['a list without the ARN', [`${api}/prod/GET/dogs`, `${api}/prod/GET/cats`], pets, false],
  ])('with %s', (_name, resource, request, matches) => {
    expect(evaluatePolicy(policy(allow(resource)), request)).toBe(
      matches ? 'allow' : 'implicitDeny',
    );
  });
});

describe('effects, actions and complements', () => {
  test.each([
    ['no statement allows nothing', policy(), 'implicitDeny'],
    ['a Deny wins over an Allow before it', policy(allow('*'), deny(pets)), 'explicitDeny'],
    ['a Deny wins over an Allow after it', policy(deny(pets), allow('*')), 'explicitDeny'],
    [
      'a Deny of another path leaves the Allow',
      policy(deny(`${api}/prod/GET/dogs`), allow('*')),
      'allow',
    ],
    [
      'a Deny of another path alone is implicit',
      policy(deny(`${api}/prod/GET/dogs`)),
      'implicitDeny',
    ],
    [
      'an action in another case counts',
      policy(allow('*', { Action: 'EXECUTE-API:invoke' })),
      'allow',
    ],
    ['an action with a star counts', policy(allow('*', { Action: 'execute-api:*' })), 'allow'],
    [
      'an action with a question mark counts',
      policy(allow('*', { Action: 'execute-api:Invok?' })),
      'allow',
    ],
    [
      'a list of actions counts',
      policy(allow('*', { Action: ['s3:GetObject', 'execute-api:Invoke'] })),
      'allow',
    ],
    ['the bare star is every action', policy(allow('*', { Action: '*' })), 'allow'],
    [
      'another service allows nothing',
      policy(allow('*', { Action: 's3:GetObject' })),
      'implicitDeny',
    ],
    [
      'another action allows nothing',
      policy(allow('*', { Action: 'execute-api:ManageConnections' })),
      'implicitDeny',
    ],
    [
      'NotAction of another action allows',
      policy(without(allow('*', { NotAction: 's3:*' }), 'Action')),
      'allow',
    ],
    [
      'NotAction of this action does not',
      policy(without(allow('*', { NotAction: 'execute-api:*' }), 'Action')),
      'implicitDeny',
    ],
    [
      'NotResource of another path allows',
      policy(without(allow('', { NotResource: `${api}/prod/GET/dogs` }), 'Resource')),
      'allow',
    ],
    [
      'NotResource of this path does not',
      policy(without(allow('', { NotResource: pets }), 'Resource')),
      'implicitDeny',
    ],
    [
      'NotResource with a list holding it does not',
      policy(
        without(
          allow('', { NotResource: ['a', pets].map((x) => x.replace(/^a$/, `${api}/x`)) }),
          'Resource',
        ),
      ),
      'implicitDeny',
    ],
    [
      'a Deny with NotResource spares only that',
      policy(allow('*'), without(deny('', { NotResource: pets }), 'Resource')),
      'allow',
    ],
    [
      'a Deny with NotResource hits the rest',
      policy(allow('*'), without(deny('', { NotResource: `${api}/x` }), 'Resource')),
      'explicitDeny',
    ],
    [
      'a single statement needs no list',
      { Version: '2012-10-17', Statement: allow(pets) },
      'allow',
    ],
    ['an empty Condition changes nothing', policy(allow('*', { Condition: {} })), 'allow'],
    [
      'without Version there are no escapes',
      { Statement: [allow(`${api}/prod/GET/\${*}`)] },
      'implicitDeny',
    ],
  ])('%s', (_name, document, verdict) => {
    expect(evaluatePolicy(document, pets)).toBe(verdict);
  });
});

describe('what cannot be evaluated is an error, not a verdict', () => {
  test.each([
    [
      'a condition',
      policy(allow('*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })),
      'conditions are not evaluated',
    ],
    ['a policy variable', policy(allow(`${api}/prod/GET/\${aws:username}`)), 'policy variables'],
    ['an unknown Effect', policy({ ...allow('*'), Effect: 'allow' }), 'expected Allow or Deny'],
    [
      'Resource beside NotResource',
      policy(allow('*', { NotResource: '*' })),
      'either Resource or NotResource',
    ],
    ['no Action', policy(without(allow('*'), 'Action')), 'either Action or NotAction'],
    ['a resource that is no ARN', policy(allow('abcde12345/prod/GET/pets')), 'expected an ARN'],
    ['a malformed resource beside a good one', policy(allow(['*', 'pets'])), 'expected an ARN'],
    [
      'a malformed resource of another action',
      policy(allow('*'), allow('pets', { Action: 's3:*' })),
      'expected an ARN',
    ],
    ['an empty list of resources', policy(allow([])), 'at least one'],
    ['a resource that is no text', policy(allow([7])), 'expected text'],
    ['a stray key', policy(allow('*', { Principal: '*' })), 'found `Principal`'],
    ['an unknown Version', { Version: '2020-01-01', Statement: [] }, 'Version'],
    ['no object', null, 'expected an object'],
    ['no Statement', { Version: '2012-10-17' }, 'Statement[0]'],
  ])('%s', (_name, document, message) => {
    expect(() => evaluatePolicy(document, pets)).toThrow(PolicyError);
    expect(() => evaluatePolicy(document, pets)).toThrow(message);
  });
});

function toTokens(pattern: string): readonly WildcardToken[] {
  return [...pattern].map((char) => {
    if (char === '*') return { kind: 'any' };
    return char === '?' ? { kind: 'one' } : { kind: 'char', char };
  });
}

/** The definition itself, in exponential time. */
function naiveMatch(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return (
      naiveMatch(pattern.slice(1), text) || (text !== '' && naiveMatch(pattern, text.slice(1)))
    );
  return (
    text !== '' &&
    (pattern[0] === '?' || pattern[0] === text[0]) &&
    naiveMatch(pattern.slice(1), text.slice(1))
  );
}

test('the wildcard match agrees with its definition', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      expect(matchesWildcard(toTokens(p), t)).toBe(naiveMatch(p, t));
    }),
    { numRuns: sized(2_000, 400) },
  );
});

test('a pattern made to backtrack is evaluated in bounded time', () => {
  const pattern = toTokens(`${'a*'.repeat(250)}b`);
  let steps = 0;
  const counted = new Proxy(pattern, {
    get: (target, key) => {
      steps += 1;
      return Reflect.get(target, key);
    },
  });
  expect(matchesWildcard(counted, 'a'.repeat(1600))).toBe(false);
  expect(steps).toBeLessThan(500 * 1600);
});
