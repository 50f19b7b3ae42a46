import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { propertiesIn } from '../../../lambda/attachment/unpack-check-event.ts';
import type { AccessMap } from '../../../lib/access-map/index.ts';
import type { AttachOptions } from '../../../lib/attachment/attach-options.ts';
import { AttachmentPlan } from '../../../lib/attachment/attachment-plan.ts';
import { attachmentRefusal } from '../../../lib/attachment/check-event.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import {
  accessMap,
  newApp,
  newStack,
  only,
  type Resource,
  resources,
  said,
} from '../../support/synthesis.ts';
import { eventProperties, requestIn } from '../../support/wire/attachment.ts';

const attachMap = (attachTo: Record<string, unknown>): AccessMap =>
  accessMap({ api: { name: 'shop', attachTo } });
const templateOf = (map: AccessMap): Template =>
  Template.fromStack(new AccessStack(newApp(), 'Access', { map, watch: false }));

const hashOf = (at: number): string =>
  createHash('sha256').update(String(at)).digest('hex').slice(0, 24);

interface Statement {
  readonly Action: unknown;
  readonly Resource: unknown;
}

type Doer = 'Attaches' | 'Looks' | 'Sets';

/**
 * Statements of the role of the function whose description begins so; partition and Region left
 * out.
 */
function statements(template: Template, doer: Doer): readonly (readonly [unknown, unknown])[] {
  const fn = resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    String(Properties['Description']).startsWith(doer),
  );
  const roles = template.findResources('AWS::IAM::Role') as Readonly<Record<string, Role>>;
  const role =
    roles[
      (fn?.Properties['Role'] as { 'Fn::GetAtt': readonly string[] } | undefined)?.[
        'Fn::GetAtt'
      ][0] ?? ''
    ];
  return (role?.Properties.Policies ?? []).flatMap(({ PolicyDocument: { Statement: all } }) =>
    all.map(({ Action, Resource }) => [Action, plain(Resource)] as const),
  );
}

interface Role {
  readonly Properties: {
    readonly Policies: readonly {
      readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    }[];
  };
}

function records(template: Template): Resource {
  const [table] = resources(template, 'AWS::DynamoDB::Table').filter(({ id }) =>
    id.includes('Records'),
  );
  if (table === undefined) throw new Error('the template has no table of records');
  return table;
}

const plain = (resource: unknown): unknown => {
  if (Array.isArray(resource)) return resource.map(plain);
  const joined = (resource as { 'Fn::Join'?: [string, readonly unknown[]] })['Fn::Join']?.[1];
  return joined === undefined
    ? JSON.stringify(resource)
    : joined.filter((part) => typeof part === 'string').join('');
};

const gatewayStatements = (template: Template, doer: Doer) =>
  statements(template, doer).filter(([action]) => String(action).startsWith('apigateway:'));

describe('taking an attachment over', () => {
  const template = templateOf(
    attachMap({ httpApiId: 'a1b2c3d4e5', takeOver: 'access-old', onDelete: 'keep' }),
  );

  test('may read and mark the record of this API in the tables of that stack, and list tables', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Role'));
    const found = statements(template, 'Attaches').filter(([, on]) => String(on).includes('old'));
    expect(found).toEqual([
      [
        ['dynamodb:GetItem', 'dynamodb:PutItem'],
        expect.stringContaining(':table/access-old-*Records*'),
      ],
    ]);
    expect(policies).toContain('"dynamodb:LeadingKeys":["a1b2c3d4e5"]');
    expect(
      statements(template, 'Looks')
        .map(([, on]) => String(on))
        .join(),
    ).not.toContain('old');
  });

  test('tells in an output what is taken over, and asks for it in every resource of the attachment', () => {
    expect(Object.keys(template.findOutputs('TakenOver'))).toEqual(['TakenOver']);
    template.hasResourceProperties('Custom::OktaGroupAttachment', {
      TakeOver: 'access-old',
      KeepOnDelete: 'true',
    });
  });

  test('`onDelete: keep` keeps what answers calls, and no more', () => {
    const kept = Object.values(template.toJSON()['Resources'] as Record<string, KeptResource>)
      .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
      .map(({ Type }) => Type);
    expect(new Set(kept)).toEqual(
      new Set([
        'AWS::ApiGatewayV2::Authorizer',
        'AWS::DynamoDB::Table',
        'AWS::IAM::Role',
        'AWS::Lambda::Function',
        'AWS::Lambda::Permission',
        'AWS::Logs::LogGroup',
      ]),
    );
    expect(kept.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(1);
  });
});

interface KeptResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
}

describe('attaching to an HTTP API', () => {
  const template = templateOf(attachMap({ httpApiId: 'a1b2c3d4e5', replace: ['GET /items'] }));

  test('may read and change the routes of exactly that API', () => {
    const at = (path: string) => `arn::apigateway:::${path}`;
    const read = [
      'apigateway:GET',
      ['', '/authorizers', '/deployments', '/routes', '/stages'].map((path) =>
        at(`/apis/a1b2c3d4e5${path}`),
      ),
    ];
    expect(gatewayStatements(template, 'Attaches')).toEqual([
      read,
      ['apigateway:PATCH', at('/apis/a1b2c3d4e5/routes/*')],
    ]);
    expect(gatewayStatements(template, 'Looks')).toEqual([read]);
  });

  test('may do nothing else but keep its record, ask for its own stack’s status and write its log', () => {
    const table = records(template).id;
    const others = statements(template, 'Attaches').filter(
      ([action]) => !String(action).startsWith('apigateway:'),
    );
    const arn = JSON.stringify({ 'Fn::GetAtt': [table, 'Arn'] });
    expect(others).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], expect.stringContaining('AttachLog')],
      [['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'], arn],
      ['cloudformation:DescribeStacks', JSON.stringify({ Ref: 'AWS::StackId' })],
    ]);
  });

  test('goes in the order plan, authorizer, attachment, so that deleting goes the other way', () => {
    const [authorizer] = Object.values(template.findResources('AWS::ApiGatewayV2::Authorizer')) as [
      { DependsOn: readonly string[] },
    ];
    const plan = only(template, 'Custom::OktaGroupAttachmentPlan').id;
    expect(authorizer.DependsOn).toContain(plan);
    const [attachment] = Object.values(template.findResources('Custom::OktaGroupAttachment')) as [
      { DependsOn: readonly string[] },
    ];
    expect(attachment.DependsOn).toEqual([
      only(template, 'AWS::ApiGatewayV2::Authorizer').id,
      expect.stringMatching(/^ExistingApi\w*Permission\w*$/),
    ]);
  });

  test('keeps the record table when the stack goes, with point-in-time recovery', () => {
    const table = records(template);
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(table.Properties['PointInTimeRecoverySpecification']).toEqual({
      PointInTimeRecoveryEnabled: true,
    });
  });

  test('is checked every 15 minutes, and an alarm goes off for routes without authorizer and when nobody has looked', () => {
    expect(only(template, 'AWS::Events::Rule').Properties['ScheduleExpression']).toBe(
      'rate(15 minutes)',
    );
    const alarms = resources(template, 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => Properties,
    );
    expect(alarms.find(({ MetricName }) => MetricName === 'UnprotectedRoutes')).toMatchObject({
      Namespace: 'OktaGroupAuthorizer',
      MetricName: 'UnprotectedRoutes',
      Dimensions: [{ Name: 'Api', Value: 'a1b2c3d4e5' }],
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      TreatMissingData: 'breaching',
      Statistic: 'Maximum',
    });
  });

  test.each([3, 1_000])('sends the check what the attachment gets: %d routes', (count) => {
    const routes = Array.from(
      { length: count },
      (_, at) => `GET /v1/service${at % 30}/{id}/part${at}`,
    );
    const made = templateOf(
      accessMap({
        api: { name: 'shop', attachTo: { httpApiId: 'a1b2c3d4e5' } },
        ...{ routes, public: [], groups: { staff: { allow: ['GET /v1/**'] } } },
      }),
    );
    const [target] = only(made, 'AWS::Events::Rule').Properties['Targets'] as {
      readonly Input: string;
    }[];
    const { Input: input = '' } = target ?? {};
    expect(input.length).toBeLessThanOrEqual(8_192);
    const { Properties } = only(made, 'Custom::OktaGroupAttachmentPlan');
    const event: Readonly<Record<string, unknown>> = JSON.parse(input);
    expect(propertiesIn(event)).toEqual(eventProperties(event));
    expect(requestIn(eventProperties(event))).toEqual(requestIn(Properties));
    expect(requestIn(Properties)).toMatchObject({ apiId: 'a1b2c3d4e5', guarded: routes });
  });

  test('refuses more routes than a rule of EventBridge can send', () => {
    const routes = Array.from({ length: 1_500 }, (_, at) => `GET /${hashOf(at)}`);
    const map = accessMap({
      api: { name: 'shop', attachTo: { httpApiId: 'a1b2c3d4e5' } },
      ...{ routes, public: [], groups: {} },
    });
    expect(() => templateOf(map)).toThrow('since a rule of EventBridge sends no more');
    expect(attachmentRefusal(map)).toBeDefined();
  });

  test('makes no API, and hands the function’s failures to no second run', () => {
    expect(resources(template, 'AWS::ApiGatewayV2::Api')).toEqual([]);
    expect(
      resources(template, 'AWS::Lambda::EventInvokeConfig').map(
        ({ Properties }) => Properties['MaximumRetryAttempts'],
      ),
    ).toEqual([0, 0]);
    expect(Object.keys(template.toJSON()['Outputs'] as object)).toEqual(
      expect.arrayContaining(['Attached', 'LeftForeign', 'Public', 'Unmapped', 'ReopenOnDetach']),
    );
  });
});

test('a stage that is deployed by hand takes the right to deploy, and only with publishPending', () => {
  const template = templateOf(attachMap({ httpApiId: 'a1b2c3d4e5', publishPending: true }));
  expect(gatewayStatements(template, 'Attaches').at(-1)).toEqual([
    'apigateway:POST',
    'arn::apigateway:::/apis/a1b2c3d4e5/deployments',
  ]);
});

test('a dry run deploys the plan alone: no authorizer, and no right to change anything', () => {
  const template = templateOf(attachMap({ httpApiId: 'a1b2c3d4e5', dryRun: true }));
  expect(Object.keys(template.findResources('Custom::OktaGroupAttachmentPlan'))).toHaveLength(1);
  for (const type of [
    'Custom::OktaGroupAttachment',
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::Events::Rule',
  ])
    expect(resources(template, type)).toEqual([]);
  expect(resources(template, 'AWS::Lambda::Function')).toHaveLength(1);
  expect(statements(template, 'Attaches').map(([action]) => action)).not.toContain(
    'apigateway:PATCH',
  );
  expect(JSON.stringify(template.toJSON())).not.toContain('dynamodb:PutItem');
});

test('a dry run stands where the attachment will: it sees the record of one that is there, and leaves no table behind', () => {
  const [dry, real] = [true, false].map((dryRun) =>
    templateOf(attachMap({ httpApiId: 'a1b2c3d4e5', dryRun })),
  ) as [Template, Template];
  expect(records(dry).id).toBe(records(real).id);
  expect(only(dry, 'Custom::OktaGroupAttachmentPlan').id).toBe(
    only(real, 'Custom::OktaGroupAttachmentPlan').id,
  );
  expect([records(dry).DeletionPolicy, records(real).DeletionPolicy]).toEqual(['Delete', 'Retain']);
});

test('attaching to a REST API may change methods and deploy, on exactly that API', () => {
  const stack = newStack();
  const map = { ...accessMap(), kind: 'rest' } as AccessMap;
  new AttachmentPlan(stack, 'Plan', {
    map,
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    authorizerName: 'okta-groups-1',
    operations: { logRetention: RetentionDays.ONE_DAY },
  });
  const at = (path: string) => `arn::apigateway:::/restapis/a1b2c3d4e5${path}`;
  const read = [
    '',
    '/authorizers',
    '/deployments',
    '/deployments/*',
    '/resources',
    '/stages',
    '/stages/*/exports/oas30',
  ];
  expect(gatewayStatements(Template.fromStack(stack), 'Attaches')).toEqual([
    ['apigateway:GET', read.map(at)],
    ['apigateway:PATCH', at('/resources/*/methods/*')],
    ['apigateway:POST', at('/deployments')],
  ]);
});

describe('gateway responses of an attached REST API', () => {
  const rest = (attachTo: Record<string, unknown>, api: Record<string, unknown> = {}): Template =>
    templateOf(
      accessMap({
        api: {
          name: 'shop',
          kind: 'rest',
          attachTo: { restApiId: 'a1b2c3d4e5', stage: 'prod', ...attachTo },
          ...api,
        },
      }),
    );
  const at = (path: string) => `arn::apigateway:::/restapis/a1b2c3d4e5${path}`;
  const rights = (template: Template, doer: Doer): string =>
    JSON.stringify(gatewayStatements(template, doer));

  test('take a resource, a function and rights of their own, on exactly the types that are set', () => {
    const template = rest({ gatewayResponses: true });
    const types = [at('/gatewayresponses/ACCESS_DENIED')];
    const [[, readable] = [], ...others] = gatewayStatements(template, 'Sets');
    expect(readable).toContain(at('/gatewayresponses'));
    expect(others).toEqual([
      [['apigateway:DELETE', 'apigateway:PUT'], types[0]],
      ['apigateway:POST', at('/deployments')],
    ]);
    expect(rights(template, 'Attaches')).toContain(at('/gatewayresponses'));
    expect(rights(template, 'Attaches')).not.toContain('apigateway:PUT');
    expect(rights(template, 'Looks')).not.toContain('gatewayresponses');
    const { DependsOn } = Object.values(
      template.findResources('Custom::OktaGroupGatewayResponses'),
    )[0] as { DependsOn: readonly string[] };
    expect(DependsOn).toContain(only(template, 'Custom::OktaGroupAttachment').id);
    expect(Object.keys(template.toJSON()['Outputs'] as object)).toContain('LeftGatewayResponses');
  });

  test('are readable for browsers of the map’s origins', () => {
    const template = rest(
      { gatewayResponses: 'replace' },
      { cors: { origins: ['https://app.example.com'] } },
    );
    const { GatewayResponses, ReplaceResponses } = only(
      template,
      'Custom::OktaGroupGatewayResponses',
    ).Properties;
    const wanted = JSON.parse(String(GatewayResponses)) as readonly {
      readonly type: string;
      readonly headers: Record<string, string>;
    }[];
    expect(
      wanted.map(({ type, headers }) => [type, headers['Access-Control-Allow-Origin']]),
    ).toEqual(
      ['ACCESS_DENIED', 'UNAUTHORIZED', 'AUTHORIZER_FAILURE', 'AUTHORIZER_CONFIGURATION_ERROR'].map(
        (type) => [type, "'https://app.example.com'"],
      ),
    );
    expect(ReplaceResponses).toBe('true');
    expect(only(template, 'Custom::OktaGroupAttachment').Properties['Cors']).toBe('true');
    expect(
      only(rest({ gatewayResponses: true }), 'Custom::OktaGroupAttachment').Properties,
    ).not.toHaveProperty('Cors');
  });

  test('are not there, and neither are rights, unless the map asks for them; a dry run has the right to read them', () => {
    const off = JSON.stringify(rest({}).toJSON());
    for (const text of ['gatewayresponses', 'GatewayResponses']) expect(off).not.toContain(text);
    const dry = rest({ gatewayResponses: true, dryRun: true });
    expect(resources(dry, 'Custom::OktaGroupGatewayResponses')).toEqual([]);
    expect(Object.keys(dry.toJSON()['Outputs'] as object)).toContain('GatewayResponses');
    expect(rights(dry, 'Attaches')).not.toMatch(/PUT|POST|PATCH|DELETE/);
  });

  test('are nothing that an HTTP API has', () => {
    const one = new OktaGroupAuthorizer(newStack(), 'Authorizer', { map: accessMap() });
    const api = HttpApi.fromHttpApiAttributes(Stack.of(one), 'Api', { httpApiId: 'a1b2c3d4e5' });
    expect(() => one.attach(api, { gatewayResponses: true })).toThrow(
      'an HTTP API has no gateway responses',
    );
  });
});

describe('the construct', () => {
  const authorizer = () => new OktaGroupAuthorizer(newStack(), 'Authorizer', { map: accessMap() });
  test('attaches to an imported HTTP API', () => {
    const one = authorizer();
    one.attach(HttpApi.fromHttpApiAttributes(Stack.of(one), 'Api', { httpApiId: 'a1b2c3d4e5' }), {
      replace: ['GET /items'],
      onUnmapped: 'leave',
    });
    const properties = only(
      Template.fromStack(Stack.of(one)),
      'Custom::OktaGroupAttachment',
    ).Properties;
    expect(properties).toMatchObject({
      ApiId: 'a1b2c3d4e5',
      Guarded: ['GET /items', 'POST /items'],
      Public: ['GET /health'],
      Replace: ['GET /items'],
      OnUnmapped: 'leave',
    });
  });

  test('says which public routes with parameters, or of HEAD, the map lets have any neighbours', () => {
    const templates = ['files', 'photos', 'texts'].map((name) => `GET /${name}/{id}`);
    const propertiesOf = (paths: readonly string[]) => {
      const routes = [
        'GET /items',
        { route: 'GET /about', paths: 'exact' },
        { route: 'HEAD /status', paths: paths[3] ?? 'usual' },
        ...templates.map((route, at) => ({ route, paths: paths[at] ?? 'usual' })),
      ];
      const map = accessMap({
        api: { name: 'shop', cache: 'off' },
        routes,
        groups: { staff: { allow: ['GET /items'] } },
        public: ['GET /about', 'HEAD /status', ...templates],
      });
      const one = new OktaGroupAuthorizer(newStack(), 'Authorizer', { map });
      one.attach(HttpApi.fromHttpApiAttributes(Stack.of(one), 'Api', { httpApiId: 'a1b2c3d4e5' }));
      return only(Template.fromStack(Stack.of(one)), 'Custom::OktaGroupAttachment').Properties;
    };
    expect(propertiesOf(['exact', 'usual', 'report', 'exact'])['UncheckedPublic']).toEqual([
      'HEAD /status',
      'GET /files/{id}',
      'GET /texts/{id}',
    ]);
    expect(Object.keys(propertiesOf([]))).not.toContain('UncheckedPublic');
  });

  test('plans an attachment with outputs alone, at the place where `attach` puts it', () => {
    const [dry, real] = [authorizer(), authorizer()];
    const apiOf = (one: OktaGroupAuthorizer) =>
      HttpApi.fromHttpApiAttributes(Stack.of(one), 'Api', { httpApiId: 'a1b2c3d4e5' });
    dry.planAttachment(apiOf(dry));
    real.attach(apiOf(real));
    const [planned, attached] = [
      Template.fromStack(Stack.of(dry)),
      Template.fromStack(Stack.of(real)),
    ];
    expect(resources(planned, 'Custom::OktaGroupAttachment')).toEqual([]);
    expect(only(planned, 'Custom::OktaGroupAttachmentPlan').id).toBe(
      only(attached, 'Custom::OktaGroupAttachmentPlan').id,
    );
    expect(records(planned).id).toBe(records(attached).id);
    const outputs = Object.values(
      planned.toJSON()['Outputs'] as Record<string, { readonly Description: string }>,
    );
    expect(outputs.map(({ Description }) => Description)).toContain(
      'Routes that become unprotected when this stack is deleted',
    );
  });

  test('refuses `dryRun`, which would attach without the right to', () => {
    const one = authorizer();
    const options = { dryRun: true } as AttachOptions;
    expect(() =>
      one.attach(
        HttpApi.fromHttpApiAttributes(Stack.of(one), 'Api', { httpApiId: 'a1b2c3d4e5' }),
        options,
      ),
    ).toThrow('expected an attachment, found `dryRun`: use `planAttachment`');
  });

  test('refuses a map whose answers are cached: a kept policy is proven for the map’s routes alone', () => {
    const one = new OktaGroupAuthorizer(newStack(), 'Authorizer', {
      map: accessMap({ api: { name: 'shop', upstream: { url: 'https://shop.example.com' } } }),
    });
    expect(() =>
      one.attach(HttpApi.fromHttpApiAttributes(Stack.of(one), 'Api', { httpApiId: 'a1b2c3d4e5' })),
    ).toThrow('expected a map with `api.cache: off`, found one whose answers are cached');
  });

  test('takes what the map accepts beside what the code does, and asks for `quotaReset` in a take-over', () => {
    const counting = (findings: readonly string[]) => {
      const quotas = { q: { limit: 5, per: 'month', by: 'user' } };
      const groups = { staff: { allow: ['ANY /items'], quota: 'q' } };
      const api = { name: 'shop', cache: 'off', accept: { findings } };
      const map = accessMap({ api, quotas, groups });
      return new OktaGroupAuthorizer(newStack(), 'Authorizer', { map });
    };
    const takeOver = (one: OktaGroupAuthorizer, accept: readonly string[]) =>
      one.attach(HttpApi.fromHttpApiAttributes(Stack.of(one), 'Api', { httpApiId: 'a1b2c3d4e5' }), {
        takeOver: 'access-old',
        accept,
      });
    expect(() => takeOver(counting(['preflight']), ['resourcePolicy'])).toThrow(
      'expected `quotaReset` under `api.accept.findings`',
    );
    const one = counting(['quotaReset']);
    takeOver(one, ['resourcePolicy']);
    const { Properties } = only(Template.fromStack(Stack.of(one)), 'Custom::OktaGroupAttachment');
    expect(Properties['Accept']).toEqual(['resourcePolicy', 'quotaReset']);
  });

  test('refuses an API of its own app, and one of another kind than the map’s', () => {
    const one = authorizer();
    expect(() => one.attach(new HttpApi(Stack.of(one), 'Api'))).toThrow(
      'expected an imported API, found a resource of this app: use `protect`',
    );
    expect(() => one.attach(RestApi.fromRestApiId(Stack.of(one), 'Rest', 'a1b2c3d4e5'))).toThrow(
      "expected an API of the map's kind `http`, found another",
    );
  });
});

test('authorizerOnly deploys the function, a permission for this account’s authorizers, and what another tool has to be told', () => {
  const template = templateOf(accessMap({ api: { name: 'shop', authorizerOnly: true } }));
  for (const type of [
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::ApiGatewayV2::Route',
  ])
    expect(resources(template, type)).toEqual([]);
  expect(plain(only(template, 'AWS::Lambda::Permission').Properties['SourceArn'])).toBe(
    'arn::execute-api:::*/authorizers/*',
  );
  const outputs = template.toJSON()['Outputs'] as Record<string, { readonly Value: unknown }>;
  expect(Object.keys(outputs)).toEqual(
    expect.arrayContaining([
      'AuthorizerArn',
      'AuthorizerUri',
      'IdentitySource',
      'PayloadFormatVersion',
      'ResultTtlSeconds',
    ]),
  );
  expect(plain(outputs['AuthorizerUri']?.Value)).toBe(
    'arn::apigateway::lambda:path/2015-03-31/functions//invocations',
  );
});

test('authorizerOnly with provisioned concurrency: permission and outputs name the alias, which holds the paid environments', () => {
  const map = accessMap({ api: { name: 'shop', authorizerOnly: true } });
  const stack = new AccessStack(newApp(), 'Access', {
    map,
    watch: false,
    provisionedConcurrentExecutions: 2,
  });
  const template = Template.fromStack(stack);
  const alias = { Ref: only(template, 'AWS::Lambda::Alias').id };
  expect(only(template, 'AWS::Lambda::Permission').Properties['FunctionName']).toEqual(alias);
  const outputs = template.toJSON()['Outputs'] as Record<string, { readonly Value: unknown }>;
  expect(outputs['AuthorizerArn']?.Value).toEqual(alias);
  expect(JSON.stringify(outputs['AuthorizerUri']?.Value)).toContain(JSON.stringify(alias));
});

describe('`attach` in code, for a map that has `attachTo`', () => {
  const attachTo = { httpApiId: 'a1b2c3d4e5', replace: ['GET /items'], onUnmapped: 'leave' };
  const build = (httpApiId: string, options: AttachOptions = {}, more: object = {}) => {
    const stack = newStack();
    const map = accessMap({ api: { name: 'shop', attachTo: { ...attachTo, ...more } } });
    const one = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
    one.attach(HttpApi.fromHttpApiAttributes(stack, 'Api', { httpApiId }), options);
    return stack;
  };
  const requested = (stack: Stack) =>
    only(Template.fromStack(stack), 'Custom::OktaGroupAttachment').Properties;

  test('takes what the map says as its defaults, and options of the code before them', () => {
    expect(requested(build('a1b2c3d4e5'))).toMatchObject({
      Replace: ['GET /items'],
      OnUnmapped: 'leave',
    });
    expect(requested(build('a1b2c3d4e5', { onUnmapped: 'deny' }))).toMatchObject({
      Replace: ['GET /items'],
      OnUnmapped: 'deny',
    });
  });

  test('says so where the map names another API, and refuses its dry run', () => {
    expect(said(build('a1b2c3d4e5'), 'findWarning')).toEqual([]);
    expect(said(build('other12345'), 'findWarning')).toEqual([
      expect.stringContaining('names the API `a1b2c3d4e5`, and the code attaches to `other12345`'),
    ]);
    expect(() => build('a1b2c3d4e5', {}, { dryRun: true })).toThrow('use `planAttachment`');
  });
});

describe('shadow mode on an API of another owner', () => {
  const shadowMap = (attachTo: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    accessMap({
      api: { name: 'shop', kind: 'restApiId' in attachTo ? 'rest' : 'http', attachTo },
      mode: 'shadow',
      ...more,
    });
  const template = templateOf(shadowMap({ httpApiId: 'a1b2c3d4e5' }));

  const authorizerFunction = (of: Template) =>
    resources(of, 'AWS::Lambda::Function').find(({ Properties }) =>
      String(Properties['Description']).startsWith('Decides'),
    );
  const environmentOf = (of: Template): unknown =>
    (
      authorizerFunction(of)?.Properties['Environment'] as
        | { readonly Variables: unknown }
        | undefined
    )?.Variables;

  test('lets the gateway ask the authorizer about calls without token, which keeps what was open open', () => {
    expect(only(template, 'AWS::ApiGatewayV2::Authorizer').Properties).not.toHaveProperty(
      'IdentitySource',
    );
    const rest = templateOf(shadowMap({ restApiId: 'a1b2c3d4e5', stage: 'prod' }));
    expect(only(rest, 'AWS::ApiGateway::Authorizer').Properties).not.toHaveProperty(
      'IdentitySource',
    );
    const enforced = templateOf(attachMap({ httpApiId: 'a1b2c3d4e5' }));
    expect(only(enforced, 'AWS::ApiGatewayV2::Authorizer').Properties['IdentitySource']).toEqual([
      '$request.header.Authorization',
    ]);
  });

  test('lets the authorizer read the record of former states, and nothing more', () => {
    const names = (environmentOf(template) as Readonly<Record<string, unknown>>)['FORMER_STATES'];
    expect(JSON.stringify(names)).toContain(records(template).id);
    expect(JSON.stringify(names)).toContain('a1b2c3d4e5');
    const policies = resources(template, 'AWS::IAM::Policy').flatMap(
      ({ Properties }) =>
        (Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] }).Statement,
    );
    const onRecords = policies.filter(({ Resource: at }) =>
      JSON.stringify(at).includes(records(template).id),
    );
    expect(onRecords.map(({ Action }) => Action)).toEqual(['dynamodb:GetItem']);
    expect(environmentOf(templateOf(attachMap({ httpApiId: 'a1b2c3d4e5' })))).not.toHaveProperty(
      'FORMER_STATES',
    );
  });

  test.each(['leave', 'deny'])(
    'with `onUnmapped: %s` lets it read which routes the map lacks, and the check write that alone',
    (onUnmapped) => {
      const of = templateOf(attachMap({ httpApiId: 'a1b2c3d4e5', onUnmapped }));
      const variables = environmentOf(of) as Readonly<Record<string, unknown>>;
      expect(JSON.stringify(variables['UNMAPPED_ROUTE_TABLES'])).toContain(records(of).id);
      const writes = resources(of, 'AWS::IAM::Role').flatMap(({ Properties }) =>
        JSON.stringify(Properties).includes('a1b2c3d4e5/unmapped') ? [Properties] : [],
      );
      const policies = resources(of, 'AWS::IAM::Policy').filter(({ Properties }) =>
        JSON.stringify(Properties).includes('a1b2c3d4e5/unmapped'),
      );
      expect(writes.length + policies.length).toBe(1);
      const fails = templateOf(attachMap({ httpApiId: 'a1b2c3d4e5' }));
      expect(environmentOf(fails)).not.toHaveProperty('UNMAPPED_ROUTE_TABLES');
      expect(JSON.stringify(fails)).not.toContain('a1b2c3d4e5/unmapped');
    },
  );

  test('tells the attachment which routes are watched, and whose tokens the authorizer knows', () => {
    const routes = ['GET /items', { route: 'POST /items', mode: 'enforce' }, 'GET /health'];
    const [plan] = resources(
      templateOf(shadowMap({ httpApiId: 'a1b2c3d4e5' }, { routes })),
      'Custom::OktaGroupAttachmentPlan',
    );
    expect(plan?.Properties).toMatchObject({
      Shadow: ['GET /items'],
      ShadowUnmapped: 'true',
      Issuers: ['https://acme.okta.com/oauth2/aus1abc'],
    });
  });
});
