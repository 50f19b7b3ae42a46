import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { parse as parseYaml } from 'yaml';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { quoted } from '../../../lib/hcl/hcl-text.ts';
import { packagedStack } from '../../../lib/package/package-stack.ts';
import type { Template } from '../../../lib/package/template.ts';
import { packageFiles } from '../../../lib/package/write-package.ts';
import { zipOf } from '../../../lib/package/zip.ts';
import { fixedCosts, PRICES } from '../../../lib/watch/costs.ts';
import { planMetrics } from '../../../lib/watch/metric-plan.ts';
import { codeBlocks } from '../../docs/support/code-blocks.ts';
import { accessMap } from '../../support/synthesis.ts';

const KINDS = ['http', 'rest'] as const;
type Kind = (typeof KINDS)[number];
/** With a quota of a group, which has an alarm of its own. */
const mapOf = (kind: Kind) =>
  accessMap({
    api: { name: 'shop', kind, authorizerOnly: true },
    quotas: { team: { limit: 10, per: 'minute', by: 'group' } },
    groups: { readers: { allow: ['GET /items'], quota: 'team' } },
  });

const textOf = (files: Readonly<Record<string, string | Uint8Array>>, name: string): string =>
  String(files[name]);

/** Digests, since comparing bytes one by one takes seconds. */
const digestsOf = (files: Readonly<Record<string, string | Uint8Array>>) =>
  Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [
      name,
      createHash('sha256').update(bytes).digest('base64'),
    ]),
  );

/** A module as its parser reads it: blocks by type, resources by type and label. */
interface Parsed {
  readonly resource: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
}

describe.each(KINDS)('the authorizer of a map of kind %s', (kind) => {
  const packaged: Partial<Record<'cloudformation' | 'terraform', ReturnType<typeof packageFiles>>> =
    {};
  beforeAll(() => {
    packaged.cloudformation = packageFiles(mapOf(kind), 'cloudformation');
    packaged.terraform = packageFiles(mapOf(kind), 'terraform');
  });
  const files = (format: 'cloudformation' | 'terraform') => packaged[format]?.files ?? {};

  test('is the same whenever it is packaged, and the same code for both tools', () => {
    const second = packageFiles(mapOf(kind), 'terraform');
    expect({ ...second, files: digestsOf(second.files) }).toEqual({
      ...packaged.terraform,
      files: digestsOf(files('terraform')),
    });
    const digest = digestsOf(files('cloudformation'))['authorizer.zip'];
    expect(digestsOf(files('terraform'))['authorizer.zip']).toBe(digest);
    expect(packaged.cloudformation?.digest).toBe(digest);
  });

  test('needs no bootstrap and no CDK', () => {
    const text = textOf(files('cloudformation'), 'template.json');
    expect(text).not.toMatch(/bootstrap|AWS::CDK|aws:cdk|aws:asset|cdk-hnb/i);
    const { Resources, Parameters } = JSON.parse(text) as Template;
    const types = [...new Set(Object.values(Resources).map(({ Type }) => Type))].sort();
    expect(types).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::DynamoDB::Table',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::Logs::MetricFilter',
    ]);
    expect(Object.keys(Parameters ?? {}).sort()).toEqual([
      ...['AlarmTopicArn', 'ApiId', 'ApiKind', 'CodeBucket', 'CodeKey'],
      ...['LogRetentionDays', 'MemorySize'],
    ]);
  });

  test('costs what `check` tells of it', () => {
    const map = mapOf(kind);
    const alarms = Object.values(packagedStack(map).template.Resources).filter(
      ({ Type }) => Type === 'AWS::CloudWatch::Alarm',
    ).length;
    const plan = planMetrics(map.model);
    // All steady metrics but the lag of the detector, which is no part of it.
    const dollars = alarms * PRICES.alarm + (plan.steady - 1) * PRICES.metric;
    expect(fixedCosts(map, plan).packagedDollars).toBeCloseTo(dollars, 6);
  });

  test('has a second template, whose code is the file beside it', () => {
    const [byParameters, local] = ['template.json', 'template.local.json'].map(
      (name) => JSON.parse(textOf(files('cloudformation'), name)) as Template,
    );
    const code = ({ Resources }: Template) =>
      Object.values(Resources).flatMap(({ Properties: { Code } }) => Code ?? []);
    expect(byParameters && code(byParameters)).toEqual([
      { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } },
    ]);
    expect(local && code(local)).toEqual(['authorizer.zip']);
    expect(Object.keys(local?.Parameters ?? {})).not.toContain('CodeBucket');
  });

  test('is a module that a parser of HCL reads, with every resource of the template', async () => {
    const { template } = packagedStack(mapOf(kind));
    const main = (await parse('main.tf', textOf(files('terraform'), 'main.tf'))) as Parsed;
    for (const name of ['variables.tf', 'outputs.tf'])
      await parse(name, textOf(files('terraform'), name));
    const count = (type: string) => Object.keys(main.resource[type] ?? {}).length;
    const ofType = (type: string) =>
      Object.values(template.Resources).filter(({ Type }) => Type === type).length;
    for (const [terraform, cloudformation] of [
      ['aws_dynamodb_table', 'AWS::DynamoDB::Table'],
      ['aws_cloudwatch_metric_alarm', 'AWS::CloudWatch::Alarm'],
      ['aws_cloudwatch_log_metric_filter', 'AWS::Logs::MetricFilter'],
      ['aws_lambda_permission', 'AWS::Lambda::Permission'],
      ['aws_iam_role', 'AWS::IAM::Role'],
    ] as const)
      expect([terraform, count(terraform)]).toEqual([terraform, ofType(cloudformation)]);
    const [authorizer] =
      main.resource[
        kind === 'rest' ? 'aws_api_gateway_authorizer' : 'aws_apigatewayv2_authorizer'
      ]?.['groups'] ?? [];
    expect(authorizer).toMatchObject({
      name: 'okta-groups-shop',
      authorizer_result_ttl_in_seconds: 0,
      ...(kind === 'rest'
        ? { type: 'REQUEST', identity_source: 'method.request.header.Authorization' }
        : {
            enable_simple_responses: false,
            authorizer_payload_format_version: '2.0',
            identity_sources: ['$request.header.Authorization'],
          }),
    });
  });
});

/** The parser leaves escapes of templates as they are written. */
test.each([
  ['${var.api_id}', '$${var.api_id}'],
  ['%{ if true }', '%%{ if true }'],
  ['$${x}', '$$${x}'],
  ['"', '"'],
  ['\\', '\\'],
  ['a\nb\r\t', 'a\nb\r\t'],
  ['\b\u202e', '\b\u202e'],
  ['ü 🙂', 'ü 🙂'],
])('the text %j stands in HCL as it is', async (text, read) => {
  expect(await parse('a.tf', `value = ${quoted(text)}\n`)).toEqual({ value: read });
});

test('a zip holds the files of a folder and nothing that differs between machines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  const contents = { 'b.mjs': 'two', 'a.mjs': 'one', 'größe.json': '{}' };
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder, name), text);
  const { contents: zip, digest } = zipOf(folder);
  const read = Object.fromEntries(
    Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
  );
  expect(read).toEqual(contents);
  expect(zipOf(folder).digest).toBe(digest);
  // What was made once; another value is another zip of the same code, and a deployment for
  // nothing.
  expect(digest).toBe('LNrL0CGcKK60TlkGJ0BQyigzA8d3DJP+/w16Nvb+uPY=');
});

function terraformPage() {
  const blocks = codeBlocks(['docs/start/terraform.md']);
  const text = (language: string): string =>
    blocks.find((block) => block.language === language)?.text ?? '';
  return { blocks, text };
}

/** The first page of a Terraform user: its map makes the module that its main.tf calls. */
test('the module of docs/start/terraform.md takes the arguments that stand there and gives what is used', async () => {
  const { blocks, text } = terraformPage();
  const filled = text('yaml')
    .replace('example.okta.com', 'acme.okta.com')
    .replace('REPLACE-WITH-CLIENT-ID', '0oa1web');
  const { files: module } = packageFiles(AccessMap.fromObject(parseYaml(filled)), 'terraform');
  type Page = Readonly<Record<string, Readonly<Record<string, readonly object[]>>>>;
  const read = async (hcl: string) => (await parse('a.tf', hcl)) as Page;
  const { variable = {} } = await read(textOf(module, 'variables.tf'));
  const { output = {} } = await read(textOf(module, 'outputs.tf'));
  const main = await read(text('hcl'));
  const [called = {}] = main['module']?.['okta_groups'] ?? [];
  const { source, ...given } = called as Record<string, unknown>;
  const command = blocks.find((block) => block.text.includes(' package '))?.text ?? '';
  expect(`./access/${/ -o (\S+)/.exec(command)?.[1]}`).toBe(source);
  const needed = Object.entries(variable)
    .filter(([, [declared = {}]]) => !('default' in declared))
    .map(([name]) => name);
  expect(Object.keys(given)).toEqual(expect.arrayContaining(needed));
  expect(Object.keys(variable)).toEqual(expect.arrayContaining(Object.keys(given)));
  const used = [...text('hcl').matchAll(/module\.okta_groups\.(\w+)/g)].map(([, name]) => name);
  expect([...new Set(used)].toSorted()).toEqual(['authorizer_arn', 'authorizer_id']);
  expect(Object.keys(output)).toEqual(expect.arrayContaining(used));
});

test('docs/start/terraform.md guards each route that its map does not list as public', async () => {
  const { text } = terraformPage();
  const { routes, public: unguarded } = parseYaml(text('yaml')) as Record<
    string,
    readonly string[]
  >;
  const { resource } = (await parse('a.tf', text('hcl'))) as Parsed;
  const keysOf = (label: string): readonly string[] => {
    const [body] = resource['aws_apigatewayv2_route']?.[label] ?? [];
    const { for_each: keys, authorizer_id: authorizer } = body as Record<string, string>;
    expect([label, authorizer !== undefined]).toEqual([label, label === 'guarded']);
    return [...(keys ?? '').matchAll(/"([^"]+)"/g)].map(([, key = '']) => key);
  };
  expect(keysOf('public')).toEqual(unguarded);
  expect(keysOf('guarded')).toEqual(routes?.filter((key) => !unguarded?.includes(key)));
});
