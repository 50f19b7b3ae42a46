/**
 * The console: a page on an origin of its own, so that calls cross origins as a real app's do. Of
 * this machine only: it answers to loopback names (a page elsewhere cannot reach it by rebinding
 * its own name) and to its own origin.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { listen, type RunningServer } from '../listen.ts';
import type { CallFeed } from './feed.ts';
import { type ConsoleParts, consoleSetup, whatIf } from './setup.ts';

export interface ConsoleServer extends RunningServer {
  /** Where the page may be opened, and where the issuer sends its codes. */
  readonly origins: readonly string[];
  /** Until then the page says that the run is starting. */
  readonly show: (parts: ConsoleParts, feed: CallFeed) => void;
}

const appFolder = join(import.meta.dirname, 'app');
const client = join(import.meta.dirname, '../../client/src');

interface ConsoleContent {
  readonly parts: ConsoleParts;
  readonly feed: CallFeed;
}

/**
 * @param port 0: a free one
 * @throws PortInUseError when the port is taken
 */
export async function startConsole(port: number): Promise<ConsoleServer> {
  const app = fastify({ forceCloseConnections: true });
  let content: ConsoleContent | undefined;
  let origins: readonly string[] = [];
  app.addHook('onRequest', async (request, reply) => {
    if (!isOwn(request, origins))
      return reply.code(403).type('text/plain').send('expected this page under its own address\n');
    reply.headers(pageHeaders(content?.parts));
    return undefined;
  });
  addPage(app);
  addData(app, () => content);
  const server = await listen(app, port);
  origins = [`http://127.0.0.1:${server.port}`, `http://localhost:${server.port}`];
  return {
    ...server,
    origins,
    show: (parts, feed) => {
      content = { parts, feed };
    },
  };
}

function isOwn({ headers }: FastifyRequest, origins: readonly string[]): boolean {
  const { origin } = headers;
  return (
    origins.includes(`http://${headers.host}`) && (origin === undefined || origins.includes(origin))
  );
}

/** Only this page's script runs, and it speaks to the gateway and the issuer of this run alone. */
function pageHeaders(parts: ConsoleParts | undefined): Readonly<Record<string, string>> {
  const others = parts === undefined ? '' : ` ${parts.gateway} ${new URL(parts.issuer).origin}`;
  return {
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'${others}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

function addPage(app: FastifyInstance): void {
  let script: string | undefined;
  const file = (name: string): string => readFileSync(join(appFolder, name), 'utf8');
  for (const path of ['/', '/callback'])
    app.get(path, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(file('index.html')),
    );
  app.get('/console.css', (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(file('console.css')),
  );
  app.get('/console.js', (_request, reply) => {
    script ??= bundle();
    return reply.type('text/javascript; charset=utf-8').send(script);
  });
}

function addData(app: FastifyInstance, content: () => ConsoleContent | undefined): void {
  const whenShown =
    (answer: (content: ConsoleContent, request: FastifyRequest, reply: FastifyReply) => unknown) =>
    (request: FastifyRequest, reply: FastifyReply) => {
      const now = content();
      return now === undefined
        ? reply.code(503).send({ message: 'the run is starting' })
        : answer(now, request, reply);
    };
  app.get(
    '/api/setup',
    whenShown(({ parts }, _request, reply) => reply.send(consoleSetup(parts))),
  );
  app.get(
    '/api/what-if',
    whenShown(({ parts }, request, reply) => {
      const { route = '', group = [] } = request.query as {
        readonly route?: string;
        readonly group?: string | readonly string[];
      };
      return reply.send(whatIf(parts.map, String(route), [group].flat().map(String)));
    }),
  );
  app.get(
    '/api/calls',
    whenShown(({ feed }, request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, {
        ...reply.getHeaders(),
        'content-type': 'text/event-stream',
      } as Record<string, string>);
      // Server-sent events. Source: HTML Standard, 9.2.
      const end = feed.listen((call) => reply.raw.write(`data: ${JSON.stringify(call)}\n\n`));
      request.raw.on('close', end);
    }),
  );
}

/**
 * Made when the page is first opened, and in one go: the bundler's service would outlive the run.
 */
function bundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(appFolder, 'main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'okta-group-authorizer-client': join(client, 'index.ts'),
      'okta-group-authorizer-client/react': join(client, 'react.ts'),
    },
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
