/**
 * The files of docs/how-to/serverless-framework.md, packaged by the last free version of the
 * framework.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from '../docs/support/code-blocks.ts';
import type { Step } from './steps.ts';
import { folderOf, npmInstall, run } from './tools.ts';
import type { World } from './world.ts';

const PACKAGE = 'serverless@3.40.0';
const PAGE = 'docs/how-to/serverless-framework.md';
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:authorizer';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export async function serverlessFramework(world: World, step: Step): Promise<void> {
  const { signal } = world;
  const cwd = folderOf(world, 'serverless', { 'package.json': '{ "private": true }' });
  await step('serverless: the framework from npm', () => npmInstall({ cwd, signal }, [PACKAGE]));
  await step('serverless: `package` of the page gives routes our authorizer', async () => {
    const files = codeBlocks([PAGE]).filter(({ text }) => text.startsWith('service:'));
    assert.equal(files.length, 2);
    for (const [at, { text }] of files.entries()) {
      const app = folderOf({ folder: cwd }, `app-${at}`, {
        'serverless.yml': text,
        'index.js': 'exports.handler = async () => ({ statusCode: 200 });\n',
      });
      await run(
        [join(cwd, 'node_modules/.bin/serverless'), 'package', `--param=authorizerArn=${ARN}`],
        {
          cwd: app,
          signal,
          env: {
            ...world.emulator.env,
            SLS_TELEMETRY_DISABLED: '1',
            SLS_NOTIFICATIONS_MODE: 'off',
          },
        },
      );
      evaluated(join(app, '.serverless/cloudformation-template-update-stack.json'));
    }
  });
}

function evaluated(file: string): void {
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  const ofType = (type: RegExp) =>
    Object.entries(Resources).filter(([, { Type }]) => type.test(Type));
  const [[id, authorizer] = [], ...others] = ofType(/Authorizer$/);
  assert(id && authorizer && others.length === 0, 'expected one authorizer');
  const { Name, AuthorizerUri, AuthorizerResultTtlInSeconds: ttl, ...rest } = authorizer.Properties;
  assert.deepEqual([Name, ttl], ['okta-groups-orders', 0]);
  assert(JSON.stringify(AuthorizerUri).includes(ARN));
  assert.match(JSON.stringify(rest['IdentitySource']), /request\.header\.Authorization/);
  assert.notEqual(rest['EnableSimpleResponses'], true);
  const routes = ofType(/::(?:Route|Method)$/);
  assert.equal(routes.length, 2);
  for (const [name, { Properties }] of routes) {
    const isPublic = name.includes('Health');
    const { AuthorizationType: type = 'NONE', AuthorizerId: used } = Properties;
    assert.deepEqual([name, type], [name, isPublic ? 'NONE' : 'CUSTOM']);
    assert.deepEqual(used, isPublic ? undefined : { Ref: id });
  }
  for (const [name, { Properties }] of ofType(/::Permission$/))
    assert(
      !JSON.stringify(Properties['FunctionName']).includes(ARN),
      `${name} is for our function`,
    );
}
