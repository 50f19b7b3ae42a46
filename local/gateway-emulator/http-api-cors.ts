/**
 * CORS as an HTTP API manages it: the preflight is answered before any authorizer, and what the
 * back end says of CORS is ignored. Source: API Gateway Developer Guide, "Configure CORS for HTTP
 * APIs".
 */
import type { CorsView } from '../cloud-assembly.ts';
import type { GatewayRequest } from './request.ts';

export type Headers = Readonly<Record<string, string | readonly string[]>>;

export function isPreflight(request: GatewayRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.has('origin') &&
    request.headers.has('access-control-request-method')
  );
}

/** The preflight's answer (204); without headers for an origin that is not listed. */
export function preflightHeaders(cors: CorsView, request: GatewayRequest): Headers {
  const shared = corsHeaders(cors, request);
  if (Object.keys(shared).length === 0) return {};
  return {
    ...shared,
    ...(cors.methods.length > 0 ? { 'access-control-allow-methods': cors.methods.join(',') } : {}),
    ...(cors.headers.length > 0 ? { 'access-control-allow-headers': cors.headers.join(',') } : {}),
    ...(cors.maxAgeSeconds === undefined
      ? {}
      : { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
}

/**
 * Headers for every answer, the gateway's own errors included; none without CORS, Origin or a
 * listed origin.
 */
export function corsHeaders(cors: CorsView | undefined, request: GatewayRequest): Headers {
  const origin = request.headers.get('origin');
  if (cors === undefined || origin === undefined) return {};
  const any = cors.origins.includes('*');
  if (
    !any &&
    !cors.origins.some((allowed) => allowed === origin || isSchemeWildcard(allowed, origin))
  )
    return {};
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(cors.exposeHeaders.length > 0
      ? { 'access-control-expose-headers': cors.exposeHeaders.join(',') }
      : {}),
    ...(cors.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(any ? {} : { vary: 'Origin' }),
  };
}

/** `https://*` and `http://*` are the only patterns that HTTP APIs take. */
function isSchemeWildcard(allowed: string, origin: string): boolean {
  return (
    (allowed === 'https://*' || allowed === 'http://*') && origin.startsWith(allowed.slice(0, -1))
  );
}
