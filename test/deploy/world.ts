/** What every scenario stands on: the emulator, an Okta-shaped issuer, a back end. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Echo } from '../../local/echo.ts';
import type { LocalIssuer } from '../../local/issuer/issuer.ts';
import type { CdkOptions } from './cdk.ts';
import type { Emulator } from './emulator.ts';

export interface World {
  readonly folder: string;
  readonly emulator: Emulator;
  readonly issuer: LocalIssuer;
  readonly upstream: string;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly echo: Partial<Echo>;
}

/** How a client of the SDK reaches the emulated cloud. */
export const clientOptions = ({ emulator }: Pick<World, 'emulator'>) => ({
  endpoint: emulator.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export const cdkOptions = (world: World, scenario: string, app?: string): CdkOptions => {
  const folder = join(world.folder, scenario);
  mkdirSync(folder, { recursive: true });
  return {
    env: world.emulator.env,
    folder,
    signal: world.signal,
    ...(app !== undefined && { app }),
  };
};

/** Calls a deployed API by the emulator's own address: its host names do not resolve here. */
export async function call(
  world: World,
  at: { readonly apiId: string; readonly stage?: string },
  route: string,
  token?: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const url = `${world.emulator.url}/_aws/execute-api/${at.apiId}/${at.stage ?? '$default'}${path}`;
  const headers = {
    'x-access-uid': 'forged',
    ...more,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  // A signal of its own: `fetch` leaves its listener on the one that it is given.
  const signal = AbortSignal.any([world.signal]);
  const answer = await fetch(url, { method, headers, signal });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    headers: answer.headers,
    echo: text.startsWith('{') ? (JSON.parse(text) as Partial<Echo>) : {},
  };
}

export const tokenOf = ({ issuer }: World, user: string): string =>
  issuer.userToken(`${user}@example.com`);

/** By name: the emulator does not take the ARN that `cdk destroy` gives. Waits for the end. */
export async function deleteStack(world: World, name: string): Promise<string> {
  const client = new CloudFormationClient(clientOptions(world));
  await client.send(new DeleteStackCommand({ StackName: name }));
  for (;;) {
    const answer = await client
      .send(new DescribeStacksCommand({ StackName: name }))
      .catch(() => undefined);
    const status = answer?.Stacks?.[0]?.StackStatus ?? 'DELETE_COMPLETE';
    if (!status.endsWith('IN_PROGRESS')) return status;
    await new Promise((next) => setTimeout(next, 200));
  }
}
