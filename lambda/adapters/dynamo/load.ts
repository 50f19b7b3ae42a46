/**
 * The client of DynamoDB that this asset was bundled with. The bundler puts the name in, and with
 * it leaves the other client out (scripts/bundle-lambda.cjs).
 */
import { createRequire } from 'node:module';
import type { ConnectDynamo } from './requests.ts';

/**
 * `aws4` asks for Node's own modules by `require`, which an ES module does not have. Set once here,
 * and not by a line in each file of a bundle.
 */
function provideRequire(): void {
  Object.assign(globalThis, { require: createRequire('/') });
}

export async function loadDynamo(): Promise<ConnectDynamo> {
  provideRequire();
  // One expression: the bundler keeps what is after a `return`.
  return process.env['STORE_CLIENT'] === 'sdk'
    ? (await import('./sdk-client.ts')).sdkDynamo
    : (await import('./light-client.ts')).lightDynamo;
}
