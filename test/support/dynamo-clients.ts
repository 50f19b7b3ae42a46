/** Both clients of DynamoDB, for tests that hold for either, and the environment that they read. */
import { lightDynamo } from '../../lambda/adapters/dynamo/light-client.ts';
import type { ConnectDynamo } from '../../lambda/adapters/dynamo/requests.ts';
import { sdkDynamo } from '../../lambda/adapters/dynamo/sdk-client.ts';

export const DYNAMO_CLIENTS: readonly (readonly [name: string, connect: ConnectDynamo])[] = [
  ['the light client', lightDynamo],
  ['the client of the AWS SDK', sdkDynamo],
];

/** Opens clients of a server that speaks DynamoDB's protocol on this machine. */
export const connectTo =
  (endpoint: string, connect: ConnectDynamo = lightDynamo): ConnectDynamo =>
  (options) => {
    const local = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    return withVariables({ AWS_ENDPOINT_URL_DYNAMODB: endpoint, ...local }, () => connect(options));
  };

/**
 * Runs with variables as Lambda sets them, `endpoint` and `more` over them, and puts the former
 * ones back.
 */
export function withVariables<T>(
  more: Readonly<Record<string, string | undefined>>,
  run: () => T,
): T {
  const former = { ...process.env };
  const lambda = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session',
  };
  for (const [name, value] of Object.entries({ ...lambda, ...more })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  // The SDK would warn of this machine's Node.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  try {
    return run();
  } finally {
    process.env = former;
  }
}
