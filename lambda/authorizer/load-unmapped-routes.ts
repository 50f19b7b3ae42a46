/** Loads the routes that an API has and the map does not have, where there may be some. */
import type { ConnectDynamo } from '../adapters/dynamo/requests.ts';
import { dynamoUnmappedRoutes } from '../adapters/dynamo-unmapped-routes.ts';
import type { Clock, UnmappedRoutes } from '../ports.ts';

export interface UnmappedSources {
  /** JSON list of the keys of protected APIs. */
  readonly listed: string | undefined;
  /** JSON object from the id of an attached API to its table. */
  readonly tables: string | undefined;
}

export async function unmappedRoutes(
  { listed = '[]', tables }: UnmappedSources,
  clock: Clock,
  load: () => Promise<ConnectDynamo>,
): Promise<UnmappedRoutes> {
  const keys = JSON.parse(listed) as readonly string[];
  const known: UnmappedRoutes = { of: async () => keys };
  if (tables === undefined) return known;
  const byApi = JSON.parse(tables) as Readonly<Record<string, string>>;
  const attached = dynamoUnmappedRoutes(byApi, clock, await load());
  return { of: (apiId) => (Object.hasOwn(byApi, apiId) ? attached : known).of(apiId) };
}
