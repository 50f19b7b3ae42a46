/** `attach` and `planAttachment`: the authorizer on APIs that exist. */

import type { Stack } from 'aws-cdk-lib';
import { CORS, type CompareCase, ENDPOINT, type Kit, LIMITED } from './kit.ts';

const API = 'a1b2c3d4e5';
const HTTP = { httpApiId: API };
const REST = { restApiId: API, stage: 'prod' };

const ofStack = (attachTo: Record<string, unknown>, overrides: Record<string, unknown> = {}) => {
  const kind = 'restApiId' in attachTo ? 'rest' : 'http';
  return (kit: Kit) =>
    kit.accessApp(kit.map({ api: { name: 'shop', kind, attachTo }, ...overrides }));
};
const withPages = (kit: Kit) =>
  kit.accessApp(
    kit.map({
      api: {
        name: 'shop',
        kind: 'rest',
        cors: CORS,
        attachTo: { ...REST, gatewayResponses: 'replace' },
      },
      ...ENDPOINT,
    }),
    (support) => ({ encryptionKey: new kit.cdk.aws_kms.Key(support, 'Key') }),
    { attachAgain: 'once more' },
  );

const apiOf = (kit: Kit, stack: Stack, kind: 'http' | 'rest') =>
  kind === 'http'
    ? kit.cdk.aws_apigatewayv2.HttpApi.fromHttpApiAttributes(stack, 'Api', { httpApiId: API })
    : kit.cdk.aws_apigateway.RestApi.fromRestApiId(stack, 'Api', API);

function byHand(kind: 'http' | 'rest', how: 'attach' | 'planAttachment') {
  return (kit: Kit): Stack => {
    const stack = kit.newStack();
    const map =
      kind === 'http'
        ? kit.map({ ...LIMITED, ...ENDPOINT })
        : kit.restMap({ ...LIMITED, ...ENDPOINT });
    const options = { replace: ['GET /items'], onUnmapped: 'leave', publishPending: true } as const;
    const more = kind === 'rest' ? { stage: 'prod', gatewayResponses: true } : {};
    kit
      .authorizer(stack, map, { provisionedConcurrentExecutions: 2 })
      [how](apiOf(kit, stack, kind), { ...options, ...more });
    return stack;
  };
}

const SHADOW = {
  mode: 'shadow',
  routes: ['GET /items', { route: 'POST /items', mode: 'enforce' }, 'GET /health'],
};
const STRICT = { replace: ['GET /items'], onUnmapped: 'deny', publishPending: true };

export const attachedApis: readonly CompareCase[] = [
  {
    name: 'the stack of an attachment to an HTTP API',
    needs: 'template',
    make: ofStack(HTTP, LIMITED),
  },
  {
    name: 'the stack of an attachment to an HTTP API with options',
    needs: 'template',
    make: ofStack({ ...HTTP, ...STRICT }),
  },
  {
    name: 'the stack of an attachment to an HTTP API with an endpoint',
    needs: 'template',
    make: ofStack(HTTP, ENDPOINT),
  },
  {
    name: 'the stack of an attachment to an HTTP API in shadow mode',
    needs: 'template',
    make: ofStack(HTTP, SHADOW),
  },
  {
    name: 'the stack of a dry run on an HTTP API',
    needs: 'template',
    make: ofStack({ ...HTTP, dryRun: true }),
  },
  {
    name: 'the stack of an attachment to a REST API',
    needs: 'template',
    make: ofStack({ ...REST, gatewayResponses: true }, LIMITED),
  },
  {
    name: 'the stack of an attachment to a REST API with pages, an endpoint and a key',
    needs: 'template',
    make: withPages,
  },
  {
    name: 'the stack of an attachment to a REST API in shadow mode',
    needs: 'template',
    make: ofStack(REST, SHADOW),
  },
  {
    name: 'the stack of a dry run on a REST API',
    needs: 'template',
    make: ofStack({ ...REST, dryRun: true, gatewayResponses: true }),
  },
  { name: 'attach to an HTTP API, warm', needs: 'template', make: byHand('http', 'attach') },
  {
    name: 'planAttachment for an HTTP API',
    needs: 'template',
    make: byHand('http', 'planAttachment'),
  },
  { name: 'attach to a REST API, warm', needs: 'template', make: byHand('rest', 'attach') },
  {
    name: 'planAttachment for a REST API',
    needs: 'template',
    make: byHand('rest', 'planAttachment'),
  },
];
