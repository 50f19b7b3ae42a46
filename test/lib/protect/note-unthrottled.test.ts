/** Where synthesis says that the authorizer does not limit the rate of calls. */
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { accessMap, newApp, newStack, quietApp } from '../../support/synthesis.ts';

const notes = (stack: Stack): number =>
  Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('does not limit the rate'))
    .length;

const restMap = () =>
  accessMap({
    api: { name: 'shop', kind: 'rest', upstream: { url: 'https://a.example.com' }, cache: 'off' },
  });

test.each([
  ['an HTTP API without throttling', 1, undefined],
  ['an HTTP API with throttling', 0, { rateLimit: 100, burstLimit: 200 }],
])('%s', (_name, count, throttle) => {
  const stack = newStack('Test', quietApp());
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap() });
  const api = new HttpApi(stack, 'Api', { createDefaultStage: false });
  new HttpStage(stack, 'Stage', { httpApi: api, autoDeploy: true, ...(throttle && { throttle }) });
  authorizer.protect(api);
  expect(notes(stack)).toBe(count);
});

test.each([
  ['a REST API without throttling', 1, undefined],
  ['a REST API with throttling', 0, 100],
])('%s', (_name, count, throttlingRateLimit) => {
  const stack = newStack('Test', quietApp());
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: restMap() });
  const deployOptions = throttlingRateLimit === undefined ? {} : { throttlingRateLimit };
  const api = new RestApi(stack, 'Api', { cloudWatchRole: false, deployOptions });
  api.root.addMethod('GET');
  authorizer.protect(api);
  expect(notes(stack)).toBe(count);
});

const OKTA = {
  issuer: 'https://acme.okta.com/oauth2/aus1abc',
  audience: 'api://shop',
  clients: ['0oa1web'],
};

test.each<[string, Readonly<Record<string, unknown>>, number]>([
  ['a stack with an API of its own', { upstream: { url: 'https://a.example.com' } }, 0],
  ['an attachment', { attachTo: { httpApiId: 'a1b2c3d4e5' } }, 1],
  ['a dry run', { attachTo: { httpApiId: 'a1b2c3d4e5', dryRun: true } }, 1],
  ['an authorizer for other tools', { authorizerOnly: true }, 1],
])('%s', (_name, api, count) => {
  const map = AccessMap.fromObject({
    api: { name: 'shop', ...api },
    okta: OKTA,
    routes: ['GET /items'],
    groups: { staff: { allow: ['GET /items'] } },
  });
  expect(notes(new AccessStack(newApp(), 'Access', { map, watch: false }))).toBe(count);
});
