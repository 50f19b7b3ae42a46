import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FailureCode } from '../../../../lambda/core/contract/failures.ts';
import { AuditLogError } from '../../../../lib/audit-log/audit-log-error.ts';
import { defineCommand, ServiceError } from '../../../../lib/commands/shell/command.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { tooOldNode } from '../../../../lib/commands/shell/supported-node.ts';
import { runUsage } from '../../../../lib/commands/usage.ts';
import { QuotaTableError } from '../../../../lib/quota-usage/read-quota-table.ts';
import { capture, EXAMPLE, project } from '../project.ts';

/** As the AWS SDK throws them. */
const sdkError = (name: string, message = 'no'): Error =>
  Object.assign(new Error(message), { name });

const failing = (error: Error) =>
  defineCommand({
    ...{ name: 'ask', summary: 'ask', examples: ['ask'], declare: () => undefined },
    run: () => Promise.reject(error),
  });

async function ended(error: Error, env: Readonly<Record<string, string>> = {}) {
  const io = capture(project({ 'access.yaml': EXAMPLE }), { env });
  const commands = [failing(error)];
  const exit = await runProgram(['ask', '--json'], io, { commands, version: '1' });
  const { problems } = io.json() as { readonly problems: readonly [{ readonly code: string }] };
  return { exit, ...problems[0] };
}

describe('AWS that could not be asked is one sentence and exit code 3', () => {
  const work = { AWS_PROFILE: 'work' };
  const session = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' };
  test.each<{
    readonly error: Error;
    readonly code: FailureCode;
    readonly env?: Readonly<Record<string, string>>;
    readonly names: RegExp;
  }>([
    {
      ...{ error: sdkError('Error', 'Region is missing'), code: 'AWS_REGION_ABSENT' },
      names: /`AWS_REGION`.* --profile default`/,
    },
    {
      ...{ error: sdkError('Error', 'Region is missing'), code: 'AWS_REGION_ABSENT', env: work },
      names: / --profile work`/,
    },
    {
      error: sdkError('CredentialsProviderError', 'Could not load credentials from any providers'),
      ...{ code: 'AWS_CREDENTIALS_ABSENT', env: work, names: /`work`.*`aws configure sso / },
    },
    {
      error: sdkError('CredentialsProviderError', 'The SSO session has expired or is invalid.'),
      ...{
        code: 'AWS_SESSION_EXPIRED',
        env: work,
        names: /`work`.*`aws sso login --profile work`/,
      },
    },
    {
      ...{ error: sdkError('ExpiredTokenException'), code: 'AWS_SESSION_EXPIRED' },
      names: /`aws sso login --profile default`/,
    },
    {
      ...{ error: sdkError('ExpiredToken'), code: 'AWS_SESSION_EXPIRED', env: session },
      names: /^(?!.*sso login).*`AWS_SESSION_TOKEN`/,
    },
    {
      ...{ error: sdkError('UnrecognizedClientException'), code: 'AWS_CREDENTIALS_UNKNOWN' },
      names: /^(?!.*sso login)/,
    },
    {
      error: new ServiceError('AWS_REQUEST_FAILED', 'no', { cause: sdkError('ExpiredToken') }),
      ...{ code: 'AWS_SESSION_EXPIRED', names: /./ },
    },
    {
      error: new AuditLogError('no', { cause: sdkError('Error', 'Region is missing') }),
      ...{ code: 'AWS_REGION_ABSENT', names: /./ },
    },
  ])('$error.name: $error.message ($env)', async ({ error, code, env, names }) => {
    const message = expect.stringMatching(names);
    expect(await ended(error, env)).toMatchObject({ exit: 3, code, message });
  });

  test('in whole', async () => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    const command = failing(sdkError('ExpiredToken'));
    expect(await runProgram(['ask'], io, { commands: [command], version: '1' })).toBe(3);
    expect([io.stdout(), io.stderr()]).toEqual([
      '',
      'okta-group-authorizer: the session of the AWS profile `default` has expired: run `aws sso login --profile default`\n',
    ]);
  });

  test('also where a command tells its own errors', async () => {
    const cause = sdkError('Error', 'Region is missing');
    const read = () => Promise.reject(new QuotaTableError('no', { cause }));
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    await expect(runUsage({ table: 't' }, io, { read, now: () => 0 })).rejects.toMatchObject({
      code: 'AWS_REGION_ABSENT',
    });
  });

  test.each([sdkError('AccessDenied'), sdkError('Error', 'Region is closed')])(
    'and another error stays what it is: %s',
    async (error) => {
      expect(await ended(error)).toMatchObject({ exit: 1, code: 'UNEXPECTED_ERROR' });
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
