import { parse } from '@cdktn/hcl2json';
import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import type { Template } from '../../../lib/package/template.ts';
import { packageFiles } from '../../../lib/package/write-package.ts';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { accessMap, newApp } from '../../support/synthesis.ts';

const ACCOUNT = '210987654321';
const API = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:a1b2c3d4e5`;
const only = (callers: readonly unknown[]) => ({ name: 'shop', authorizerOnly: true, callers });

/** SourceArn of each permission of a synthesized stack, with its Region and account. */
function sourcesOf(callers: readonly string[] | undefined): readonly unknown[] {
  const map = accessMap({ api: { ...only([]), callers } });
  const env = { region: 'eu-central-1', account: '111122223333' };
  const app = newApp();
  const stack = new AccessStack(app, 'Access', { map, watch: false, env });
  const { Resources } = app.synth().getStackArtifact(stack.artifactId).template as Template;
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
    .map(({ Properties }) => {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      });
      return Properties['SourceArn'];
    });
}

const OWN = 'arn:aws:execute-api:eu-central-1:111122223333:*/authorizers/*';

test.each([
  ['nobody named', undefined, [OWN]],
  [
    'an account, which stands for its APIs in the Region of the function',
    [ACCOUNT],
    [`arn:aws:execute-api:eu-central-1:${ACCOUNT}:*/authorizers/*`],
  ],
  ['an API of another Region', [API], [`${API}/authorizers/*`]],
  [
    'several, its own account among them',
    ['111122223333', API, API.replace('west', 'north')],
    [OWN, `${API}/authorizers/*`, `${API.replace('west', 'north')}/authorizers/*`],
  ],
])('permissions of authorizers, and of nothing else: %s', (_, callers, expected) => {
  expect(sourcesOf(callers)).toEqual(expected);
});

test('an API of another partition than the stack is an error at synthesis', () => {
  expect(() => sourcesOf([API.replace('aws', 'aws-cn')])).toThrow(
    '`api.callers`: expected APIs of the partition `aws` of the stack, found `arn:aws-cn:',
  );
});

describe('a list that is not one of accounts and APIs is refused', () => {
  const problems = (api: object) =>
    AccessMap.checkObject({
      api,
      okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://s', clients: ['0oa1'] },
      routes: ['GET /items'],
      groups: { staff: { allow: ['GET /items'] } },
    }).problems.filter(({ severity }) => severity === 'error');

  test.each<[string, unknown]>([
    // A number loses the zero at the beginning of an account.
    ['a number', 210987654321],
    ['everybody', '*'],
    ['11 digits', '21098765432'],
    ['13 digits', '2109876543210'],
    ['digits of another script', '٢١٠٩٨٧٦٥٤٣٢١'],
    ['an account and a line', `${ACCOUNT}\n`],
    ['every account', 'arn:aws:execute-api:eu-west-1:*:a1b2c3d4e5'],
    ['no account', 'arn:aws:execute-api:eu-west-1::a1b2c3d4e5'],
    ['every Region', `arn:aws:execute-api:*:${ACCOUNT}:a1b2c3d4e5`],
    ['no Region', `arn:aws:execute-api::${ACCOUNT}:a1b2c3d4e5`],
    ['every API by ARN', `arn:aws:execute-api:eu-west-1:${ACCOUNT}:*`],
    ['a part of an id', `arn:aws:execute-api:eu-west-1:${ACCOUNT}:a1b2*`],
    ['a character of an id', `arn:aws:execute-api:eu-west-1:${ACCOUNT}:a1b2?`],
    ['a stage', `${API}/prod`],
    ['every route', `${API}/*/*`],
    ['an authorizer', `${API}/authorizers/abc123`],
    ['the ARN of the control plane', 'arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5'],
    ['the ARN of a function', `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f`],
    ['a role', `arn:aws:iam::${ACCOUNT}:role/gateway`],
    ['an id alone', 'a1b2c3d4e5'],
    ['another kind of ARN', API.replace('arn:', 'ARN:')],
    ['empty text', ''],
  ])('%s', (_, caller) => {
    const found = problems(only([ACCOUNT, caller]));
    expect(found.map(({ place }) => place.path)).toEqual(['/api/callers/1']);
    expect(found[0]?.message).toMatch(/expected an account of 12 digits in quotes, or the ARN/);
  });

  test.each<[string, unknown, string]>([
    ['none', [], 'expected a list of 1 to 30 accounts'],
    ['text', ACCOUNT, 'expected a list of 1 to 30 accounts'],
    [
      'more than Lambda keeps permissions of',
      Array.from({ length: 31 }, (_, at) => `2109876543${at + 10}`),
      'expected a list of 1 to 30 accounts',
    ],
    ['one twice', [ACCOUNT, ACCOUNT], ACCOUNT],
    [
      'APIs of two partitions',
      [API, API.replace('aws', 'aws-cn')],
      'expected an API of the partition `aws`',
    ],
  ])('%s', (_, callers, message) => {
    const [found, ...others] = problems({ ...only([]), callers });
    expect(found?.message).toContain(message);
    expect(others).toEqual([]);
  });

  test.each([
    ['an API that we deploy', { upstream: { url: 'https://shop.example.com' } }],
    ['an API that is attached', { attachTo: { httpApiId: 'a1b2c3d4e5' } }],
  ])('beside %s', (_, api) => {
    const [found, ...others] = problems({ name: 'shop', ...api, callers: [ACCOUNT] });
    expect(found?.message).toContain('expected `authorizerOnly: true` beside `callers`');
    expect(others).toEqual([]);
  });
});

describe('packaged for another tool', () => {
  const map = accessMap({ api: only([ACCOUNT, API]) });
  const fileOf = (format: 'cloudformation' | 'terraform', name: string): string =>
    String(packageFiles(map, format).files[name]);

  test('the template has a permission for each caller, and nothing to choose', () => {
    const { Resources, Parameters } = JSON.parse(
      fileOf('cloudformation', 'template.json'),
    ) as Template;
    const sources = Object.values(Resources).flatMap(({ Properties }) => [
      ...('SourceArn' in Properties ? [Properties['SourceArn']] : []),
    ]);
    expect(JSON.stringify(sources[0])).toContain(`:${ACCOUNT}:*/authorizers/*`);
    expect(JSON.stringify(sources[0])).not.toContain('AWS::AccountId');
    expect(sources.slice(1)).toEqual([`${API}/authorizers/*`]);
    expect(Object.keys(Parameters ?? {})).not.toContain('ApiId');
  });

  test('the module leaves the authorizer to the accounts that call, and tells what it needs', async () => {
    const [main, variables, outputs] = await Promise.all(
      ['main.tf', 'variables.tf', 'outputs.tf'].map(
        async (name) =>
          (await parse(name, fileOf('terraform', name))) as Readonly<
            Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
          >,
      ),
    );
    expect(Object.keys(main?.['resource'] ?? {}).join(' ')).not.toMatch(/authorizer\b/);
    const permissions = Object.values(main?.['resource']?.['aws_lambda_permission'] ?? {});
    expect(permissions.flat().map((one) => (one as { source_arn: string }).source_arn)).toEqual([
      `arn:\${data.aws_partition.current.partition}:execute-api:\${data.aws_region.current.id}:${ACCOUNT}:*/authorizers/*`,
      `${API}/authorizers/*`,
    ]);
    expect(Object.keys(variables?.['variable'] ?? {})).not.toContain('api_id');
    expect(Object.keys(outputs?.['output'] ?? {}).sort()).toEqual([
      ...['authorizer_arn', 'authorizer_uri', 'function_name', 'identity_source'],
      ...['map_version', 'payload_format_version', 'result_ttl_seconds'],
    ]);
  });
});
