/** Hands a call to its integration and its answer back. */
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { IntegrationView } from '../cloud-assembly.ts';
import type { InvocationResult } from '../function-process/function.ts';
import type { Call } from './call.ts';
import { domainName } from './call.ts';
import { type EventBody, integrationEvent, integrationEventV1 } from './event.ts';
import type { Headers } from './http-api-cors.ts';
import { createMappings, type MissingValue } from './mappings.ts';

export type IntegrationAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly body: Readable | Buffer;
    }
  | { readonly kind: 'failed'; readonly status: 413 | 500 | 503; readonly error: string };

export interface IntegrationOptions {
  readonly invoke: (functionArn: string, event: string) => Promise<InvocationResult>;
  readonly missingMappingValue: MissingValue;
}

export type Integrate = (call: Call) => Promise<IntegrationAnswer>;

const maxPayloadBytes = 10 * 1024 * 1024;
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** @throws TemplateError for mappings that cannot be served */
export function createIntegration(view: IntegrationView, options: IntegrationOptions): Integrate {
  const { target } = view;
  const map = createMappings(view.requestParameters, options.missingMappingValue);
  if (target.kind === 'lambda') {
    const { payload } = target;
    const form = { payload, event: payload === '2.0' ? integrationEvent : integrationEventV1 };
    return (call) => {
      const { query, headers } = map(call, {
        path: undefined,
        query: call.request.query,
        headers: call.request.headers,
      });
      const mapped: Call = { ...call, request: { ...call.request, query, headers } };
      return invokeFunction({ timeoutMs: view.timeoutMs, form }, target, mapped, options);
    };
  }
  return async (call) => {
    const {
      path,
      query,
      headers: mapped,
    } = map(call, { path: undefined, query: call.request.query, headers: forwardable(call) });
    return proxy(call, view.timeoutMs, target, { path, query, headers: mapped });
  };
}

/** The request's headers that are not about its connection. */
export function forwardable(call: Call): ReadonlyMap<string, string> {
  return new Map(
    [...call.request.headers].filter(([name]) => name !== 'host' && !hopByHop.includes(name)),
  );
}

type HttpTarget = Extract<IntegrationView['target'], { readonly kind: 'http' }>;
type LambdaTarget = Extract<IntegrationView['target'], { readonly kind: 'lambda' }>;

interface ProxiedRequest {
  readonly path: string | undefined;
  readonly query: string;
  readonly headers: ReadonlyMap<string, string>;
}

export function proxy(
  call: Call,
  timeoutMs: number,
  target: HttpTarget,
  outgoing: ProxiedRequest,
): Promise<IntegrationAnswer> {
  const parameters = call.selected?.pathParameters ?? {};
  const uri = new URL(
    target.uri.replaceAll(/\{([^}+]+)\+?\}/g, (all, name: string) => parameters[name] ?? all),
  );
  const own = [uri.search.slice(1), outgoing.query].filter((part) => part !== '').join('&');
  return new Promise((done) => {
    const fail = (error: string): void => done({ kind: 'failed', status: 503, error });
    try {
      const request = (uri.protocol === 'https:' ? https : http).request({
        hostname: uri.hostname,
        port: uri.port,
        method: target.method === 'ANY' ? call.request.method : target.method,
        // Handed on as text: a URL object would resolve dot segments.
        path: `${outgoing.path ?? uri.pathname}${own === '' ? '' : `?${own}`}`,
        headers: {
          ...Object.fromEntries(outgoing.headers),
          ...gatewayHeaders(call),
          ...framing(call),
          host: uri.host,
        },
        agent: false,
      });
      request.setTimeout(timeoutMs, () =>
        request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
      );
      request.on('error', (error) => fail(error.message));
      request.on('response', (response) =>
        done({
          kind: 'answer',
          status: response.statusCode ?? 502,
          headers: endToEnd(response.headers),
          body: response,
        }),
      );
      call.request.message.pipe(request);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  });
}

function gatewayHeaders(call: Call): Readonly<Record<string, string>> {
  const forwarded = `by=127.0.0.1;for=${call.request.sourceIp};host=${domainName(call.apiId)};proto=https`;
  const before = call.request.headers.get('forwarded');
  return {
    forwarded: before === undefined ? forwarded : `${before}, ${forwarded}`,
    via: 'HTTP/1.1 AmazonAPIGateway',
  };
}

/** A body of unknown length stays one, whatever the method. */
function framing(call: Call): Readonly<Record<string, string>> {
  return call.request.headers.has('transfer-encoding') ? { 'transfer-encoding': 'chunked' } : {};
}

function endToEnd(headers: http.IncomingHttpHeaders): Headers {
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.includes(name));
  return Object.fromEntries(
    kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** How a function is called: payload 2.0 or 1.0 of an HTTP API, or the form of a REST API. */
export interface FunctionForm {
  readonly payload: '1.0' | '2.0';
  readonly event: (call: Call, body: EventBody | undefined) => Readonly<Record<string, unknown>>;
}

export async function invokeFunction(
  { timeoutMs, form }: { readonly timeoutMs: number; readonly form: FunctionForm },
  target: Pick<LambdaTarget, 'functionArn' | 'invocable'>,
  call: Call,
  options: Pick<IntegrationOptions, 'invoke'>,
): Promise<IntegrationAnswer> {
  if (!target.invocable)
    return { kind: 'failed', status: 500, error: 'the function has no permission for this API' };
  const body = await readBody(call);
  if (body === 'tooLarge')
    return { kind: 'failed', status: 413, error: `expected at most ${maxPayloadBytes} bytes` };
  const event = form.event(call, body);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<InvocationResult>((done) => {
    timer = setTimeout(
      () => done({ kind: 'error', errorType: 'Timeout', errorMessage: 'integration timed out' }),
      timeoutMs,
    );
    timer.unref();
  });
  const result = await Promise.race([
    options.invoke(target.functionArn, JSON.stringify(event)),
    late,
  ]).finally(() => clearTimeout(timer));
  if (result.kind === 'error') {
    return {
      kind: 'failed',
      status: result.errorType === 'Timeout' ? 503 : 500,
      error: `${result.errorType}: ${result.errorMessage}`,
    };
  }
  return functionAnswer(JSON.parse(result.payload), form.payload);
}

async function readBody(call: Call): Promise<EventBody | undefined | 'tooLarge'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of call.request.message) {
    size += chunk.length;
    if (size > maxPayloadBytes) return 'tooLarge';
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const type = call.request.headers.get('content-type') ?? 'text/plain';
  const base64 = !/^(text\/|application\/(json|xml|javascript)\b)/.test(type);
  return { text: Buffer.concat(chunks).toString(base64 ? 'base64' : 'utf8'), base64 };
}

interface FunctionAnswer {
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

/** With payload 2.0 an answer without a status code is the body itself. */
function functionAnswer(answer: unknown, payload: '1.0' | '2.0'): IntegrationAnswer {
  const shaped =
    typeof answer === 'object' && answer !== null && 'statusCode' in answer
      ? (answer as FunctionAnswer)
      : undefined;
  if (shaped === undefined) {
    if (payload === '1.0')
      return { kind: 'failed', status: 500, error: 'the function gave no statusCode' };
    return {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(answer)),
    };
  }
  const status = Number(shaped.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    return { kind: 'failed', status: 500, error: 'the function gave no valid statusCode' };
  const headers: Record<string, string | readonly string[]> = {
    'content-type': payload === '2.0' ? 'application/json' : 'text/plain',
  };
  for (const [name, value] of Object.entries(shaped.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  for (const [name, values] of Object.entries(shaped.multiValueHeaders ?? {}))
    headers[name.toLowerCase()] = values.map(String);
  if (shaped.cookies !== undefined) headers['set-cookie'] = shaped.cookies;
  return {
    kind: 'answer',
    status,
    headers,
    body: Buffer.from(String(shaped.body ?? ''), shaped.isBase64Encoded ? 'base64' : 'utf8'),
  };
}
