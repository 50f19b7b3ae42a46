/** An API behind the port, and a record beside it; any call may be the last one before a fault. */

import type { ResourceEvent, ResourceResult } from '../../../lambda/adapters/custom-resource.ts';
import { handleResource } from '../../../lambda/attachment/handle-resource.ts';
import type { Store } from '../../../lambda/attachment/record-store.ts';
import type { AttachmentParts } from '../../../lambda/attachment/resource-call.ts';
import { EMPTY_RESPONSES, type ResponseRecord } from '../../../lambda/attachment/response-plan.ts';
import type { AttachmentRecord } from '../../../lambda/core/contract/attachment-record.ts';
import type { AttachmentRequest } from '../../../lambda/core/contract/attachment-request.ts';
import {
  type ApiControl,
  ApiNotFoundError,
  type Authorization,
  byKey,
  type ExportedRoute,
  type LiveApi,
  type LiveAuthorizer,
  type LiveRoute,
  type LiveStage,
  StageNotFoundError,
} from '../../../lambda/gateway/live-api.ts';
import { EMPTY_RECORD, NO_UNMAPPED } from '../../support/wire/attachment.ts';
import { type FakeResponses, fakeResponses } from './fake-responses.ts';

const STAGES = new Set(['prod', 'test']);
export const API_ID = 'a1b2c3d4e5';
export const OURS: LiveAuthorizer = { id: 'ours', name: 'okta-groups-11111111', type: 'REQUEST' };

export const noAuthorization: Authorization = { type: 'NONE', scopes: [] };
export const jwt: Authorization = {
  type: 'JWT',
  authorizerId: 'acme',
  scopes: ['openid', 'profile'],
};
export const iam: Authorization = { type: 'AWS_IAM', scopes: [] };
export const ours: Authorization = { type: 'CUSTOM', authorizerId: 'ours', scopes: [] };

export interface FakeOptions {
  readonly kind?: 'http' | 'rest';
  readonly routes: Readonly<Record<string, Authorization>>;
  /** Routes that take an API key. Default: on REST `GET /paid`. */
  readonly keyed?: readonly string[];
  readonly change?: (api: LiveApi) => LiveApi;
}

export interface FakeGateway {
  readonly parts: AttachmentParts;
  /** Authorization by route key, as the API has it and, on REST, as the stage serves it. */
  state(): unknown;
  record(): AttachmentRecord;
  /**
   * The call with this number, from now on, has its effect or not and then fails; so do all after
   * it, unless `once`. Absent: none does.
   */
  failAt(call: number | undefined, effect?: 'before' | 'after', once?: boolean): void;
  readonly trace: readonly string[];
  calls(): number;
  /** As the owner's deployment would. */
  set(key: string, to: Authorization | undefined): void;
  rollingBack: boolean;
  gone: boolean;
  stageGone: boolean;
  /** Authorization types of the API as it is. */
  routeTypes(): ReadonlyMap<string, string>;
  /** REST: as the owner deploys a stage that is not ours. */
  deploy(stage: string): void;
  /** As a stage that is pointed to another deployment. */
  serve(types: ReadonlyMap<string, string>): void;
  readonly published: string[];
  readonly authorizers: LiveAuthorizer[];
  readonly responses: FakeResponses;
  responseRecord(): ResponseRecord;
  store<T>(name: string, empty: T): Store<T>;
}

export function fakeGateway({
  kind = 'http',
  routes: initial,
  keyed: keys,
  change = (api) => api,
}: FakeOptions): FakeGateway {
  const routes = new Map(Object.entries(initial));
  const keyed = new Set(keys ?? (kind === 'rest' ? ['GET /paid'] : []));
  let served = types(routes);
  const others = new Map<string, LiveStage>();
  let calls = 0;
  let fault:
    | { readonly call: number; readonly effect: 'before' | 'after'; readonly once: boolean }
    | undefined;
  const trace: string[] = [];
  const call = async <T>(name: string, work: () => T): Promise<T> => {
    calls++;
    trace.push(name);
    const at = fault === undefined ? undefined : calls - fault.call;
    const fails = at !== undefined && (fault?.once === true ? at === 0 : at >= 0);
    if (fails && (at !== 0 || fault?.effect === 'before'))
      throw new Error('a fault before the effect');
    const result = work();
    if (fails) throw new Error('a fault after the effect');
    return result;
  };
  const read = (apiId: string, stage: string | undefined) => (): LiveApi => {
    if (gateway.gone || apiId !== API_ID) throw new ApiNotFoundError('no such API');
    if (kind === 'rest' && stage !== undefined && (gateway.stageGone || !STAGES.has(stage)))
      throw new StageNotFoundError('no such stage');
    return change({
      kind,
      id: API_ID,
      name: 'orders',
      routes: [...routes]
        .map(([key, authorization]) => liveRoute(kind, key, authorization, keyed.has(key)))
        .sort(byKey),
      authorizers: [...gateway.authorizers],
      stages: [
        {
          name: kind === 'rest' ? (stage ?? 'prod') : '$default',
          autoDeploy: kind === 'http',
          canary: false,
          current: true,
          ...(kind === 'rest' && { served, exported: exportOf(served, routes) }),
        },
        ...others.values(),
      ],
      pendingEdits: [],
    });
  };
  const exportOf = (
    types: ReadonlyMap<string, string>,
    now: ReadonlyMap<string, Authorization>,
  ): ReadonlyMap<string, ExportedRoute> =>
    new Map(
      [...types.keys()].map((key) => {
        const id = now.get(key)?.authorizerId;
        const authorizer = gateway.authorizers.find((one) => one.id === id);
        const preflight = key.startsWith('OPTIONS ');
        return [key, { preflight, integration: '', ...(authorizer && { authorizer }) }];
      }),
    );
  const controlOf = ({ apiId, stage }: AttachmentRequest): ApiControl => ({
    read: () => call('read', read(apiId, stage)),
    authorize: ({ key }, { type, authorizerId, scopes }) =>
      call('authorize', () => {
        if (!routes.has(key))
          throw Object.assign(new Error('Unable to find Route by key'), {
            name: 'NotFoundException',
          });
        routes.set(key, {
          type,
          scopes: [...scopes],
          ...(authorizerId !== undefined && { authorizerId }),
        });
      }),
    publish: (stage) =>
      call('publish', () => {
        gateway.published.push(stage);
        served = types(routes);
        responses.serve();
      }),
  });
  const responses = fakeResponses(call, (apiId) => gateway.gone || apiId !== API_ID);
  const items = new Map<string, string>();
  const itemOf = <T>(name: string, empty: T): T =>
    items.has(name) ? (JSON.parse(items.get(name) ?? '') as T) : empty;
  const storeOf = <T>(name: string, empty: T): Store<T> => ({
    load: () => call('load', () => itemOf(name, empty)),
    save: (next) => call('save', () => void items.set(name, JSON.stringify(next))),
    remove: () => call('remove', () => void items.delete(name)),
  });
  const gateway: FakeGateway = {
    parts: {
      control: controlOf,
      store: () => storeOf('routes', EMPTY_RECORD),
      unmapped: () => storeOf('unmapped', NO_UNMAPPED),
      responses: ({ apiId }) => responses.controlOf(apiId),
      responseStore: () => storeOf('responses', EMPTY_RESPONSES),
      isRollingBack: async () => gateway.rollingBack,
      otherRecords: {
        tableOf: async (stack) => (items.has(stack) ? stack : undefined),
        at: (table) => ({
          load: () =>
            call('load', () => (items.has(table) ? itemOf(table, EMPTY_RECORD) : undefined)),
          swap: (before, after) =>
            call('swap', () => {
              const same = items.get(table) === JSON.stringify(before);
              if (same) items.set(table, JSON.stringify(after));
              return same;
            }),
        }),
      },
      log: () => undefined,
    },
    responses,
    store: storeOf,
    responseRecord: () => itemOf('responses', EMPTY_RESPONSES),
    state: () => [
      Object.fromEntries(
        [...routes].map(([key, { type, authorizerId, scopes }]) => [
          key,
          [type, authorizerId, scopes],
        ]),
      ),
      kind === 'rest' && Object.fromEntries(served),
    ],
    record: () => itemOf('routes', EMPTY_RECORD),
    failAt: (at, effect = 'after', once = false) => {
      fault = at === undefined ? undefined : { call: calls + at, effect, once };
    },
    trace,
    calls: () => calls,
    set: (key, to) => void (to === undefined ? routes.delete(key) : routes.set(key, to)),
    rollingBack: false,
    gone: false,
    stageGone: false,
    routeTypes: () => types(routes),
    deploy: (name) => {
      const [now, exported] = [types(routes), exportOf(types(routes), routes)];
      const stage = { name, autoDeploy: false, canary: false, current: true };
      others.set(name, { ...stage, served: now, exported });
    },
    serve: (now) => {
      served = now;
    },
    published: [],
    authorizers: [{ id: 'acme', name: 'acme', type: 'JWT' }, OURS],
  };
  return gateway;
}

const types = (routes: ReadonlyMap<string, Authorization>): ReadonlyMap<string, string> =>
  new Map([...routes].map(([key, { type }]) => [key, type]));

const liveRoute = (
  kind: 'http' | 'rest',
  key: string,
  authorization: Authorization,
  apiKeyRequired: boolean,
): LiveRoute => ({
  key,
  locator: key,
  authorization,
  apiKeyRequired,
  preflight: kind === 'rest' && key.startsWith('OPTIONS ') && authorization.type === 'NONE',
});

export interface Desired {
  readonly guarded: readonly string[];
  readonly public?: readonly string[];
  readonly replace?: readonly string[];
  readonly [property: string]: unknown;
}

export const properties = ({
  guarded,
  public: publicKeys = [],
  replace = [],
  ...more
}: Desired): Readonly<Record<string, unknown>> => ({
  Kind: 'http',
  ApiId: API_ID,
  AuthorizerName: OURS.name,
  AuthorizerId: OURS.id,
  Guarded: guarded,
  Public: publicKeys,
  Replace: replace,
  OnUnmapped: 'fail',
  PublishPending: 'false',
  DryRun: 'false',
  ...more,
});

type Request = Pick<ResourceEvent, 'RequestType' | 'ResourceProperties'> & Partial<ResourceEvent>;

export const send = ({ parts }: FakeGateway, request: Request): Promise<ResourceResult> =>
  handleResource(
    {
      ResourceType: 'Custom::OktaGroupAttachment',
      ResponseURL: 'https://cloudformation.example.com/answer',
      StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/access-orders/1',
      RequestId: 'r1',
      LogicalResourceId: 'Attachment',
      ...(request.RequestType !== 'Create' && { PhysicalResourceId: API_ID }),
      ...request,
    },
    parts,
  );

export const plan = (gateway: FakeGateway, request: Request): Promise<ResourceResult> =>
  send(gateway, { ResourceType: 'Custom::OktaGroupAttachmentPlan', ...request });

/**
 * Routes of an owner, of which the map protects all and takes over one that has a JWT authorizer.
 */
export const TAKEN_ROUTES = {
  'GET /orders': noAuthorization,
  'POST /orders': noAuthorization,
  'GET /me': jwt,
};

export const takenWish = (kind: 'http' | 'rest', more: Partial<Desired> = {}) =>
  properties({
    guarded: Object.keys(TAKEN_ROUTES),
    replace: ['GET /me'],
    ...(kind === 'rest' && { Kind: 'rest', Stage: 'prod' }),
    ...more,
  });
