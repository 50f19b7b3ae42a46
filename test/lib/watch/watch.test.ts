import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { AccessMap } from '../../../lib/access-map/index.ts';
import { RevocationHub } from '../../../lib/hub/revocation-hub.ts';
import { AccessStack, type AccessStackProps } from '../../../lib/stack/access-stack.ts';
import { detectorSettings } from '../../../lib/watch/detector-settings.ts';
import { RevocationAlarms } from '../../../lib/watch/revocation-alarms.ts';
import { RUNBOOK_SECTIONS } from '../../../lib/watch/runbook.ts';
import { codesIn, fieldsIn, RECORD_FIELDS } from '../../support/record-queries.ts';
import {
  accessMap,
  newApp,
  only,
  quietApp,
  type Resource,
  resources,
  said,
} from '../../support/synthesis.ts';
import { REFUSALS } from '../../support/wire/refusals.ts';
import { alarmsOf, plain } from './alarm-evaluator.ts';
import { shopMap } from './shop.ts';

const stackOf = (
  props: Partial<AccessStackProps> = {},
  map: AccessMap = shopMap(),
  app = newApp(),
): AccessStack => new AccessStack(app, 'Access', { map, ...props });
const templateOf = (props?: Partial<AccessStackProps>, map?: AccessMap): Template =>
  Template.fromStack(stackOf(props, map));
const theirs = (stack: Stack) =>
  HttpApi.fromHttpApiAttributes(stack, 'Theirs', { httpApiId: 'a1b2c3d4e5' });

function functionOf(template: Template, doing: string): Resource {
  const found = resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
    String(Properties['Description']).startsWith(doing),
  );
  if (found === undefined) throw new Error(`expected a function that ${doing}, found none`);
  return found;
}
const logOf = ({ Properties }: Resource): string =>
  plain((Properties['LoggingConfig'] as { readonly LogGroup: unknown }).LogGroup);

const attached = stackOf();
attached.authorizer.attach(theirs(attached));
const template = Template.fromStack(attached);
const authorizer = functionOf(template, 'Decides');

/** Its alarms stand beside those of the authorizers that read it. */
function hubTemplate(): Template {
  const stack = new Stack(newApp(), 'Revocations');
  const okta = {
    issuer: 'https://acme.okta.com/oauth2/aus1abc',
    audience: 'api://shop',
    clients: ['0oa1web'],
    revocation: { poll: '5m' },
  };
  const map = accessMap({ okta });
  new RevocationHub(stack, 'Hub', { maps: [map] });
  const reader = { functionName: 'reader' } as IFunction;
  new RevocationAlarms(stack, 'Readers', { function: reader, map });
  return Template.fromStack(stack);
}

const ALARMS_OF_A_HUB = alarmsOf(hubTemplate()).length;

const SIGNS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: '>',
  LessThanThreshold: '<',
};

describe('alarms', () => {
  test('have names that one can search, none twice', () => {
    const names = resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
      String(Properties['AlarmName']),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names)
      expect(name).toMatch(/^okta-groups-access-shop-[a-z-]+-\w+-[0-9a-f]{8}$/);
  });

  test('that notify nobody are said to', () => {
    const told = (props: Partial<AccessStackProps>) =>
      Annotations.fromStack(stackOf(props, shopMap(), quietApp()))
        .findInfo('*', Match.stringLikeRegexp('the alarms notify nobody'))
        .map(({ id }) => id);
    const alarmTopic = 'arn:aws:sns:eu-west-1:123456789012:security';
    expect([told({}), told({ watch: { alarmTopic } }), told({ watch: false })]).toEqual([
      ['/Access/Watch'],
      [],
      [],
    ]);
  });

  test('are one for each section of the runbook, with these conditions', () => {
    const conditions = [...alarmsOf(template), ...alarmsOf(hubTemplate())].map((alarm) => {
      const {
        metric,
        statistic,
        periodMs,
        comparison,
        threshold,
        datapointsToAlarm,
        evaluationPeriods,
        missingIsBreaching,
      } = alarm;
      const sign = SIGNS[comparison] ?? '>=';
      const condition = `${statistic} ${sign} ${threshold}, ${datapointsToAlarm} of ${evaluationPeriods} of ${periodMs / 60_000} min`;
      const section = /docs\/how-to\/runbook\.md#([\w-]+)$/.exec(alarm.description)?.[1] ?? '';
      return [
        section,
        metric.replaceAll(authorizer.id, 'F').replace(/FunctionName=Hub(\w+?)Function.*/, '$1'),
        condition + (missingIsBreaching ? ', or nothing' : ''),
      ] as const;
    });
    const own = (name: string, more = '') => `OktaGroupAuthorizer ${name} FunctionName=F${more}`;
    expect(Object.fromEntries(conditions.map(([section, ...rest]) => [section, rest]))).toEqual({
      refusals: [own('Refused'), 'Sum > 300, 2 of 3 of 5 min'],
      'authorizer-failures': [own('AuthorizerFailures'), 'Sum > 0, 2 of 3 of 5 min'],
      'authorizer-crashes': ['OktaGroupAuthorizer AuthorizerCrashes-F', 'Sum > 0, 2 of 3 of 5 min'],
      'authorizer-throttled': ['AWS/Lambda Throttles FunctionName=F', 'Sum > 0, 2 of 3 of 5 min'],
      'authorizer-slow': ['AWS/Lambda Duration FunctionName=F', 'p99 > 1000, 3 of 3 of 5 min'],
      'keys-missing': [own('KeysMissing'), 'Sum > 0, 2 of 3 of 5 min'],
      'keys-old': [own('KeyAgeSeconds'), 'Maximum > 3600, 2 of 2 of 5 min'],
      'key-copy-old': [own('KeyCopyAgeSeconds'), 'Maximum > 43200, 2 of 2 of 5 min'],
      'key-copy-failing': [own('KeyCopyFailures'), 'Sum >= 3, 2 of 3 of 5 min'],
      'quota-store-failing': [own('QuotaStoreFailures'), 'Sum > 0, 2 of 3 of 5 min'],
      'quota-nearly-spent': [
        own('QuotaUsedPercent', ' Quota=partner'),
        'Maximum > 90, 2 of 3 of 5 min',
      ],
      'unprotected-routes': [
        'OktaGroupAuthorizer UnprotectedRoutes Api=a1b2c3d4e5',
        'Maximum > 0, 1 of 1 of 30 min, or nothing',
      ],
      'probing-principal': [own('ProbingPrincipals'), 'Sum > 0, 1 of 1 of 5 min'],
      'new-group-on-a-sensitive-route': [
        own('NewGroupsOnSensitiveRoutes'),
        'Sum > 0, 1 of 1 of 5 min',
      ],
      'revocations-unread': [
        'OktaGroupAuthorizer RevocationReadFailures FunctionName=reader',
        'Sum > 0, 2 of 3 of 5 min',
      ],
      'hook-failing': ['OktaGroupAuthorizer HookFailures Receive', 'Sum > 0, 1 of 1 of 5 min'],
      'hook-throttled': ['AWS/Lambda Throttles Receive', 'Sum > 0, 1 of 1 of 5 min'],
      'hook-refused': [
        'OktaGroupAuthorizer HookRequestsRefused Receive',
        'Sum > 10, 2 of 3 of 5 min',
      ],
      'hook-late': [
        'OktaGroupAuthorizer HookDelayMilliseconds Receive',
        'Maximum > 60000, 2 of 3 of 5 min',
      ],
      'hook-missed': ['OktaGroupAuthorizer PollMissedByHook Poll', 'Sum > 0, 1 of 1 of 5 min'],
      'hub-silent': [
        'OktaGroupAuthorizer HubHeartbeats Heartbeat',
        'Sum < 1, 1 of 1 of 5 min, or nothing',
      ],
      'hub-full': [
        'OktaGroupAuthorizer HubLiveEntries Snapshot',
        'Maximum > 200000, 1 of 1 of 5 min',
      ],
      'poll-failing': [
        'OktaGroupAuthorizer PollLagSeconds Poll',
        'Minimum > 900, 1 of 1 of 15 min, or nothing',
      ],
      'detector-behind': [
        own('DetectorLagSeconds'),
        'Minimum > 1800, 1 of 1 of 30 min, or nothing',
      ],
    });
    expect(conditions.map(([section]) => section).sort()).toEqual([...RUNBOOK_SECTIONS].sort());
  });

  test('say what to do first, in what CloudWatch keeps of a description', () => {
    for (const { description } of alarmsOf(template)) {
      expect(description.split('. ').length).toBeGreaterThan(2);
      // Source: CloudWatch API Reference, PutMetricAlarm, AlarmDescription.
      expect(description.length).toBeLessThanOrEqual(1_024);
    }
  });

  test('none of them counts Lambda’s errors, among which are bad tokens', () => {
    expect(
      alarmsOf(template).filter(({ metric }) => metric.startsWith('AWS/Lambda Errors')),
    ).toEqual([]);
  });

  test('the runbook has a paragraph for each, and no other', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../../docs/how-to/runbook.md'), 'utf8');
    const sections = docs.split(/^## /m).slice(1);
    const anchors = sections.map((section) =>
      section.split('\n')[0]?.toLowerCase().replaceAll(' ', '-'),
    );
    expect(anchors).toEqual([...RUNBOOK_SECTIONS]);
    for (const section of sections)
      expect(section.split('\n').slice(1).join(' ').trim().length).toBeGreaterThan(200);
  });

  test('crashes are read off the authorizer’s own log', () => {
    const { Properties } = only(template, 'AWS::Logs::MetricFilter');
    expect(plain(Properties['LogGroupName'])).toBe(logOf(authorizer));
  });

  test('have no action without a topic', () => {
    for (const { Properties } of resources(template, 'AWS::CloudWatch::Alarm')) {
      expect(Properties).not.toHaveProperty('AlarmActions');
      expect(Properties).not.toHaveProperty('OKActions');
    }
  });

  const arn = 'arn:aws:sns:eu-west-1:123456789012:security';
  test.each([
    ['a topic', (stack: Stack) => Topic.fromTopicArn(stack, 'Topic', arn)],
    ['its ARN', () => arn],
  ])('all of them go to %s, both ways, those of a later attachment too', (_, topic) => {
    const app = newApp();
    const stack = stackOf(
      { watch: { alarmTopic: topic(new Stack(app, 'Support')) } },
      shopMap(),
      app,
    );
    stack.authorizer.attach(theirs(stack));
    const alarms = resources(Template.fromStack(stack), 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(RUNBOOK_SECTIONS.length - ALARMS_OF_A_HUB);
    for (const { Properties } of alarms)
      expect(Properties).toMatchObject({ AlarmActions: [arn], OKActions: [arn] });
  });

  test('thresholds can be chosen', () => {
    const chosen = alarmsOf(templateOf({ watch: { refusals: 50, latency: Duration.millis(200) } }));
    const threshold = (metric: string) =>
      chosen.find((alarm) => alarm.metric.includes(metric))?.threshold;
    expect([threshold(' Refused '), threshold(' Duration ')]).toEqual([50, 200]);
  });
});

test('the dashboard shows the alarms, and decisions, codes, routes, latency, quotas, keys, shadow mode and the detector', () => {
  const body = JSON.parse(
    plain(
      only(templateOf({ maxMetrics: 100 }), 'AWS::CloudWatch::Dashboard').Properties[
        'DashboardBody'
      ],
    ),
  );
  const widgets = body.widgets as readonly {
    readonly properties: { readonly title: string; readonly alarms?: readonly string[] };
  }[];
  expect(widgets[0]?.properties.alarms).toHaveLength(RUNBOOK_SECTIONS.length - 1 - ALARMS_OF_A_HUB);
  expect(widgets.map(({ properties }) => properties.title)).toEqual([
    'Alarms',
    'Decisions',
    'Refused, by code',
    'Would be refused (shadow mode), by code',
    'Allowed, by route',
    'Refused, by route',
    'Allowed, by group',
    // More routes than have room.
    'Allowed, the ten busiest routes',
    'Refused, the ten busiest routes',
    'Time of a decision in ms',
    'Answers of 500',
    'Quota use in percent',
    'Age of the signing keys in seconds',
    'Keys and quota store',
    'Detector',
  ]);
  const text = JSON.stringify(body).replaceAll('\\"', '"');
  const { id } = functionOf(templateOf(), 'Decides');
  for (const [metric, dimension] of [
    ['Refused', 'Code'],
    ['WouldRefuse', 'Code'],
    ['Allowed', 'Route'],
    ['Refused', 'Route'],
    ['Allowed', 'Group'],
    ['QuotaUsedPercent', 'Quota'],
  ]) {
    expect(text.replaceAll('\\', '')).toContain(
      `SEARCH('{OktaGroupAuthorizer,FunctionName,${dimension}} MetricName="${metric}" FunctionName="${id}"'`,
    );
  }
});

test('the dashboard reads from the records what has no metrics of its own', () => {
  const { DashboardBody } = only(templateOf(), 'AWS::CloudWatch::Dashboard').Properties;
  const { widgets } = JSON.parse(plain(DashboardBody)) as {
    readonly widgets: readonly {
      readonly type: string;
      readonly properties: { readonly title: string; readonly query?: string };
    }[];
  };
  const queries = widgets.filter(({ type }) => type === 'log').map(({ properties }) => properties);
  const ofRecords = (filter: string, by: string): RegExp =>
    new RegExp(
      `filter record = "decision" and ${filter}\\n\\| stats sum\\(weight\\) as calls by ${by}\\n`,
    );
  expect(queries.map(({ title, query }) => [title, query])).toEqual([
    ['Refused, by code', expect.stringMatching(ofRecords('effect = "deny"', 'code'))],
    [
      'Would be refused (shadow mode), by code',
      expect.stringMatching(ofRecords('ispresent\\(wouldDeny\\)', 'code')),
    ],
    [
      'Allowed, the ten busiest routes',
      expect.stringMatching(ofRecords('effect = "allow"', 'route')),
    ],
    [
      'Refused, the ten busiest routes',
      expect.stringMatching(ofRecords('effect = "deny"', 'route')),
    ],
    [
      'Allowed, the ten busiest groups',
      expect.stringMatching(ofRecords('effect = "allow"', 'group')),
    ],
  ]);
  for (const { query = '' } of queries)
    expect(RECORD_FIELDS).toEqual(expect.arrayContaining([...fieldsIn(query)]));
});

describe('the detector', () => {
  const detector = functionOf(template, 'Looks for anomalies');

  test('looks every five minutes at the authorizer’s log', () => {
    const rules = resources(template, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rules).toContainEqual({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [
        expect.objectContaining({
          Arn: { 'Fn::GetAtt': [detector.id, 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0 },
        }),
      ],
    });
    const { Variables } = detector.Properties['Environment'] as {
      readonly Variables: Readonly<Record<string, unknown>>;
    };
    expect(
      Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, plain(value)])),
    ).toEqual({
      STATE_TABLE: expect.stringContaining('DetectorState'),
      WATCHED_LOG_GROUP: logOf(authorizer),
      WATCHED_FUNCTION: authorizer.id,
    });
    expect(detector.Properties).toMatchObject({
      Timeout: 240,
      MemorySize: 256,
      Handler: 'index.handler',
      Architectures: ['arm64'],
    });
  });

  test('may query that log, keep its state and write its own log, and do nothing else', () => {
    const role = resources(template, 'AWS::IAM::Role').find(({ id }) =>
      id.includes('DetectorRole'),
    );
    const [policy] = (role?.Properties['Policies'] ?? []) as readonly {
      readonly PolicyDocument: { readonly Statement: readonly unknown[] };
    }[];
    const arnOf = (id: unknown) => ({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(policy?.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: arnOf(logOf(detector)),
      },
      { Effect: 'Allow', Action: 'logs:StartQuery', Resource: arnOf(logOf(authorizer)) },
      { Effect: 'Allow', Action: 'logs:GetQueryResults', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: arnOf(expect.stringContaining('DetectorState')),
      },
    ]);
    expect(role?.Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('has a small table of its own, which goes with the stack, and keeps its findings as long as other logs', () => {
    const table = resources(template, 'AWS::DynamoDB::Table').find(({ id }) =>
      id.includes('DetectorState'),
    );
    expect(table).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    });
    const log = resources(template, 'AWS::Logs::LogGroup').find(({ id }) => id === logOf(detector));
    expect(log).toMatchObject({ DeletionPolicy: 'Retain', Properties: { RetentionInDays: 90 } });
  });

  const settings = (options = {}, map = shopMap()) => {
    const stack = stackOf({ watch: false }, map);
    const { function: decides, logGroup } = stack.authorizer;
    return detectorSettings(stack, {
      map,
      function: decides,
      logGroup,
      operations: {},
      ...options,
    });
  };

  test('is told its bounds, and the groups that the map lets onto sensitive routes', () => {
    expect(settings()).toEqual({
      probedRoutes: 10,
      windowMs: 3_600_000,
      learningMs: 7 * 86_400_000,
      sensitive: [
        { route: 'DELETE /payouts/{id}', groups: ['admins'] },
        { route: 'GET /users/{id}', groups: ['admins', 'auditors'] },
      ],
    });
  });

  test('takes every group for one that opens a route which any valid token opens', () => {
    const routes = ['GET /items', { route: 'ANY /items', sensitive: true }];
    const map = accessMap({
      routes,
      public: [],
      signedIn: ['POST /items'],
      groups: { staff: { allow: ['GET /items'] }, guests: { deny: ['GET /items'] } },
    });
    expect(settings({}, map).sensitive).toEqual(
      expect.arrayContaining([
        { route: 'PUT /items', groups: [] },
        { route: 'POST /items', groups: ['staff', 'guests'] },
      ]),
    );
  });

  test.each([
    [{ probedRoutes: 1 }, '`probedRoutes`: expected 2 to 50, found 1'],
    [{ probedRoutes: 51 }, '`probedRoutes`: expected 2 to 50, found 51'],
    [{ probedRoutes: 2.5 }, '`probedRoutes`: expected 2 to 50, found 2.5'],
    [
      { probingWindow: Duration.minutes(7) },
      '`probingWindow`: expected a multiple of 5 minutes up to a day, found 7 minutes',
    ],
    [
      { probingWindow: Duration.minutes(0) },
      '`probingWindow`: expected a multiple of 5 minutes up to a day',
    ],
    [
      { probingWindow: Duration.days(2) },
      '`probingWindow`: expected a multiple of 5 minutes up to a day, found 2 days',
    ],
  ])('%j is refused', (options, message) => {
    expect(() => settings(options)).toThrow(message);
  });
});

describe('saved queries', () => {
  const queriesOf = (made: Template) =>
    resources(made, 'AWS::Logs::QueryDefinition').map(({ Properties }) => ({
      name: String(Properties['Name']),
      text: String(Properties['QueryString']),
      logs: (Properties['LogGroupNames'] as readonly unknown[]).map(plain),
    }));
  const queries = queriesOf(template);
  const okta = {
    issuer: 'https://acme.okta.com/oauth2/aus1abc',
    audience: 'api://shop',
    clients: ['0oa1web'],
    revocation: {},
  };
  const ofRevocations = queriesOf(templateOf({}, accessMap({ okta })));
  const { Format: accessLogFormat } = only(template, 'AWS::ApiGatewayV2::Stage').Properties[
    'AccessLogSettings'
  ] as {
    readonly Format: string;
  };
  const accessLog =
    resources(template, 'AWS::Logs::LogGroup').find(({ id }) => id.includes('AccessLog'))?.id ?? '';

  test('are these, over these logs', () => {
    const [records, findings] = [
      logOf(authorizer),
      logOf(functionOf(template, 'Looks for anomalies')),
    ];
    expect(Object.fromEntries(queries.map(({ name, logs }) => [name, logs]))).toEqual({
      'access-shop/who was refused': [records],
      'access-shop/one principal in order of time': [records],
      'access-shop/refused by rule': [records],
      'access-shop/shadow mode - what enforcing would refuse': [records],
      'access-shop/routes by groups of the caller': [records],
      'access-shop/bad tokens by code': [records],
      'access-shop/flood of 401 by address': [accessLog],
      'access-shop/one request in both logs': [records, accessLog],
      'access-shop/findings of the detector': [findings],
    });
  });

  test('of a map that revokes tokens are these and one more', () => {
    const others = queries.map(({ name }) => name);
    const more = ofRevocations.filter(({ name }) => !others.includes(name));
    expect(ofRevocations).toHaveLength(queries.length + 1);
    expect(more.map(({ name, text }) => [name, codesIn(text)])).toEqual([
      ['access-shop/who was stopped by what', ['TOKEN_REVOKED']],
    ]);
  });

  test('name codes that calls are refused with', () => {
    const codes = Object.keys(REFUSALS);
    for (const { name, text } of ofRevocations)
      expect([name, codesIn(text).filter((code) => !codes.includes(code))]).toEqual([name, []]);
  });

  test('name fields that the logs have, and sum weights instead of counting records', () => {
    const fields = [
      ...RECORD_FIELDS,
      ...Object.keys(JSON.parse(accessLogFormat)),
      ...['finding', 'principal', 'id'],
    ];
    for (const { name, text } of ofRevocations) {
      expect([name, fieldsIn(text).filter((field) => !fields.includes(field))]).toEqual([name, []]);
      if (text.includes('"decision"'))
        expect([name, text.includes('count(*)')]).toEqual([name, false]);
    }
  });

  test('of an API without an access log of ours leave out what is asked of that', () => {
    const names = resources(
      templateOf({}, accessMap({ api: { name: 'shop', authorizerOnly: true } })),
      'AWS::Logs::QueryDefinition',
    ).map(({ Properties }) => Properties['Name']);
    expect(names).toHaveLength(7);
    expect(names).not.toContain('access-shop/flood of 401 by address');
  });
});

describe('the watch can be left out', () => {
  const counts = (props: Partial<AccessStackProps>) => {
    const made = templateOf(props);
    const types = [
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Logs::QueryDefinition',
      'AWS::Events::Rule',
    ];
    return types.map((type) => resources(made, type).length);
  };

  test.each([
    [{}, [14, 1, 9, 1]],
    [{ watch: false as const }, [4, 0, 0, 0]],
    [{ watch: { dashboard: false } }, [14, 0, 9, 1]],
    [{ watch: { savedQueries: false } }, [14, 1, 0, 1]],
    [{ watch: { detector: false as const } }, [11, 1, 8, 0]],
  ])('%j: alarms, dashboards, queries, schedules %j', (props, expected) => {
    expect(counts(props)).toEqual(expected);
  });

  test.each([0, -1, 1.5])('%d refusals are no threshold', (refusals) => {
    expect(() => stackOf({ watch: { refusals } })).toThrow(
      `\`refusals\`: expected a whole number above 0, found ${refusals}`,
    );
  });
});

test('300 routes, 25 quotas of groups and the watch stay below the 500 resources of a template; 20 quotas have an alarm', () => {
  const routes = Array.from({ length: 300 }, (_, n) => `GET /r${n}`);
  const names = Array.from({ length: 25 }, (_, n) => `quota-${n}`);
  const quotas = Object.fromEntries(
    names.map((name) => [name, { limit: 1_000, per: 'day', by: 'group' }]),
  );
  const groups = Object.fromEntries(
    names.map((quota, n) => [`group-${n}`, { allow: ['GET /r0'], quota }]),
  );
  const map = accessMap({ routes, public: [], quotas, groups });
  const stack = stackOf({}, map, quietApp());
  const made = Template.fromStack(stack);
  expect(Object.keys(made.toJSON()['Resources']).length).toBeLessThan(500);
  expect(alarmsOf(made).filter(({ metric }) => metric.includes('QuotaUsedPercent'))).toHaveLength(
    20,
  );
  expect(said(stack, 'findWarning')).toContainEqual(
    expect.stringContaining('25 quotas are counted by group, and 20 of them have an alarm'),
  );
});
