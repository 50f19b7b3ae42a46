import { expect, test } from '@jest/globals';
import { deployedHubs, hookSecretOf } from '../../../../lambda/core/contract/hub.ts';

test.each([
  ['{"current":"a"}', { current: 'a' }],
  ['{"current":"a","pending":"b"}', { current: 'a', pending: 'b' }],
  ['{"current":"a","pending":""}', { current: 'a' }],
])('the secret %j of a hook is read', (text, secret) => {
  expect(hookSecretOf(text)).toEqual(secret);
});

test.each(['', 'null', '[]', '{}', '{"current":""}', '{"current":7}', 'sec:ret'])(
  'the secret %j is none of a hook, and is not quoted',
  (text) => {
    expect(() => hookSecretOf(text)).toThrow(
      new RangeError('expected the secret of the hook in `current`, found none'),
    );
  },
);

test('hubs are found by the outputs of a stack that say what they are', () => {
  const hub = { org: 'acme.okta.com', table: 'arn:aws:dynamodb:eu-west-1:111122223333:table/hub' };
  const outputs = {
    HubRevocationHub0A1B2C3D: JSON.stringify(hub),
    HubRevocationHub: 'not an output of ours',
    ApiUrl: 'https://api.example.com',
  };
  expect(deployedHubs(outputs)).toEqual([hub]);
});
