/** Stacks that deploy an API of their own: every example, and what an operations team can set. */

import { globSync } from 'tinyglobby';
import { CORS, type CompareCase, ENDPOINT, type Kit, LIMITED } from './kit.ts';

/** Relative to the working directory, which is the new checkout: both sides read the same maps. */
const EXAMPLES = globSync(['access.yaml', 'examples/*.yaml', 'examples/stages/*.yaml']).toSorted();

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:shop';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:security';

const examples: readonly CompareCase[] = EXAMPLES.flatMap((path) => [
  { name: `${path} as it is`, needs: 'template', make: (kit) => kit.accessApp(kit.fileMap(path)) },
  {
    name: `${path} as an HTTP API`,
    needs: 'template',
    make: (kit) => kit.accessApp(kit.fileMap(path, 'http')),
  },
  {
    name: `${path} as a REST API`,
    needs: 'template',
    make: (kit) => kit.accessApp(kit.fileMap(path, 'rest')),
  },
]);

type Kind = 'http' | 'rest';
const KINDS = ['http', 'rest'] as const;
const before = (kit: Kit, kind: Kind, upstream: Record<string, string>) =>
  kit.map({ api: { name: 'shop', kind, upstream }, public: [] });
const full = (kit: Kit, kind: Kind, api: Record<string, unknown> = {}) =>
  kit.map({
    api: { name: 'shop', kind, upstream: { url: 'https://shop.example.com' }, cors: CORS, ...api },
    ...LIMITED,
    ...ENDPOINT,
  });

const upstreams: readonly CompareCase[] = KINDS.flatMap((kind) => [
  {
    name: `${kind} before a function`,
    needs: 'template',
    make: (kit) => kit.accessApp(before(kit, kind, { lambda: FUNCTION })),
  },
  {
    name: `${kind} with quotas, a permissions endpoint, pages, a key and retention`,
    needs: 'template',
    make: (kit) =>
      kit.accessApp(full(kit, kind), (support) => ({
        encryptionKey: new kit.cdk.aws_kms.Key(support, 'Key'),
        logRetention: kit.cdk.aws_logs.RetentionDays.ONE_YEAR,
        logRemovalPolicy: kit.cdk.RemovalPolicy.DESTROY,
        tableRemovalPolicy: kit.cdk.RemovalPolicy.DESTROY,
      })),
  },
  {
    name: `${kind} with warm environments, tracing and bounds`,
    needs: 'template',
    make: (kit) =>
      kit.accessApp(full(kit, kind), () => ({
        provisionedConcurrentExecutions: 2,
        reservedConcurrentExecutions: 10,
        tracing: true,
        memorySize: 1024,
        timeout: kit.cdk.Duration.seconds(7),
        quotaBudget: kit.cdk.Duration.millis(500),
        maxStaleKeys: kit.cdk.Duration.minutes(30),
        maxMetrics: 2,
        throttleRate: 50,
        throttleBurst: 20,
        stageName: 'v1',
        retryAfterHeader: false,
        apiGatewayAccountRole: true,
      })),
  },
  {
    name: `${kind} in a VPC`,
    needs: 'template',
    make: (kit) =>
      kit.accessApp(full(kit, kind), (support) => ({
        vpc: kit.cdk.aws_ec2.Vpc.fromVpcAttributes(support, 'Vpc', {
          vpcId: 'vpc-1',
          availabilityZones: ['a'],
          privateSubnetIds: ['s-1'],
        }),
      })),
  },
  {
    name: `${kind} with a cache of five minutes`,
    needs: 'template',
    make: (kit) =>
      kit.accessApp(
        kit.map({
          api: {
            name: 'shop',
            kind,
            upstream: { url: 'https://shop.example.com' },
            cache: { ttl: '5m' },
          },
          ...ENDPOINT,
        }),
      ),
  },
  {
    name: `${kind} in shadow mode`,
    needs: 'template',
    make: (kit) => kit.accessApp(shadowed(kit, kind)),
  },
  {
    name: `${kind} as an authorizer only`,
    needs: 'template',
    make: (kit) =>
      kit.accessApp(kit.map({ api: { name: 'shop', kind, authorizerOnly: true }, ...LIMITED })),
  },
  {
    name: `${kind} watched, with a topic and a detector`,
    needs: 'template',
    make: (kit) =>
      kit.accessApp(sensitive(kit, kind), () => ({
        watch: {
          alarmTopic: TOPIC,
          refusals: 12,
          latency: kit.cdk.Duration.millis(700),
          detector: {
            probedRoutes: 3,
            probingWindow: kit.cdk.Duration.minutes(30),
            learning: kit.cdk.Duration.days(2),
          },
        },
      })),
  },
  {
    name: `${kind} not watched`,
    needs: 'template',
    make: (kit) => kit.accessApp(full(kit, kind), () => ({ watch: false })),
  },
]);

const shadowed = (kit: Kit, kind: Kind) =>
  kit.map({
    api: { name: 'shop', kind, upstream: { url: 'https://shop.example.com' }, cache: 'off' },
    mode: 'shadow',
  });
const sensitive = (kit: Kit, kind: Kind) =>
  kit.map({
    api: { name: 'shop', kind, upstream: { url: 'https://shop.example.com' }, cache: 'off' },
    routes: ['GET /items', { route: 'POST /items', sensitive: true }, 'GET /health'],
    audit: { retention: '365d', allows: 0.1 },
    ...LIMITED,
  });

const more: readonly CompareCase[] = [
  {
    name: 'rest behind a VPC link',
    needs: 'template',
    make: (kit) =>
      kit.accessApp(before(kit, 'rest', { url: 'http://nlb.internal', vpcLink: 'vl-1' })),
  },
  {
    name: 'watched without dashboard, saved queries and detector',
    needs: 'template',
    make: (kit) =>
      kit.accessApp(full(kit, 'http'), () => ({
        watch: { dashboard: false, savedQueries: false, detector: false },
      })),
  },
  { name: 'the exported tables, alarms and watch by themselves', needs: 'template', make: parts },
];

function parts(kit: Kit) {
  const stack = kit.newStack();
  const { KeyAlarms, KeyCopyTable, QuotaAlarms, QuotaTable, Watch } = kit.product;
  const authorizer = kit.authorizer(stack, kit.map(LIMITED));
  new KeyCopyTable(stack, 'KeyCopies');
  new QuotaTable(stack, 'Quotas', { removalPolicy: kit.cdk.RemovalPolicy.DESTROY });
  new KeyAlarms(stack, 'OnKeys', {
    function: authorizer.function,
    maxStaleKeys: kit.cdk.Duration.hours(1),
  });
  new QuotaAlarms(stack, 'OnQuotas', { function: authorizer.function });
  new Watch(stack, 'Watch', { authorizer, alarmTopic: new kit.cdk.aws_sns.Topic(stack, 'Topic') });
  return stack;
}

export const ownApis: readonly CompareCase[] = [...examples, ...upstreams, ...more];
