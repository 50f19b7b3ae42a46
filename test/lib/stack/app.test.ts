import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accessApp } from '../../../bin/access-app.ts';
import { CONTEXT_PROPS } from '../../../bin/context-values.ts';
import { programOf } from '../../support/program.ts';
import { QUICK } from '../../support/synthesis.ts';
import { deepTest, sampled } from '../../support/tier.ts';

const root = join(import.meta.dirname, '../../..');

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'access-app-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

/** Synthesizes in this process: one of its own takes seconds. */
const synthesize = (context: Record<string, unknown>) =>
  accessApp({ ...QUICK, context: { ...QUICK.context, ...context }, outdir }).synth();

let program = '';
beforeAll(async () => {
  program = await programOf('bin/app.ts');
});

/** Runs the app as the CDK's command line does. */
function runApp(context: Record<string, unknown>) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [program], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    },
  });
  return { status, stderr, stdout };
}

const map = {
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/aus1abc',
    audience: 'api://shop',
    clients: ['0oa1web'],
  },
  routes: ['GET /items'],
  groups: { staff: { allow: ['GET /items'] } },
};
const local = { ...map, okta: { ...map.okta, issuer: 'http://127.0.0.1:4001/oauth2/default' } };

test('the app of the command line makes the stack', () => {
  expect(runApp({ accessMap: map })).toMatchObject({ status: 0 });
  expect(
    JSON.parse(readFileSync(join(outdir, 'access-shop.template.json'), 'utf8')),
  ).toHaveProperty('Outputs.MapVersion');
});

test.each([
  { how: 'nothing, which means access.yaml', context: {}, stack: 'access-orders' },
  { how: 'an object', context: { accessMap: map }, stack: 'access-shop' },
  { how: 'JSON text', context: { accessMap: JSON.stringify(map) }, stack: 'access-shop' },
  {
    how: 'a local issuer',
    context: { accessMap: local, loopbackIssuer: true },
    stack: 'access-shop',
  },
  {
    how: 'a local issuer, as text',
    context: { accessMap: local, loopbackIssuer: 'true' },
    stack: 'access-shop',
  },
])('a map given as $how makes $stack', ({ context, stack }) => {
  synthesize(context);
  expect(JSON.parse(readFileSync(join(outdir, `${stack}.template.json`), 'utf8'))).toHaveProperty(
    'Outputs.MapVersion',
  );
});

const wrong = {
  ...map,
  routes: ['GET /items', 'FETCH /x'],
  groups: { staff: { allow: ['GET /itmes'] } },
};

test.each([
  {
    how: 'an object with mistakes',
    context: { accessMap: wrong },
    messages: ['cdk.json#/context/accessMap', 'FETCH', 'GET /itmes'],
  },
  {
    how: 'a file that is not there',
    context: { accessMap: 'absent.yaml' },
    messages: ['absent.yaml'],
  },
  {
    how: 'broken JSON',
    context: { accessMap: '{"api":' },
    messages: ['context accessMap: expected an access map as JSON'],
  },
  {
    how: 'a list',
    context: { accessMap: [1] },
    messages: ['cdk.json#/context/accessMap: expected an access map'],
  },
  {
    how: 'plain http without loopbackIssuer',
    context: { accessMap: local },
    messages: ['okta', 'issuer'],
  },
  {
    how: 'a topic that is no ARN',
    context: { accessMap: map, alarmTopic: 'security' },
    messages: ['context alarmTopic: expected the ARN of an SNS topic, found `"security"`'],
  },
  {
    how: 'a client of DynamoDB that there is none of',
    context: { accessMap: map, storeClient: 'SDK' },
    messages: ['context storeClient: expected light or sdk, found `"SDK"`'],
  },
  {
    how: 'a strange loopbackIssuer',
    context: { loopbackIssuer: 'yes' },
    messages: ['context loopbackIssuer: expected true or false, found `"yes"`'],
  },
])('$how is refused with all messages', ({ context, messages }) => {
  for (const message of messages) expect(() => synthesize(context)).toThrow(message);
  expect(existsSync(join(outdir, 'manifest.json'))).toBe(false);
});

// Each is a process; what the app refuses is above.
test.each(
  sampled(
    [
      {
        how: 'an object with mistakes',
        context: { accessMap: wrong },
        messages: ['cdk.json#/context/accessMap', 'FETCH', 'GET /itmes'],
      },
      {
        how: 'a context that cannot be meant',
        context: { loopbackIssuer: 'yes' },
        messages: ['context loopbackIssuer: expected true or false'],
      },
    ],
    2,
  ),
)('$how exits 1 with all messages and no stack trace', ({ context, messages }) => {
  const { status, stderr } = runApp(context);
  expect(status).toBe(1);
  for (const message of messages) expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(outdir, 'manifest.json'))).toBe(false);
});

deepTest('a file with mistakes exits 1 and names the file', () => {
  const file = join(outdir, 'access.yaml');
  writeFileSync(file, 'api: { name: shop }\nroutez: []\n');
  const { status, stderr } = runApp({ accessMap: file });
  expect(status).toBe(1);
  expect(stderr).toContain(file);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a glob makes one stack a map', () => {
  synthesize({ accessMap: 'examples/stages/*.yaml' });
  for (const stack of ['access-orders', 'access-orders-staging']) {
    expect(JSON.parse(readFileSync(join(outdir, `${stack}.template.json`), 'utf8'))).toHaveProperty(
      'Outputs.MapVersion',
    );
  }
});

/** Bytes of the code of the functions that read the map, smallest first, without the map. */
function codeSizes(context: object): readonly number[] {
  synthesize({ accessMap: 'access.yaml', 'aws:cdk:bundling-stacks': ['**'], ...context });
  const sizes = readdirSync(outdir).flatMap((name) => {
    const folder = join(outdir, name);
    if (!existsSync(join(folder, 'access-model.json'))) return [];
    const parts = readdirSync(folder).filter((part) => part.endsWith('.mjs'));
    return [parts.reduce((bytes, part) => bytes + statSync(join(folder, part)).size, 0)];
  });
  return sizes.toSorted((a, b) => a - b);
}

describe('context storeClient chooses what asks DynamoDB on the path of a call', () => {
  test('the light client by default, and the code of each function stays small', () => {
    const [permissions = 0, authorizer = 0, ...others] = codeSizes({});
    expect(others).toEqual([]);
    expect(permissions).toBeGreaterThan(10_000);
    expect(permissions).toBeLessThan(39_000);
    // 2026-11-28: 133 KB, of which 9 KB follow revoked tokens and 1 KB reads live routes.
    expect(authorizer).toBeGreaterThan(70_000);
    expect(authorizer).toBeLessThan(138_000);
  });

  test('the AWS SDK where it is asked for, in both functions', () => {
    const [permissions = 0, authorizer = 0, ...others] = codeSizes({ storeClient: 'sdk' });
    expect(others).toEqual([]);
    // The SDK's client alone.
    expect(permissions).toBeGreaterThan(300_000);
    expect(authorizer).toBeGreaterThan(400_000);
    expect(authorizer).toBeLessThan(490_000);
  });
});

test('context apiGatewayAccountRole lets a REST API bring the role for its access log', () => {
  const rest = { ...map, api: { ...map.api, kind: 'rest' } };
  synthesize({ accessMap: rest, apiGatewayAccountRole: 'true' });
  expect(readFileSync(join(outdir, 'access-shop.template.json'), 'utf8')).toContain(
    'AWS::ApiGateway::Account',
  );
});

test.each([
  {
    context: { alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:security' },
    alarms: 12,
    actions: 12,
  },
  { context: { watch: 'false' }, alarms: 3, actions: 0 },
  { context: { savedQueries: 'false' }, alarms: 12, actions: 0 },
])(
  'context $context makes $alarms alarms, $actions of them with an action',
  ({ context, alarms, actions }) => {
    synthesize({ accessMap: map, ...context });
    const { Resources } = JSON.parse(
      readFileSync(join(outdir, 'access-shop.template.json'), 'utf8'),
    );
    expect(JSON.stringify(Resources).includes('AWS::Logs::QueryDefinition')).toBe(
      'alarmTopic' in context,
    );
    const found = (Object.values(Resources) as { Type: string; Properties: object }[]).filter(
      ({ Type }) => Type === 'AWS::CloudWatch::Alarm',
    );
    expect([
      found.length,
      found.filter(({ Properties }) => 'AlarmActions' in Properties).length,
    ]).toEqual([alarms, actions]);
  },
);

test('context sets the props of operations by their own names', () => {
  synthesize({
    accessMap: { ...map, api: { ...map.api, kind: 'rest' } },
    watch: false,
    memorySize: '1024',
    timeout: '4s',
    logRetention: 7,
    tracing: 'true',
    reservedConcurrentExecutions: '20',
    provisionedConcurrentExecutions: 2,
    maxStaleKeys: '2h',
    throttleRate: '10',
    throttleBurst: 5,
    stageName: 'v1',
  });
  const text = readFileSync(join(outdir, 'access-shop.template.json'), 'utf8');
  for (const part of [
    '"MemorySize":1024',
    '"Timeout":4',
    '"RetentionInDays":7',
    '"Mode":"Active"',
    '"ReservedConcurrentExecutions":20',
    '"ProvisionedConcurrentExecutions":2',
    '"MAX_STALE_KEYS_SECONDS":"7200"',
    '"ThrottlingRateLimit":10',
    '"ThrottlingBurstLimit":5',
    '"StageName":"v1"',
  ])
    expect(text).toContain(part);
});

test.each([
  [{ memorySize: 'much' }, 'context memorySize: expected a number, found `"much"`'],
  [{ memorySize: 100 }, '`memorySize`: expected 128 to 10240 whole MiB, found 100'],
  [{ timeout: 5 }, 'context timeout: expected a time such as `300ms`, `5s` or `24h`, found `5`'],
  [{ timeout: '05s' }, 'context timeout: expected a time such as `300ms`, `5s` or `24h`'],
  [{ quotaBudget: '0100ms' }, 'context quotaBudget: expected a time such as `300ms`'],
  [{ logRetention: '9999' }, 'context logRetention: expected a number of days of 1, 3, 5'],
  [{ logRetention: 8 }, 'context logRetention: expected a number of days of 1, 3, 5'],
  [{ tracing: 'on' }, 'context tracing: expected true or false'],
  [{ throttleRate: 0 }, '`throttleRate`: expected calls a second, above 0, found `0`'],
  [{ throttleBurst: 1.5 }, '`throttleBurst`: expected a whole number of calls above 0'],
  [{ stageName: '$default' }, '`stageName`: expected letters, digits, hyphens and underscores'],
  [{ stageName: '' }, 'context stageName: expected a text'],
] as const)('context %j is refused', (context, told) => {
  expect(() => accessApp({ context: { accessMap: map, ...context } })).toThrow(told);
});

test('docs/start/deploy.md names every prop that the context sets', () => {
  const page = readFileSync(join(root, 'docs/start/deploy.md'), 'utf8');
  expect(CONTEXT_PROPS.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
