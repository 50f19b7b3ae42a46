import { describe, expect, test } from '@jest/globals';
import { type Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { revocationBounds } from '../../../lib/access-map/index.ts';
import {
  OktaGroupAuthorizer,
  type OktaGroupAuthorizerProps,
} from '../../../lib/authorizer/okta-group-authorizer.ts';
import { accessMap, newApp, resources } from '../../support/synthesis.ts';

const REGION = 'eu-west-1';
const ARN = `arn:aws:dynamodb:${REGION}:111122223333:table/okta-hub`;
const block = (revocation?: object, more: object = {}) => ({
  ...{ issuer: 'https://acme.okta.com/oauth2/aus1abc', audience: 'api://shop', clients: ['0oa1'] },
  ...(revocation && { revocation }),
  ...more,
});

interface Sketch {
  readonly okta: object;
  readonly props?: Partial<OktaGroupAuthorizerProps>;
  readonly env?: Environment;
}

function stackOf({ okta, props = {}, env }: Sketch): Stack {
  const stack = new Stack(newApp(), 'Shop', env && { env });
  new OktaGroupAuthorizer(stack, 'Access', { map: accessMap({ okta } as never), ...props });
  return stack;
}

/** What the authorizer's role may do, and what its function is configured with. */
function authorizerOf(template: Template) {
  const functions = resources(template, 'AWS::Lambda::Function').map(
    ({ Properties }) => Properties,
  );
  const own = functions.find((one) => String(one['Description']).startsWith('Decides'));
  const { Variables } = (own?.['Environment'] ?? {}) as {
    readonly Variables: Record<string, unknown>;
  };
  const roles = resources(template, 'AWS::IAM::Role').filter(({ id }) =>
    id.startsWith('AccessAuthorizer'),
  );
  return { tables: Variables['REVOCATION_TABLES'], rights: JSON.stringify(roles) };
}

const READS = '"dynamodb:GetItem","dynamodb:Query"';

describe('an authorizer of a map with `okta.revocation`', () => {
  test('reads the table of the hub that the map names, and nothing else of it', () => {
    const template = Template.fromStack(stackOf({ okta: block({ hub: ARN }) }));
    const { tables, rights } = authorizerOf(template);
    expect(tables).toBe(JSON.stringify({ 'acme.okta.com': ARN }));
    expect(rights).toContain(`{"Action":[${READS}],"Effect":"Allow","Resource":"${ARN}"}`);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/kms:/);
    template.resourceCountIs('AWS::Scheduler::Schedule', 0);
    expect(resources(template, 'AWS::DynamoDB::Table')).toHaveLength(1);
  });

  test('makes a hub of its own, once for each Okta org', () => {
    const blocks = [
      block({}, { name: 'one' }),
      block(
        { hub: ARN },
        { name: 'two', issuer: 'https://b.okta.com/oauth2/aus2', groups: ['staff'] },
      ),
    ];
    const template = Template.fromStack(stackOf({ okta: blocks }));
    const tables = resources(template, 'AWS::DynamoDB::Table').filter(({ Properties }) =>
      JSON.stringify(Properties['KeySchema']).includes('"sk"'),
    );
    expect(tables).toHaveLength(1);
    const told = JSON.stringify(authorizerOf(template).tables);
    expect(told).toContain('acme.okta.com');
    expect(told).toContain(tables[0]?.id);
    expect(told).toContain(ARN);
    expect(authorizerOf(template).rights).toContain(`"Action":[${READS}]`);
  });

  test('has an alarm that says the bound as `check` does', () => {
    const map = accessMap({ okta: block({ hub: ARN }) } as never);
    const [bound] = revocationBounds(map);
    const alarms = resources(
      Template.fromStack(stackOf({ okta: block({ hub: ARN }) })),
      'AWS::CloudWatch::Alarm',
    );
    const descriptions = alarms.map(({ Properties }) => String(Properties['AlarmDescription']));
    expect(descriptions.filter((text) => text.includes(bound?.sentence ?? '-'))).toHaveLength(1);
    expect(Math.max(...descriptions.map(({ length }) => length))).toBeLessThanOrEqual(1_024);
  });

  test('has an alarm whose text CloudWatch takes, of eight Okta orgs too', () => {
    const okta = Array.from({ length: 8 }, (_, n) =>
      block(
        { hub: ARN },
        {
          ...{ name: `block-${n}`, issuer: `https://partners-${n}.okta.com/oauth2/aus${n}` },
          ...(n > 0 && { groups: ['staff'] }),
        },
      ),
    );
    const descriptions = resources(
      Template.fromStack(stackOf({ okta })),
      'AWS::CloudWatch::Alarm',
    ).map(({ Properties }) => String(Properties['AlarmDescription']));
    const unread = descriptions.find((text) => text.includes('revoked tokens cannot be read'));
    expect(unread).toContain('partners-7.okta.com: 11 s (within 10 s + kept answers 0 s + 1 s)');
    // Source: CloudWatch API Reference, PutMetricAlarm, AlarmDescription.
    expect(Math.max(...descriptions.map(({ length }) => length))).toBeLessThanOrEqual(1_024);
  });

  test('may use the key of a hub of another account', () => {
    const arn = `arn:aws:kms:${REGION}:111122223333:key/abc`;
    const stack = new Stack(newApp(), 'Shop');
    const hubKey = Key.fromKeyArn(stack, 'HubKey', arn);
    const map = accessMap({ okta: block({ hub: ARN }) } as never);
    new OktaGroupAuthorizer(stack, 'Access', { map, hubKey });
    const { rights } = authorizerOf(Template.fromStack(stack));
    expect(rights).toContain(`"Action":["kms:Decrypt","kms:DescribeKey"]`);
    expect(rights).toContain(arn);
  });

  test('has a key for no hub of another stack', () => {
    const stack = new Stack(newApp(), 'Shop');
    const hubKey = Key.fromKeyArn(stack, 'K', `arn:aws:kms:${REGION}:111122223333:key/abc`);
    const map = accessMap({ okta: block({}) } as never);
    expect(() => new OktaGroupAuthorizer(stack, 'Access', { map, hubKey })).toThrow('`hubKey`');
  });

  test('reads no hub of another Region', () => {
    const okta = block({ hub: ARN });
    expect(() => stackOf({ okta, env: { region: 'us-east-1' } })).toThrow(
      'expected a table of us-east-1, found one of eu-west-1',
    );
    stackOf({ okta, env: { region: REGION } });
  });
});

test('without `okta.revocation` there is nothing of it', () => {
  const template = Template.fromStack(stackOf({ okta: block() }));
  expect(authorizerOf(template).tables).toBeUndefined();
  expect(JSON.stringify(template.toJSON())).not.toMatch(/dynamodb:Query|[Rr]evo/);
});
