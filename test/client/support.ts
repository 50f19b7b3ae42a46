import type { Answer } from '../../client/src/index.ts';

export const ANSWER: Answer = {
  mapVersion: '0123456789abcdef',
  routes: ['GET /orders', 'GET /orders/{id}'],
  closed: ['GET /orders/export'],
  permissions: ['orders:read'],
  quotas: [
    {
      name: 'standard',
      windows: [{ per: 'minute', limit: 60, remaining: 58, resetsAt: 1_000_060 }],
    },
  ],
};

export const json = (
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response => new Response(JSON.stringify(body), { status, headers });

export interface Endpoint {
  readonly fetch: typeof fetch;
  /** What the endpoint answers from now on. */
  answers: () => Response | Promise<Response>;
  readonly tokens: string[];
}

/** An endpoint that answers without a network, and remembers the tokens that it was asked with. */
export function endpoint(answers: Endpoint['answers'] = () => json(ANSWER)): Endpoint {
  const tokens: string[] = [];
  const self: Endpoint = {
    answers,
    tokens,
    fetch: async (_url, init) => {
      tokens.push(String(new Headers(init?.headers).get('authorization')).replace('Bearer ', ''));
      return self.answers();
    },
  };
  return self;
}

/** A promise that the test settles. */
export function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
