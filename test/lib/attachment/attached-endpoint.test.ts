import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { accessMap, newApp, only, type Resource, resources } from '../../support/synthesis.ts';

const endpoint = { permissionsEndpoint: { path: '/permissions' } };
const templateOf = (
  api: Record<string, unknown>,
  more: Record<string, unknown> = endpoint,
): Template =>
  Template.fromStack(
    new AccessStack(newApp(), 'Access', {
      map: accessMap({ api: { name: 'shop', ...api }, ...more }),
    }),
  );
const HTTP = { attachTo: { httpApiId: 'a1b2c3d4e5' } };
const REST = { kind: 'rest', attachTo: { restApiId: 'a1b2c3d4e5', stage: 'prod' } };

const functionOf = (template: Template): Resource => {
  const found = resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    String(Properties['Description']).includes('Tells'),
  );
  if (found === undefined) throw new Error('the template has no function of an endpoint');
  return found;
};

const dependenciesOf = (template: Template, type: string, at = 0): readonly string[] =>
  (
    Object.values(template.findResources(type))[at] as
      | { readonly DependsOn?: readonly string[] }
      | undefined
  )?.DependsOn ?? [];

/**
 * What is made, and goes in the other order: plan, authorizer, removal, the endpoint's own
 * resources, attachment.
 */
function expectOrder(template: Template, authorizerType: string, own: readonly string[]): void {
  const [plan, removal] = [
    only(template, 'Custom::OktaGroupAttachmentPlan').id,
    only(template, 'Custom::OktaGroupPermissionsEndpoint').id,
  ];
  const authorizer = only(template, authorizerType).id;
  expect(dependenciesOf(template, authorizerType)).toContain(plan);
  expect(dependenciesOf(template, 'Custom::OktaGroupPermissionsEndpoint')).toContain(authorizer);
  for (const type of own) {
    resources(template, type).forEach(({ id }, at) => {
      expect(dependenciesOf(template, type, at)).toContain(removal);
      expect(dependenciesOf(template, 'Custom::OktaGroupAttachment')).toContain(id);
    });
  }
}

describe('a permissions endpoint on an HTTP API that exists', () => {
  const template = templateOf(HTTP);

  test('is a route of this stack on that API, behind its authorizer', () => {
    expect(only(template, 'AWS::ApiGatewayV2::Route').Properties).toMatchObject({
      ApiId: 'a1b2c3d4e5',
      RouteKey: 'GET /permissions',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: only(template, 'AWS::ApiGatewayV2::Authorizer').id },
    });
    expect(JSON.stringify(only(template, 'AWS::ApiGatewayV2::Integration').Properties)).toContain(
      functionOf(template).id,
    );
  });

  test('is made between the plan, which finds the path free, and the attachment, which publishes it', () => {
    expectOrder(template, 'AWS::ApiGatewayV2::Authorizer', [
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Integration',
    ]);
    for (const type of ['AttachmentPlan', 'Attachment', 'PermissionsEndpoint']) {
      expect(only(template, `Custom::OktaGroup${type}`).Properties['Endpoint']).toBe(
        '/permissions',
      );
    }
    expect(only(template, 'Custom::OktaGroupAttachment').Properties['EndpointFunction']).toEqual({
      'Fn::GetAtt': [functionOf(template).id, 'Arn'],
    });
  });

  test('gives the attachment no right beyond those that it has without', () => {
    const rights = (of: Template) =>
      resources(of, 'AWS::IAM::Role').flatMap(({ Properties }) =>
        JSON.stringify(Properties['Policies']).includes('apigateway:')
          ? [JSON.stringify(Properties['Policies'])]
          : [],
      );
    expect(rights(template)).toEqual(rights(templateOf(HTTP, {})));
  });

  test('is not there unless the map asks for it', () => {
    const without = templateOf(HTTP, {});
    expect(resources(without, 'Custom::OktaGroupPermissionsEndpoint')).toEqual([]);
    expect(only(without, 'Custom::OktaGroupAttachmentPlan').Properties).not.toHaveProperty(
      'Endpoint',
    );
  });
});

describe('a permissions endpoint on a REST API that exists', () => {
  const template = templateOf({ ...REST, cors: { origins: ['https://app.example.com'] } });
  const own = ['AWS::ApiGateway::Method', 'AWS::ApiGateway::Resource'];

  test('is a resource of this stack below the one that the plan has found, with a method behind the authorizer and a preflight', () => {
    const { id, Properties } = only(template, 'AWS::ApiGateway::Resource');
    expect(Properties).toEqual({
      RestApiId: 'a1b2c3d4e5',
      PathPart: 'permissions',
      ParentId: {
        'Fn::GetAtt': [only(template, 'Custom::OktaGroupAttachmentPlan').id, 'EndpointParent'],
      },
    });
    const methods = resources(template, 'AWS::ApiGateway::Method').map(
      (method) => method.Properties,
    );
    expect(
      methods
        .map((method) => [method['HttpMethod'], method['AuthorizationType'], method['ResourceId']])
        .toSorted(),
    ).toEqual([
      ['GET', 'CUSTOM', { Ref: id }],
      ['OPTIONS', 'NONE', { Ref: id }],
    ]);
    expect(methods.find((method) => method['HttpMethod'] === 'GET')).toMatchObject({
      AuthorizerId: { Ref: only(template, 'AWS::ApiGateway::Authorizer').id },
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' },
    });
  });

  test('is kept by the cache of a stage for its own caller alone', () => {
    const get = resources(template, 'AWS::ApiGateway::Method').find(
      ({ Properties }) => Properties['HttpMethod'] === 'GET',
    );
    expect(get?.Properties).toMatchObject({
      RequestParameters: { 'method.request.header.Authorization': false },
      Integration: {
        CacheKeyParameters: expect.arrayContaining(['method.request.header.Authorization']),
      },
    });
  });

  test('is made between the plan and the attachment, which publishes it', () => {
    expectOrder(template, 'AWS::ApiGateway::Authorizer', own);
  });

  test('has no preflight where no page may call', () => {
    expect(only(templateOf(REST), 'AWS::ApiGateway::Method').Properties['HttpMethod']).toBe('GET');
  });

  test('at another path is other resources, which are made before the old ones go', () => {
    const idsOf = (of: Template) =>
      [...own, 'Custom::OktaGroupPermissionsEndpoint'].flatMap((type) =>
        resources(of, type).map(({ id }) => id),
      );
    const moved = idsOf(templateOf(REST, { permissionsEndpoint: { path: '/mine' } }));
    expect(moved.filter((id) => idsOf(templateOf(REST)).includes(id))).toEqual([]);
  });
});
