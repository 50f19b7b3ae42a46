/** Reads the api block: what is deployed in front of the upstream. */

import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { CacheSetting } from '../cache/cache-plan.ts';
import { at, type Cursor, has, is, type Report, texts } from '../report/cursor.ts';
import { readDuration } from '../report/durations.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { type Accepted, readAccepted } from './accept-section.ts';
import { type AttachSettings, readAttachTo } from './attach-section.ts';
import { readCallers } from './callers-section.ts';
import { type HostNames, readHostNames } from './host-names-section.ts';
import { type PathSettings, readPathSettings } from './paths-section.ts';
import type { SectionContext } from './section-context.ts';
import { readUpstream, type Upstream } from './upstream-section.ts';

export interface ApiSettings {
  readonly upstream: Upstream;
  readonly cors?: {
    readonly origins: readonly string[];
    readonly headers: readonly string[];
    readonly maxAgeSeconds: number;
  };
  readonly unauthorized: 'throw' | 'deny';
  /** The API that exists; absent: we deploy one. */
  readonly attachTo?: AttachSettings;
  /** No API at all: its owner connects the function. */
  readonly authorizerOnly: boolean;
  /** The only callers of the function; absent: every API of its account and Region. */
  readonly callers?: readonly string[];
  /**
   * Findings that would stop the deployment and are accepted; of an attachment the findings of
   * `attachTo.accept` too.
   */
  readonly accept: Accepted;
  readonly cache: CacheSetting;
  readonly paths: PathSettings;
  /** Hosts of the API that we deploy; absent: its own, public on the internet. */
  readonly entrance?: HostNames;
}

type Api = MapSection<'api'>;

export function readApi(
  api: Cursor<Api>,
  reading: Pick<SectionContext, 'report' | 'inventory'>,
): ApiSettings {
  const { report } = reading;
  const cors = at(api, 'cors');
  const accept = readAccepted(at(api, 'accept'), reading);
  const attachTo = readAttachTo(api, accept, report);
  const entrance = readHostNames(api, report);
  const callers = readCallers(api, report);
  const unauthorized = at(api, 'unauthorized');
  const isRest = is(at(api, 'kind'), 'rest');
  if (is(unauthorized, 'deny') && isRest) {
    const expected =
      'no `unauthorized` beside `kind: rest`: a REST API always answers 401 to an invalid token';
    report.error('KEY_CONFLICT', unauthorized.pointer, { expected, found: code('deny') }, 'key');
  }
  return {
    upstream: readUpstream(api, report),
    ...(isObject(cors.value) && { cors: readCors(cors, isRest ? 'rest' : 'http', report) }),
    unauthorized: is(unauthorized, 'deny') ? 'deny' : 'throw',
    ...(attachTo && { attachTo }),
    authorizerOnly: is(at(api, 'authorizerOnly'), true),
    ...(callers && { callers }),
    accept: { ...accept, findings: attachTo?.accept ?? accept.findings },
    cache: readCache(at(api, 'cache'), report),
    paths: readPathSettings(api, reading),
    ...(entrance && { entrance }),
  };
}

/** An hour is the gateway's own limit. Source: API Gateway API Reference, "CreateAuthorizer". */
function readCache(cache: Cursor<NonNullable<Api['cache']>>, report: Report): CacheSetting {
  if (is(cache, 'off')) return { kind: 'off' };
  if (!isObject(cache.value)) return { kind: 'auto' };
  return {
    kind: 'ttl',
    ttlSeconds: readDuration(
      at(cache, 'ttl'),
      { otherwise: '60s', least: '1s', most: '1h' },
      report,
    ),
  };
}

/**
 * Wildcards that a gateway understands as an origin; any other `*` would be compared as it stands,
 * so that no browser's origin equals it. Source: API Gateway Developer Guide, "Configuring CORS for
 * an HTTP API"; a REST API's header is one static text.
 */
const WILDCARD_ORIGINS = { http: ['*', 'https://*', 'http://*'], rest: ['*'] } as const;

function readCors(
  cors: Cursor<NonNullable<Api['cors']>>,
  kind: 'http' | 'rest',
  report: Report,
): NonNullable<ApiSettings['cors']> {
  const origins = texts(at(cors, 'origins'));
  for (const [origin, { pointer }] of origins) reportOrigin(origin, kind, pointer, report);
  const headers = texts(at(cors, 'headers')).map(([header]) => header);
  return {
    origins: origins.map(([origin]) => origin),
    headers: has(cors, 'headers') ? headers : ['authorization', 'content-type'],
    maxAgeSeconds: readDuration(
      at(cors, 'maxAge'),
      { otherwise: '1h', least: '0s', most: '24h' },
      report,
    ),
  };
}

function reportOrigin(
  origin: string,
  kind: 'http' | 'rest',
  pointer: string,
  report: Report,
): void {
  const found = code(origin);
  if (origin.includes('*')) {
    const wildcards = WILDCARD_ORIGINS[kind];
    if (wildcards.some((wildcard) => wildcard === origin)) return;
    const expected = `each origin in full, or ${wildcards.map(code).join(', ')}: no gateway matches a part of a host`;
    report.error('ORIGIN_INVALID', pointer, { expected, found });
    return;
  }
  const expected = 'an origin as browsers send it: scheme, host and port, nothing after it';
  // A port above 65535, or a text that is not an address: no browser has that origin.
  if (!URL.canParse(origin)) {
    report.error('ORIGIN_INVALID', pointer, { expected, found });
    return;
  }
  const nearest = new URL(origin).origin;
  if (origin !== nearest) report.error('ORIGIN_INVALID', pointer, { expected, found, nearest });
}
