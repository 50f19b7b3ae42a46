import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFunctionCode } from '../../../../lib/commands/live/lambda-code.ts';
import { ARN } from './live-aws.ts';

/** Lambda's control plane, and S3 with the zip. */
let server: Server;
let url = '';
/** `Code` of the function, as Lambda tells it. */
let code: object | undefined;
const former = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/zip') response.end('zip');
    else if (request.url === '/gone') response.writeHead(403).end();
    else
      response
        .writeHead(code === undefined ? 404 : 200, {
          ...{ 'content-type': 'application/json' },
          ...(code === undefined && { 'x-amzn-errortype': 'ResourceNotFoundException' }),
        })
        .end(JSON.stringify({ Code: code, Configuration: { CodeSha256: 'digest' } }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    ...{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_LAMBDA: url },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  });
});
afterAll(() => {
  process.env = former;
  server.closeAllConnections();
  server.close();
});

test('reads the zip from where Lambda says, and its digest', async () => {
  code = { RepositoryType: 'S3', Location: `${url}/zip` };
  expect(await readFunctionCode(ARN)).toEqual({
    ...{ zip: new Uint8Array(Buffer.from('zip')), sha256: 'digest' },
  });
});

test('finds nothing where there is no such function', async () => {
  code = undefined;
  expect(await readFunctionCode(ARN)).toBeUndefined();
});

test.each([
  ['is a container image', () => ({ RepositoryType: 'ECR', Location: 'x' }), 'ECR'],
  ['is nowhere', () => ({}), 'nothing'],
  ['is refused by S3', () => ({ RepositoryType: 'S3', Location: `${url}/gone` }), '403'],
])('cannot read code that %s', async (_, told, names) => {
  code = told();
  await expect(readFunctionCode(ARN)).rejects.toMatchObject({
    ...{ code: 'FUNCTION_CODE_UNREADABLE', exit: 3 },
    message: expect.stringContaining(names),
  });
});
