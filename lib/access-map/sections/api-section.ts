/** Reads the api block: what is deployed in front of the upstream. */

import type { CacheSetting } from '../cache/cache-plan.ts';
import { at, type Cursor, has, is, isData, type Report, texts } from '../report/cursor.ts';
import { readDuration } from '../report/durations.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { type AttachSettings, readAttachTo } from './attach-section.ts';
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
  readonly cache: CacheSetting;
}

type Api = MapSection<'api'>;

export function readApi(api: Cursor<Api>, report: Report): ApiSettings {
  const cors = at(api, 'cors');
  const attachTo = readAttachTo(api, report);
  const unauthorized = at(api, 'unauthorized');
  if (is(unauthorized, 'deny') && is(at(api, 'kind'), 'rest')) {
    const expected =
      'no `unauthorized` beside `kind: rest`: a REST API always answers 401 to an invalid token';
    report.error('KEY_CONFLICT', unauthorized.pointer, { expected, found: code('deny') }, 'key');
  }
  return {
    upstream: readUpstream(api, report),
    ...(isData(cors.value) ? { cors: readCors(cors, report) } : {}),
    unauthorized: is(unauthorized, 'deny') ? 'deny' : 'throw',
    ...(attachTo && { attachTo }),
    authorizerOnly: is(at(api, 'authorizerOnly'), true),
    cache: readCache(at(api, 'cache'), report),
  };
}

/** An hour is the gateway's own limit. Source: API Gateway API Reference, "CreateAuthorizer". */
function readCache(cache: Cursor<NonNullable<Api['cache']>>, report: Report): CacheSetting {
  if (is(cache, 'off')) return { kind: 'off' };
  if (!isData(cache.value)) return { kind: 'auto' };
  return {
    kind: 'ttl',
    ttlSeconds: readDuration(
      at(cache, 'ttl'),
      { otherwise: '60s', least: '1s', most: '1h' },
      report,
    ),
  };
}

function readCors(
  cors: Cursor<NonNullable<Api['cors']>>,
  report: Report,
): NonNullable<ApiSettings['cors']> {
  const origins = texts(at(cors, 'origins'));
  for (const [origin, { pointer }] of origins) {
    const canonical = origin !== '*' && URL.canParse(origin) ? new URL(origin).origin : origin;
    if (origin === canonical) continue;
    const expected = 'an origin as browsers send it: scheme, host and port, nothing after it';
    report.error('ORIGIN_INVALID', pointer, { expected, found: code(origin), nearest: canonical });
  }
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
