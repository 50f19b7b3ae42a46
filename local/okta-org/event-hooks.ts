/**
 * Event hooks of the local org: made, verified, and called when something happens. Source: Okta,
 * "Event hooks"; the Management API's description; answers that real orgs gave
 * (test/local/okta-org/recorded-answers.ts).
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { invalid, page } from './answers.ts';
import type { Entity, OrgStore } from './org-store.ts';
import { bodyOf, entityIn } from './request-parts.ts';
import { TIMES } from './shapes.ts';

export interface LogEvent {
  readonly uuid: string;
  readonly published: string;
  readonly eventType: string;
}

export interface HookOptions {
  readonly url: () => string;
  /** Host that deliveries name as their source. Default: that of the org. */
  readonly sourceHost: () => string | undefined;
  readonly pageSize: number;
}

const PATH = '/api/v1/eventHooks';
const HOOK_TIMEOUT_MS = 3_000;

/** Active and verified hooks of an org at most. */
const MAX_HOOKS = 25;

interface Hook extends Entity {
  status: 'ACTIVE' | 'INACTIVE';
  verificationStatus: 'VERIFIED' | 'UNVERIFIED';
  events: { readonly type: string; readonly items: readonly string[] };
  channel: { readonly config: HookConfig };
}

interface HookConfig {
  readonly uri: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly authScheme?: { readonly type: string; readonly key: string; readonly value?: string };
}

/** Secrets are taken and never given back. */
interface Hooks {
  readonly hooks: Map<string, Hook>;
  readonly secrets: Map<string, string>;
}

export interface Deliveries {
  /** Calls each hook that wants the events, and resolves when all have answered or given up. */
  deliver(events: readonly LogEvent[]): Promise<void>;
}

export function addEventHooks(
  app: FastifyInstance,
  store: OrgStore,
  options: HookOptions,
): Deliveries {
  const all: Hooks = { hooks: new Map(), secrets: new Map() };
  const one = entityIn(all.hooks, 'EventHook');
  app.get(PATH, (request, reply) =>
    page(request, reply, [...all.hooks.values()].map(linked(options)), options.pageSize),
  );
  app.get(`${PATH}/:id`, (request) => linked(options)(one(request)));
  app.post(PATH, (request) => {
    if ([...all.hooks.values()].filter(({ status }) => status === 'ACTIVE').length >= MAX_HOOKS)
      throw invalid('You have reached the maximum number of event hooks');
    const hook = written(all, bodyOf(request), { id: store.newId('who'), created: TIMES.created });
    return linked(options)(hook);
  });
  app.put(`${PATH}/:id`, (request) => {
    const { id, created, status, verificationStatus, channel } = one(request) as Hook;
    const kept = { id, created, status, verificationStatus };
    const hook = written(all, bodyOf(request), kept);
    if (JSON.stringify(hook.channel) !== JSON.stringify(channel))
      hook.verificationStatus = 'UNVERIFIED';
    return linked(options)(hook);
  });
  app.delete(`${PATH}/:id`, (request, reply) => removed(all, one(request) as Hook, reply));
  for (const [verb, status] of [
    ['activate', 'ACTIVE'],
    ['deactivate', 'INACTIVE'],
  ] as const)
    app.post(`${PATH}/:id/lifecycle/${verb}`, (request) =>
      linked(options)(Object.assign(one(request), { status })),
    );
  app.post(`${PATH}/:id/lifecycle/verify`, async (request) =>
    linked(options)(await verified(all, one(request) as Hook)),
  );
  return { deliver: (events) => deliver(all, events, options) };
}

function written(
  { hooks, secrets }: Hooks,
  body: Readonly<Record<string, unknown>>,
  kept: Entity,
): Hook {
  const { name, description = null, events, channel, status } = body;
  const config = configOf(channel);
  const items = (events as { readonly items?: unknown } | undefined)?.items;
  if (typeof name !== 'string' || name === '')
    throw invalid('name: The field cannot be left blank');
  if (!Array.isArray(items) || items.length === 0) throw invalid('events: The field is required');
  if (config.authScheme?.value !== undefined) secrets.set(kept.id, config.authScheme.value);
  const { value: _, ...authScheme } = config.authScheme ?? { type: 'HEADER', key: '' };
  const hook = {
    status: 'ACTIVE',
    verificationStatus: 'UNVERIFIED',
    name,
    description,
    createdBy: '00u1local',
    lastUpdated: TIMES.lastUpdated,
    ...kept,
    // Read-only by the description, but real orgs take it.
    ...((status === 'ACTIVE' || status === 'INACTIVE') && { status }),
    events: { type: 'EVENT_TYPE', items, filter: null },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: config.uri,
        headers: config.headers ?? [],
        method: 'POST',
        ...(config.authScheme && { authScheme }),
      },
    },
  } as unknown as Hook;
  hooks.set(hook.id, hook);
  return hook;
}

/** @throws OrgError for a channel that Okta does not take. */
function configOf(channel: unknown): HookConfig {
  const { type, version, config } = (channel ?? {}) as Readonly<Record<string, unknown>>;
  const { uri } = (config ?? {}) as { readonly uri?: string };
  if (type !== 'HTTP' || version !== '1.0.0') throw invalid('channel: The field is invalid');
  // A real org takes https alone; a receiver on this machine has none.
  if (uri === undefined || !/^https:|^http:\/\/127\.0\.0\.1[:/]/.test(uri))
    throw invalid('channel.config.uri: The field is invalid');
  return config as HookConfig;
}

/** With the links that Okta gives, which follow from the status. */
const linked =
  ({ url }: HookOptions) =>
  (hook: Entity): Entity => {
    const self = `${url()}${PATH}/${hook.id}`;
    const post = (verb: string) => ({
      [verb]: { href: `${self}/lifecycle/${verb}`, hints: { allow: ['POST'] } },
    });
    const links =
      hook['status'] === 'ACTIVE'
        ? { self: { href: self }, ...post('verify'), ...post('deactivate') }
        : {
            ...post('activate'),
            self: { href: self },
            delete: { href: self, hints: { allow: ['DELETE'] } },
          };
    return { ...hook, _links: links };
  };

function removed({ hooks, secrets }: Hooks, hook: Hook, reply: FastifyReply): FastifyReply {
  if (hook.status === 'ACTIVE') throw invalid('status: Only inactive event hooks can be deleted');
  hooks.delete(hook.id);
  secrets.delete(hook.id);
  return reply.code(204).send();
}

/** @throws OrgError where the endpoint does not give the challenge back. */
async function verified(all: Hooks, hook: Hook): Promise<Hook> {
  const challenge = randomUUID();
  const headers = { ...headersOf(all, hook), 'x-okta-verification-challenge': challenge };
  const answer = await sent(hook.channel.config.uri, { method: 'GET', headers });
  const json = (await answer?.json().catch(() => undefined)) as
    | { verification?: string }
    | undefined;
  if (answer?.status !== 200 || json?.verification !== challenge)
    throw invalid(`The endpoint did not verify: ${answer?.status ?? 'no answer'}`);
  hook.verificationStatus = 'VERIFIED';
  return hook;
}

async function deliver(
  all: Hooks,
  events: readonly LogEvent[],
  { url, sourceHost }: HookOptions,
): Promise<void> {
  const host = sourceHost() ?? new URL(url()).host;
  const calls = [...all.hooks.values()].map(async (hook) => {
    const wanted = events.filter(({ eventType }) => hook.events.items.includes(eventType));
    const isCalled = hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
    if (!isCalled || wanted.length === 0) return;
    const body = JSON.stringify(envelope(`https://${host}${PATH}/${hook.id}`, wanted));
    await sent(hook.channel.config.uri, { method: 'POST', headers: headersOf(all, hook), body });
  });
  await Promise.all(calls);
}

const envelope = (source: string, events: readonly LogEvent[]) => ({
  eventType: 'com.okta.event_hook',
  eventTypeVersion: '1.0',
  cloudEventsVersion: '0.1',
  source,
  eventId: randomUUID(),
  data: { events },
  eventTime: new Date().toISOString(),
  contentType: 'application/json',
});

const headersOf = (
  { secrets }: Hooks,
  { id, channel: { config } }: Hook,
): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  'content-type': 'application/json',
  ...Object.fromEntries(config.headers.map(({ key, value }) => [key, value])),
  ...(config.authScheme && { [config.authScheme.key]: secrets.get(id) ?? '' }),
});

/** Once more after a time-out or a 5xx, never after a 4xx. */
async function sent(uri: string, init: RequestInit): Promise<Response | undefined> {
  for (let attempt = 0; ; attempt++) {
    const signal = AbortSignal.timeout(HOOK_TIMEOUT_MS);
    const answer = await fetch(uri, { ...init, signal }).catch(() => undefined);
    if (attempt === 1 || (answer !== undefined && answer.status < 500)) return answer;
    await answer?.body?.cancel();
  }
}
