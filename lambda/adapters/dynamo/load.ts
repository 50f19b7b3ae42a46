/**
 * The client of DynamoDB that this asset was bundled with. The bundler puts the name in, and with it
 * leaves the other client out (scripts/bundle-lambda.cjs).
 */
import type { ConnectDynamo } from './requests.ts';

export async function loadDynamo(): Promise<ConnectDynamo> {
  // One expression: the bundler keeps what stands behind a `return`.
  return process.env['STORE_CLIENT'] === 'sdk'
    ? (await import('./sdk-client.ts')).sdkDynamo
    : (await import('./light-client.ts')).lightDynamo;
}
