/** By which hosts the API of a stack can be called. */
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { restrictsByAllow } from '../../../lambda/gateway/resource-policy.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { accessMap, newApp, only, quietApp, said } from '../../support/synthesis.ts';

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/abc';
const domain = { name: 'api.example.com', certificate, basePath: 'shop/v1' };
const vpcEndpoints = ['vpce-0123456789abcdef0', 'vpce-0a1b2c3d'];
const upstream = { url: 'https://shop.example.com' };
const mapOf = (api: object) => accessMap({ api: { name: 'shop', cache: 'off', upstream, ...api } });
const stackOf = (api: object) =>
  new AccessStack(quietApp(), 'Access', { map: mapOf(api), watch: false });

describe.each([
  ['http', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Stage'],
  ['rest', 'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage'],
])('an API of kind %s', (kind, api, stage) => {
  const template = Template.fromStack(stackOf({ kind, domain, executeApi: false }));

  test('has the domain, mapped to its stage below the base path', () => {
    expect(only(template, 'AWS::ApiGatewayV2::DomainName').Properties).toEqual({
      DomainName: 'api.example.com',
      DomainNameConfigurations: [
        { CertificateArn: certificate, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    expect(only(template, 'AWS::ApiGatewayV2::ApiMapping').Properties).toEqual({
      ApiId: { Ref: only(template, api).id },
      Stage: kind === 'http' ? '$default' : { Ref: only(template, stage).id },
      DomainName: { Ref: only(template, 'AWS::ApiGatewayV2::DomainName').id },
      ApiMappingKey: 'shop/v1',
    });
    expect(only(template, 'AWS::ApiGatewayV2::ApiMapping')).toMatchObject({
      DependsOn: expect.arrayContaining([only(template, stage).id]),
    });
  });

  test('answers there alone with `executeApi: false`, and the outputs say where', () => {
    expect(only(template, api).Properties['DisableExecuteApiEndpoint']).toBe(true);
    const outputs = template.toJSON()['Outputs'] as Record<string, { readonly Value: unknown }>;
    expect(outputs['ApiUrl']?.Value).toBe('https://api.example.com/shop/v1');
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining(['DomainTarget', 'DomainHostedZone']),
    );
  });

  test('without these keys has none of it', () => {
    const plain = Template.fromStack(stackOf({ kind }));
    expect(plain.findResources('AWS::ApiGatewayV2::DomainName')).toEqual({});
    expect(only(plain, api).Properties['DisableExecuteApiEndpoint']).not.toBe(true);
  });
});

test('a map tells them under the name that it was published with', () => {
  const hostNames = { domain, executeApi: false };
  expect(mapOf(hostNames).api).toHaveProperty('entrance', hostNames);
});

test('the domain’s base path is one that the back end may strip', () => {
  expect(mapOf({ domain }).model.basePaths).toEqual(['shop/v1']);
  const { basePath: _, ...root } = domain;
  expect(mapOf({ domain: root }).model.basePaths).toEqual([]);
  expect(mapOf({ domain, basePaths: ['other'] }).model.basePaths).toEqual(['other']);
  expect(mapOf({}).model.basePaths).toBeUndefined();
});

test('a private REST API allows all and denies who comes another way, which `protect` takes', () => {
  const stack = stackOf({ kind: 'rest', private: { vpcEndpoints } });
  const { Properties } = only(Template.fromStack(stack), 'AWS::ApiGateway::RestApi');
  expect(Properties['EndpointConfiguration']).toEqual({
    Types: ['PRIVATE'],
    VpcEndpointIds: vpcEndpoints,
  });
  const policy = Properties['Policy'] as { readonly Statement: readonly object[] };
  const everybody = {
    Principal: { AWS: '*' },
    Action: 'execute-api:Invoke',
    Resource: 'execute-api:/*',
  };
  expect(policy.Statement).toEqual([
    { Effect: 'Allow', ...everybody },
    {
      Effect: 'Deny',
      ...everybody,
      Condition: { StringNotEquals: { 'aws:SourceVpce': vpcEndpoints } },
    },
  ]);
  expect(restrictsByAllow(JSON.stringify(policy), 'a1b2c3')).toBe(false);
  expect(said(stack, 'findError')).toEqual([]);
});

test.each([
  [{ private: { vpcEndpoints } }, 'expected `kind: rest` beside `private`'],
  [{ kind: 'rest', private: { vpcEndpoints }, domain }, 'expected no `domain` beside `private`'],
  [
    { attachTo: { httpApiId: 'a1b2c3d4e5' }, domain },
    'expected no `domain`, found `domain` beside `attachTo`',
  ],
  [{ authorizerOnly: true, executeApi: false }, 'expected no `executeApi`'],
  [{ domain: { name: 'api.example.com' } }, '`certificate`'],
  [{ domain: { ...domain, name: 'API.example.com' } }, 'a host in lower case'],
  [{ kind: 'rest', private: { vpcEndpoints: ['vpc-1'] } }, 'the id of a VPC endpoint'],
])('%j is refused: %s', (api, told) => {
  const settings =
    'attachTo' in api || 'authorizerOnly' in api ? { name: 'shop' } : { name: 'shop', upstream };
  const { problems } = AccessMap.checkObject({
    api: { ...settings, ...api },
    okta: { issuer: 'https://a.okta.com/oauth2/aus1', audience: 'api://a', clients: ['0oa'] },
    routes: ['GET /a'],
    groups: {},
  });
  expect(problems.map(({ message }) => message).join('\n')).toContain(told);
});

test('a stack of both kinds of host synthesizes', () => {
  expect(
    () => new AccessStack(newApp(), 'Access', { map: mapOf({ executeApi: false }) }),
  ).not.toThrow();
});
