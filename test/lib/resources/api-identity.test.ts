/** Which API an id in a template means. */
import { describe, expect, test } from '@jest/globals';
import { App, Fn, Stack, Token } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnApi, type CfnStage, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  apiResource,
  isHttpApi,
  isRestApi,
  matchApi,
  restApiResource,
} from '../../../lib/resources/api-identity.ts';

const app = new App();
const stack = new Stack(app, 'stack');
const other = new Stack(app, 'other');
const http = new HttpApi(stack, 'Http');
const sibling = new HttpApi(stack, 'Sibling');
const imported = HttpApi.fromHttpApiAttributes(stack, 'Imported', { httpApiId: 'abcdef1234' });
const httpId = stack.getLogicalId(http.node.defaultChild as CfnApi);
const siblingId = stack.getLogicalId(sibling.node.defaultChild as CfnApi);
const stageId = stack.getLogicalId(http.defaultStage?.node.defaultChild as CfnStage);

describe('an id in the template', () => {
  test.each<[string, unknown, ReturnType<typeof matchApi>]>([
    ['as the construct gives it', http.apiId, 'this'],
    ['Ref', { Ref: httpId }, 'this'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': [httpId, 'ApiId'] }, 'this'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': `${httpId}.ApiId` }, 'this'],
    ['Fn::Sub of the id alone', Fn.sub(`\${${httpId}}`), 'this'],
    ['Fn::Sub with a variable', Fn.sub('${Id}', { Id: http.apiId }), 'this'],
    ['Fn::Join of one', { 'Fn::Join': ['', [{ Ref: httpId }]] }, 'this'],
    ['of the API beside it', { Ref: siblingId }, 'other'],
    ['as text', 'abcdef1234', 'other'],
    ['of the stage', { Ref: stageId }, 'unknown'],
    ['Fn::Join of two', { 'Fn::Join': ['', [{ Ref: httpId }, 'x']] }, 'unknown'],
    ['Fn::ImportValue', Fn.importValue('api'), 'unknown'],
    ['of a parameter', Token.asAny({ Ref: 'ApiParameter' }), 'unknown'],
  ])('%s', (_, id, expected) => {
    expect(matchApi(http, id, stack)).toBe(expected);
  });

  test('of another stack means another API, though its logical id is the same', () => {
    new CfnApi(other, 'Api', { name: 'x' }).overrideLogicalId(httpId);
    expect(matchApi(http, { Ref: httpId }, other)).toBe('other');
  });

  test('as text means the imported API that has it', () => {
    expect(matchApi(imported, 'abcdef1234', other)).toBe('this');
    expect(matchApi(imported, 'abcdef9999', other)).toBe('other');
  });
});

test('an API is found through its import, and an API of another app is none', () => {
  const sameHttp = HttpApi.fromHttpApiAttributes(stack, 'Again', { httpApiId: http.apiId });
  expect(apiResource(sameHttp)).toBe(http.node.defaultChild);
  expect(apiResource(imported)).toBeUndefined();
});

test('the resource of a REST API is the API, also where it was imported', () => {
  const rest = new RestApi(stack, 'Rest', { deploy: false });
  rest.root.addMethod('GET');
  expect(restApiResource(rest)).toBe(rest.node.defaultChild);
  const sameRest = RestApi.fromRestApiAttributes(stack, 'RestAgain', {
    restApiId: rest.restApiId,
    rootResourceId: rest.restApiRootResourceId,
  });
  expect(restApiResource(sameRest)).toBe(rest.node.defaultChild);
  expect([isRestApi(rest), isHttpApi(rest), isHttpApi(http), isRestApi(http)]).toEqual([
    ...[true, false],
    ...[true, false],
  ]);
});

test.each([undefined, null, {}, { webSocketApiId: 'x' }])('%j is no API', (value) => {
  expect([isHttpApi(value), isRestApi(value)]).toEqual([false, false]);
});
