import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AuditLogError } from '../../../../lib/audit-log/audit-log-error.ts';
import { defineCommand, ServiceError } from '../../../../lib/commands/shell/command.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { tooOldNode } from '../../../../lib/commands/shell/supported-node.ts';
import { runUsage } from '../../../../lib/commands/usage.ts';
import { QuotaTableError } from '../../../../lib/usage/read-quota-table.ts';
import { capture, EXAMPLE, project } from '../project.ts';

/** As the AWS SDK throws them. */
const sdkError = (name: string, message = 'no'): Error =>
  Object.assign(new Error(message), { name });

async function ended(error: Error, env: Readonly<Record<string, string>> = {}) {
  const io = capture(project({ 'access.yaml': EXAMPLE }), { env });
  const command = defineCommand({
    ...{ name: 'ask', summary: 'ask', examples: ['ask'], declare: () => undefined },
    run: () => Promise.reject(error),
  });
  const code = await runProgram(['ask'], io, { commands: [command], version: '1' });
  return { code, stderr: io.stderr() };
}

describe('AWS that could not be asked is one sentence and exit code 3', () => {
  const work = { AWS_PROFILE: 'work' };
  test.each([
    { error: sdkError('Error', 'Region is missing'), env: {}, says: /set `AWS_REGION`.*default`$/ },
    { error: sdkError('Error', 'Region is missing'), env: work, says: /--profile work`$/ },
    {
      error: sdkError('CredentialsProviderError', 'Could not load credentials from any providers'),
      env: work,
      says: /`work`: run `aws configure sso --profile work`/,
    },
    {
      error: sdkError('CredentialsProviderError', 'The SSO session has expired or is invalid.'),
      env: work,
      says: /`work`.*: run `aws sso login --profile work`$/,
    },
    { error: sdkError('ExpiredTokenException'), env: {}, says: /aws sso login --profile default/ },
    {
      error: sdkError('ExpiredToken'),
      env: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' },
      says: /`AWS_SESSION_TOKEN` again/,
    },
    {
      error: sdkError('UnrecognizedClientException'),
      env: {},
      says: /^(?!.*sso login).*credentials/,
    },
    {
      error: new ServiceError('AWS_REQUEST_FAILED', 'no', { cause: sdkError('ExpiredToken') }),
      env: {},
      says: /aws sso login/,
    },
    {
      error: new AuditLogError('no', { cause: sdkError('Error', 'Region is missing') }),
      env: {},
      says: /`AWS_REGION`/,
    },
  ])('$error.name: $error.message ($env)', async ({ error, env, says }) => {
    const { code, stderr } = await ended(error, env);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^okta-group-authorizer: [^\n]+\n$/);
    expect(stderr.slice('okta-group-authorizer: '.length, -1)).toMatch(says);
  });

  test('also where a command tells its own errors', async () => {
    const cause = sdkError('Error', 'Region is missing');
    const read = () => Promise.reject(new QuotaTableError('no', { cause }));
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    await expect(runUsage({ table: 't' }, io, { read, now: () => 0 })).rejects.toThrow(
      ServiceError,
    );
  });

  test.each([sdkError('AccessDenied'), sdkError('Error', 'Region is closed')])(
    'and another error stays what it is: %s',
    async (error) => {
      expect(await ended(error)).toMatchObject({ code: 1 });
    },
  );
});

describe('the oldest Node', () => {
  const manifest = (folder: string) =>
    JSON.parse(readFileSync(join(__dirname, '../../../..', folder, 'package.json'), 'utf8')) as {
      readonly engines?: { readonly node?: string };
      readonly dependencies: Readonly<Record<string, string>>;
    };
  const leastOf = (range = '0'): readonly number[] => {
    const [, major = '0', minor = '0'] = /(\d+)(?:\.(\d+))?/.exec(range) ?? [];
    return [Number(major), Number(minor)];
  };

  test('is what package.json says, and what the dependencies support', () => {
    const { engines, dependencies } = manifest('');
    const [major = 0, minor = 0] = leastOf(engines?.node);
    expect(tooOldNode(`${major}.${minor}.0`)).toBeUndefined();
    expect(tooOldNode(`${major}.${minor - 1}.9`)).toBeDefined();
    const needing = Object.keys(dependencies).filter((name) => {
      const [other = 0, less = 0] = leastOf(manifest(`node_modules/${name}`).engines?.node);
      return other > major || (other === major && less > minor);
    });
    expect(needing).toEqual([]);
  });

  test.each(['12.22.0', '18.20.4', '20.11.1'])('refuses %s in one sentence', (version) => {
    expect(tooOldNode(version)).toMatch(/^okta-group-authorizer: .*Node 20\.12/);
  });

  test.each(['20.12.0', '22.0.0', '24.1.0'])('takes %s', (version) => {
    expect(tooOldNode(version)).toBeUndefined();
  });
});
