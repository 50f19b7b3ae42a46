import { expect, test } from '@jest/globals';
import { blockOfIssuer } from '../../../../lambda/core/token/token-rules.ts';
import { modelFile } from '../../../support/model.ts';

const { okta } = modelFile({ routes: ['GET /a'] });

test.each([
  ['https://acme.okta.com', 'org_server'],
  ['https://acme.oktapreview.com/', 'org_server'],
  ['https://acme.okta-emea.com', 'org_server'],
  ['https://acme.okta-gov.com', 'org_server'],
  ['https://acme.okta.mil', 'org_server'],
  ['https://okta.com', 'unknown'],
  ['https://acme.okta.com.example.com', 'unknown'],
  ['https://acmeokta.com', 'unknown'],
  ['https://acme.okta.com/oauth2/other', 'unknown'],
])('a token of %s, which is no issuer of the map: %s', (iss, reason) => {
  expect(blockOfIssuer({ iss }, okta)).toMatchObject({ reason });
});
