import { describe, expect, test } from '@jest/globals';
import { AnswerError, parseAnswer } from '../../../local/gateway-emulator/authorizer-answer.ts';

const arn = 'arn:aws:execute-api:us-east-1:000000000000:abcde12345/$default/GET/orders';
const policyDocument = {
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: arn }],
};
const good = {
  principalId: '00u1',
  policyDocument,
  context: { groups: '["a"]', n: 1, yes: true, list: ['a'], map: { a: 1 } },
};

const parse = (answer: unknown, simple = false) => parseAnswer(JSON.stringify(answer), simple);

test('an IAM answer with all that HTTP APIs take in a context is taken', () => {
  expect(parse(good)).toEqual({
    kind: 'policy',
    principalId: '00u1',
    document: policyDocument,
    context: good.context,
  });
});

test('a simple answer is taken where the authorizer may give one, and only there', () => {
  expect(parse({ isAuthorized: true }, true)).toEqual({
    kind: 'simple',
    isAuthorized: true,
    context: {},
  });
  expect(() => parse({ isAuthorized: true })).toThrow(AnswerError);
});

test('an IAM answer is taken where the authorizer may give a simple one', () => {
  expect(parse(good, true)).toMatchObject({ kind: 'policy' });
});

describe('an answer is refused', () => {
  test.each([
    ['without principalId', { ...good, principalId: undefined }, 'principalId'],
    ['with an empty principalId', { ...good, principalId: '' }, 'principalId'],
    ['with a principalId that is a number', { ...good, principalId: 7 }, 'principalId'],
    ['without a policy', { ...good, policyDocument: undefined }, 'policyDocument'],
    ['with a policy as text', { ...good, policyDocument: '{}' }, 'policyDocument'],
    [
      'with a statement that has no Effect',
      { ...good, policyDocument: { Statement: [{ Action: '*', Resource: '*' }] } },
      'Effect',
    ],
    [
      'with a resource of 513 characters',
      {
        ...good,
        policyDocument: {
          ...policyDocument,
          Statement: [{ ...policyDocument.Statement[0], Resource: arn.padEnd(513, 'x') }],
        },
      },
      '512',
    ],
    ['with null in the context', { ...good, context: { a: null } }, '`a`'],
    ['with a context that is a list', { ...good, context: [] }, 'context'],
    [
      'with a usage key, which HTTP APIs do not know',
      { ...good, usageIdentifierKey: 'k' },
      'usageIdentifierKey',
    ],
    ['over 8 KB', { ...good, context: { a: 'x'.repeat(8192) } }, '8192'],
    ['that is null', null, 'object'],
    ['that is a list', [], 'object'],
  ])('%s', (_name, answer, message) => {
    expect(() => parse(answer)).toThrow(message);
  });

  test('with an isAuthorized that is text', () => {
    expect(() => parse({ isAuthorized: 'true' }, true)).toThrow('isAuthorized');
  });
});

test('a resource of 512 characters is taken', () => {
  const statement = { ...policyDocument.Statement[0], Resource: arn.padEnd(512, 'x') };
  expect(
    parse({ ...good, policyDocument: { ...policyDocument, Statement: [statement] } }),
  ).toMatchObject({ kind: 'policy' });
});
