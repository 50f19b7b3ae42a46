/**
 * What an attachment counts on: the control plane's port, gateway responses and the store of
 * records. Unit tests hold the fake to it, `test:deploy` the adapters on an emulated AWS, so that
 * what is tested against the fake says something about the adapters.
 */
import assert from 'node:assert/strict';
import type { Store } from '../../lambda/attachment/record-store.ts';
import {
  type ApiControl,
  ApiNotFoundError,
  type Authorization,
  type LiveRoute,
  StageNotFoundError,
} from '../../lambda/gateway/live-api.ts';
import type { ResponseControl } from '../../lambda/gateway/response-control.ts';

export type Kind = 'http' | 'rest';

/**
 * A fresh API that looks as `CONTRACT_ROUTES` says, with the authorizers `acme` (HTTP: JWT),
 * `legacy` and `okta-groups-1`, and on REST the stage `prod`.
 */
export interface ControlSubject {
  readonly kind: Kind;
  /** Defaults: the API, and on REST its stage. */
  control(at?: { readonly apiId?: string; readonly stage?: string }): ApiControl;
  responses(apiId?: string): ResponseControl;
  store(): Store<StoredThing>;
  /** As its owner does. */
  deleteRoute(key: string): Promise<void>;
}

export interface StoredThing {
  readonly text: string;
}

export const EMPTY_THING: StoredThing = { text: '' };

export interface ContractRoute {
  readonly key: string;
  readonly type: string;
  /** Name of its authorizer. */
  readonly authorizer?: string;
  readonly scopes?: readonly string[];
  readonly apiKeyRequired?: boolean;
  readonly preflight?: boolean;
}

/** In the order that reading gives. */
export const CONTRACT_ROUTES: Readonly<Record<Kind, readonly ContractRoute[]>> = {
  http: [
    { key: 'GET /jwt', type: 'JWT', authorizer: 'acme', scopes: ['openid', 'profile'] },
    { key: 'GET /legacy', type: 'CUSTOM', authorizer: 'legacy' },
    { key: 'GET /open', type: 'NONE' },
    { key: 'POST /iam', type: 'AWS_IAM' },
  ],
  rest: [
    { key: 'DELETE /iam', type: 'AWS_IAM' },
    { key: 'GET /legacy', type: 'CUSTOM', authorizer: 'legacy' },
    { key: 'GET /open', type: 'NONE' },
    { key: 'OPTIONS /open', type: 'NONE', preflight: true },
    { key: 'POST /keyed', type: 'NONE', apiKeyRequired: true },
  ],
};

export interface ContractCase {
  readonly name: string;
  readonly kinds: readonly Kind[];
  run(subject: ControlSubject): Promise<void>;
}

const BOTH: readonly Kind[] = ['http', 'rest'];
const REST: readonly Kind[] = ['rest'];

const described = (
  {
    authorizers,
  }: { readonly authorizers: readonly { readonly id: string; readonly name: string }[] },
  route: LiveRoute,
): ContractRoute => {
  const name = authorizers.find(({ id }) => id === route.authorization.authorizerId)?.name;
  return {
    key: route.key,
    type: route.authorization.type,
    ...(name !== undefined && { authorizer: name }),
    ...(route.authorization.scopes.length > 0 && {
      scopes: [...route.authorization.scopes].sort(),
    }),
    ...(route.apiKeyRequired && { apiKeyRequired: true }),
    ...(route.preflight && { preflight: true }),
  };
};

async function look(subject: ControlSubject) {
  const api = await subject.control().read();
  const ours = api.authorizers.find(({ name }) => name === 'okta-groups-1')?.id;
  assert(ours !== undefined, 'the API has no authorizer okta-groups-1');
  const routes = api.routes.map((route) => described(api, route));
  const routeOf = (key: string): LiveRoute => {
    const found = api.routes.find((route) => route.key === key);
    assert(found !== undefined, `the API has no route ${key}`);
    return found;
  };
  return {
    api,
    routes,
    routeOf,
    target: { type: 'CUSTOM', authorizerId: ours, scopes: [] } satisfies Authorization,
  };
}

export const CONTROL_CONTRACT: readonly ContractCase[] = [
  {
    name: 'reading gives every route with its authorization, sorted by key',
    kinds: BOTH,
    async run(subject) {
      assert.deepEqual((await look(subject)).routes, CONTRACT_ROUTES[subject.kind]);
    },
  },
  {
    name: 'setting an authorizer changes one route: its type, its authorizer and its scopes',
    kinds: BOTH,
    async run(subject) {
      for (const { key } of CONTRACT_ROUTES[subject.kind].filter(
        ({ preflight }) => preflight !== true,
      )) {
        const before = await look(subject);
        for (let times = 0; times < 2; times++) {
          await subject.control().authorize(before.routeOf(key), before.target);
          const expected = before.routes.map(({ scopes, ...route }) =>
            route.key === key
              ? { ...route, type: 'CUSTOM', authorizer: 'okta-groups-1' }
              : { ...route, ...(scopes && { scopes }) },
          );
          assert.deepEqual((await look(subject)).routes, expected);
        }
      }
    },
  },
  {
    name: 'setting the former authorization brings every route back as it was',
    kinds: BOTH,
    async run(subject) {
      const before = await look(subject);
      for (const route of before.api.routes)
        await subject.control().authorize(route, before.target);
      const attached = await look(subject);
      for (const route of before.api.routes)
        await subject.control().authorize(attached.routeOf(route.key), route.authorization);
      assert.deepEqual((await look(subject)).api.routes, before.api.routes);
    },
  },
  {
    name: 'a route that its owner has deleted is reported, and does not come back',
    kinds: BOTH,
    async run(subject) {
      const { routeOf, target } = await look(subject);
      const route = routeOf('GET /open');
      await subject.deleteRoute('GET /open');
      await assert.rejects(subject.control().authorize(route, target), {
        name: 'NotFoundException',
      });
      assert(!(await look(subject)).routes.some(({ key }) => key === 'GET /open'));
    },
  },
  {
    name: 'publishing leaves the stage with the newest deployment',
    kinds: REST,
    async run(subject) {
      const { routeOf, target } = await look(subject);
      await subject.control().authorize(routeOf('GET /open'), target);
      await subject.control().publish('prod');
      const { stages, pendingEdits } = (await look(subject)).api;
      assert.deepEqual(
        [stages.map(({ name, current }) => [name, current]), pendingEdits],
        [[['prod', true]], []],
      );
    },
  },
  {
    name: 'an API that is not there is told apart from everything else',
    kinds: BOTH,
    async run(subject) {
      await assert.rejects(
        subject.control({ apiId: 'nosuchapi1' }).read(),
        (error) => error instanceof ApiNotFoundError,
      );
      if (subject.kind === 'rest')
        await assert.rejects(
          subject.responses('nosuchapi1').read(),
          (error) => error instanceof ApiNotFoundError,
        );
    },
  },
  {
    name: 'so is a stage that is not there',
    kinds: REST,
    async run(subject) {
      await assert.rejects(
        subject.control({ stage: 'nope' }).read(),
        (error) => error instanceof StageNotFoundError,
      );
    },
  },
  {
    name: 'a gateway response is read as it was set, and taken back, also where nothing is set',
    kinds: REST,
    async run(subject) {
      const responses = subject.responses();
      const before = await responses.read();
      assert.equal(before.find(({ type }) => type === 'ACCESS_DENIED')?.isDefault, true);
      const response = {
        statusCode: '403',
        parameters: { 'gatewayresponse.header.X-A': "'a'" },
        templates: { 'application/json': '{"a":1}' },
      };
      await responses.put('ACCESS_DENIED', response);
      const now = await responses.read();
      assert.deepEqual(
        now.find(({ type }) => type === 'ACCESS_DENIED'),
        { type: 'ACCESS_DENIED', ...response, isDefault: false },
      );
      assert.deepEqual(others(now), others(before));
      for (let times = 0; times < 2; times++) {
        await responses.reset('ACCESS_DENIED');
        assert.deepEqual(await responses.read(), before);
      }
    },
  },
  {
    name: 'a gateway response that nobody has set shows what it inherits, and is a default one',
    kinds: REST,
    async run(subject) {
      const responses = subject.responses();
      const inherited = {
        parameters: { 'gatewayresponse.header.X-A': "'a'" },
        templates: { 'application/json': '{"a":1}' },
      };
      await responses.put('DEFAULT_4XX', inherited);
      const denied = (await responses.read()).find(({ type }) => type === 'ACCESS_DENIED');
      assert.deepEqual(denied, {
        type: 'ACCESS_DENIED',
        statusCode: '403',
        ...inherited,
        isDefault: true,
      });
    },
  },
  {
    name: 'a record is empty, kept as saved last, and removed, also where none is',
    kinds: BOTH,
    async run(subject) {
      const store = subject.store();
      assert.deepEqual(await store.load(), EMPTY_THING);
      for (const text of ['first', 'é"\n']) {
        await store.save({ text });
        assert.deepEqual(await store.load(), { text });
      }
      for (let times = 0; times < 2; times++) {
        await store.remove();
        assert.deepEqual(await store.load(), EMPTY_THING);
      }
    },
  },
];

const others = (responses: readonly { readonly type: string }[]) =>
  responses.filter(({ type }) => type !== 'ACCESS_DENIED');
