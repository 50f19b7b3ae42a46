import { expect, test } from '@jest/globals';
import { isLocalIssuer } from '../../../../lambda/core/contract/local-run.ts';

test.each([
  ['http://127.0.0.1:4001/oauth2/default', true],
  ['http://127.9.9.9:4001/oauth2/default', true],
  ['http://[::1]:4001/oauth2/default', true],
  ['https://127.0.0.1:4001/oauth2/default', false],
  ['http://127.0.0.1/oauth2/default', false],
  ['http://127.0.0.1:4001/oauth2/other', false],
  ['http://127.0.0.1:4001/oauth2/default/', false],
  ['http://localhost:4001/oauth2/default', false],
  ['http://evil.example:4001/oauth2/default', false],
  ['http://127.0.0.1.evil.example:4001/oauth2/default', false],
  ['http://evil.example/http://127.0.0.1:4001/oauth2/default', false],
  [undefined, false],
  [['http://127.0.0.1:4001/oauth2/default'], false],
])('%j is an issuer of a local run: %s', (issuer, isLocal) => {
  expect(isLocalIssuer(issuer)).toBe(isLocal);
});
