/**
 * The permissions endpoint's handler: takes an event behind the authorizer, answers the caller's
 * own permissions.
 */
import { createHash } from 'node:crypto';
import { RECORD_VERSION } from '../core/contract/decision-record.ts';
import { principalId } from '../core/token/principal.ts';
import type { Audit } from '../ports.ts';
import { corsHeaders } from './cors.ts';
import { type AnswerParts, answerFor } from './permissions-answer.ts';
import { type PermissionsRequest, readRequest } from './permissions-request.ts';

/** The response that both kinds of API accept from a function. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HandlerParts extends AnswerParts {
  readonly audit: Audit;
}

const JSON_TYPE = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };

/**
 * Kept by the caller's browser alone and asked for again each time (`no-cache`), which the entity
 * tag makes cheap. Source: RFC 9111, 5.2.2; RFC 9110, 8.8.3 and 13.1.2.
 */
const CACHING = { 'cache-control': 'private, no-cache', vary: 'Authorization, Origin' };

export function createHandler(parts: HandlerParts): (event: unknown) => Promise<HttpResponse> {
  return async (event) => {
    const answer = await answerTo(event);
    return {
      ...answer,
      headers: {
        ...answer.headers,
        ...corsHeaders(parts.model.permissionsEndpoint?.origins, event),
      },
    };
  };

  async function answerTo(event: unknown): Promise<HttpResponse> {
    try {
      const request = readRequest(event, parts.model);
      return request.method === 'GET' ? await answerGet(parts, request) : METHOD_REFUSED;
    } catch (error) {
      // Records only the kind of error, since its text could contain what the caller sent.
      const kind = error instanceof Error ? error.name : typeof error;
      const time = new Date(parts.clock.now()).toISOString();
      const mapVersion = parts.model.version;
      parts.audit.record({ record: 'fault', v: RECORD_VERSION, time, error: kind, mapVersion });
      return {
        statusCode: 500,
        headers: { ...JSON_TYPE, 'cache-control': 'no-store' },
        body: '{"message":"Internal Server Error"}',
      };
    }
  }
}

const METHOD_REFUSED: HttpResponse = {
  statusCode: 405,
  headers: { ...JSON_TYPE, allow: 'GET', 'cache-control': 'no-store' },
  body: '{"message":"Method Not Allowed"}',
};

async function answerGet(
  parts: HandlerParts,
  { principal, ifNoneMatch }: PermissionsRequest,
): Promise<HttpResponse> {
  const body = JSON.stringify(await answerFor(parts, principal));
  const etag = `"${createHash('sha256')
    .update(`${principal.kind}\0${principalId(principal)}\0${body}`)
    .digest('base64url')
    .slice(0, 22)}"`;
  const headers = { ...CACHING, etag };
  if (ifNoneMatch !== undefined && matchesTag(ifNoneMatch, etag))
    return { statusCode: 304, headers, body: '' };
  return { statusCode: 200, headers: { ...headers, ...JSON_TYPE }, body };
}

/**
 * Weak comparison, as If-None-Match demands; a proxy that compresses makes the tag weak. Source:
 * RFC 9110, 13.1.2.
 */
const matchesTag = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch
    .split(',')
    .some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
