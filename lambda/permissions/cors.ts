/**
 * CORS of the endpoint's own answers on a REST API, whose gateway answers preflights and errors and
 * leaves the rest to the function. Source: API Gateway Developer Guide, "Enabling CORS for a REST
 * API resource", for proxy integrations.
 */
import { headerOf } from './request.ts';

/** The origin itself where several are listed: a page of another origin reads nothing. */
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
