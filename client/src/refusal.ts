import type { Permissions } from './caller-permissions.ts';
import type { Route } from './names.ts';
import type { Refusal } from './refused.ts';

type Source = Pick<Permissions, 'can' | 'quota' | 'refresh' | 'state'>;

/**
 * The response's status, its code and Retry-After where the gateway can carry them, else what the
 * permissions tell.
 */
export async function refusalOf(
  source: Source,
  now: () => number,
  response: Response,
  route?: Route,
): Promise<Refusal | undefined> {
  const { status, headers } = response;
  const version = headers.get('x-access-map-version');
  if (version && version !== source.state().answer?.mapVersion) void source.refresh();
  if (status === 401) {
    void source.refresh();
    return { kind: 'signed-out' };
  }
  if (status !== 403 && status !== 429) return undefined;
  const { code, quotaReset } = await bodyOf(response);
  if (status === 403 && code !== undefined && code !== 'QUOTA_EXCEEDED') {
    void source.refresh();
    return { kind: 'forbidden', code };
  }
  const retryAfter = secondsIn(headers.get('retry-after'), now()) ?? secondsIn(quotaReset, now());
  if (retryAfter === undefined || status === 403) await source.refresh();
  const quota = source.quota(route);
  const exhausted = quota?.remaining === 0 && (route === undefined || source.can(route));
  if (status === 403 && code === undefined && !exhausted) return { kind: 'forbidden' };
  const seconds = retryAfter ?? Math.max(1, Math.ceil((quota?.resetsAt ?? 0) - now() / 1_000));
  return { kind: 'quota', retryAfterSeconds: seconds, retryAt: new Date(now() + seconds * 1_000) };
}

/** The gateway response of a REST API; what has no value there is empty or `-`. */
async function bodyOf(
  response: Response,
): Promise<{ readonly code?: string | undefined; readonly quotaReset?: unknown }> {
  try {
    const { code, quotaReset } = ((await response.clone().json()) ?? {}) as {
      readonly code?: unknown;
      readonly quotaReset?: unknown;
    };
    return {
      code: typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : undefined,
      quotaReset,
    };
  } catch {
    return {};
  }
}

/** Retry-After is seconds or a date. Source: RFC 9110, 10.2.3. */
function secondsIn(value: unknown, nowMs: number): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const seconds = Number(value);
  const found = Number.isNaN(seconds) ? (Date.parse(String(value)) - nowMs) / 1_000 : seconds;
  return Number.isNaN(found) ? undefined : Math.max(1, Math.ceil(found));
}
