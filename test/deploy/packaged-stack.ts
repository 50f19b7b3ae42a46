/**
 * `package`: its template deployed without the CDK, updated and deleted; its module against the
 * provider's schema.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  type Parameter,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { codeIsOfMap } from './deployed-code.ts';
import { evaluatedModule } from './evaluated-module.ts';
import type { Step } from './steps.ts';
import { run } from './tools.ts';
import { clientOptions, type World } from './world.ts';

const NAME = 'access-packaged';
const BUCKET = 'packaged-code';

const mapText = ({ issuer }: World, allow: readonly string[], kind: 'http' | 'rest'): string =>
  JSON.stringify({
    api: { name: 'packaged', kind, authorizerOnly: true },
    okta: {
      // The commands take no plain http; what is called in this test needs no keys.
      issuer: issuer.issuer.replace(/^http:.*/, 'https://acme.okta.com/oauth2/default'),
      audience: 'api://orders',
      clients: ['0oa1web'],
    },
    routes: ['GET /orders', 'POST /orders'],
    quotas: { team: { limit: 10, per: 'minute', by: 'group' } },
    groups: { 'orders-readers': { allow, quota: 'team' } },
  });

export async function packagedStack(world: World, step: Step): Promise<void> {
  const folder = join(world.folder, 'packaged');
  const first = await step('packaged: the template is deployed without the CDK', async () => {
    await emulated(world, 'PUT', `/${BUCKET}`);
    return deployed(world, folder, ['GET /orders']);
  });
  await step('packaged: the function answers, and Lambda tells the digest that was printed', () =>
    answers(world, first),
  );
  await step('packaged: another map is an update, and smoke knows its code', async () => {
    const second = await deployed(world, folder, ['GET /orders', 'POST /orders']);
    assert.notEqual(second.outputs['MapVersion'], first.outputs['MapVersion']);
    await answers(world, second);
    const former = mapText(world, ['GET /orders'], 'http');
    await codeIsOfMap(world, NAME, join(folder, 'access.yaml'), former);
  });
  await step('packaged: deleted, nothing but tables and log is left', () => deleted(world));
  for (const kind of ['http', 'rest'] as const)
    await step(`packaged: the module for ${kind} APIs has what the provider has`, () =>
      evaluatedKind(world, kind),
    );
}

interface Deployed {
  readonly outputs: Readonly<Record<string, string>>;
  readonly digest: string;
}

const client = (world: World): CloudFormationClient =>
  new CloudFormationClient(clientOptions(world));

/** A call of the emulator that the SDKs of this project do not make. */
async function emulated(
  { emulator }: World,
  method: string,
  path: string,
  body?: string | Uint8Array,
): Promise<string> {
  const service = path.startsWith('/2015-03-31') ? 'lambda' : 's3';
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${emulator.url}${path}`, {
    method,
    headers: { authorization },
    ...(body !== undefined && { body: Buffer.from(body) }),
  });
  const text = await answer.text();
  assert(answer.ok, `${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  return text;
}

async function packaged(
  world: World,
  folder: string,
  format: string,
  map: string,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'access.yaml'), map);
  const { stdout } = await run(
    [
      ...['node', '--import', 'tsx', 'bin/cli.ts', 'package', '--json', '--format', format],
      ...['--map', join(folder, 'access.yaml'), '--output', folder],
    ],
    { cwd: process.cwd(), signal: world.signal },
  );
  return (JSON.parse(stdout) as { readonly codeSha256: string }).codeSha256;
}

async function deployed(world: World, folder: string, allow: readonly string[]): Promise<Deployed> {
  const digest = await packaged(world, folder, 'cloudformation', mapText(world, allow, 'http'));
  const key = `${digest.replaceAll(/\W/g, '')}.zip`;
  await emulated(world, 'PUT', `/${BUCKET}/${key}`, readFileSync(join(folder, 'authorizer.zip')));
  const parameters: Parameter[] = [
    { ParameterKey: 'CodeBucket', ParameterValue: BUCKET },
    { ParameterKey: 'CodeKey', ParameterValue: key },
  ];
  const input = {
    StackName: NAME,
    TemplateBody: readFileSync(join(folder, 'template.json'), 'utf8'),
    Capabilities: ['CAPABILITY_IAM' as const],
    Parameters: parameters,
  };
  const exists = await stateOf(world).then(
    () => true,
    () => false,
  );
  await client(world).send(exists ? new UpdateStackCommand(input) : new CreateStackCommand(input));
  const stack = await settled(world);
  assert.match(stack.status, /^(?:CREATE|UPDATE)_COMPLETE$/);
  return { outputs: stack.outputs, digest };
}

async function stateOf(world: World) {
  const { Stacks: stacks = [] } = await client(world).send(
    new DescribeStacksCommand({ StackName: NAME }),
  );
  const outputs = (stacks[0]?.Outputs ?? []).map(({ OutputKey: key = '', OutputValue: value }) => [
    key,
    value ?? '',
  ]);
  return {
    status: String(stacks[0]?.StackStatus),
    outputs: Object.fromEntries(outputs) as Readonly<Record<string, string>>,
  };
}

async function settled(world: World) {
  for (let left = 600; left > 0; left -= 1) {
    const state = await stateOf(world);
    if (!state.status.endsWith('_IN_PROGRESS')) return state;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error('the stack does not settle within a minute');
}

/** A call without a token is refused, by our function and not by a fault of it. */
async function answers(world: World, { outputs, digest }: Deployed): Promise<void> {
  const name = outputs['AuthorizerFunction'] ?? '';
  const event = {
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/$default/GET/orders',
    routeKey: 'GET /orders',
    rawPath: '/orders',
    rawQueryString: '',
    headers: { authorization: 'Bearer x' },
    identitySource: ['Bearer x'],
    requestContext: {
      accountId: '000000000000',
      apiId: 'a1b2c3d4e5',
      http: { method: 'GET', path: '/orders', sourceIp: '127.0.0.1' },
      requestId: 'r',
      routeKey: 'GET /orders',
      stage: '$default',
    },
  };
  const path = `/2015-03-31/functions/${name}`;
  const text = await emulated(world, 'POST', `${path}/invocations`, JSON.stringify(event));
  assert.match(text, /Unauthorized/);
  const told = JSON.parse(await emulated(world, 'GET', `${path}/configuration`)) as {
    readonly CodeSha256: string;
  };
  assert.equal(told.CodeSha256, digest);
}

async function deleted(world: World): Promise<void> {
  await client(world).send(new DeleteStackCommand({ StackName: NAME }));
  const last = await settled(world).catch(() => ({ status: 'DELETE_COMPLETE' }));
  assert.equal(last.status, 'DELETE_COMPLETE');
}

async function evaluatedKind(world: World, kind: 'http' | 'rest'): Promise<void> {
  const folder = join(world.folder, `module-${kind}`);
  await packaged(world, folder, 'terraform', mapText(world, ['GET /orders'], kind));
  await evaluatedModule(world, folder);
}
