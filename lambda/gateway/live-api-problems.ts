/** What a live API as a whole has against the authorizer: the rules that attachment and coverage share. */
import {
  type ApiProblem,
  keySourceProblems,
  policyProblems,
  preflightProblems,
} from './api-rules.ts';
import type { LiveApi } from './live-api.ts';
import { refusedPreflights } from './preflight.ts';

/**
 * @param guarded keys of the routes that have, or get, our authorizer
 * @param isMapped whether the map itself closes the route: an OPTIONS route of the map is a route
 * like another
 */
export function liveApiProblems(
  api: LiveApi,
  guarded: readonly string[],
  isMapped: (key: string) => boolean,
): readonly ApiProblem[] {
  const name = `\`${api.id}\``;
  const own = new Set(guarded);
  const keyed = api.routes.filter(({ key, apiKeyRequired }) => apiKeyRequired && own.has(key));
  return [
    ...policyProblems(name, api.resourcePolicy, api.id),
    ...keySourceProblems(
      name,
      api.keySource,
      keyed.map(({ key }) => key),
    ),
    ...preflightProblems(name, takenPreflights(api, guarded, isMapped)),
  ];
}

/** Only REST APIs have keys of usage plans: AWS ignores the setting on an HTTP API. */
const keyedOf = (routes: LiveApi['routes']): readonly string[] =>
  routes.flatMap(({ key, apiKeyRequired }) => (apiKeyRequired ? [key] : []));

/** A REST API shows by the preflights that it answers itself that it has CORS. */
function takenPreflights(
  { kind, hasCors, routes }: LiveApi,
  guarded: readonly string[],
  isMapped: (key: string) => boolean,
): ReturnType<typeof refusedPreflights> {
  const has = kind === 'http' ? hasCors === true : routes.some(({ preflight }) => preflight);
  if (!has) return [];
  return refusedPreflights(
    guarded.filter((key) => !key.startsWith('OPTIONS ') || !isMapped(key)),
    new Set(routes.map(({ key }) => key)),
    new Set(kind === 'rest' ? keyedOf(routes) : []),
  );
}
