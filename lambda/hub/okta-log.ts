/**
 * Okta's System Log as a stream of events, in the order of the log. Source: Okta,
 * "System Log query", polling requests: no `until`, ascending, and a next page always.
 */
import { nextLink } from '../core/http/okta-pages.ts';
import { secondsToReset } from '../core/http/okta-rate-limit.ts';
import { OKTA_EVENT_TYPES } from '../core/revocation/okta-events.ts';
import type { Clock } from '../ports.ts';
import { type OktaAccess, OktaLogError } from './service-token.ts';

export interface LogPage {
  readonly events: readonly unknown[];
  /** The request for the page after this one. */
  readonly next: string;
  /** Whether the log had no further event at the time. */
  readonly isLast: boolean;
}

export interface OktaLog {
  /** Address of the first page of events from a time on. */
  from(since: number): string;
  /** @throws OktaLogError */
  page(link: string): Promise<LogPage>;
}

export interface LogParts {
  /** Origin of the org. */
  readonly url: string;
  readonly access: OktaAccess;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const PATH = '/api/v1/logs';
/** The most that Okta gives. */
const PAGE_EVENTS = 1_000;
const LOG_REQUEST_TIMEOUT_MS = 20_000;
/** A run takes minutes at most, and the limit is of the minute. */
const MAX_WAITS = 2;
const MAX_LOG_WAIT_SECONDS = 65;

const FILTER = OKTA_EVENT_TYPES.map((type) => `eventType eq "${type}"`).join(' or ');

export function oktaLog(parts: LogParts): OktaLog {
  return {
    from(since) {
      const url = new URL(PATH, parts.url);
      url.searchParams.set('since', new Date(since).toISOString());
      url.searchParams.set('sortOrder', 'ASCENDING');
      url.searchParams.set('filter', FILTER);
      url.searchParams.set('limit', String(PAGE_EVENTS));
      return url.href;
    },
    async page(link) {
      const url = ownLink(link, parts.url);
      const answer = await asked(parts, url);
      if (!answer.ok) throw new OktaLogError(`the System Log answered ${answer.status}`);
      const events: unknown = await answer.json().catch(() => undefined);
      if (!Array.isArray(events))
        throw new OktaLogError('the System Log did not answer with a list');
      const next = nextLink(answer.headers.get('link') ?? '');
      return {
        events,
        next: next === undefined ? link : ownLink(next, parts.url).href,
        isLast: next === undefined || events.length < PAGE_EVENTS,
      };
    },
  };
}

/** Credentials are sent to the org only, whatever host a link names. */
function ownLink(link: string, org: string): URL {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.origin === new URL(org).origin && url.pathname === PATH) return url;
  throw new OktaLogError('the next page of the System Log is on another host');
}

async function asked(parts: LogParts, url: URL): Promise<Response> {
  for (let waits = 0; ; waits++) {
    const answer = await parts.fetch(url, {
      headers: {
        accept: 'application/json',
        'user-agent': 'okta-group-authorizer',
        ...(await parts.access.headersFor('GET', url)),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(LOG_REQUEST_TIMEOUT_MS),
    });
    if (answer.status !== 429 || waits === MAX_WAITS) return answer;
    await answer.body?.cancel();
    await parts.sleep(
      secondsToReset(answer.headers, parts.clock.now(), MAX_LOG_WAIT_SECONDS) * 1_000,
    );
  }
}
