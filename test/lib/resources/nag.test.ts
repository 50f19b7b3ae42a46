import { expect, test } from '@jest/globals';
import { Aspects, Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AwsSolutionsChecks as FormerChecks } from 'cdk-nag-2';
import type { AccessMap } from '../../../lib/access-map/index.ts';
import { AccessStack, type AccessStackProps } from '../../../lib/stack/access-stack.ts';
import { accessMap, exampleMap, newApp, said } from '../../support/synthesis.ts';
import { sampled } from '../../support/tier.ts';

const QUIET = { '@aws-cdk/core:annotationsInValidationReport': false };
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:shop';
const withUpstream = (kind: string, upstream: Record<string, string>) =>
  accessMap({ api: { name: 'shop', kind, upstream }, public: [] });
const http = withUpstream('http', { url: 'https://shop.example.com' });
const rest = withUpstream('rest', { url: 'https://shop.example.com' });
const withQuota = (map: 'http' | 'rest') =>
  accessMap({
    api: { name: 'shop', kind: map, upstream: { url: 'https://shop.example.com' } },
    public: [],
    quotas: { standard: { limit: 60, per: 'minute', by: 'user' } },
    groups: { staff: { allow: ['ANY /items'], quota: 'standard' } },
  });

const attached = (attachTo: Record<string, unknown>, kind = 'http') =>
  accessMap({ api: { name: 'shop', kind, attachTo } });

interface Variant {
  readonly of: string;
  readonly map: AccessMap;
  readonly props?: (support: Stack) => Partial<AccessStackProps>;
}

const variants: readonly Variant[] = [
  { of: 'an HTTP API', map: http },
  { of: 'a REST API', map: rest },
  { of: 'an HTTP API before a function', map: withUpstream('http', { lambda: FUNCTION }) },
  { of: 'a REST API before a function', map: withUpstream('rest', { lambda: FUNCTION }) },
  {
    of: 'a REST API behind a VPC link',
    map: withUpstream('rest', { url: 'http://nlb.internal', vpcLink: 'vl-1' }),
  },
  {
    of: 'an API with quotas and a key',
    map: withQuota('rest'),
    props: (support) => ({ encryptionKey: new Key(support, 'Key', { enableKeyRotation: true }) }),
  },
  {
    of: 'warm environments',
    map: http,
    props: () => ({ provisionedConcurrentExecutions: 2, reservedConcurrentExecutions: 10 }),
  },
  { of: 'tracing', map: rest, props: () => ({ tracing: true }) },
  {
    of: 'a VPC',
    map: http,
    props: (support) => ({
      vpc: Vpc.fromVpcAttributes(support, 'Vpc', {
        vpcId: 'vpc-1',
        availabilityZones: ['a'],
        privateSubnetIds: ['s-1'],
      }),
    }),
  },
  {
    of: 'the permissions endpoint',
    map: accessMap({ public: [], permissionsEndpoint: { path: '/permissions' } }),
    props: (support) => ({ encryptionKey: new Key(support, 'Key', { enableKeyRotation: true }) }),
  },
  {
    of: 'a hub of revoked tokens',
    map: accessMap({
      public: [],
      okta: {
        issuer: 'https://acme.okta.com/oauth2/aus1abc',
        audience: 'api://shop',
        clients: ['0oa1web'],
        revocation: { poll: '5m' },
      },
    }),
  },
  { of: 'the API of another stack', map: attached({ httpApiId: 'a1b2c3d4e5' }) },
  {
    of: 'gateway responses of another stack’s API',
    map: attached({ restApiId: 'a1b2c3d4e5', stage: 'prod', gatewayResponses: true }, 'rest'),
  },
  {
    of: 'the REST API of another stack',
    map: attached({ restApiId: 'a1b2c3d4e5', stage: 'prod' }, 'rest'),
  },
  { of: 'a dry run', map: attached({ httpApiId: 'a1b2c3d4e5', dryRun: true }) },
  {
    of: 'an authorizer alone',
    map: accessMap({ api: { name: 'shop', authorizerOnly: true, cache: 'off' } }),
  },
  { of: 'the role of the account', map: rest, props: () => ({ apiGatewayAccountRole: true }) },
];

test.each(sampled(variants, 3))(
  'cdk-nag finds nothing that is not acknowledged with a reason in the stack of $of',
  ({ map, props }) => {
    const app = newApp();
    const support = new Stack(app, 'Support');
    new AccessStack(app, 'Access', { map, ...props?.(support) });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  },
);

test.each(sampled(variants, 6))(
  'and cdk-nag 2, which reads metadata, finds nothing in the stack of $of either',
  ({ map, props }) => {
    const app = newApp(QUIET);
    const support = new Stack(app, 'Support');
    const stack = new AccessStack(app, 'Access', { map, ...props?.(support) });
    Aspects.of(stack).add(new FormerChecks());
    app.synth();
    expect(said(stack, 'findError').filter((text) => text.startsWith('AwsSolutions-'))).toEqual([]);
    expect(said(stack, 'findWarning').filter((text) => text.startsWith('AwsSolutions-'))).toEqual(
      [],
    );
  },
);

test('cdk-nag 2 finds what is not acknowledged', () => {
  const stack = new AccessStack(newApp(QUIET), 'Access', { map: exampleMap() });
  Aspects.of(stack).add(new FormerChecks());
  expect(said(stack, 'findError')).toEqual([expect.stringMatching(/^AwsSolutions-APIG4/)]);
});

test('cdk-nag finds the public route of the example and nothing else', () => {
  const checked = () => {
    const app = newApp();
    const stack = new AccessStack(app, 'Example', { map: exampleMap() });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    return { app, stack };
  };
  expect(() => checked().app.synth()).toThrow('GET --health aws-cdk-lib.aws_apigatewayv2.CfnRoute');
  const accepted = checked();
  Validations.of(accepted.stack.httpApi.node.findChild('GET /health')).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: 'the access map lists it as public, which means without authorizer',
  });
  expect(() => accepted.app.synth()).not.toThrow();
});
