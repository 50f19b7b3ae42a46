/**
 * Whatever overrides, functions and aspects write a method of a protected API: it is not open
 * without a word.
 */
import { expect, test } from '@jest/globals';
import { Aspects, CfnParameter, type CfnResource, Fn, type Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnMethod, type CfnRestApi, HttpIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import {
  accessMap,
  newStack,
  only,
  quietApp,
  resources,
  restMap,
  said,
} from '../../support/synthesis.ts';

/** A REST API with `GET /items` and what `build` adds to it. */
function methodsOf(build: (restApi: RestApi, method: CfnMethod) => void): Stack {
  const stack = newStack('Test', quietApp());
  const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false });
  const method = restApi.root
    .addResource('items')
    .addMethod('GET', new HttpIntegration('https://shop.example.com'));
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: restMap() }).protect(restApi);
  build(restApi, method.node.defaultChild as CfnMethod);
  return stack;
}
const authorization = (stack: Stack): readonly unknown[] =>
  resources(Template.fromStack(stack), 'AWS::ApiGateway::Method').map(({ Properties }) => [
    Properties['AuthorizationType'] ?? 'NONE',
    typeof Properties['AuthorizerId'],
  ]);
const CUSTOM = ['CUSTOM', 'object'];

test('an override that opens a method is closed again', () => {
  const stack = methodsOf((_, method) => method.addPropertyOverride('AuthorizationType', 'NONE'));
  expect(authorization(stack)).toEqual([CUSTOM]);
  const deleted = methodsOf((_, method) => method.addPropertyDeletionOverride('AuthorizationType'));
  expect(authorization(deleted)).toEqual([CUSTOM]);
});

test('an aspect that opens a method after protect’s own is an error', () => {
  const stack = methodsOf((_, method) =>
    Aspects.of(method).add({
      visit: (node) => node === method && method.addPropertyOverride('AuthorizationType', 'NONE'),
    }),
  );
  expect(said(stack, 'findError')).toEqual([
    expect.stringContaining('method `GET /items` has no authorizer'),
  ]);
});

test('an override that gives a method another authorizer is an error and stays', () => {
  const stack = methodsOf((_, method) =>
    method.addPropertyOverride('AuthorizationType', 'AWS_IAM'),
  );
  expect(said(stack, 'findError')).toEqual([
    expect.stringContaining('has an authorizer of its own (AWS_IAM)'),
  ]);
  expect(authorization(stack)).toEqual([['AWS_IAM', 'undefined']]);
});

const idOf = (stack: Stack, restApi: RestApi): string =>
  stack.getLogicalId(restApi.node.defaultChild as CfnRestApi);
const spellings: readonly (readonly [string, (id: string) => unknown])[] = [
  ['Fn.getAtt', (id) => Fn.getAtt(id, 'RestApiId').toString()],
  ['Fn.ref', (id) => Fn.ref(id)],
  ['Fn.sub', (id) => Fn.sub(`\${${id}}`)],
  ['Fn.sub of an attribute', (id) => Fn.sub(`\${${id}.RestApiId}`)],
  ['Fn.sub of a variable', (id) => Fn.sub('${Api}', { Api: Fn.ref(id) })],
  ['Fn.join', (id) => Fn.join('', [Fn.ref(id)])],
];

test.each(spellings)('a method whose API is written with %s is covered', (_, spell) => {
  const stack = methodsOf((restApi) => {
    const restApiId = String(spell(idOf(restApi.stack, restApi)));
    new CfnMethod(restApi.stack, 'Other', {
      restApiId,
      resourceId: restApi.root.resourceId,
      httpMethod: 'POST',
    });
  });
  expect(authorization(stack)).toEqual([CUSTOM, CUSTOM]);
});

test('a method that an override moves to the API is covered', () => {
  const stack = methodsOf((restApi) => {
    const other = new CfnMethod(restApi.stack, 'Other', {
      restApiId: 'abc123',
      resourceId: 'r1',
      httpMethod: 'POST',
    });
    other.addPropertyOverride('RestApiId', { Ref: idOf(restApi.stack, restApi) });
  });
  expect(authorization(stack)).toEqual([CUSTOM, CUSTOM]);
});

test.each<readonly [string, (stack: Stack) => string]>([
  ['a parameter', (stack) => new CfnParameter(stack, 'ApiId').valueAsString],
  ['a value of another stack', () => Fn.importValue('api')],
  ['a condition', () => Token.asString(Fn.conditionIf('Wide', 'a', 'b'))],
])('a method whose API is told by %s only is left alone, with a warning', (_, restApiId) => {
  const stack = methodsOf(
    ({ stack: at }) =>
      new CfnMethod(at, 'Other', {
        restApiId: restApiId(at),
        resourceId: 'r1',
        httpMethod: 'POST',
      }),
  );
  expect(authorization(stack)).toEqual([CUSTOM, ['NONE', 'undefined']]);
  expect(said(stack, 'findWarning')).toContainEqual(
    expect.stringContaining(
      'method `POST` belongs to an API whose id is known at deploy time only: it gets no authorizer. Write the id of',
    ),
  );
});

test('a method of another API of the app is left alone without a word, whatever its id is written with', () => {
  const stack = methodsOf((restApi) => {
    const other = new RestApi(restApi.stack, 'Other', { cloudWatchRole: false, deploy: false });
    other.root.addMethod('GET', new HttpIntegration('https://shop.example.com'));
    new CfnMethod(restApi.stack, 'Post', {
      restApiId: Fn.ref(idOf(restApi.stack, other)),
      resourceId: other.root.resourceId,
      httpMethod: 'POST',
    });
  });
  expect(authorization(stack)).toEqual([CUSTOM, ['NONE', 'undefined'], ['NONE', 'undefined']]);
  expect(said(stack, 'findWarning').filter((text) => text.includes('deploy time only'))).toEqual(
    [],
  );
});

test('warm environments that come or go make a new deployment, after the permission to invoke them', () => {
  const deploymentOf = (provisionedConcurrentExecutions?: number) => {
    const stack = newStack('Test', quietApp());
    const restApi = new RestApi(stack, 'Api', { cloudWatchRole: false });
    restApi.root
      .addResource('items')
      .addMethod('GET', new HttpIntegration('https://shop.example.com'));
    const warm =
      provisionedConcurrentExecutions === undefined ? {} : { provisionedConcurrentExecutions };
    new OktaGroupAuthorizer(stack, 'Authorizer', { map: restMap(), ...warm }).protect(restApi);
    const template = Template.fromStack(stack);
    const deployment = only(template, 'AWS::ApiGateway::Deployment') as {
      id: string;
      DependsOn?: readonly string[];
    };
    expect(deployment.DependsOn).toContain(only(template, 'AWS::Lambda::Permission').id);
    return deployment.id;
  };
  expect(deploymentOf(1)).not.toBe(deploymentOf());
  expect(deploymentOf(2)).toBe(deploymentOf(1));
});

test('routes of an HTTP API: an override that opens one is closed again, and an id written with a function is known', () => {
  const stack = newStack('Test', quietApp());
  const httpApi = new HttpApi(stack, 'Api');
  new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap() }).protect(httpApi);
  const apiId = Fn.sub(`\${${stack.getLogicalId(httpApi.node.defaultChild as CfnResource)}}`);
  for (const routeKey of ['GET /items', 'POST /items']) {
    new CfnRoute(stack, routeKey, { apiId, routeKey }).addPropertyOverride(
      'AuthorizationType',
      'NONE',
    );
  }
  const routes = resources(Template.fromStack(stack), 'AWS::ApiGatewayV2::Route');
  expect(routes.map(({ Properties }) => Properties['AuthorizationType'])).toEqual([
    'CUSTOM',
    'CUSTOM',
  ]);
});
