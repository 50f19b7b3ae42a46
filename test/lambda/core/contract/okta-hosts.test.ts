/** What the host of an org may be, wherever a person names one. */
import { expect, test } from '@jest/globals';
import { orgFault } from '../../../../lambda/core/contract/okta-hosts.ts';

test.each([
  'acme.okta.com',
  'acme.oktapreview.com',
  'admin.okta.com',
  'acme-administration.okta.com',
  // A custom domain, which may end as it likes.
  'login.example.com',
  'acme-admin.example.com',
  // An org on this machine.
  '127.0.0.1:4003',
  '[::1]:4003',
])('%s may be an org', (host) => {
  expect(orgFault(host)).toBeUndefined();
});

test.each([
  ['ACME.okta.com', 'acme.okta.com'],
  ['acme.okta.com.', 'acme.okta.com'],
  ['acme.okta.com/', 'acme.okta.com'],
  ['acme.okta.com:443', 'acme.okta.com'],
  ['https://acme.okta.com', 'acme.okta.com'],
  ['https://acme.okta.com/oauth2/default', 'acme.okta.com'],
  ['https://Login.example.com', 'login.example.com'],
  ['http://127.0.0.1:4003', '127.0.0.1:4003'],
])('%j is no host of an org: %s', (host, nearest) => {
  expect(orgFault(host)).toEqual({
    expected: 'the host of an Okta org, such as `acme.okta.com`',
    nearest,
  });
});

test.each([
  ['acme-admin.okta.com', 'acme.okta.com'],
  ['ACME-admin.okta-gov.com', 'acme.okta-gov.com'],
  ['https://acme-admin.okta.mil', 'acme.okta.mil'],
  ['acme-admin.okta-emea.com:8443', 'acme.okta-emea.com'],
])('%s is an admin console: %s', (host, nearest) => {
  expect(orgFault(host)).toEqual({ expected: 'the org, not its admin console', nearest });
  expect(orgFault(nearest)).toBeUndefined();
});

test.each([
  '',
  ' ',
  '.',
  ' acme.okta.com',
  'a"b.okta.com',
  'acme okta com',
  'https://',
  '*.okta.com',
])('%j is no host, and none is near', (host) => {
  expect(orgFault(host)).toEqual({
    expected: 'the host of an Okta org, such as `acme.okta.com`',
  });
});
