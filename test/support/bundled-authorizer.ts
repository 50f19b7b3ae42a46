/**
 * The authorizer's real bundle in a child process, with a model of a test and an issuer on
 * loopback.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFunction, type InvocationResult } from '../../local/function-process/function.ts';
import { httpApiEvent } from './http-api-event.ts';
import { type ModelSketch, modelFile } from './model.ts';

const bundler: {
  bundleLambda(entryFile: string): readonly { path: string; contents: Uint8Array }[];
} = createRequire(__filename)('../../scripts/bundle-lambda.cjs');

export interface LoopbackIssuer {
  readonly issuer: string;
  published: readonly unknown[];
  down: boolean;
  fetches: number;
  close(): Promise<void>;
}

/** Serves keys as Okta does, at `ISSUER/v1/keys`. */
export async function loopbackIssuer(published: readonly unknown[]): Promise<LoopbackIssuer> {
  const server: Server = createServer((_request, response) => {
    state.fetches++;
    if (state.down) response.writeHead(503).end('{}');
    else
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ keys: state.published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const state: LoopbackIssuer = {
    issuer: `http://127.0.0.1:${port}/oauth2/default`,
    published,
    down: false,
    fetches: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

export interface BundledAuthorizer {
  /** What the function wrote to its streams, line by line, since the start. */
  readonly lines: readonly string[];
  /** Invokes with any event. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** The record of one call of `GET /orders`. */
  call(token: string): Promise<Readonly<Record<string, unknown>>>;
  /** Makes the next call a cold start. */
  freshen(): Promise<void>;
  stop(): Promise<void>;
}

export function bundledAuthorizer(
  sketch: ModelSketch,
  environment: Readonly<Record<string, string>> = {},
): BundledAuthorizer {
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-'));
  const files = bundler.bundleLambda(join(__dirname, '../../lambda/authorizer/index.ts'));
  for (const { path, contents } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
  writeFileSync(join(folder, 'access-model.json'), JSON.stringify(modelFile(sketch)));
  const lines: string[] = [];
  const view = {
    name: 'Authorizer',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:Authorizer',
    folder,
    handler: 'index.handler',
  };
  const running = createFunction({
    view: { ...view, environment: {}, timeoutMs: 5_000, memoryMb: 512 },
    environment,
    preload: [],
    clock: undefined,
    onLine: (line) => lines.push(line),
    concurrency: 1,
  });
  let calls = 0;
  return {
    lines,
    invoke: (event) => running.invoke(JSON.stringify(event)),
    freshen: () => running.discardIdle(),
    async call(token) {
      const requestId = `request-${++calls}`;
      const event = httpApiEvent('GET', '/orders', { token });
      // Each call on a stage of its own: of many alike in one second only their number would be
      // recorded.
      const requestContext = { ...event.requestContext, requestId, stage: `stage-${calls}` };
      await running.invoke(JSON.stringify({ ...event, requestContext }));
      const line = lines.findLast((text) => text.includes(`"${requestId}"`));
      return line === undefined ? {} : (JSON.parse(line) as Readonly<Record<string, unknown>>);
    },
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
