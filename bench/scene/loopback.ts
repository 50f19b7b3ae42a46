/**
 * Issuer and store on the loopback address, over TLS as in AWS, and the variables that a function
 * needs to reach them. They run in this process, so that a function's own time is not theirs.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoError, type UpdateItem } from '../../lambda/adapters/dynamo/requests.ts';
import { restApiEvent } from '../../test/support/rest-api-event.ts';
import { applyUpdate, attributes, type Numbers } from '../../test/support/single-item.ts';
import { accessToken, type SigningKey, signingKey } from '../../test/support/tokens.ts';

export const AUDIENCE = 'api://orders';
export const CLIENT = '0oa1bench';
/** Groups of the map that has so many; the first ones are the caller's. */
export const groupName = (n: number): string => `app-orders-team-${String(n).padStart(3, '0')}`;

export interface Scene {
  readonly issuer: string;
  readonly key: SigningKey;
  /** Of a store over plain http, for the client alone. */
  readonly plainStore: string;
  /** Requests that the stores were sent. */
  requests(): number;
  /** From now on the issuer is so far away. Default: 0. */
  issuerTakes(ms: number): void;
  /** Variables of a function, with an event whose token has so many groups. */
  variables(groups: number): Readonly<Record<string, string>>;
  token(groups: number, changes?: Readonly<Record<string, unknown>>): string;
  stop(): void;
}

export async function startScene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const tls = certificate(folder);
  const key = signingKey('bench');
  const keys = JSON.stringify({ keys: [signingKey('other').jwk, key.jwk] });
  const store = countingStore();
  let issuerMs = 0;
  const issuerServer = await listening(
    createServer(tls, (_, response) => {
      response.setHeader('content-type', 'application/json');
      setTimeout(() => response.end(keys), issuerMs);
    }),
  );
  const storeServer = await listening(createServer(tls, store.answer));
  const plainServer = await listening(createPlainServer(store.answer));
  const issuer = `https://localhost:${portOf(issuerServer)}/oauth2/bench`;
  const token: Scene['token'] = (groups, changes) =>
    accessToken(key, Math.floor(Date.now() / 1_000) - 5, {
      ...{ iss: issuer, aud: AUDIENCE, cid: CLIENT, jti: `AT.${'0123456789'.repeat(4)}` },
      groups: Array.from({ length: groups }, (_, n) => groupName(n)),
      ...changes,
    });
  return {
    ...{ issuer, key, token },
    plainStore: `http://127.0.0.1:${portOf(plainServer)}`,
    requests: store.requests,
    issuerTakes: (ms) => {
      issuerMs = ms;
    },
    variables: (groups) => ({
      ...lambdaVariables(folder),
      ...{ BENCH_ISSUER: issuer, BENCH_AUDIENCE: AUDIENCE },
      AWS_ENDPOINT_URL_DYNAMODB: `https://localhost:${portOf(storeServer)}`,
      BENCH_EVENT: JSON.stringify(eventWith(token(groups))),
    }),
    stop() {
      for (const server of [issuerServer, storeServer, plainServer]) {
        server.close();
        server.closeAllConnections();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const eventWith = (token: string) =>
  restApiEvent('GET', '/orders/42', { resource: '/orders/{id}', token, parameters: { id: '42' } });

const lambdaVariables = (folder: string): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem'),
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  // As long as those that Lambda hands out: it is signed with each request.
  AWS_SESSION_TOKEN: 't'.repeat(900),
  AWS_LAMBDA_FUNCTION_NAME: 'access-orders-authorizer',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  QUOTA_TABLE: 'quota',
  QUOTA_BUDGET_MS: '5000',
  KEY_TABLE: 'keys',
});

/** Node makes keys and no certificates. */
function certificate(folder: string): { readonly key: Buffer; readonly cert: Buffer } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const how = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...how, ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

const listening = (server: Server): Promise<Server> =>
  new Promise((done) => {
    server.keepAliveTimeout = 120_000;
    server.listen(0, '127.0.0.1', () => done(server));
  });

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Answers as DynamoDB would: our charges, the yardsticks' counter, and the offer of keys. */
function countingStore(): { readonly answer: RequestListener; requests(): number } {
  let requests = 0;
  const items = new Map<string, Numbers>();
  const charge = (input: UpdateItem): unknown => {
    const key = input.Key['pk']?.S ?? '';
    const former = items.get(key) ?? {};
    const isCounter =
      input.ConditionExpression?.includes(' OR ') &&
      !('#start0' in (input.ExpressionAttributeNames ?? {}));
    const next = isCounter
      ? { used: (former['used'] ?? 0) + Number(input.ExpressionAttributeValues?.[':units']?.N) }
      : applyUpdate(former, input);
    items.set(key, next);
    return { Attributes: attributes(next) };
  };
  const carryOut = (operation: string, body: string): readonly [number, unknown] => {
    if (operation !== 'UpdateItem') return [200, {}];
    const input = JSON.parse(body) as UpdateItem;
    if (input.UpdateExpression.startsWith('REMOVE')) return failedCondition(undefined);
    try {
      return [200, charge(input)];
    } catch (error) {
      if (!(error instanceof DynamoError) || error.failure.kind !== 'refused') throw error;
      return failedCondition(error.failure.item);
    }
  };
  return {
    requests: () => requests,
    answer(request, response) {
      requests++;
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
        const [status, answer] = carryOut(operation, body);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(answer));
      });
    },
  };
}

const failedCondition = (item: unknown): readonly [number, unknown] => [
  400,
  {
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    ...(item ? { Item: item } : {}),
  },
];
