/**
 * The Okta Management API over HTTPS. Source: Okta, "Management API", "Rate limits", "Link
 * headers".
 */
import { nextLink } from '../../lambda/core/http/okta-pages.ts';
import { secondsToReset } from '../../lambda/core/http/okta-rate-limit.ts';
import { isObject } from '../../lambda/core/json/json-object.ts';
import type { Authorizer } from './authorize-request.ts';
import { OktaError } from './okta-error.ts';
import { type Json, type JsonObject, type OktaOrg, textAt, type WriteMethod } from './org.ts';
import { ORG_REQUEST_TIMEOUT_MS, refusalOf, unreachable } from './refusals.ts';

export interface HttpOrgOptions {
  readonly url: string;
  readonly authorizer: Authorizer;
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Called before each wait. */
  readonly onWait?: (seconds: number, why: WaitReason) => void;
}

/** The rate limit, or Okta reconciling what two writes have changed at one time. */
export type WaitReason = 'rate limit' | 'reconciling';

/**
 * Answers 423 to one call before it is given up; the waits double from one second. Source: Okta,
 * error E0000239.
 */
const MAX_RECONCILING_WAITS = 5;

/**
 * Answers 429 to one call before it is given up: Okta counts per minute, so the second one is
 * already unusual.
 */
export const MAX_RATE_LIMIT_WAITS = 5;
const MAX_RATE_LIMIT_WAIT_SECONDS = 120;
const MAX_LIST_PAGES = 1_000;

/** Objects of a page that Okta recommends. */
const PAGE = 200;

interface Call {
  readonly method: 'GET' | WriteMethod;
  readonly url: URL;
  readonly body?: JsonObject;
}

export function httpOrg(options: HttpOrgOptions): OktaOrg {
  const at = (path: string, query: Readonly<Record<string, string>> = {}): URL => {
    const url = new URL(path, options.url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  };
  return {
    url: options.url,
    list: (path, query) => listAll(options, at(path, query)),
    first: (path, limit) =>
      listAll(options, at(path, { limit: String(Math.min(limit, PAGE)) }), limit),
    get: async (path) => {
      const { status, json } = await call(options, { method: 'GET', url: at(path) }, [404]);
      return status === 404 ? undefined : objectOf(json, path);
    },
    orgIdAt: (origin) => orgIdAt(options, origin),
    write: async (method, path, body) => {
      const { json } = await call(options, {
        method,
        url: at(path),
        ...(body === undefined ? {} : { body }),
      });
      return isObject<Json>(json) ? json : undefined;
    },
  };
}

/** Public, and asked without our credentials: the host comes from a map. */
async function orgIdAt(
  { fetch: own }: HttpOrgOptions,
  origin: string,
): Promise<string | undefined> {
  try {
    const response = await (own ?? fetch)(new URL('/.well-known/okta-organization', origin), {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(ORG_REQUEST_TIMEOUT_MS),
    });
    return textAt((await response.json()) as Json, 'id') || undefined;
  } catch {
    return undefined;
  }
}

async function listAll(
  options: HttpOrgOptions,
  from: URL,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  const seen = new Set<string>();
  let url: URL | undefined = from;
  while (url && all.length < most) {
    if (seen.has(url.href) || seen.size >= MAX_LIST_PAGES)
      throw new OktaError('OKTA_PAGES_ENDLESS', `the pages of \`${from.pathname}\` do not end`);
    seen.add(url.href);
    const { json, link }: Answer = await call(options, { method: 'GET', url });
    all.push(...objectsOf(json, from.pathname));
    url = nextPage(link, url);
  }
  return all.slice(0, most);
}

/**
 * The next page of the same host: our credentials must not follow a link to another.
 */
function nextPage(link: string, from: URL): URL | undefined {
  const next = nextLink(link);
  if (next === undefined) return undefined;
  const url = URL.canParse(next, from.href) ? new URL(next, from.href) : undefined;
  if (url?.origin !== from.origin)
    throw new OktaError(
      'OKTA_PAGE_FOREIGN',
      `the next page of \`${from.pathname}\` is on another host`,
    );
  return url;
}

/**
 * Everything that Okta manages has an id: an answer without ids is not from Okta.
 */
const hasId = (json: unknown): json is JsonObject =>
  isObject<Json>(json) && textAt(json, 'id') !== '';

function objectsOf(json: Json | undefined, path: string): readonly JsonObject[] {
  if (!Array.isArray(json) || !json.every(hasId))
    throw new OktaError(
      'OKTA_ANSWER_INVALID',
      `expected a list of objects from \`${path}\`, found something else: is this an Okta org?`,
    );
  return json;
}

function objectOf(json: Json | undefined, path: string): JsonObject {
  if (!hasId(json))
    throw new OktaError(
      'OKTA_ANSWER_INVALID',
      `expected an object from \`${path}\`, found something else: is this an Okta org?`,
    );
  return json;
}

interface Answer {
  readonly status: number;
  readonly json: Json | undefined;
  readonly link: string;
}

async function call(
  options: HttpOrgOptions,
  request: Call,
  accepted: readonly number[] = [],
): Promise<Answer> {
  for (let waits = 0; ; waits++) {
    const response = await send(options, request);
    const pause = pauseOf(response, waits, options.now());
    if (pause) {
      await response.body?.cancel();
      options.onWait?.(pause.seconds, pause.why);
      await options.wait(pause.seconds * 1_000);
      continue;
    }
    const text = await textOf(response, request);
    if (!response.ok && !accepted.includes(response.status))
      throw refusalOf(options.url, request, response.status, parsed(text));
    return {
      status: response.status,
      json: text === '' ? undefined : orMalformed(parsed(text), request),
      link: response.headers.get('link') ?? '',
    };
  }
}

function pauseOf(
  { status, headers }: Response,
  waits: number,
  now: number,
): { readonly seconds: number; readonly why: WaitReason } | undefined {
  if (status === 429 && waits < MAX_RATE_LIMIT_WAITS)
    return { seconds: waitOf(headers, now), why: 'rate limit' };
  if (status === 423 && waits < MAX_RECONCILING_WAITS)
    return { seconds: 2 ** waits, why: 'reconciling' };
  return undefined;
}

async function send(options: HttpOrgOptions, { method, url, body }: Call): Promise<Response> {
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    'user-agent': 'okta-group-authorizer',
    ...(await options.authorizer(method, url)),
  };
  const init = {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'manual' as const,
  };
  try {
    return await (options.fetch ?? fetch)(url, {
      ...init,
      signal: AbortSignal.timeout(ORG_REQUEST_TIMEOUT_MS),
    });
  } catch (cause) {
    throw unreachable(options.url, cause);
  }
}

async function textOf(response: Response, { url }: Call): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw unreachable(url.origin, cause);
  }
}

/** Undefined for a body that is not JSON. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function orMalformed(json: Json | undefined, { method, url }: Call): Json {
  if (json === undefined)
    throw new OktaError(
      'OKTA_ANSWER_INVALID',
      `\`${method} ${url.pathname}\` did not answer with JSON: is \`${url.origin}\` an Okta org?`,
    );
  return json;
}

/** Seconds to wait after a 429. */
export const waitOf = (headers: Headers, now: number): number =>
  secondsToReset(headers, now, MAX_RATE_LIMIT_WAIT_SECONDS);
