import { resolve } from 'node:path';
import { accessApp } from '../../bin/access-app.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import type { Synthesize } from '../../local/synth.ts';

const MORNING = Date.parse('2026-11-22T10:15:30Z');

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The echo back end's answer: what arrived there. */
  readonly echo: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

/** The product as `npm start` runs it, on free ports and under a clock that the test moves. */
export interface RunningProduct {
  readonly stack: LocalStack;
  /** Lines that the functions wrote, newest last. */
  readonly lines: string[];
  /** The newest decision record. */
  lastRecord(): Readonly<Record<string, unknown>>;
  now: number;
  /** A user's access token by the password grant. */
  tokenOf(user: string, clientId?: string): Promise<string>;
  machineToken(clientId: string): Promise<string>;
  call(route: string, token?: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

/** E2E_STORE_CLIENT: what asks DynamoDB on the path of a call. Default: the product's. */
const { E2E_STORE_CLIENT: client } = process.env;

/** In this process: one of its own takes seconds (test/local/start.test.ts has that). */
const synthesizeHere: Synthesize = async ({ outputFolder: outdir, context }) => {
  const all = { ...context, ...(client !== undefined && { storeClient: client }) };
  accessApp({ context: all, outdir, builtinCloudFormationValidation: false }).synth();
};

export async function runProduct(
  options: Partial<LocalStackOptions> = {},
): Promise<RunningProduct> {
  const lines: string[] = [];
  const product = { now: MORNING };
  const stack = await startLocalStack({
    now: () => product.now,
    synthesize: synthesizeHere,
    preload: [resolve('test/support/pinned-clock.mjs')],
    onLine: (line) => void lines.push(line),
    ...options,
  });

  const grant = async (form: Readonly<Record<string, string>>): Promise<string> => {
    const answer = await fetch(`${stack.issuer?.issuer}/v1/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const body = (await answer.json()) as { readonly access_token?: string };
    if (body.access_token === undefined)
      throw new Error(`the issuer answers ${answer.status}: ${JSON.stringify(body)}`);
    return body.access_token;
  };

  return Object.assign(product, {
    stack,
    lines,
    lastRecord: () =>
      JSON.parse(lines.findLast((line) => line.includes('"effect":')) ?? '{}') as Record<
        string,
        unknown
      >,
    tokenOf: (user: string, clientId = '0oa1web') =>
      grant({
        grant_type: 'password',
        username: `${user}@example.com`,
        password: 'x',
        scope: 'openid',
        client_id: clientId,
      }),
    machineToken: (clientId: string) =>
      grant({
        grant_type: 'client_credentials',
        scope: 'orders',
        client_id: clientId,
        client_secret: 'x',
      }),
    call: async (route: string, token?: string, headers: Readonly<Record<string, string>> = {}) => {
      const [method = 'GET', path = '/'] = route.split(' ');
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(`${stack.gateway.url}${path}`, {
        method,
        headers: { ...authorization, ...headers },
      });
      const text = await answer.text();
      const echo = text.startsWith('{') ? JSON.parse(text) : {};
      return { status: answer.status, headers: answer.headers, text, echo };
    },
  });
}
