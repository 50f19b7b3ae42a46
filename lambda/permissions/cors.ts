/**
 * CORS headers of the endpoint's answers on a REST API: the gateway handles preflights and errors,
 * the function the rest. Source: API Gateway Developer Guide, "Enabling CORS for a REST API
 * resource", for proxy integrations.
 */
import { headerOf } from './permissions-request.ts';

/** Echoes the origin if it is listed; a page of another origin cannot read the answer. */
export function corsHeaders(
  origins: readonly string[] | undefined,
  event: unknown,
): Readonly<Record<string, string>> {
  if (origins === undefined) return {};
  if (origins.includes('*')) return { 'access-control-allow-origin': '*' };
  const origin = headerOf(event, 'origin');
  return origin !== undefined && origins.includes(origin)
    ? { 'access-control-allow-origin': origin }
    : {};
}
