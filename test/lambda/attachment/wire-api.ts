/**
 * API Gateway's control plane as it is on the wire, behind the real clients of the SDK: what they
 * read, how they say errors, how pages follow each other. One API with the routes `GET /orders`
 * (open), `GET /me` (another authorizer) and `POST /orders` (open).
 */
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import type { AttachmentParts } from '../../../lambda/attachment/resource-call.ts';
import { EMPTY_RESPONSES } from '../../../lambda/attachment/response-plan.ts';
import type { AttachmentRecord } from '../../../lambda/core/contract/attachment-record.ts';
import { httpApiControl } from '../../../lambda/gateway/http-api.ts';
import { responseControl } from '../../../lambda/gateway/response-control.ts';
import { restApiControl } from '../../../lambda/gateway/rest-api.ts';
import { EMPTY_RECORD, NO_UNMAPPED } from '../../support/wire/attachment.ts';

/** An error as the control plane says it. */
export interface WireError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

export interface WireOptions {
  readonly kind: 'http' | 'rest';
  readonly protocol?: 'HTTP' | 'WEBSOCKET';
  /** Names of authorizers beside `acme` and ours. */
  readonly authorizers?: readonly string[];
  /** Name of the authorizer that the open routes carry. */
  readonly carried?: string;
  /** Requests of this method, from the nth on (counted from 1), are refused. */
  readonly refuse?: { readonly method: string; readonly from: number; readonly error: WireError };
}

export interface WireApi {
  readonly parts: AttachmentParts;
  /** Type and authorizer by route. */
  state(): Readonly<Record<string, readonly [string, string | undefined]>>;
  /** From now on everything is answered. */
  recover(): void;
  readonly requests: readonly string[];
}

export const WIRE_ID = 'a1b2c3d4e5';
const KEYS = ['GET /orders', 'GET /me', 'POST /orders'];

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

interface Patch {
  readonly patchOperations?: readonly { readonly path: string; readonly value: string }[];
  readonly authorizationType?: string;
  readonly authorizerId?: string;
}

export function wireApi(options: WireOptions): WireApi {
  let { refuse } = options;
  let refusable = 0;
  const carried =
    options.carried === undefined
      ? (['NONE', undefined] as const)
      : (['CUSTOM', `id-${options.carried}`] as const);
  const routes = new Map<string, readonly [string, string | undefined]>(
    KEYS.map((key) => [key, key === 'GET /me' ? ['CUSTOM', 'id-acme'] : carried]),
  );
  const requests: string[] = [];
  const page = (items: readonly object[], query: Sent['query'] = {}) => {
    const from = Number(query['nextToken'] ?? query['position'] ?? 0);
    const next = from + 2 < items.length ? String(from + 2) : undefined;
    const part = items.slice(from, from + 2);
    return {
      items: part,
      item: part,
      ...(next !== undefined && { nextToken: next, position: next }),
    };
  };
  const routeOf = (key: string, id: string) => {
    const [authorizationType, authorizerId] = routes.get(key) ?? [];
    return { routeKey: key, routeId: id, authorizationType, authorizerId };
  };
  const method = (key: string): object => ({
    ...routeOf(key, ''),
    methodIntegration: { type: 'MOCK' },
  });
  const resources = () =>
    ['/orders', '/me', '/'].map((path, id) => {
      const own = KEYS.filter((key) => key.endsWith(` ${path}`)).map(
        (key) => [key.split(' ')[0], method(key)] as const,
      );
      return { id: `r${id}`, path, resourceMethods: Object.fromEntries(own) };
    });
  const exported = (): object => ({
    paths: Object.fromEntries(
      resources().map(({ path, resourceMethods }) => [
        path,
        Object.fromEntries(
          Object.keys(resourceMethods).map((name) => [
            name.toLowerCase(),
            { 'x-amazon-apigateway-integration': { type: 'mock' } },
          ]),
        ),
      ]),
    ),
  });
  const patch = (
    key: string,
    { patchOperations, authorizationType, authorizerId }: Patch,
  ): void => {
    const value = (name: string) => patchOperations?.find(({ path }) => path === `/${name}`)?.value;
    routes.set(key, [
      value('authorizationType') ?? authorizationType ?? 'NONE',
      (value('authorizerId') ?? authorizerId) || undefined,
    ]);
  };
  const answer = ({ method: verb, path, query, body }: Sent): object => {
    const [, , , what, id, , last] = path
      .replace(/^\/v2\/apis/, '/restapis')

      .split('/');
    if (verb === 'PATCH') {
      const key =
        what === 'routes'
          ? (KEYS[Number(id)] ?? '')
          : `${last} ${resources().find((resource) => resource.id === id)?.path}`;
      patch(key, JSON.parse(new TextDecoder().decode(body as Uint8Array)) as Patch);
      return {};
    }
    if (verb === 'POST') return { id: 'd2' };
    if (what === undefined)
      return {
        apiId: WIRE_ID,
        id: WIRE_ID,
        name: 'orders',
        protocolType: options.protocol ?? 'HTTP',
      };
    if (what === 'routes')
      return page(
        KEYS.map((key, at) => routeOf(key, String(at))),
        query,
      );
    if (what === 'resources') return page(resources(), query);
    if (what === 'authorizers') {
      const all = ['acme', 'okta-groups-11111111', ...(options.authorizers ?? [])];
      return page(
        all.map((name) => ({
          id: `id-${name}`,
          authorizerId: `id-${name}`,
          name,
          type: 'REQUEST',
          authorizerType: 'REQUEST',
        })),
        query,
      );
    }
    if (what === 'stages' && id !== undefined) return exported();
    if (what === 'stages')
      return page(
        [
          {
            stageName: options.kind === 'rest' ? 'prod' : '$default',
            autoDeploy: true,
            deploymentId: 'd1',
          },
        ],
        query,
      );
    return id === undefined ? page([{ id: 'd1', createdDate: 1 }], query) : { id: 'd1' };
  };
  const respond = (
    status: number,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ) => ({
    response: {
      statusCode: status,
      headers: { 'content-type': 'application/json', ...headers },
      body: new TextEncoder().encode(JSON.stringify(body)),
    },
  });
  const fail = ({ status, type, message }: WireError) =>
    respond(status, { message }, { 'x-amzn-errortype': type });
  const handle = async (request: unknown) => {
    const sent = request as Sent;
    requests.push(`${sent.method} ${sent.path}`);
    const known = sent.path.includes(`/${WIRE_ID}`);
    if (!known)
      return fail({
        status: 404,
        type: 'NotFoundException',
        message: 'Invalid API identifier specified 111122223333:other',
      });
    if (refuse !== undefined && sent.method === refuse.method && ++refusable >= refuse.from)
      return fail(refuse.error);
    return respond(200, answer(sent));
  };
  const client = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle,
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    },
    // What waits between tries is the SDK's own; here nothing has to wait.
    maxAttempts: 1,
  };
  const [http, rest] = [
    new ApiGatewayV2Client(client as never),
    new APIGatewayClient(client as never),
  ];
  let record: AttachmentRecord | undefined;
  return {
    parts: {
      control: ({ kind, apiId, stage }) =>
        kind === 'http' ? httpApiControl(http, apiId) : restApiControl(rest, apiId, stage),
      store: () => ({
        load: async () => record ?? EMPTY_RECORD,
        save: async (next) => {
          record = next;
        },
        remove: async () => {
          record = undefined;
        },
      }),
      unmapped: () => ({
        load: async () => NO_UNMAPPED,
        save: async () => undefined,
        remove: async () => undefined,
      }),
      responses: ({ apiId }) => responseControl(rest, apiId),
      responseStore: () => ({
        load: async () => EMPTY_RESPONSES,
        save: async () => undefined,
        remove: async () => undefined,
      }),
      isRollingBack: async () => false,
      log: () => undefined,
    },
    state: () => Object.fromEntries(routes),
    recover: () => {
      refuse = undefined;
    },
    requests,
  };
}
