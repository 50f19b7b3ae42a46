/** Reads the api block: what is deployed in front of the upstream. */
import { type AttachSettings, readAttachTo, reportOwnersKeys } from './attach.ts';
import type { CacheSetting } from './cache/plan.ts';
import { at, type Cursor, isData, type Report, text, texts } from './cursor.ts';
import { readDuration } from './durations.ts';
import { code } from './problems.ts';

export interface ApiSettings {
  /** Base URL without a slash at its end. */
  readonly upstream: { readonly url: string };
  readonly cors?: { readonly origins: readonly string[]; readonly headers: readonly string[]; readonly maxAgeSeconds: number };
  readonly unauthorized: 'throw' | 'deny';
  /** The API that exists; absent: we deploy one. */
  readonly attachTo?: AttachSettings;
  /** No API at all: its owner connects the function. */
  readonly authorizerOnly: boolean;
  readonly cache: CacheSetting;
}

export function readApi(api: Cursor, report: Report): ApiSettings {
  const cors = at(api, 'cors');
  const attachTo = readAttachTo(api, report);
  const authorizerOnly = at(api, 'authorizerOnly').value === true;
  if (authorizerOnly && attachTo === undefined) reportOwnersKeys(api, 'authorizerOnly', report);
  return {
    upstream: { url: readUpstream(api, report) },
    ...(isData(cors.value) ? { cors: readCors(cors, report) } : {}),
    unauthorized: at(api, 'unauthorized').value === 'deny' ? 'deny' : 'throw',
    ...(attachTo && { attachTo }),
    authorizerOnly,
    cache: readCache(at(api, 'cache'), report),
  };
}

/** An hour is the gateway's own limit. Source: API Gateway API Reference, "CreateAuthorizer". */
function readCache(cache: Cursor, report: Report): CacheSetting {
  if (cache.value === 'off') return { kind: 'off' };
  if (!isData(cache.value)) return { kind: 'auto' };
  return { kind: 'ttl', ttlSeconds: readDuration(at(cache, 'ttl'), { otherwise: '60s', least: '1s', most: '1h' }, report) };
}

function readUpstream(api: Cursor, report: Report): string {
  const upstream = at(api, 'upstream');
  const cursor = at(upstream, 'url');
  const url = text(cursor);
  const others = ['listener', 'lambda'].some((key) => at(upstream, key).value !== undefined);
  const elsewhere = isData(at(api, 'attachTo').value) || at(api, 'authorizerOnly').value === true;
  if (upstream.value === undefined && isData(api.value) && !elsewhere) {
    report.error(
      'KEY_MISSING',
      api.pointer,
      { expected: 'the key `upstream` (such as `{ url: https://orders.example.com }`)', found: 'no such key' },
      'key',
    );
  } else if (isData(upstream.value) && cursor.value === undefined && !others) {
    report.error('KEY_MISSING', upstream.pointer, { expected: 'the key `url` (an http or https URL)', found: 'no such key' }, 'key');
  }
  if (url === undefined) return '';
  const fault = judgeUpstream(url);
  if (fault) report.error('UPSTREAM_INVALID', cursor.pointer, { expected: fault, found: code(url) });
  else if (isPlainElsewhere(url)) {
    report.warn('UPSTREAM_PLAIN', cursor.pointer, {
      says: `tokens and identity headers travel to ${code(url)} unencrypted`,
      expected: 'an https URL',
    });
  }
  return url.replace(/\/+$/, '');
}

const isPlainElsewhere = (url: string): boolean =>
  url.startsWith('http:') && !/^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(new URL(url).hostname);

function judgeUpstream(url: string): string | undefined {
  if (!/^https?:\/\//.test(url)) return undefined;
  if (!URL.canParse(url) || /\s/.test(url)) return 'an http or https URL';
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') return 'a URL without user or password';
  if (/[?#]/.test(url)) return 'a URL without query or fragment';
  return /[{}*]/.test(url) ? 'a URL without parameters, the path of the call is appended' : undefined;
}

function readCors(cors: Cursor, report: Report): NonNullable<ApiSettings['cors']> {
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
    headers: at(cors, 'headers').value === undefined ? ['authorization', 'content-type'] : headers,
    maxAgeSeconds: readDuration(at(cors, 'maxAge'), { otherwise: '1h', least: '0s', most: '24h' }, report),
  };
}
