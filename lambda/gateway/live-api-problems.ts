/**
 * What a live API as a whole has against the authorizer: attachment and coverage tell these facts.
 */
import { type ApiFacts, type ApiProblem, apiProblems } from './api-rules.ts';
import type { LiveApi } from './live-api.ts';

/** What the control plane does not tell. */
export interface OwnFacts extends Pick<ApiFacts, 'mapHasCors' | 'otherAuthorizers'> {
  /** Keys of the routes that have, or get, our authorizer. */
  readonly guarded: readonly string[];
  /** Whether the map has a route of this key. */
  readonly isMapped: (key: string) => boolean;
}

export function liveApiProblems(
  api: LiveApi,
  { guarded, isMapped, ...known }: OwnFacts,
): readonly ApiProblem[] {
  const own = new Set(guarded);
  const { kind, id, resourcePolicy, keySource, hasCors } = api;
  return apiProblems({
    ...known,
    kind,
    id,
    name: `\`${id}\``,
    policies: resourcePolicy === undefined ? [] : [{ text: resourcePolicy }],
    keySource: keySource === undefined ? undefined : { text: keySource },
    apiHasCors: hasCors === true,
    routes: api.routes.map(({ key, apiKeyRequired, preflight }) => ({
      key,
      isGuarded: own.has(key),
      isMapped: isMapped(key),
      takesKey: apiKeyRequired,
      isMock: preflight,
    })),
  });
}
