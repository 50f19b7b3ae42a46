import { describe, expect, test } from '@jest/globals';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import {
  accessMap,
  accessTemplate,
  authorization,
  newApp,
  newStack,
  only,
  type Resource,
  resources,
} from '../../support/synthesis.ts';

const endpoint = { permissionsEndpoint: { path: '/permissions' } };
const limited = {
  quotas: { few: { limit: 60, per: 'minute', by: 'user' } },
  groups: { staff: { allow: ['GET /items'], quota: 'few' } },
};
const cors = {
  api: {
    name: 'shop',
    upstream: { url: 'https://shop.example.com' },
    cors: { origins: ['https://app.example.com'] },
  },
};

const described = (template: Template, text: string): Resource => {
  const found = resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    String(Properties['Description']).includes(text),
  );
  if (!found) throw new Error(`no function is described as ${text}`);
  return found;
};

describe('the permissions endpoint of a deployed API', () => {
  const template = accessTemplate(accessMap({ ...endpoint, ...limited }));

  test('is a route of its own, behind the authorizer', () => {
    expect(authorization(template)).toEqual({
      'GET /items': 'CUSTOM',
      'POST /items': 'CUSTOM',
      'GET /health': 'NONE',
      'GET /permissions': 'CUSTOM',
    });
  });

  test('has a function whose role may write its log and read the quota table, and nothing else', () => {
    const roles = resources(template, 'AWS::IAM::Role').map(
      ({ Properties }) => Properties['Policies'],
    );
    const permissions = roles.flatMap(
      (policies) => policies as { readonly PolicyName: string; readonly PolicyDocument: unknown }[],
    );
    const tables = resources(template, 'AWS::DynamoDB::Table').filter(({ id }) =>
      id.includes('QuotaTable'),
    );
    const table = { 'Fn::GetAtt': [tables[0]?.id, 'Arn'] };
    expect(
      permissions.find(({ PolicyName }) => PolicyName === 'permissions')?.PolicyDocument,
    ).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: expect.anything(),
        },
        { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table },
      ],
    });
  });

  test('may be invoked by this route of this API only', () => {
    const { id } = described(template, 'Tells callers');
    const permission = resources(template, 'AWS::Lambda::Permission').find(({ Properties }) =>
      JSON.stringify(Properties['FunctionName']).includes(id),
    );
    const api = { Ref: only(template, 'AWS::ApiGatewayV2::Api').id };
    expect(permission?.Properties['SourceArn']).toEqual({
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':execute-api:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':',
          api,
          '/*/GET/permissions',
        ],
      ],
    });
  });

  test('reads no table where the map has no quota', () => {
    const { Properties } = described(accessTemplate(accessMap(endpoint)), 'Tells callers');
    expect(Properties['Environment']).toBeUndefined();
  });

  test('is a method that `api.cors` lets in', () => {
    const posting = { ...endpoint, ...cors, routes: ['POST /items'], public: [], groups: {} };
    const { Properties } = only(accessTemplate(accessMap(posting)), 'AWS::ApiGatewayV2::Api');
    expect(Properties['CorsConfiguration']).toMatchObject({ AllowMethods: ['POST', 'GET'] });
  });

  test('is not there unless the map asks for it', () => {
    const without = accessTemplate(accessMap(limited));
    expect(authorization(without)).not.toHaveProperty('GET /permissions');
    expect(resources(without, 'AWS::Lambda::Function')).toHaveLength(1);
  });
});

test('an API that is protected as a whole gets the endpoint when asked, without a warning that the route is unmapped', () => {
  const stack = newStack();
  const httpApi = new HttpApi(stack, 'Api');
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', {
    map: accessMap({ ...endpoint, routes: ['GET /items'], public: [], groups: {} }),
  });
  authorizer.protect(httpApi);
  expect(authorization(Template.fromStack(stack))).toEqual({});
  const asked = newStack('Asked');
  const api = new HttpApi(asked, 'Api');
  const second = new OktaGroupAuthorizer(asked, 'Authorizer', {
    map: accessMap({ ...endpoint, routes: ['GET /items'], public: [], groups: {} }),
  });
  second.protect(api);
  expect(second.addPermissionsEndpoint(api).routeKey).toBe('GET /permissions');
  expect(authorization(Template.fromStack(asked))).toEqual({ 'GET /permissions': 'CUSTOM' });
  const warnings = Annotations.fromStack(asked)
    .findWarning('*', '*')
    .map(({ entry }) => String(entry.data));
  expect(warnings.filter((text) => text.includes('GET /permissions'))).toEqual([]);
});

test('asking for an endpoint that the map does not have is an error', () => {
  const stack = newStack();
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap() });
  expect(() => authorizer.addPermissionsEndpoint(new HttpApi(stack, 'Api'))).toThrow(
    'expected the key `permissionsEndpoint`, found no such key',
  );
});

test('a deny for every route closes the API and leaves the question what is open', () => {
  const map = accessMap({
    ...endpoint,
    public: [],
    groups: { staff: { deny: ['GET /**', 'POST /**'] } },
  });
  expect(map.model.routes.at(-1)).toEqual({ key: 'GET /permissions' });
  expect(map.model.groups[0]?.deny).toBe('00000007');
  expect(new AccessStack(newApp(), 'Closed', { map }).stackName).toBe('access-shop');
});

test('the endpoint finds room after 32 and after 33 routes', () => {
  for (const count of [31, 32, 33]) {
    const routes = Array.from({ length: count }, (_, at) => `GET /items/${at}`);
    const { model } = accessMap({
      ...endpoint,
      routes,
      public: [],
      groups: { staff: { allow: ['GET /items/*'] } },
    });
    expect(model.routes).toHaveLength(count + 1);
    expect(model.signedIn).toHaveLength(Math.ceil((count + 1) / 32) * 8);
  }
});
