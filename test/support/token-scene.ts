/**
 * The authorizer's own parts around a fake issuer: everything between an event and its answer is
 * the code that runs in Lambda.
 */

import type { KeyFetch } from '../../lambda/adapters/key-memory.ts';
import { createKeySet } from '../../lambda/adapters/key-set.ts';
import { oktaTokenVerifier } from '../../lambda/adapters/okta-token-verifier.ts';
import { pseudonymWith } from '../../lambda/adapters/pseudonym.ts';
import { createAuthorizer } from '../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../lambda/authorizer/handler.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { RuleTableFile } from '../../lambda/core/model/rule-table-file.ts';
import type { Clock, KeyCopy } from '../../lambda/ports.ts';
import { httpApiEvent } from './http-api-event.ts';
import { type ModelSketch, modelFile } from './model.ts';

/** What the hostile tokens are held against. */
export const hostileSketch: ModelSketch = {
  routes: ['GET /orders', 'POST /orders'],
  okta: { clients: ['0oa1web', '0oa1blocked'] },
  groups: {
    'orders-readers': { allow: ['GET /orders'] },
    'orders-admins': { allow: ['GET /orders', 'POST /orders'] },
    équipe: {},
  },
  machines: { '0oa1batch': { groups: ['orders-readers'] } },
  blocked: { users: ['00u1blocked'], clients: ['0oa1blocked'], tokens: ['AT.blocked'] },
};

/** Each list has one entry, so that records name rules. */
const rulesOf = ({ groups = {}, machines = {} }: ModelSketch): RuleTableFile => ({
  sources: ['access.yaml'],
  rows: [],
  public: [],
  signedIn: [],
  groups: Object.keys(groups).map((_, index) => ({ allow: [{ at: [index, 1] }] })),
  machines: Object.keys(machines).map((_, index) => ({
    allow: [{ at: [index, 1] }],
    deny: [{ at: [index, 1] }],
  })),
  quotas: [],
  blocked: { users: [], clients: [], tokens: [] },
});

export interface SceneOptions {
  readonly sketch?: ModelSketch;
  readonly clock?: Clock;
  /** Fetches the keys of an issuer. */
  readonly fetch: (issuer: string) => Promise<KeyFetch>;
  readonly copy?: KeyCopy;
}

export interface Outcome {
  readonly effect: 'allow' | 'deny' | 'error';
  readonly code?: string;
  readonly reason?: string;
}

/** One Lambda environment, from its cold start on. */
export function environment({
  sketch = hostileSketch,
  clock = { now: () => Date.now() },
  fetch,
  copy,
}: SceneOptions) {
  const access = parseModel({ ...modelFile(sketch), rules: rulesOf(sketch) });
  const records: Record<string, unknown>[] = [];
  const verifier = oktaTokenVerifier(access, clock, (issuer) =>
    createKeySet({ issuer, fetch: () => fetch(issuer), clock, ...(copy && { copy }) }),
  );
  const authorize = createAuthorizer({
    model: access,
    clock,
    verifier,
    quota: async () => ({ kind: 'free' }),
    pseudonym: pseudonymWith('orders'),
  });
  const audit = { record: (record: object) => void records.push({ ...record }) };
  const handler = createHandler({
    authorize,
    unauthorized: 'throw',
    mapVersion: access.version,
    clock,
    audit,
  });
  const outputs: string[] = [];
  let calls = 0;
  return {
    verifier,
    records,
    /** Everything that left the handler: answers and errors, stacks included. */
    outputs,
    async call(token: string, [method, path] = ['GET', '/orders'] as const): Promise<Outcome> {
      const event = httpApiEvent(method, path, { token });
      const requestId = `request-${++calls}`;
      await handler({ ...event, requestContext: { ...event.requestContext, requestId } }).then(
        (answer) => outputs.push(JSON.stringify(answer)),
        (error: unknown) => outputs.push(everythingOf(error)),
      );
      return records.findLast((record) => record['requestId'] === requestId) as unknown as Outcome;
    },
  };
}

const everythingOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name} ${error.message} ${error.stack} ${String(error.cause)}`
    : String(error);
