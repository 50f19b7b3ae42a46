/**
 * The console: a page on an origin of its own, so that calls cross origins as a real app's do. Of
 * this machine only: it answers to loopback names (a page elsewhere cannot reach it by rebinding
 * its own name) and to its own origin.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { listen, type RunningServer } from '../listen.ts';
import { explainedCall } from './explained-call.ts';
import type { CallFeed } from './feed.ts';
import { changeInOrg, orgChangeIn } from './org-change.ts';
import { pageScript } from './page-script.ts';
import { type ConsoleParts, consoleSetup, whatIf } from './setup.ts';
import type { RunEvent } from './wire.ts';

export interface ConsoleServer extends RunningServer {
  /** Where the page may be opened, and where the issuer sends its codes. */
  readonly origins: readonly string[];
  /** Until then the page says that the run is starting. */
  readonly show: (parts: ConsoleParts, feed: CallFeed) => void;
}

const appFolder = join(import.meta.dirname, 'app');

/** A call is answered before it is shown here. */
const PATIENCE_MS = 2_000;

interface ConsoleContent {
  readonly run: string;
  readonly parts: ConsoleParts;
  /** The answer of `/api/setup`, as text. */
  readonly setup: string;
  readonly feed: CallFeed;
}

/** What is shown, and who waits for it. */
interface Stage {
  content: ConsoleContent | undefined;
  readonly waiting: Set<(content: ConsoleContent) => void>;
}

/**
 * @param port 0: a free one
 * @throws PortInUseError when the port is taken
 */
export async function startConsole(port: number): Promise<ConsoleServer> {
  const app = fastify({ forceCloseConnections: true });
  const stage: Stage = { content: undefined, waiting: new Set() };
  let origins: readonly string[] = [];
  app.addHook('onRequest', async (request, reply) => {
    if (!isOwn(request, origins))
      return reply.code(403).type('text/plain').send('expected this page under its own address\n');
    reply.headers(pageHeaders(stage.content?.parts));
    return undefined;
  });
  addPage(app);
  addData(app, stage);
  addOrg(app, stage);
  addCalls(app, stage);
  const server = await listen(app, port);
  origins = [`http://127.0.0.1:${server.port}`, `http://localhost:${server.port}`];
  return {
    ...server,
    origins,
    show: (parts, feed) => {
      const run = randomUUID();
      const setup = JSON.stringify(consoleSetup(run, parts));
      const content = { run, parts, setup, feed };
      stage.content = content;
      for (const tell of [...stage.waiting]) tell(content);
      stage.waiting.clear();
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
  const others =
    parts === undefined ? '' : ` ${parts.gateway} ${new URL(parts.issuer.tokenEndpoint).origin}`;
  return {
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'${others}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

function addPage(app: FastifyInstance): void {
  let script: Promise<string> | undefined;
  const file = (name: string): string => readFileSync(join(appFolder, name), 'utf8');
  for (const path of ['/', '/callback'])
    app.get(path, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(file('index.html')),
    );
  app.get('/console.css', (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(file('console.css')),
  );
  app.get('/console.js', async (_request, reply) => {
    // Made when the page is first opened.
    script ??= pageScript();
    return reply.type('text/javascript; charset=utf-8').send(await script);
  });
}

function addData(app: FastifyInstance, stage: Stage): void {
  const whenShown =
    (answer: (content: ConsoleContent, request: FastifyRequest, reply: FastifyReply) => unknown) =>
    (request: FastifyRequest, reply: FastifyReply) =>
      stage.content === undefined
        ? reply.code(503).send({ message: 'the run is starting' })
        : answer(stage.content, request, reply);
  app.get(
    '/api/setup',
    whenShown(({ setup }, _request, reply) =>
      reply.type('application/json; charset=utf-8').send(setup),
    ),
  );
  app.get(
    '/api/what-if',
    whenShown(({ parts }, request, reply) => {
      const { route = '', group = [] } = request.query as {
        readonly route?: string;
        readonly group?: string | readonly string[];
      };
      return reply.send(whatIf(parts.facts, String(route), [group].flat().map(String)));
    }),
  );
  app.get(
    '/api/why',
    whenShown(async ({ parts, feed }, request, reply) => {
      const { request: id = '' } = request.query as { readonly request?: string };
      const call = await feed.find(String(id), PATIENCE_MS);
      return call === undefined
        ? reply.code(404).send({ message: 'this run does not know the request, or no longer' })
        : reply.send(explainedCall(parts.facts, call));
    }),
  );
}

function addOrg(app: FastifyInstance, stage: Stage): void {
  app.post('/api/org', async (request, reply) => {
    const { org, users } = stage.content?.parts ?? {};
    const change = orgChangeIn(request.body, users ?? []);
    if (org === undefined || change === undefined)
      return reply
        .code(400)
        .send({ done: false, sentence: 'Nothing has changed: the local Okta org cannot do that.' });
    return changeInOrg(org, change);
  });
}

/** Server-sent events. Source: HTML Standard, 9.2. */
function addCalls(app: FastifyInstance, stage: Stage): void {
  app.get('/api/calls', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
    } as Record<string, string>);
    const tellRun = (event: RunEvent): void =>
      void reply.raw.write(`event: run\ndata: ${JSON.stringify(event)}\n\n`);
    let end = (): void => undefined;
    const follow = ({ run, feed }: ConsoleContent): void => {
      tellRun({ run });
      end = feed.listen((call) => reply.raw.write(`data: ${JSON.stringify(call)}\n\n`));
    };
    request.raw.on('close', () => {
      stage.waiting.delete(follow);
      end();
    });
    if (stage.content) return follow(stage.content);
    tellRun({});
    stage.waiting.add(follow);
  });
}
